//! The plan renewed in every slot of a year, and carried out step by step.

use super::ahead::Ahead;
use super::execute::{Action, execute};
use super::plan::{Planner, Window};
use super::segments::{Before, Pledge};
use super::slot::{PlannedSlot, Slot, Store};
use super::{Settings, YearAhead};

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
    ahead: Ahead,
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
        let ahead = Ahead::new(year);
        Self {
            planner: Planner::new(settings),
            step_h: year.step_h,
            pledges: vec![Pledge::default(); ahead.len()],
            ahead,
            window: vec![],
            before: Before::NOTHING,
            sold_wh: 0.0,
            charged_wh: 0.0,
            current: None,
            planned: PlannedSlot::IDLE,
        }
    }

    /// What to do in a step, whose actual values are given. Steps come in order; the plan is renewed at each slot's
    /// first. Behind the year's end nothing is planned. A step may be asked again with other values, as nothing is noted.
    pub fn decide(&mut self, step: usize, store: &Store, stored_wh: f64, actual: &Slot) -> Decision {
        let slot = step / self.ahead.steps_per_slot;
        if self.current != Some(slot) {
            self.settle(slot);
            self.current = Some(slot);
            self.plan_slot(slot, store, stored_wh);
        }
        let planned = self.planned;
        let action = execute(&planned, actual, store, (stored_wh, self.step_h), self.planner.settings());
        Decision { action, planned }
    }

    /// Notes what came of the step last decided, once: the battery's power at the POI, W, positive when discharging, and
    /// the power of the POI, W, positive when exporting.
    pub fn note(&mut self, pb_w: f64, poi_w: f64) {
        self.sold_wh += pb_w.min(poi_w).max(0.0) * self.step_h;
        self.charged_wh += (-pb_w).max(0.0) * self.step_h;
    }

    /// Notes what the slot before `slot` has settled, as far as it was carried out.
    fn settle(&mut self, slot: usize) {
        let planned = &self.planned;
        let share =
            |done_w: f64, planned_w: f64| if planned_w > 0.0 { (done_w / planned_w).clamp(0.0, 1.0) } else { 0.0 };
        let sold = share(self.sold_wh / self.ahead.slot_h - planned.sale_surplus_w, planned.sale_arbitrage_w);
        let charged = share(self.charged_wh / self.ahead.slot_h, planned.charge_pv_w + planned.charge_grid_w);
        // The first of the window is the slot that has passed.
        let settled = self.planner.first_pledges().iter().skip(1);
        for (pledge, settled) in self.pledges.iter_mut().skip(slot).zip(settled) {
            pledge.add(settled, sold, charged);
        }
        (self.sold_wh, self.charged_wh) = (0.0, 0.0);
    }

    fn plan_slot(&mut self, slot: usize, store: &Store, stored_wh: f64) {
        self.ahead.look(slot, self.planner.settings(), &mut self.window);
        let start_h = self.ahead.hour(slot);
        let pledges = self.pledges.get(slot..).unwrap_or_default();
        let window = Window { slots: &self.window, slot_h: self.ahead.slot_h, start_h, before: self.before, pledges };
        let plan = self.planner.plan(&window, store, stored_wh);
        self.planned = plan.first().copied().unwrap_or(PlannedSlot::IDLE);
        self.before = self.planner.after_first(&window);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{QUIET, STORE, settings};
    use super::super::{Forecast, Reason};
    use super::*;
    use crate::time::{Moment, TimeAxis};
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

    /// Notes that a step has passed as decided.
    fn note(rolling: &mut Rolling, Decision { action, .. }: &Decision, actual: &Slot) {
        let output_w = (actual.pv_w - actual.demand_w + action.pb_w).min(action.export_cap_w);
        rolling.note(action.pb_w, output_w);
    }

    /// Runs the whole year; the decision and the stored energy after each step.
    fn run(rolling: &mut Rolling, steps: &[Slot]) -> Vec<(Decision, f64)> {
        let (mut stored_wh, step_h) = (5e3, rolling.step_h);
        let mut one = |(step, slot): (usize, &Slot)| {
            let decision = rolling.decide(step, &STORE, stored_wh, slot);
            note(rolling, &decision, slot);
            stored_wh -= decision.action.pb_w * step_h;
            (decision, stored_wh)
        };
        steps.iter().enumerate().map(&mut one).collect()
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
        assert_eq!((rolling.ahead.steps_per_slot, rolling.ahead.len()), (15, 192));
        let decisions = run(&mut rolling, &minutes);
        for quarter in decisions.chunks(15) {
            assert!(quarter.iter().all(|(d, _)| d.planned == quarter[0].0.planned), "one plan for a quarter-hour");
        }
        // At noon of the first day the battery fills: sun is stored, clouds are served.
        let noon = &decisions[8 * 60..8 * 60 + 3];
        assert!(noon[0].0.action.pb_w < 0.0 && noon[2].0.action.pb_w == 500.0, "{noon:?}");
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
            let actual = Slot { export_limit_w, ..steps[1] };
            let asked = rolling.decide(1, &STORE, 3e3, &actual);
            // Asked again, as where vehicles are cut; it is one sale all the same.
            assert_eq!(rolling.decide(1, &STORE, 3e3, &actual), asked);
            note(&mut rolling, &asked, &actual);
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
