//! A year as a linear program: constant efficiencies, and demand charges, which a chain of steps cannot see.

use crate::plant::Demand;

use super::super::super::Plan;
use super::super::super::battery::BatteryState;
use super::super::super::operation::Around;
use super::super::super::optimum::{
    DailyLimit, DemandCharge, EndValue, LinearBattery, LinearSite, LpSolution, LpStatus,
};
use super::super::super::planner::Store;
use super::ceilings::Ceilings;
use super::chain::stretch_steps;

/// Share of a day's limit that counts as all of it.
const USED_UP: f64 = 0.999;

/// The course that the linear program finds best, stretch by stretch.
///
/// It knows what a chain of steps cannot see, the month's peak and the day's cycles, but the plant only by constant
/// efficiencies and limits on the sum at the POI. So its highest imports and its discharge on days when that is scarce are
/// taken, and the way there is left to those who know the plant.
pub(super) struct Proposal {
    /// None where nothing is charged.
    pub charge: Option<DemandCharge>,
    pub import_w: Vec<f64>,
    pub peaks_w: Vec<f64>,
    /// The largest fall of stored energy, Wh; infinite on days when all that may be given is not needed.
    pub falls_wh: Vec<f64>,
}

impl Proposal {
    /// None where a chain of steps sees all there is, and where the program could not be solved.
    pub fn find(known: &Known<'_, '_>) -> Option<Self> {
        let charge = known.demand_charge().filter(|charge| charge.price_per_kw.iter().any(|price| *price > 0.0));
        let limit = known.daily_limit();
        if charge.is_none() && limit.is_none() {
            return None;
        }
        let site = known.linear(charge, limit);
        let solution = site.optimum();
        let falls_wh = falls_wh(&site, &solution.discharge_w);
        let is_solved = solution.status != LpStatus::Failed;
        let LpSolution { import_w, peaks_w, .. } = solution;
        is_solved.then_some(Self { charge: site.demand_charge, import_w, peaks_w, falls_wh })
    }
}

impl Proposal {
    /// The ceilings of its course with these peaks of the months.
    pub fn ceilings(&self, peaks_w: &[f64], most_per_kw: f64) -> Ceilings {
        let by_charge = self.charge.as_ref().map(|charge| Ceilings::new(charge, most_per_kw, &self.import_w, peaks_w));
        let mut ceilings = by_charge.unwrap_or_default();
        ceilings.falls_wh.clone_from(&self.falls_wh);
        ceilings
    }
}

/// How far stored energy may fall for a discharge, on days that use up their limit.
fn falls_wh(site: &LinearSite, discharge_w: &[f64]) -> Vec<f64> {
    let Some(limit) = &site.daily_limit else { return vec![] };
    let mut falls_wh = vec![f64::INFINITY; discharge_w.len()];
    for day in limit.days(discharge_w.len()) {
        let given_wh = discharge_w[day.clone()].iter().sum::<f64>() * site.step_h;
        if given_wh >= USED_UP * limit.most_wh {
            day.for_each(|i| falls_wh[i] = discharge_w[i] * site.step_h / site.battery.eta_discharge);
        }
    }
    falls_wh
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
    /// Stored energy that shall be left at the end, Wh.
    pub left_wh: f64,
    pub wear_per_kwh: f64,
    /// The highest price of energy, per kWh.
    pub highest_price: f64,
    /// What is counted for each kWh that limits leave unserved: far above all prices, those of demand too.
    pub far_above: f64,
}

impl Known<'_, '_> {
    /// The demand charges, stretch by stretch.
    fn demand_charge(&self) -> Option<DemandCharge> {
        let steps_in = stretch_steps(self.around);
        let mut charge = DemandCharge::new(self.around.prices?, self.around.axis, self.around.calendar)?;
        charge.month = charge.month.into_iter().step_by(steps_in).collect();
        charge.interval_steps /= steps_in;
        Some(charge)
    }

    /// What may be discharged in a day, stretch by stretch; none without a limit, and where nothing can be discharged.
    fn daily_limit(&self) -> Option<DailyLimit> {
        let battery = &self.plan.battery;
        let (_, eta_battery) = battery.one_way(battery.roundtrip_efficiency(self.start));
        let eta_discharge = self.battery().eta_discharge;
        let most_wh = battery.max_cycles_per_day * battery.nameplate_wh * eta_discharge / eta_battery;
        let mut day = 0;
        let moments = self.around.calendar;
        let days = (0..moments.len()).map(|i| {
            day += usize::from(i > 0 && moments[i].day != moments[i - 1].day);
            day
        });
        let day = days.step_by(stretch_steps(self.around)).collect();
        (most_wh.is_finite() && eta_discharge > 0.0).then_some(DailyLimit { day, most_wh })
    }

    /// The year as a linear program, its steps the stretches of the chain.
    fn linear(&self, demand_charge: Option<DemandCharge>, daily_limit: Option<DailyLimit>) -> LinearSite {
        let around = self.around;
        let steps_in = stretch_steps(around);
        let means = |values: &[f64]| -> Vec<f64> {
            values.chunks(steps_in).map(|steps| steps.iter().sum::<f64>() / steps.len() as f64).collect()
        };
        let least = |values: &[f64]| -> Vec<f64> {
            values.chunks(steps_in).map(|steps| steps.iter().copied().fold(f64::INFINITY, f64::min)).collect()
        };
        let price = |p: Option<&Vec<f64>>| {
            p.map_or_else(|| vec![1.0; around.first.mv_w.len().div_ceil(steps_in)], |p| means(p))
        };
        LinearSite {
            step_h: around.axis.step_h() * steps_in as f64,
            pv_w: means(&self.beside_idle_storage_w()),
            demand_w: means(&around.wanted_w()),
            buy_per_kwh: price(around.prices.map(|p| &p.buy_per_kwh)),
            sell_per_kwh: price(around.prices.map(|p| &p.sell_per_kwh)),
            import_limit_w: least(&around.grid.import.limit_w),
            export_limit_w: least(&(0..around.grid.len()).map(|i| around.grid.export_limit_w(i)).collect::<Vec<_>>()),
            battery: LinearBattery { wear_per_kwh: self.wear_per_kwh, ..self.battery() },
            grid_charging: self.open.chunks(steps_in).map(|steps| steps.iter().all(|open| *open)).collect(),
            shed_per_kwh: self.far_above,
            demand_charge,
            daily_limit,
            end: EndValue::AtLeast { stored_wh: self.left_wh, short_per_kwh: self.far_above },
        }
    }

    /// The plant's output with the storage idle, W: PV less what the storage draws all the same.
    fn beside_idle_storage_w(&self) -> Vec<f64> {
        let around = self.around;
        let idle_w = self.plan.converter.mv_w(0.0);
        let output_w = |(i, mv_w): (usize, &f64)| {
            around.grid.flow(i, mv_w + idle_w, around.pv_running[i], &Demand::default()).before_limit_w
        };
        around.first.mv_w.iter().enumerate().map(output_w).collect()
    }

    /// The battery from the POI: what it adds to the output of the idle storage at its rated powers.
    fn battery(&self) -> LinearBattery {
        let Plan { battery, converter, .. } = self.plan;
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
