//! The plan renewed in every slot of a year, and carried out step by step.

use crate::time::Moment;

use super::execute::{Action, execute};
use super::plan::{Planner, Window};
use super::segments::{Before, Pledge};
use super::slot::{PlannedSlot, Slot, Store};
use super::{Outlook, Settings};

/// Shortest slot that is planned, h.
const SHORTEST_SLOT_H: f64 = 0.25;
const DAY_H: f64 = 24.0;

/// What the planner expects of PV and demand. Prices and limits are always known.
#[derive(Debug, Clone, PartialEq)]
pub enum Forecast {
    /// What really comes.
    Perfect,
    /// What came at the same time of the last day that is known; on the first day what really comes.
    Persistence,
    /// Series, one value per step.
    Given {
        /// Available PV at the POI, W.
        pv_w: Vec<f64>,
        /// Site load and vehicles, W.
        demand_w: Vec<f64>,
    },
}

/// A year as the planner will meet it.
#[derive(Debug, Clone, Copy)]
pub struct YearAhead<'a> {
    /// Prices, limits, PV and demand of every step.
    pub steps: &'a [Slot],
    /// Start of every step, standard time.
    pub calendar: &'a [Moment],
    /// Length of a step, h.
    pub step_h: f64,
    /// What is expected.
    pub forecast: &'a Forecast,
}

/// What to do in a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decision {
    /// What is asked of battery and PV.
    pub action: Action,
    /// The plan of the slot in which the step lies.
    pub planned: PlannedSlot,
}

/// Renews the plan in every slot of a year. Slots are as long as a step, but 15 min at least.
#[derive(Debug, Clone)]
pub struct Rolling {
    planner: Planner,
    step_h: f64,
    steps_per_slot: usize,
    actual: Vec<Slot>,
    /// Expected PV and demand of every slot, W; none where persistence gives them.
    expected_w: Option<Vec<(f64, f64)>>,
    /// Hour of the day at every slot's start.
    hours: Vec<f64>,
    window: Vec<Slot>,
    before: Before,
    /// What has been settled about every slot.
    pledges: Vec<Pledge>,
    /// Energy sold in the current slot, Wh.
    sold_wh: f64,
    /// Energy charged in the current slot, Wh at the POI.
    charged_wh: f64,
    current: Option<usize>,
    planned: PlannedSlot,
}

impl Rolling {
    /// Prepares a year. Steps shorter than 15 min are planned by their means, and by the tightest of their limits.
    pub fn new(settings: Settings, year: &YearAhead<'_>) -> Self {
        let steps_per_slot = ((SHORTEST_SLOT_H / year.step_h - 1e-9).ceil() as usize).max(1);
        let actual: Vec<Slot> = year.steps.chunks(steps_per_slot).map(mean).collect();
        let expected_w = match year.forecast {
            Forecast::Perfect => Some(actual.iter().map(|slot| (slot.pv_w, slot.demand_w)).collect()),
            Forecast::Persistence => None,
            Forecast::Given { pv_w, demand_w } => {
                let means = |w: &[f64]| w.chunks(steps_per_slot).map(mean_of).collect::<Vec<_>>();
                Some(means(pv_w).into_iter().zip(means(demand_w)).collect())
            }
        };
        let hour = |m: &Moment| f64::from(m.hour) + f64::from(m.minute) / 60.0;
        Self {
            pledges: vec![Pledge::default(); actual.len()],
            sold_wh: 0.0,
            charged_wh: 0.0,
            planner: Planner::new(settings),
            step_h: year.step_h,
            steps_per_slot,
            actual,
            expected_w,
            hours: year.calendar.iter().step_by(steps_per_slot).map(hour).collect(),
            window: vec![],
            before: Before::NOTHING,
            current: None,
            planned: PlannedSlot::IDLE,
        }
    }

    /// What to do in a step, whose actual values are given. Steps come in order; the plan is renewed at each slot's
    /// first. Behind the year's end nothing is planned.
    pub fn decide(&mut self, step: usize, store: &Store, stored_wh: f64, actual: &Slot) -> Decision {
        let slot = step / self.steps_per_slot;
        if self.current != Some(slot) {
            self.settle(slot);
            self.current = Some(slot);
            self.plan_slot(slot, store, stored_wh);
        }
        let planned = self.planned;
        let action = execute(&planned, actual, store, (stored_wh, self.step_h), self.planner.settings());
        self.sold_wh += action.sold_w * self.step_h;
        self.charged_wh += (-action.pb_w).max(0.0) * self.step_h;
        Decision { action, planned }
    }

