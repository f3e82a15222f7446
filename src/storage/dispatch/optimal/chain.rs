//! The real plant as a chain of steps whose cost dynamic programming can ask for.

use crate::ev::Draw;
use crate::plant::Demand;
use crate::units::KILO;

use super::super::super::Plan;
use super::super::super::battery::BatteryState;
use super::super::super::limits::{LimitMode, LimitTracer};
use super::super::super::operation::Around;
use super::super::super::optimum::{Reach, Stage};
use super::Optimal;

/// Shortest stretch that is planned at once, h.
const SHORTEST_H: f64 = 0.25;

/// The chain of stretches that is optimized: each a step, or as many short steps as make a quarter hour.
pub(super) struct Chain<'a> {
    tracer: LimitTracer<'a>,
    around: &'a Around<'a>,
    plan: &'a Plan,
    /// Steps in a stretch.
    steps: usize,
    h: f64,
    eta_charge: f64,
    eta_discharge: f64,
    wear_per_kwh: f64,
    far_above: f64,
    stretches: Vec<Stretch>,
}

/// One stretch, its values means over it.
struct Stretch {
    step: usize,
    pv_mv_w: f64,
    running: bool,
    demand: Demand,
    ev_w: f64,
    import_limit_w: f64,
    buy_per_kwh: f64,
    sell_per_kwh: f64,
    /// Import that the month's demand charge is to be paid for, W; infinite where none is charged.
    peak_w: f64,
    /// What a kW above it costs.
    peak_per_kw: f64,
    /// POI power that charging may not go below, W: of a storage without the grid's permission.
    least_poi_w: f64,
}

impl Stretch {
    /// Whether the battery may be charged from the grid.
    fn is_open(&self) -> bool {
        self.least_poi_w == f64::NEG_INFINITY
    }
}

impl<'a> Chain<'a> {
    pub(super) fn new(
        optimal: &Optimal,
        plan: &'a Plan,
        around: &'a Around<'a>,
        start: &BatteryState,
        open: &[bool],
        (peaks_w, far_above): (&[f64; 12], f64),
    ) -> Self {
        let step_h = around.axis.step_h();
        let steps = ((SHORTEST_H / step_h - 1e-9).ceil() as usize).max(1);
        let (eta_charge, eta_discharge) = plan.battery.one_way(plan.battery.roundtrip_efficiency(start));
        let mut chain = Self {
            tracer: LimitTracer::new(around.grid, &plan.converter, LimitMode::Exact),
            around,
            plan,
            steps,
            h: step_h * steps as f64,
            eta_charge,
            eta_discharge,
            wear_per_kwh: optimal.wear_per_kwh,
            far_above,
            stretches: vec![],
        };
        let ev_w = around.ev.unlimited_w();
        let len = around.first.mv_w.len();
        chain.stretches = (0..len)
            .step_by(steps)
            .map(|from| chain.stretch((from, (from + steps).min(len)), &ev_w, open, peaks_w))
            .collect();
        chain
    }

    fn stretch(&self, (from, to): (usize, usize), ev_w: &[f64], open: &[bool], peaks_w: &[f64; 12]) -> Stretch {
        let around = self.around;
        let mean = |value: &dyn Fn(usize) -> f64| (from..to).map(value).sum::<f64>() / (to - from) as f64;
        let ev_w = mean(&|i| ev_w.get(i).copied().unwrap_or(0.0));
        let load_w = mean(&|i| around.grid.load_w[i]);
        let of_step = around.grid.demand(from, &Draw { phase_w: [ev_w / 3.0; 3] });
        let shift_w = load_w - around.grid.load_w[from];
        let demand = Demand {
            total_w: of_step.total_w + shift_w,
            at_export_w: of_step.at_export_w + shift_w,
            at_import_w: of_step.at_import_w + shift_w,
        };
        // Without prices every kWh delivered counts alike.
        let price = |p: Option<&Vec<f64>>| p.map_or(1.0, |p| mean(&|i| p[i]));
        let month = usize::from(around.calendar[from].month0);
        let mut stretch = Stretch {
            peak_w: peaks_w[month],
            peak_per_kw: around.prices.and_then(|p| p.demand_charge_per_kw).map_or(0.0, |per_kw| per_kw[month]),
            step: from,
            pv_mv_w: mean(&|i| around.first.mv_w[i]),
            running: around.pv_running[from..to].iter().any(|runs| *runs),
            demand,
            ev_w,
            import_limit_w: (from..to).map(|i| around.grid.import.limit_w[i]).fold(f64::INFINITY, f64::min),
            buy_per_kwh: price(around.prices.map(|p| &p.buy_per_kwh)),
            sell_per_kwh: price(around.prices.map(|p| &p.sell_per_kwh)),
            least_poi_w: f64::NEG_INFINITY,
        };
        if !open[from..to].iter().all(|open| *open) {
            stretch.least_poi_w = self.poi_w(&stretch, 0.0).min(0.0);
        }
        stretch
    }

