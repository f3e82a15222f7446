//! What energy and the highest imports cost, and how a bill compares with the best that could be had.

use serde::Serialize;

use crate::inputs::Prices;
use crate::storage::optimum::DemandCharge;
use crate::time::{Moment, TimeAxis};
use crate::units::{KILO, MEGA};

/// What a power at the POI, positive export, costs per hour in a step.
#[inline]
pub(super) fn energy_cost(prices: &Prices, poi_w: f64, i: usize) -> f64 {
    let per_kwh = if poi_w < 0.0 { prices.buy_per_kwh[i] } else { prices.sell_per_kwh[i] };
    -poi_w / KILO * per_kwh
}

/// A year's bill against the least one, and against that without storage, all for the same demand.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Yardstick {
    /// What is counted: a currency, or MWh taken from the grid, net, where there are no prices.
    pub unit: String,
    /// The run.
    pub run: f64,
    /// The best its battery could have done with everything known.
    pub optimum: f64,
    /// The same demand without storage.
    pub without_storage: f64,
    /// Share of the optimum's saving that the run captured, %; none where there is nothing to save.
    pub captured_pct: Option<f64>,
}

impl Yardstick {
    /// From the powers at the POI, W, of the run, the optimum and the plant without storage.
    pub fn new(axis: &TimeAxis, calendar: &[Moment], prices: Option<&Prices>, walks: [&[f64]; 3]) -> Self {
        let cost = |poi_w: &[f64]| match prices {
            Some(prices) => {
                let energy: f64 = poi_w.iter().enumerate().map(|(i, w)| energy_cost(prices, *w, i)).sum();
                let peaks: f64 = demand_charges(prices, axis, calendar, |i| (-poi_w[i]).max(0.0)).iter().map(|(_, cost)| cost).sum();
                energy * axis.step_h() + peaks
            }
            None => -poi_w.iter().sum::<f64>() * axis.step_h() / MEGA,
        };
        let [run, optimum, without_storage] = walks.map(cost);
        let saving = without_storage - optimum;
        let is_worth_it = saving > 1e-9 * without_storage.abs();
        Self {
            unit: prices.map_or_else(|| "MWh".to_owned(), |p| p.currency.clone()),
            run,
            optimum,
            without_storage,
            captured_pct: is_worth_it.then(|| 100.0 * (without_storage - run) / saving),
        }
    }
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
        assert_eq!(charges(&prices)[..3], [400.0, 600.0, 0.0]);
        // Half-hour means: 25 and 0 kW in January, 5 and 15 kW in February.
        prices.billing_interval_s = 1800;
        assert_eq!(charges(&prices)[..2], [250.0, 300.0]);
        prices.demand_charge_per_kw = None;
        assert_eq!(charges(&prices), [0.0; 12]);
    }
}