    /// Notes what the slot before `slot` has settled, as far as it was carried out.
    fn settle(&mut self, slot: usize) {
        let planned = &self.planned;
        let share = |done_w: f64, planned_w: f64| if planned_w > 0.0 { (done_w / planned_w).clamp(0.0, 1.0) } else { 0.0 };
        let sold = share(self.sold_wh / self.slot_h() - planned.sale_surplus_w, planned.sale_arbitrage_w);
        let charged = share(self.charged_wh / self.slot_h(), planned.charge_pv_w + planned.charge_grid_w);
        // The first of the window is the slot that has passed.
        let settled = self.planner.first_pledges().iter().skip(1);
        for (pledge, settled) in self.pledges.iter_mut().skip(slot).zip(settled) {
            pledge.left_to_grid_w += sold * settled.left_to_grid_w;
            pledge.bought_w += charged * settled.bought_w;
        }
        (self.sold_wh, self.charged_wh) = (0.0, 0.0);
    }

    fn slot_h(&self) -> f64 {
        self.steps_per_slot as f64 * self.step_h
    }

    fn plan_slot(&mut self, slot: usize, store: &Store, stored_wh: f64) {
        self.look_ahead(slot);
        let start_h = self.hours.get(slot).copied().unwrap_or(0.0);
        let pledges = self.pledges.get(slot..).unwrap_or_default();
        let window = Window { slots: &self.window, slot_h: self.slot_h(), start_h, before: self.before, pledges };
        let plan = self.planner.plan(&window, store, stored_wh);
        self.planned = plan.first().copied().unwrap_or(PlannedSlot::IDLE);
        self.before = self.planner.after_first(&window);
    }

    /// Fills the window with what is known and expected from a slot on.
    fn look_ahead(&mut self, slot: usize) {
        let end = (slot + self.slots_ahead(slot)).min(self.actual.len());
        self.window.clear();
        for t in slot..end {
            let (pv_w, demand_w) = self.expected_w(slot, t);
            self.window.push(Slot { pv_w, demand_w, ..self.actual[t] });
        }
    }

    /// Length of the window in slots, 1 at least.
    fn slots_ahead(&self, slot: usize) -> usize {
        let settings = self.planner.settings();
        let known_h = match settings.outlook {
            Outlook::Rolling => f64::INFINITY,
            Outlook::DayAhead => {
                let hour = self.hours.get(slot).copied().unwrap_or(0.0);
                let days = if hour >= settings.prices_published_h { 2.0 } else { 1.0 };
                days * DAY_H - hour
            }
        };
        ((known_h.min(settings.horizon_h) / self.slot_h()).round() as usize).max(1)
    }

    /// What is expected in slot `t` when planning in slot `now`.
    fn expected_w(&self, now: usize, t: usize) -> (f64, f64) {
        let from = match &self.expected_w {
            Some(expected_w) if t < expected_w.len() => return expected_w[t],
            Some(_) => t,
            None => {
                let day = (DAY_H / self.slot_h()).round() as usize;
                t.checked_sub(day * ((t - now) / day + 1)).unwrap_or(t)
            }
        };
        (self.actual[from].pv_w, self.actual[from].demand_w)
    }
}

/// The mean slot of some steps, with the tightest of their limits.
fn mean(steps: &[Slot]) -> Slot {
    let mean = |value: fn(&Slot) -> f64| steps.iter().map(value).sum::<f64>() / steps.len() as f64;
    let least = |value: fn(&Slot) -> f64| steps.iter().map(value).fold(f64::INFINITY, f64::min);
    Slot {
        buy_per_kwh: mean(|s| s.buy_per_kwh),
        sell_per_kwh: mean(|s| s.sell_per_kwh),
        pv_w: mean(|s| s.pv_w),
        demand_w: mean(|s| s.demand_w),
        import_limit_w: least(|s| s.import_limit_w),
        export_limit_w: least(|s| s.export_limit_w),
        grid_charge_allowed: steps.iter().all(|s| s.grid_charge_allowed),
    }
}

fn mean_of(w: &[f64]) -> f64 {
    w.iter().sum::<f64>() / w.len() as f64
}
