//! The permission to charge from the grid: in which hours, below which price.

use crate::keys::Keys;
use crate::time::Moment;

use super::Schedule;

/// When the storage may be charged from the grid.
#[derive(Debug, Clone, PartialEq)]
pub struct GridCharging {
    allowed: bool,
    hours: Schedule,
    buy_below_per_kwh: f64,
}

impl GridCharging {
    /// Reads `[storage.grid_charging]`.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let allowed = k.flag("allowed", "whether the storage may be charged from the grid", true);
        let hours = Schedule::read_open(k);
        for key in ["hours", "table", "weekend_hours", "weekend_table", "buy_below_per_kwh"] {
            if !allowed && k.has(key) {
                k.warn(key, "has no effect beside allowed = false");
            }
        }
        let gate = k.number("buy_below_per_kwh", "only while a kWh from the grid costs less; any price when left out");
        Self { allowed, hours, buy_below_per_kwh: gate.optional().unwrap_or(f64::INFINITY) }
    }

    /// Always or never.
    pub fn plain(allowed: bool) -> Self {
        let hours = Schedule::hours(&std::array::from_fn::<usize, 24, _>(|h| h));
        Self { allowed, hours, buy_below_per_kwh: f64::INFINITY }
    }

    /// Whether it is open at any time.
    pub fn is_allowed(&self) -> bool {
        self.allowed
    }

    /// Whether a price gate is set, which needs prices.
    pub fn needs_prices(&self) -> bool {
        self.buy_below_per_kwh.is_finite()
    }

    /// Whether it is open in a step. A price gate is shut where there is no price.
    #[inline]
    pub fn is_open(&self, moment: &Moment, buy_per_kwh: Option<f64>) -> bool {
        let cheap = || buy_per_kwh.map_or(!self.needs_prices(), |buy| buy < self.buy_below_per_kwh);
        self.allowed && self.hours.is_on(moment) && cheap()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: u8) -> Moment {
        Moment { year: 2021, month0: 0, day: 4, hour, minute: 0, weekend: false }
    }

    #[test]
    fn it_opens_in_its_hours_below_its_price() {
        let gate = GridCharging { allowed: true, hours: Schedule::hours(&[1, 2]), buy_below_per_kwh: 0.1 };
        assert!(
            gate.is_open(&at(1), Some(0.09)) && !gate.is_open(&at(1), Some(0.1)) && !gate.is_open(&at(3), Some(0.0))
        );
        assert!(!gate.is_open(&at(1), None));
    }

    #[test]
    fn never_and_always_ask_neither_hour_nor_price() {
        assert!(
            GridCharging::plain(true).is_open(&at(23), None) && !GridCharging::plain(false).is_open(&at(1), Some(-1.0))
        );
    }
}
