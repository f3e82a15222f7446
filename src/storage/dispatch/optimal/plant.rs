//! One step of the real plant: what a change of stored energy costs in it.

use crate::ev::Draw;
use crate::plant::Demand;
use crate::units::KILO;

use super::super::super::Plan;
use super::super::super::battery::BatteryState;
use super::super::super::limits::{LimitMode, LimitTracer};
use super::super::super::operation::Around;
use super::super::super::optimum::{Point, Reach};

/// Share of the battery's reach that is next to nothing: what it costs to begin shows there.
const NEXT_TO_NOTHING: f64 = 1e-3;

/// The plant with its storage, as a step sees it.
pub(super) struct Plant<'a> {
    tracer: LimitTracer<'a>,
    around: &'a Around<'a>,
    plan: &'a Plan,
    /// Length of a step, h.
    pub h: f64,
    eta_charge: f64,
    eta_discharge: f64,
    wear_per_kwh: f64,
    far_above: f64,
}

/// What a step brings.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    number: usize,
    pv_mv_w: f64,
    running: bool,
    demand: Demand,
    ev_w: f64,
    import_limit_w: f64,
    buy_per_kwh: f64,
    sell_per_kwh: f64,
    /// POI power that charging may not go below, W: of a storage without the grid's permission.
    least_poi_w: f64,
    /// Import up to which PV may be switched off for the sake of the month's peak, W.
    ceiling_w: f64,
}

impl<'a> Plant<'a> {
    pub fn new(
        plan: &'a Plan,
        around: &'a Around<'a>,
        start: &BatteryState,
        (wear_per_kwh, far_above): (f64, f64),
    ) -> Self {
        let (eta_charge, eta_discharge) = plan.battery.one_way(plan.battery.roundtrip_efficiency(start));
        let tracer = LimitTracer::new(&around.grid.equipment, &plan.converter, LimitMode::Exact);
        Self { tracer, around, plan, h: around.axis.step_h(), eta_charge, eta_discharge, wear_per_kwh, far_above }
    }

    /// What a step brings with vehicles that draw `ev_w`.
    pub fn step(&self, number: usize, ev_w: f64, is_open: bool, ceiling_w: f64) -> Step {
        let around = self.around;
        // Without prices every kWh delivered counts alike.
        let price = |p: Option<&Vec<f64>>| p.map_or(1.0, |p| p[number]);
        let mut step = Step {
            number,
            pv_mv_w: around.first.mv_w[number],
            running: around.pv_running[number],
            demand: around.grid.demand(number, &Draw { phase_w: [ev_w / 3.0; 3] }),
            ev_w,
            import_limit_w: around.grid.import.limit_w[number],
            buy_per_kwh: price(around.prices.map(|p| &p.buy_per_kwh)),
            sell_per_kwh: price(around.prices.map(|p| &p.sell_per_kwh)),
            least_poi_w: f64::NEG_INFINITY,
            ceiling_w,
        };
        if !is_open {
            step.least_poi_w = self.poi_w(&step, 0.0).min(0.0);
        }
        step
    }

    /// How far stored energy may change in a step.
    pub fn reach(&self) -> Reach {
        let Plan { battery, converter, .. } = self.plan;
        let charge_w = (converter.rated_w * converter.efficiency).min(battery.max_charge_w);
        let discharge_w = (converter.rated_w / converter.efficiency).min(battery.max_discharge_w);
        let discharge_wh = if self.eta_discharge > 0.0 { -self.change_wh(discharge_w) } else { 0.0 };
        Reach { charge_wh: self.change_wh(-charge_w), discharge_wh }
    }