    pub(super) fn len(&self) -> usize {
        self.stretches.len()
    }

    /// Power at the DC terminals for a change of stored energy over a stretch, W, positive discharging.
    pub(super) fn dc_w(&self, change_wh: f64) -> f64 {
        if change_wh > 0.0 { -change_wh / (self.h * self.eta_charge) } else { -change_wh * self.eta_discharge / self.h }
    }

    /// The stretch in which a step lies.
    pub(super) fn stretch_of(&self, step: usize) -> usize {
        step / self.steps
    }

    /// The power at the DC terminals that brings the output of a step to `output_w`, W, positive discharging.
    pub(super) fn dc_for_output_w(&self, step: usize, pv_mv_w: f64, output_w: f64) -> f64 {
        self.tracer.dc_for_output_w(step, pv_mv_w, output_w)
    }

    /// The reverse of [`Chain::dc_w`].
    fn change_wh(&self, dc_w: f64) -> f64 {
        if dc_w < 0.0 { -dc_w * self.h * self.eta_charge } else { -dc_w * self.h / self.eta_discharge }
    }

    /// POI power with a power at the DC terminals, W, the export limit kept.
    fn poi_w(&self, s: &Stretch, dc_w: f64) -> f64 {
        let mv_w = s.pv_mv_w + self.plan.converter.mv_w(dc_w);
        self.around.grid.flow(s.step, mv_w, s.running || dc_w != 0.0, &s.demand).poi_w
    }
}

impl Stage for Chain<'_> {
    fn reach(&self, _stretch: usize) -> Reach {
        let Plan { battery, converter, .. } = self.plan;
        let charge_w = (converter.rated_w * converter.efficiency).min(battery.max_charge_w);
        let discharge_w = (converter.rated_w / converter.efficiency).min(battery.max_discharge_w);
        let discharge_wh = if self.eta_discharge > 0.0 { -self.change_wh(discharge_w) } else { 0.0 };
        Reach { charge_wh: self.change_wh(-charge_w), discharge_wh }
    }

    fn cost(&self, stretch: usize, change_wh: f64) -> f64 {
        let s = &self.stretches[stretch];
        let dc_w = self.dc_w(change_wh);
        let mut poi_w = self.poi_w(s, dc_w);
        if dc_w < 0.0 && poi_w < s.least_poi_w - 1e-6 * self.plan.converter.rated_w {
            return f64::INFINITY;
        }
        if s.sell_per_kwh < 0.0 {
            // What is not worth exporting is curtailed, and where consumption is paid for, PV is switched off.
            poi_w = poi_w.min(0.0);
            let may_be_off = dc_w >= 0.0 || s.is_open();
            if may_be_off && s.buy_per_kwh < 0.0 {
                let off_w = self.poi_w(&Stretch { pv_mv_w: s.pv_mv_w.min(0.0), ..*s }, dc_w);
                // As far as the import limit lets.
                let at_limit_w = s.demand.at_import_w - s.import_limit_w - s.demand.total_w;
                poi_w = poi_w.min(off_w.max(at_limit_w));
            }
        }
        let above_w = (-poi_w - s.import_limit_w).max(0.0);
        // Vehicles go without first; what is left is an overload, and that is worse.
        let shed_w = above_w.min(s.ev_w);
        let import_w = (-poi_w).max(0.0) - above_w;
        let energy = import_w * s.buy_per_kwh - poi_w.max(0.0) * s.sell_per_kwh + dc_w.max(0.0) * self.wear_per_kwh;
        let missed = self.far_above * (shed_w + 10.0 * (above_w - shed_w));
        // Counted in every step that passes the peak, not only in the highest: it is not to be passed at all.
        let peak = (import_w + above_w - s.peak_w).max(0.0) * s.peak_per_kw;
        ((energy + missed) * self.h + peak) / KILO
    }

    fn kinks(&self, stretch: usize, changes_wh: &mut Vec<f64>) {
        let s = &self.stretches[stretch];
        let cap_w = self.around.grid.export_cap_w(s.step, &s.demand);
        for output_w in [s.demand.total_w, s.demand.total_w - s.peak_w, s.demand.at_import_w - s.import_limit_w, cap_w]
        {
            if output_w.is_finite() {
                changes_wh.push(self.change_wh(self.tracer.dc_for_output_w(s.step, s.pv_mv_w, output_w)));
            }
        }
    }
}
