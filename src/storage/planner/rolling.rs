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
        let share =
            |done_w: f64, planned_w: f64| if planned_w > 0.0 { (done_w / planned_w).clamp(0.0, 1.0) } else { 0.0 };
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

#[cfg(test)]
mod tests {
    use super::super::Reason;
    use super::super::tests::{QUIET, STORE, settings};
    use super::*;
    use crate::time::TimeAxis;
    use jiff::civil::date;

    fn calendar(len: usize, step_s: u32) -> Vec<Moment> {
        let start = date(2021, 6, 1).at(0, 0, 0, 0);
        TimeAxis { start, step_s, len, utc_offset_s: 0, leap_days: true }.moments()
    }

    /// Days with sun from 7 to 17 h, a steady load, and a dear evening.
    fn days(count: usize) -> Vec<Slot> {
        let one = |t: usize| {
            let hour = (t % 24) as f64;
            let sun = (1.0 - ((hour - 12.0) / 5.5).powi(2)).max(0.0);
            let buy_per_kwh = if (17.0..21.0).contains(&hour) { 0.5 } else { 0.2 } + 0.001 * hour;
            let pv_w = 6e3 * sun * (1.0 + 0.3 * ((t / 24) as f64).sin());
            Slot { pv_w, demand_w: 500.0, buy_per_kwh, sell_per_kwh: buy_per_kwh - 0.1, ..QUIET }
        };
        (0..24 * count).map(one).collect()
    }

    fn rolling(settings: Settings, steps: &[Slot], step_s: u32, forecast: &Forecast) -> Rolling {
        let calendar = calendar(steps.len(), step_s);
        let step_h = f64::from(step_s) / 3600.0;
        Rolling::new(settings, &YearAhead { steps, calendar: &calendar, step_h, forecast })
    }

    /// Runs the whole year; the decision and the stored energy after each step.
    fn run(rolling: &mut Rolling, steps: &[Slot]) -> Vec<(Decision, f64)> {
        let (mut stored_wh, step_h) = (5e3, rolling.step_h);
        let mut one = |(step, slot): (usize, &Slot)| {
            let decision = rolling.decide(step, &STORE, stored_wh, slot);
            stored_wh -= decision.action.pb_w * step_h;
            (decision, stored_wh)
        };
        steps.iter().enumerate().map(&mut one).collect()
    }

    #[test]
    fn the_window_ends_where_prices_are_no_longer_known() {
        let steps = days(4);
        let ahead = |settings: Settings, slot| rolling(settings, &steps, 3600, &Forecast::Perfect).slots_ahead(slot);
        assert_eq!([0, 12, 13, 23].map(|slot| ahead(settings(), slot)), [24, 12, 35, 25]);
        assert_eq!(
            [0, 12, 13, 23].map(|slot| ahead(Settings { horizon_h: 24.0, ..settings() }, slot)),
            [24, 12, 24, 24]
        );
        assert_eq!(ahead(Settings { outlook: Outlook::Rolling, horizon_h: 30.0, ..settings() }, 12), 30);
        let mut last = rolling(settings(), &steps, 3600, &Forecast::Perfect);
        last.look_ahead(93);
        assert_eq!(last.window.len(), 3, "the data end");
    }

    #[test]
    fn with_a_perfect_forecast_each_slot_passes_as_planned() {
        let steps = days(5);
        let settings = Settings { arbitrage: true, grid_charging: true, ..settings() };
        let decisions = run(&mut rolling(settings, &steps, 3600, &Forecast::Perfect), &steps);
        for (t, (decision, stored_wh)) in decisions.iter().enumerate() {
            assert!((decision.action.pb_w - decision.planned.pb_w()).abs() < 1e-6, "slot {t}");
            assert!((stored_wh - decision.planned.stored_end_wh).abs() < 1e-6, "slot {t}");
        }
        let sold = |reason| decisions.iter().any(|(d, _)| d.action.reason == reason && d.action.sold_w > 0.0);
        assert!(sold(Reason::SaleSurplus));
    }

