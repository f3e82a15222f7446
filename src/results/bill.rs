//! The demand charge: what the highest import of a month costs.

use crate::inputs::Prices;
use crate::time::{Moment, TimeAxis};
use crate::units::KILO;

/// What the highest mean import over a billing interval costs in each month, January first; zero where nothing is charged.
///
/// `import_w` is the import in each step, 0 or more. An interval belongs to the month in which it begins; the last one of
/// a run may be cut short and counts over the time it has.
pub fn demand_charges(
    prices: &Prices,
    axis: &TimeAxis,
    calendar: &[Moment],
    import_w: impl Fn(usize) -> f64,
) -> [f64; 12] {
    let mut charges = [0.0; 12];
    let Some(per_kw) = prices.demand_charge_per_kw else { return charges };
    let steps = (prices.billing_interval_s / axis.step_s).max(1) as usize;
    for interval in (0..axis.len).step_by(steps) {
        let end = (interval + steps).min(axis.len);
        let mean_w = (interval..end).map(&import_w).sum::<f64>() / (end - interval) as f64;
        let month = usize::from(calendar[interval].month0);
        charges[month] = f64::max(charges[month], mean_w / KILO * per_kw[month]);
    }
    charges
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
