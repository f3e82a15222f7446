//! What energy and the highest imports cost, and how a bill compares with the best that could be had.

use serde::Serialize;

use crate::ev::Draw;
use crate::inputs::Prices;
use crate::plant::Grid;
use crate::storage::optimum::DemandCharge;
use crate::time::{Moment, TimeAxis};
use crate::units::MEGA;

use super::flows::energy_cost;

/// A year's bill against the least one, and against that without storage, all for the same demand.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Yardstick {
    /// What is counted: a currency, or MWh taken from the grid, net, where there are no prices.
    pub unit: String,
    /// The run.
    pub run: f64,
    /// The best course found for its battery with everything known.
    pub optimum: f64,
    /// The same demand without storage.
    pub without_storage: f64,
    /// Imported above the import limit, MWh, by the run and by the optimum.
    pub above_limit_mwh: [f64; 2],
    /// Share of the optimum's saving that the run captured, %.
    pub captured_pct: Option<f64>,
    /// Why there is no such share, where there is none.
    pub not_captured: Option<NotCaptured>,
}

/// Why a run has no share of the optimum's saving.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NotCaptured {
    /// The optimum saves next to nothing.
    NothingToSave,
    /// One of them imports more above the limit than the other, so that their bills are for different things.
    DifferentOverload,
    /// The run costs less than the course found, which is then no bound.
    NoBound,
}

impl NotCaptured {
    /// In words.
    pub fn text(self) -> &'static str {
        match self {
            Self::NothingToSave => "nothing to save",
            Self::DifferentOverload => "not comparable: different energy above the import limit",
            Self::NoBound => "no bound: the run is better than the course found",
        }
    }
}

/// The least saving, as a share of all that is paid and earned without storage.
const LEAST_SAVING: f64 = 1e-4;

/// How exactly the optimum is known, as a share of its saving; a run no better than by this has captured all of it.
const RESOLUTION: f64 = 5e-3;

impl Yardstick {
    /// From the powers at the POI, W, of the run, the optimum and the plant without storage; `grid` has the vehicles in its
    /// load.
    pub fn new(axis: &TimeAxis, calendar: &[Moment], prices: Option<&Prices>, grid: &Grid, walks: [&[f64]; 3]) -> Self {
        let account = Account { axis, calendar, prices };
        let [run, optimum, without_storage] = walks.map(|poi_w| account.bill(poi_w));
        let above_limit_mwh = [walks[0], walks[1]].map(|poi_w| {
            let above_w = poi_w
                .iter()
                .zip(&grid.import.limit_w)
                .enumerate()
                .map(|(i, (w, limit_w))| import_above_w(grid, i, (*w, *limit_w), &Draw::default()));
            above_w.sum::<f64>() * axis.step_h() / MEGA
        });
        let share = captured([run, optimum, without_storage], account.turnover(walks[2]), above_limit_mwh);
        Self {
            unit: prices.map_or_else(|| "MWh".to_owned(), |p| p.currency.clone()),
            run,
            optimum,
            without_storage,
            above_limit_mwh,
            captured_pct: share.ok(),
            not_captured: share.err(),
        }
    }
}

/// The share that a run captured, %, or why there is none. `turnover` is all that is paid and earned without storage.
fn captured(
    [run, optimum, without_storage]: [f64; 3],
    turnover: f64,
    above_limit_mwh: [f64; 2],
) -> Result<f64, NotCaptured> {
    let [run_mwh, optimum_mwh] = above_limit_mwh;
    let saving = without_storage - optimum;
    if (run_mwh - optimum_mwh).abs() > 1e-6 + 1e-2 * run_mwh.min(optimum_mwh) {
        return Err(NotCaptured::DifferentOverload);
    }
    if saving <= LEAST_SAVING * turnover {
        return Err(if run < optimum - LEAST_SAVING * turnover {
            NotCaptured::NoBound
        } else {
            NotCaptured::NothingToSave
        });
    }
    if run < optimum - RESOLUTION * saving {
        return Err(NotCaptured::NoBound);
    }
    Ok((100.0 * (without_storage - run) / saving).min(100.0))
}

/// What a year is billed by.
struct Account<'a> {
    axis: &'a TimeAxis,
    calendar: &'a [Moment],
    prices: Option<&'a Prices>,
}

impl Account<'_> {
    /// The bill for powers at the POI, W; the net import, MWh, where there are no prices.
    fn bill(&self, poi_w: &[f64]) -> f64 {
        self.energy(poi_w, |cost| cost) + self.demand(poi_w)
    }

    /// The same with everything counted as paid.
    fn turnover(&self, poi_w: &[f64]) -> f64 {
        self.energy(poi_w, f64::abs) + self.demand(poi_w)
    }

    fn energy(&self, poi_w: &[f64], of_step: impl Fn(f64) -> f64) -> f64 {
        let cost = |(i, w): (usize, &f64)| {
            self.prices.map_or(-w / MEGA, |prices| energy_cost(*w, prices.buy_per_kwh[i], prices.sell_per_kwh[i]))
        };
        poi_w.iter().enumerate().map(cost).map(of_step).sum::<f64>() * self.axis.step_h()
    }

    fn demand(&self, poi_w: &[f64]) -> f64 {
        let charges = |p| demand_charges(p, self.axis, self.calendar, |i| (-poi_w[i]).max(0.0));
        self.prices.map_or(0.0, |p| charges(p).into_iter().map(|(_, cost)| cost).sum())
    }
}