    #[test]
    fn minutes_are_planned_in_quarter_hours_and_carried_out_one_by_one() {
        let hourly = days(2);
        let minutes: Vec<Slot> = (0..2880)
            .map(|minute| {
                let slot = hourly[minute / 60];
                // Two minutes of sun, one of cloud.
                Slot { pv_w: slot.pv_w * if minute % 3 == 2 { 0.0 } else { 1.5 }, ..slot }
            })
            .collect();
        let mut rolling = rolling(settings(), &minutes, 60, &Forecast::Perfect);
        assert_eq!((rolling.steps_per_slot, rolling.actual.len()), (15, 192));
        assert!((rolling.actual[48].pv_w - hourly[12].pv_w).abs() < 1e-9);
        let decisions = run(&mut rolling, &minutes);
        for quarter in decisions.chunks(15) {
            assert!(quarter.iter().all(|(d, _)| d.planned == quarter[0].0.planned), "one plan for a quarter-hour");
        }
        // At noon of the first day the battery fills: sun is stored, clouds are served.
        let noon = &decisions[8 * 60..8 * 60 + 3];
        assert!(noon[0].0.action.pb_w < 0.0 && noon[2].0.action.pb_w == 500.0, "{noon:?}");
    }

    #[test]
    fn limits_of_a_slot_are_the_tightest_of_its_steps() {
        let mut steps = vec![QUIET; 15];
        steps[3].export_limit_w = 2e3;
        steps[4].import_limit_w = 1e3;
        steps[5].grid_charge_allowed = false;
        let slot = mean(&steps);
        assert_eq!((slot.export_limit_w, slot.import_limit_w, slot.grid_charge_allowed), (2e3, 1e3, false));
    }

    #[test]
    fn persistence_expects_the_last_known_day() {
        let steps: Vec<Slot> = (0..96).map(|t| Slot { pv_w: t as f64, ..QUIET }).collect();
        let rolling = rolling(settings(), &steps, 3600, &Forecast::Persistence);
        let expected = |now, t| rolling.expected_w(now, t).0;
        // On the first day what comes; then 24 h before; beyond 24 h ahead, 48 h before.
        assert_eq!([expected(0, 5), expected(30, 30), expected(30, 53), expected(30, 54)], [5.0, 6.0, 29.0, 6.0]);
    }

    #[test]
    fn given_series_are_expected_by_their_means() {
        let forecast = Forecast::Given { pv_w: vec![1.0, 3.0], demand_w: vec![2.0, 6.0] };
        let rolling = rolling(settings(), &vec![QUIET; 4], 450, &forecast);
        // The series ends before the year: what comes is expected then.
        assert_eq!([rolling.expected_w(0, 0), rolling.expected_w(0, 1)], [(2.0, 4.0), (0.0, 0.0)]);
    }

    #[test]
    fn a_deficit_given_up_for_a_sale_stays_given_up_as_far_as_the_sale_was_made() {
        let mut steps = vec![QUIET; 24];
        steps[1].sell_per_kwh = 0.9;
        (steps[5].demand_w, steps[5].buy_per_kwh) = (3e3, 0.25);
        let settings = Settings { arbitrage: true, ..settings() };
        let left_w = |export_limit_w| {
            let mut rolling = rolling(settings, &steps, 3600, &Forecast::Perfect);
            rolling.decide(0, &STORE, 3e3, &steps[0]);
            rolling.decide(1, &STORE, 3e3, &Slot { export_limit_w, ..steps[1] });
            rolling.decide(2, &STORE, 3e3, &steps[2]);
            rolling.pledges[5].left_to_grid_w
        };
        assert_eq!(left_w(f64::INFINITY), 3e3);
        assert_eq!(left_w(1e3), 1e3);
    }

    #[test]
    fn behind_the_year_nothing_is_planned() {
        let steps = days(1);
        let mut rolling = rolling(settings(), &steps, 3600, &Forecast::Perfect);
        assert_eq!(rolling.decide(24, &STORE, 5e3, &QUIET).planned, PlannedSlot::IDLE);
    }
}
