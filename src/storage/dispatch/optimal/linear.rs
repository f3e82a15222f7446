//! A year as a linear program: constant efficiencies, and demand charges, which a chain of steps cannot see.

use super::super::super::Plan;
use super::super::super::battery::BatteryState;
use super::super::super::operation::Around;
use super::super::super::optimum::{DemandCharge, EndValue, LinearBattery, LinearSite, LpStatus};
use super::super::super::planner::Store;
use super::chain::stretch_steps;

/// What the linear program finds: the imports of the course with the least bill, stretch by stretch, and its peaks.
///
/// It knows demand charges, but the plant only by constant efficiencies and limits on the sum at the POI. So its highest
/// imports are taken, and the way there is left to those who know the plant.
pub(super) struct Billed {
    pub charge: DemandCharge,
    pub import_w: Vec<f64>,
    pub peaks_w: Vec<f64>,
}

impl Billed {
    /// None where no demand is charged, and where the program could not be solved.
    pub fn find(site: &Known<'_, '_>) -> Option<Self> {
        let charge = demand_charge(site.around).filter(|charge| charge.price_per_kw.iter().any(|price| *price > 0.0))?;
        let solution = site.linear(charge.clone()).optimum();
        let is_solved = solution.status != LpStatus::Failed;
        is_solved.then_some(Self { charge, import_w: solution.import_w, peaks_w: solution.peaks_w })
    }
}

/// The demand charges of a year, stretch by stretch.
fn demand_charge(around: &Around<'_>) -> Option<DemandCharge> {
    let steps_in = stretch_steps(around);
    let mut charge = DemandCharge::new(around.prices?, around.axis, around.calendar)?;
    charge.month = charge.month.into_iter().step_by(steps_in).collect();
    charge.interval_steps /= steps_in;
    Some(charge)
}

/// What is known of a year beforehand.
#[derive(Clone, Copy)]
pub(super) struct Known<'k, 'a> {
    pub plan: &'a Plan,
    pub around: &'a Around<'a>,
    pub start: &'k BatteryState,
    pub store: &'k Store,
    /// In which steps the battery may be charged from the grid.
    pub open: &'k [bool],
    pub end: EndValue,
    pub wear_per_kwh: f64,
    /// The highest of all prices of energy and demand.
    pub highest_price: f64,
    /// What is counted for each kWh that limits leave unserved.
    pub far_above: f64,
}

impl Known<'_, '_> {
    /// The year as a linear program, its steps the stretches of the chain.
    fn linear(&self, demand_charge: DemandCharge) -> LinearSite {
        let Self { around, plan, .. } = self;
        let steps_in = stretch_steps(around);
        let means = |values: &[f64]| -> Vec<f64> {
            values.chunks(steps_in).map(|steps| steps.iter().sum::<f64>() / steps.len() as f64).collect()
        };
        let least = |values: &[f64]| -> Vec<f64> {
            values.chunks(steps_in).map(|steps| steps.iter().copied().fold(f64::INFINITY, f64::min)).collect()
        };
        let price = |p: Option<&Vec<f64>>| p.map_or_else(|| vec![1.0; demand_charge.month.len()], |p| means(p));
        LinearSite {
            step_h: around.axis.step_h() * steps_in as f64,
            pv_w: means(&self.beside_idle_storage_w()),
            demand_w: means(&around.wanted_w()),
            buy_per_kwh: price(around.prices.map(|p| &p.buy_per_kwh)),
            sell_per_kwh: price(around.prices.map(|p| &p.sell_per_kwh)),
            import_limit_w: least(&around.grid.import.limit_w),
            export_limit_w: least(&around.grid.export.limit_w),
            battery: LinearBattery { wear_per_kwh: self.wear_per_kwh, ..self.battery(plan) },
            grid_charging: self.open.chunks(steps_in).map(|steps| steps.iter().all(|open| *open)).collect(),
            shed_per_kwh: self.far_above,
            demand_charge: Some(demand_charge),
            end: self.end,
        }
    }

    /// The plant's output with the storage idle, W: PV less what the storage draws all the same.
    fn beside_idle_storage_w(&self) -> Vec<f64> {
        let around = self.around;
        let idle_w = self.plan.converter.mv_w(0.0);
        let output_w = |(i, mv_w): (usize, &f64)| {
            around.grid.flow(i, mv_w + idle_w, around.pv_running[i], &around.grid.demand(i, &Default::default())).before_limit_w
        };
        around.first.mv_w.iter().enumerate().map(output_w).collect()
    }

    /// The battery from the POI: what it adds to the output of the idle storage at its rated powers.
    fn battery(&self, plan: &Plan) -> LinearBattery {
        let Plan { battery, converter, .. } = plan;
        let (eta_charge, eta_discharge) = battery.one_way(battery.roundtrip_efficiency(self.start));
        let in_w = (converter.rated_w * converter.efficiency).min(battery.max_charge_w);
        let out_w = (converter.rated_w / converter.efficiency).min(battery.max_discharge_w);
        let idle_w = converter.mv_w(0.0);
        let charge_w = idle_w - converter.mv_w(-in_w);
        let discharge_w = (converter.mv_w(out_w) - idle_w).max(0.0);
        let ratio = |a: f64, b: f64| if b > 0.0 { a / b } else { 0.0 };
        LinearBattery {
            charge_w,
            discharge_w,
            eta_charge: eta_charge * ratio(in_w, charge_w),
            eta_discharge: eta_discharge * ratio(discharge_w, out_w),
            floor_wh: self.store.floor_wh,
            full_wh: self.store.full_wh,
            start_wh: self.start.stored_wh,
            wear_per_kwh: 0.0,
        }
    }
}
