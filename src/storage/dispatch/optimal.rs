//! Optimal dispatch: the best the battery could do with everything known beforehand, walked through the real plant.

use crate::ev::Draw;
use crate::keys::Keys;
use crate::plant::Demand;
use crate::units::KILO;

use super::super::Plan;
use super::super::battery::BatteryState;
use super::super::limits::{LimitMode, LimitTracer};
use super::super::operation::Around;
use super::super::optimum::{
    DemandCharge, EndValue, LEVELS, Levels, LinearBattery, LinearSite, LpSolution, LpStatus, Reach, Stage, Values,
    solve,
};
use super::super::planner::Store;
use super::{Intent, Reason, View, Wish};

pub(super) const DOC: &str = "the best with everything known beforehand: least bill, or most energy delivered where there are no \
                              prices; a yardstick for the others";

/// Optimal dispatch with its settings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Optimal {
    /// What a kWh discharged costs in wear.
    pub wear_per_kwh: f64,
    /// Stored energy that shall be left at the end of the run, Wh; none: that of the start.
    pub left_wh: Option<f64>,
}

/// What is counted for each kWh that limits leave unserved or the end is short of, beside the highest price.
const FAR_ABOVE: f64 = 100.0;
/// Shortest stretch that is planned at once, h.
const SHORTEST_H: f64 = 0.25;

impl Optimal {
    /// Reads the keys beside the strategy.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let wear = k.number("wear_per_kwh", "what each kWh discharged costs in wear, in the currency of the prices");
        Self { wear_per_kwh: wear.at_least(0.0).or(0.0), left_wh: None }
    }
}

/// The plan of a year and how to follow it.
pub(super) enum Guide<'a> {
    /// The cost to go from every stretch of steps and level of stored energy.
    Values { values: Values, chain: Chain<'a>, course: Option<(usize, f64)> },
    /// The power at the POI in every step, W, positive export, where demand charges count.
    Poi(Vec<f64>),
}

impl<'a> Guide<'a> {
    /// Plans a year from the battery's state at its start.
    pub(super) fn new(
        optimal: &Optimal,
        plan: &'a Plan,
        around: &'a Around<'a>,
        start: &BatteryState,
        store: &Store,
        open: Vec<bool>,
    ) -> Self {
        let far_above = FAR_ABOVE * highest_price(around);
        let stored_wh = optimal.left_wh.unwrap_or(start.stored_wh);
        let end = EndValue::AtLeast { stored_wh, short_per_kwh: far_above };
        // The chain of steps cannot see a month's peak; the linear program can.
        if around.prices.and_then(|p| p.demand_charge_per_kw).is_some_and(|per_kw| per_kw.iter().any(|x| *x > 0.0)) {
            let solution = linear_site(optimal, around, start, store, &open, end, far_above).optimum();
            if solution.status != LpStatus::Failed {
                return Self::Poi(poi_w(&solution));
            }
        }
        let chain = Chain::new(optimal, plan, around, start, open, far_above);
        let values = solve(chain.len(), Levels::new(store.floor_wh, store.full_wh, LEVELS), &chain, end);
        Self::Values { values, chain, course: None }
    }

    pub(super) fn wish(&mut self, view: &View<'_>, from_grid: bool) -> Wish {
        // Without the grid's permission what is charged is what PV has over at the time, whatever was planned.
        let (pv_w, draw_w) = (view.pv.before_limit_w, view.demand.total_w.min(view.export_cap_w));
        let least_output_w = if from_grid { f64::NEG_INFINITY } else { pv_w.min(draw_w) };
        match self {
            Self::Poi(poi_w) => {
                let output_w = (view.demand.total_w + poi_w[view.step]).max(least_output_w);
                Wish::new(Intent::Output { output_w }, Reason::Optimal)
            }
            Self::Values { values, chain, course } => {
                let stretch = view.step / chain.steps;
                let mut dc_w = match *course {
                    Some((at, dc_w)) if at == stretch => dc_w,
                    _ => {
                        let change_wh = values.best(stretch, view.state.battery.stored_wh, chain).change_wh;
                        let dc_w = chain.dc_w(change_wh);
                        *course = Some((stretch, dc_w));
                        dc_w
                    }
                };
                if dc_w < 0.0 && !from_grid {
                    dc_w = dc_w.max(chain.tracer.dc_for_output_w(view.step, view.pv.mv_w, least_output_w).min(0.0));
                }
                let intent = match dc_w {
                    w if w > 0.0 => Intent::Discharge { up_to_w: w },
                    w if w < 0.0 => Intent::Charge { up_to_w: -w },
                    _ => Intent::Idle,
                };
                let (output_cap_w, pv_off) = price_cap(view);
                // PV stays on for what it charges alone.
                let pv_off = pv_off && (dc_w >= 0.0 || from_grid);
                Wish { output_cap_w, pv_off, ..Wish::new(intent, Reason::Optimal) }
            }
        }
    }
}