    /// What a change brings about in a step.
    pub fn outcome(&self, s: &Step, change_wh: f64) -> Point {
        let dc_w = self.dc_w(change_wh);
        let mut poi_w = self.poi_w(s, dc_w);
        if dc_w < 0.0 && poi_w < s.least_poi_w - 1e-6 * self.plan.converter.rated_w {
            return Point { change_wh, cost: f64::INFINITY, import_w: 0.0 };
        }
        if s.sell_per_kwh < 0.0 {
            // What is not worth exporting is curtailed, and where consumption is paid for, PV is switched off.
            poi_w = poi_w.min(0.0);
            let may_be_off = dc_w >= 0.0 || s.least_poi_w == f64::NEG_INFINITY;
            if may_be_off && s.buy_per_kwh < 0.0 {
                poi_w = poi_w.min(self.pv_off_poi_w(s, dc_w));
            }
        }
        let above_w = (-poi_w - s.import_limit_w).max(0.0);
        // Vehicles go without first; what is left is an overload, and that is worse.
        let shed_w = above_w.min(s.ev_w);
        let import_w = (-poi_w).max(0.0) - above_w;
        let energy = import_w * s.buy_per_kwh - poi_w.max(0.0) * s.sell_per_kwh + dc_w.max(0.0) * self.wear_per_kwh;
        let missed = self.far_above * (shed_w + 10.0 * (above_w - shed_w));
        Point { change_wh, cost: (energy + missed) * self.h / KILO, import_w: import_w + above_w - shed_w }
    }

    /// POI power with PV off, W, as far as the import limit and the month's peak let.
    fn pv_off_poi_w(&self, s: &Step, dc_w: f64) -> f64 {
        let off_w = self.poi_w(&Step { pv_mv_w: s.pv_mv_w.min(0.0), ..*s }, dc_w);
        off_w.max(s.demand.at_import_w - s.import_limit_w - s.demand.total_w).max(-s.ceiling_w)
    }

    /// Changes at which the cost of a step bends: the POI at zero, on its limits, and at the month's peak.
    pub fn kinks(&self, s: &Step, changes_wh: &mut Vec<f64>) {
        let passage = self.around.grid.passage(s.number, &s.demand);
        let at_limit_w = s.demand.at_import_w - s.import_limit_w;
        let outputs_w =
            [s.demand.total_w, s.demand.total_w - s.ceiling_w, at_limit_w, passage.export_cap_w].into_iter();
        changes_wh.extend(
            outputs_w
                .filter(|w| w.is_finite())
                .map(|output_w| self.change_wh(self.tracer.dc_for_output_w(&passage, s.pv_mv_w, output_w))),
        );
    }

    /// The cost of a step at all changes at which it bends, and at its ends, with no larger fall than `most_fall_wh`.
    pub fn points(&self, s: &Step, most_fall_wh: f64) -> Vec<Point> {
        let Reach { charge_wh, discharge_wh } = self.reach();
        let discharge_wh = discharge_wh.min(most_fall_wh);
        let mut changes_wh = vec![0.0, charge_wh, -discharge_wh];
        changes_wh.extend([charge_wh, -discharge_wh].map(|wh| NEXT_TO_NOTHING * wh));
        self.kinks(s, &mut changes_wh);
        changes_wh.retain(|wh| (-discharge_wh..=charge_wh).contains(wh));
        changes_wh.into_iter().map(|wh| self.outcome(s, wh)).collect()
    }

    /// Power at the DC terminals for a change of stored energy over a step, W, positive discharging.
    pub fn dc_w(&self, change_wh: f64) -> f64 {
        if change_wh > 0.0 { -change_wh / (self.h * self.eta_charge) } else { -change_wh * self.eta_discharge / self.h }
    }

    /// The power at the DC terminals that brings the output of a step to `output_w`, W, positive discharging.
    pub fn dc_for_output_w(&self, number: usize, pv_mv_w: f64, output_w: f64) -> f64 {
        let passage = self.around.grid.passage(number, &Demand::default());
        self.tracer.dc_for_output_w(&passage, pv_mv_w, output_w)
    }

    /// The reverse of [`Plant::dc_w`].
    fn change_wh(&self, dc_w: f64) -> f64 {
        if dc_w < 0.0 { -dc_w * self.h * self.eta_charge } else { -dc_w * self.h / self.eta_discharge }
    }

    /// POI power with a power at the DC terminals, W, the export limit kept.
    fn poi_w(&self, s: &Step, dc_w: f64) -> f64 {
        let mv_w = s.pv_mv_w + self.plan.converter.mv_w(dc_w);
        self.around.grid.flow(s.number, mv_w, s.running || dc_w != 0.0, &s.demand).poi_w
    }
}