/// Import above a limit in a step with a power at the POI, W: of the sum, or of each phase where the import limit holds
/// per phase.
pub(super) fn import_above_w(grid: &Grid, i: usize, (poi_w, limit_w): (f64, f64), ev: &Draw) -> f64 {
    if !grid.import_per_phase {
        return (-poi_w - limit_w).max(0.0);
    }
    let phases_w = grid.phases_w(i, ev);
    let output_w = poi_w + phases_w.iter().sum::<f64>();
    phases_w.into_iter().map(|w| (w - (output_w + limit_w) / 3.0).max(0.0)).sum()
}

/// What the highest mean import over a billing interval costs in each month of the run, and which month that is from 0
/// (January); nothing where nothing is charged. A run over more than a year has the same month twice.
///
/// `import_w` is the import in each step, 0 or more. An interval belongs to the month in which it begins; the last one of
/// a run may be cut short and counts over the time it has.
pub(super) fn demand_charges(
    prices: &Prices,
    axis: &TimeAxis,
    calendar: &[Moment],
    import_w: impl Fn(usize) -> f64,
) -> Vec<(usize, f64)> {
    let Some(charge) = DemandCharge::new(prices, axis, calendar) else { return vec![] };
    let import_w: Vec<_> = (0..axis.len).map(import_w).collect();
    let first = calendar.first().map_or(0, |moment| usize::from(moment.month0));
    let costs: Vec<_> = charge.costs(&charge.peaks_w(&import_w)).collect();
    costs.into_iter().enumerate().map(|(month, cost)| ((first + month) % 12, cost)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_highest_interval_of_a_month_is_charged() {
        let start = date(2021, 1, 31).at(23, 0, 0, 0);
        let axis = TimeAxis { start, step_s: 900, len: 8, utc_offset_s: 0, leap_days: true };
        let mut per_kw = [10.0; 12];
        per_kw[1] = 20.0;
        let mut prices = Prices {
            buy_per_kwh: vec![0.0; 8],
            sell_per_kwh: vec![0.0; 8],
            demand_charge_per_kw: Some(per_kw),
            billing_interval_s: 900,
            currency: "EUR".to_owned(),
        };
        let import_kw = [10.0, 40.0, 0.0, 0.0, 5.0, 5.0, 30.0, 0.0];
        let charges = |prices: &Prices| demand_charges(prices, &axis, &axis.moments(), |i| import_kw[i] * 1e3);
        assert_eq!(charges(&prices), [(0, 400.0), (1, 600.0)]);
        // Half-hour means: 25 and 0 kW in January, 5 and 15 kW in February.
        prices.billing_interval_s = 1800;
        assert_eq!(charges(&prices), [(0, 250.0), (1, 300.0)]);
        prices.demand_charge_per_kw = None;
        assert_eq!(charges(&prices), []);
    }

    #[test]
    fn the_same_month_of_another_year_is_charged_again() {
        // Days from 31 January 2021 to 1 February 2022: 398 - 31 of them.
        let start = date(2021, 1, 31).at(0, 0, 0, 0);
        let axis = TimeAxis { start, step_s: 86_400, len: 367, utc_offset_s: 0, leap_days: true };
        let prices = Prices {
            buy_per_kwh: vec![0.0; 367],
            sell_per_kwh: vec![0.0; 367],
            demand_charge_per_kw: Some([10.0; 12]),
            billing_interval_s: 86_400,
            currency: "EUR".to_owned(),
        };
        // 3 kW on the first day, 1 kW on the others, 2 kW on the last.
        let import_w = |i| {
            if i == 0 {
                3e3
            } else if i == 366 {
                2e3
            } else {
                1e3
            }
        };
        let charges = demand_charges(&prices, &axis, &axis.moments(), import_w);
        // January, eleven months, January again, and February again.
        let months: Vec<_> = charges.iter().map(|(month0, _)| *month0).collect();
        assert_eq!(months, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 1]);
        assert_eq!(charges.iter().map(|(_, cost)| cost).sum::<f64>(), 30.0 + 12.0 * 10.0 + 20.0);
    }

    #[test]
    fn a_share_is_given_where_it_says_something() {
        let share = |run, optimum, above| captured([run, optimum, 100.0], 1000.0, above);
        // 30 of 40 saved.
        assert_eq!(share(70.0, 60.0, [0.0; 2]), Ok(75.0));
        // Worse than nothing.
        assert_eq!(share(110.0, 60.0, [0.0; 2]), Ok(-25.0));
        // Better by 0.1 and by 1 of 40: what levels of stored energy leave open, and no bound at all.
        assert_eq!(share(59.9, 60.0, [0.0; 2]), Ok(100.0));
        assert_eq!(share(59.0, 60.0, [0.0; 2]), Err(NotCaptured::NoBound));
        // 0.05 of 1000 saved, at any price.
        assert_eq!(share(110.0, 99.95, [0.0; 2]), Err(NotCaptured::NothingToSave));
        assert_eq!(share(90.0, 101.0, [0.0; 2]), Err(NotCaptured::NoBound));
        // 2 kWh against 1 kWh above the limit, and nearly the same.
        assert_eq!(share(70.0, 60.0, [2e-3, 1e-3]), Err(NotCaptured::DifferentOverload));
        assert_eq!(share(70.0, 60.0, [2.001e-3, 2e-3]), Ok(75.0));
    }
}
