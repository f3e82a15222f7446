//! A limit on what the battery gives in a day.

use super::linear::LinearSite;
use super::rows::{Program, Variable};

/// The most energy that may be discharged in each calendar day.
#[derive(Debug, Clone, PartialEq)]
pub struct DailyLimit {
    /// The day of every step, any number that changes from day to day.
    pub day: Vec<usize>,
    /// Energy discharged in a day, Wh at the POI.
    pub most_wh: f64,
}

impl DailyLimit {
    /// The steps of each day of a run of so many steps.
    pub fn days(&self, len: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
        let mut from = 0;
        self.day[..len.min(self.day.len())].chunk_by(|a, b| a == b).map(move |day| {
            from += day.len();
            from - day.len()..from
        })
    }
}

impl LinearSite {
    /// The limit's rows; `discharge` has a variable for every step, in units of `power_w`.
    pub(super) fn add_daily_limit(&self, program: &mut Program, power_w: f64, discharge: &[Variable]) {
        let Some(limit) = &self.daily_limit else { return };
        for day in limit.days(discharge.len()) {
            let terms: Vec<_> = discharge[day].iter().map(|variable| (*variable, self.step_h)).collect();
            program.at_most(&terms, limit.most_wh / power_w);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::linear::tests::small_site;
    use super::*;

    #[test]
    fn what_may_be_given_in_a_day_is_given_when_it_is_worth_most() {
        let mut site = small_site();
        // 1 kWh stored; 0.5 kWh may be given each day. On the first they go to the dear hour, 0.3 kWh of the rest to the
        // second day, where all that is left fits.
        (site.demand_w, site.buy_per_kwh) = (vec![1e3; 3], vec![0.2, 0.5, 0.4]);
        (site.pv_w, site.sell_per_kwh) = (vec![0.0; 3], vec![0.0; 3]);
        (site.import_limit_w, site.export_limit_w) = (vec![f64::INFINITY; 3], vec![f64::INFINITY; 3]);
        site.grid_charging = vec![false; 3];
        site.battery.start_wh = 1e3;
        let limit = DailyLimit { day: vec![7, 7, 1], most_wh: 500.0 };
        assert_eq!(limit.days(3).collect::<Vec<_>>(), [0..2, 2..3]);
        site.daily_limit = Some(limit);
        let best = site.optimum();
        // 0.8 kWh can be given in all: 0.5 at 0.5 and 0.3 at 0.4, beside wear.
        assert!((best.objective - (1.1 - 0.25 - 0.12 + 0.8e-6)).abs() < 1e-7, "{}", best.objective);
        assert!(best.discharge_w[0] < 1e-3 && (best.discharge_w[1] - 500.0).abs() < 1e-3, "{best:?}");
    }

    #[test]
    fn a_run_shorter_than_its_days_has_those_it_has() {
        let limit = DailyLimit { day: vec![1, 1, 2], most_wh: 0.0 };
        assert_eq!((limit.days(2).next(), limit.days(2).count()), (Some(0..2), 1));
        assert_eq!(limit.days(0).count(), 0);
    }
}
