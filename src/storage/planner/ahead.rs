//! What lies ahead of a slot: the year in slots, how far prices are known, and what is expected of PV and demand.

use crate::time::Moment;

use super::slot::Slot;
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

/// The year in slots, which are as long as a step, but 15 min at least.
#[derive(Debug, Clone)]
pub(super) struct Ahead {
    pub slot_h: f64,
    pub steps_per_slot: usize,
    actual: Vec<Slot>,
    /// Expected PV and demand of every slot, W; none where persistence gives them.
    expected_w: Option<Vec<(f64, f64)>>,
    /// Hour of the day at every slot's start.
    hours: Vec<f64>,
}

impl Ahead {
    /// Steps shorter than a slot are planned by their means, and by the tightest of their limits.
    pub fn new(year: &YearAhead<'_>) -> Self {
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
        let hours = year.calendar.iter().step_by(steps_per_slot).map(hour).collect();
        Self { slot_h: steps_per_slot as f64 * year.step_h, steps_per_slot, actual, expected_w, hours }
    }

    /// Number of slots.
    pub fn len(&self) -> usize {
        self.actual.len()
    }

    /// Hour of the day at a slot's start, standard time.
    pub fn hour(&self, slot: usize) -> f64 {
        self.hours.get(slot).copied().unwrap_or(0.0)
    }

    /// Fills the window with what is known and expected from a slot on; nothing behind the year.
    pub fn look(&self, slot: usize, settings: &Settings, window: &mut Vec<Slot>) {
        let end = (slot + self.slots_ahead(slot, settings)).min(self.actual.len());
        window.clear();
        window.extend((slot..end).map(|t| {
            let (pv_w, demand_w) = self.expected_w(slot, t);
            Slot { pv_w, demand_w, ..self.actual[t] }
        }));
    }

    /// Length of the window in slots, 1 at least.
    fn slots_ahead(&self, slot: usize, settings: &Settings) -> usize {
        let known_h = match settings.outlook {
            Outlook::Rolling => f64::INFINITY,
            Outlook::DayAhead => {
                let hour = self.hour(slot);
                let days = if hour >= settings.prices_published_h { 2.0 } else { 1.0 };
                days * DAY_H - hour
            }
        };
        ((known_h.min(settings.horizon_h) / self.slot_h).round() as usize).max(1)
    }

    /// What is expected in slot `t` when planning in slot `now`.
    fn expected_w(&self, now: usize, t: usize) -> (f64, f64) {
        let from = match &self.expected_w {
            Some(expected_w) if t < expected_w.len() => return expected_w[t],
            Some(_) => t,
            None => {
                let day = ((DAY_H / self.slot_h).round() as usize).max(1);
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
    use super::super::tests::{QUIET, settings};
    use super::*;
    use crate::time::TimeAxis;
    use jiff::civil::date;

    fn ahead(steps: &[Slot], step_s: u32, forecast: &Forecast) -> Ahead {
        let start = date(2021, 6, 1).at(0, 0, 0, 0);
        let axis = TimeAxis { start, step_s, len: steps.len(), utc_offset_s: 0, leap_days: true };
        Ahead::new(&YearAhead { steps, calendar: &axis.moments(), step_h: axis.step_h(), forecast })
    }

    #[test]
    fn the_window_ends_where_prices_are_no_longer_known() {
        let ahead = ahead(&[QUIET; 96], 3600, &Forecast::Perfect);
        let hours = |settings: Settings| [0, 12, 13, 23].map(|slot| ahead.slots_ahead(slot, &settings));
        assert_eq!(hours(settings()), [24, 12, 35, 25]);
        assert_eq!(hours(Settings { horizon_h: 24.0, ..settings() }), [24, 12, 24, 24]);
        assert_eq!(hours(Settings { prices_published_h: 12.0, ..settings() }), [24, 36, 35, 25]);
        assert_eq!(hours(Settings { outlook: Outlook::Rolling, horizon_h: 30.0, ..settings() }), [30; 4]);
        let mut window = vec![];
        ahead.look(93, &settings(), &mut window);
        assert_eq!(window.len(), 3, "the data end");
    }

    #[test]
    fn limits_of_a_slot_are_the_tightest_of_its_steps_and_powers_their_means() {
        let mut steps = [QUIET; 15];
        steps[3].export_limit_w = 2e3;
        steps[4].import_limit_w = 1e3;
        steps[5].grid_charge_allowed = false;
        steps[6].pv_w = 3e3;
        let slot = ahead(&steps, 60, &Forecast::Perfect).actual[0];
        assert_eq!((slot.export_limit_w, slot.import_limit_w, slot.grid_charge_allowed), (2e3, 1e3, false));
        assert_eq!(slot.pv_w, 200.0);
    }

    #[test]
    fn persistence_expects_the_last_known_day() {
        let steps: Vec<Slot> = (0..96).map(|t| Slot { pv_w: f64::from(t), ..QUIET }).collect();
        let ahead = ahead(&steps, 3600, &Forecast::Persistence);
        let expected = |now, t| ahead.expected_w(now, t).0;
        // On the first day what comes; then 24 h before; beyond 24 h ahead, 48 h before.
        assert_eq!([expected(0, 5), expected(30, 30), expected(30, 53), expected(30, 54)], [5.0, 6.0, 29.0, 6.0]);
    }

    #[test]
    fn given_series_are_expected_by_their_means() {
        let forecast = Forecast::Given { pv_w: vec![1.0, 3.0], demand_w: vec![2.0, 6.0] };
        let ahead = ahead(&[QUIET; 4], 450, &forecast);
        // The series ends before the year: what comes is expected then.
        assert_eq!([ahead.expected_w(0, 0), ahead.expected_w(0, 1)], [(2.0, 4.0), (0.0, 0.0)]);
    }
}