/// What negative prices mean for PV: no export below a feed-in price of zero, no PV where consumption is paid for and
/// the connection carries the demand.
fn price_cap(view: &View<'_>) -> (f64, bool) {
    match view.prices {
        Some((buy, sell)) if sell < 0.0 => (view.demand.total_w, buy < 0.0 && view.pv_may_be_off),
        _ => (f64::INFINITY, false),
    }
}

fn highest_price(around: &Around<'_>) -> f64 {
    let of = |p: &[f64]| p.iter().fold(0.0_f64, |high, x| high.max(x.abs()));
    let Some(prices) = around.prices else { return 1.0 };
    let demand = prices.demand_charge_per_kw.map_or(0.0, |per_kw| of(&per_kw));
    of(&prices.buy_per_kwh).max(of(&prices.sell_per_kwh)).max(demand).max(1e-3)
}

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
    fn new(
        optimal: &Optimal,
        plan: &'a Plan,
        around: &'a Around<'a>,
        start: &BatteryState,
        open: Vec<bool>,
        far_above: f64,
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
        chain.stretches =
            (0..len).step_by(steps).map(|from| chain.stretch(from, (from + steps).min(len), &ev_w, &open)).collect();
        chain
    }

    fn stretch(&self, from: usize, to: usize, ev_w: &[f64], open: &[bool]) -> Stretch {
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
        let mut stretch = Stretch {
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

    fn len(&self) -> usize {
        self.stretches.len()
    }

    /// Power at the DC terminals for a change of stored energy over a stretch, W, positive discharging.
    fn dc_w(&self, change_wh: f64) -> f64 {
        if change_wh > 0.0 { -change_wh / (self.h * self.eta_charge) } else { -change_wh * self.eta_discharge / self.h }
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
            if may_be_off && s.buy_per_kwh < 0.0 && s.demand.at_import_w <= s.import_limit_w {
                poi_w = poi_w.min(self.poi_w(&Stretch { pv_mv_w: s.pv_mv_w.min(0.0), ..*s }, dc_w));
            }
        }
        let above_w = (-poi_w - s.import_limit_w).max(0.0);
        // Vehicles go without first; what is left is an overload, and that is worse.
        let shed_w = above_w.min(s.ev_w);
        let import_w = (-poi_w).max(0.0) - above_w;
        let energy = import_w * s.buy_per_kwh - poi_w.max(0.0) * s.sell_per_kwh + dc_w.max(0.0) * self.wear_per_kwh;
        (energy + self.far_above * (shed_w + 10.0 * (above_w - shed_w))) * self.h / KILO
    }

    fn kinks(&self, stretch: usize, changes_wh: &mut Vec<f64>) {
        let s = &self.stretches[stretch];
        let cap_w = self.around.grid.export_cap_w(s.step, &s.demand);
        for output_w in [s.demand.total_w, s.demand.at_import_w - s.import_limit_w, cap_w] {
            if output_w.is_finite() {
                changes_wh.push(self.change_wh(self.tracer.dc_for_output_w(s.step, s.pv_mv_w, output_w)));
            }
        }
    }
}

/// The year as a linear program: constant efficiencies, demand charges.
fn linear_site(
    optimal: &Optimal,
    around: &Around<'_>,
    start: &BatteryState,
    store: &Store,
    open: &[bool],
    end: EndValue,
    far_above: f64,
) -> LinearSite {
    let ev_w = around.ev.unlimited_w();
    let price = |p: Option<&Vec<f64>>| p.cloned().unwrap_or_else(|| vec![1.0; around.first.mv_w.len()]);
    let demand_charge = around.prices.and_then(|p| {
        let per_kw = p.demand_charge_per_kw?;
        Some(DemandCharge {
            month: around.calendar.iter().map(|m| usize::from(m.month0)).collect(),
            price_per_kw: per_kw.to_vec(),
            interval_steps: (p.billing_interval_s / around.axis.step_s) as usize,
        })
    });
    LinearSite {
        step_h: around.axis.step_h(),
        pv_w: around.first.before_limit_w.clone(),
        demand_w: (0..around.first.mv_w.len())
            .map(|i| around.grid.load_w[i] + ev_w.get(i).copied().unwrap_or(0.0))
            .collect(),
        buy_per_kwh: price(around.prices.map(|p| &p.buy_per_kwh)),
        sell_per_kwh: price(around.prices.map(|p| &p.sell_per_kwh)),
        import_limit_w: around.grid.import.limit_w.clone(),
        export_limit_w: around.grid.export.limit_w.clone(),
        battery: LinearBattery {
            charge_w: store.charge_w,
            discharge_w: store.discharge_w,
            eta_charge: store.eta_charge,
            eta_discharge: store.eta_discharge,
            floor_wh: store.floor_wh,
            full_wh: store.full_wh,
            start_wh: start.stored_wh,
            wear_per_kwh: optimal.wear_per_kwh,
        },
        grid_charging: open.iter().all(|open| *open),
        shed_per_kwh: far_above,
        demand_charge,
        end,
    }
}

/// Planned power at the POI, W, positive export.
fn poi_w(solution: &LpSolution) -> Vec<f64> {
    solution.export_w.iter().zip(&solution.import_w).map(|(export_w, import_w)| export_w - import_w).collect()
}
