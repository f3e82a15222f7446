//! The yardstick: the best a battery could have done with all prices, PV and load known beforehand.
//!
//! Two engines answer the same question. Dynamic programming ([`solve`]) walks any plant, with losses, limits and
//! negative prices as they are, over a grid of stored energy. The linear program ([`LinearSite::optimum`]) takes a site
//! with constant efficiencies, has no grid, and knows demand charges, which a chain of steps cannot see.

mod curve;
mod daily;
mod demand;
mod dp;
mod follow;
mod levels;
mod linear;
mod lp;
mod meter;
mod plan;
mod rows;

pub use curve::{Curve, Point, Spread};
pub use daily::DailyLimit;
pub use demand::DemandCharge;
pub use dp::{Reach, Stage, Values, solve};
pub use follow::{Choice, Path};
pub use levels::{LEVELS, Levels};
pub use linear::{LinearBattery, LinearSite};
pub use meter::{Flow, SiteStep};
pub use plan::{LpSolution, LpStatus};

use crate::units::KILO;

/// What the energy still stored at the end of the run is worth. It decides what the optimum may sell out.
///
/// A comparison is fair when both runs end alike. Against a run by rules take `AtLeast` with the energy that run left:
/// its path is then one of those the optimum chooses from, as far as levels of stored energy show it, and no price has to
/// be made up. A run of its own takes `AtLeast` with its initial energy, as a year that could be followed by the same year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum EndValue {
    /// Nothing: the battery ends empty if that pays.
    Free,
    /// Each stored kWh counts this much, whatever it was bought for.
    PerKwh(f64),
    /// At least this much shall be left. What is short costs a price per kWh, which must stand well above all others;
    /// so the answer is finite even where the energy cannot be reached.
    AtLeast {
        /// Energy that shall be left, Wh.
        stored_wh: f64,
        /// Cost of each missing kWh.
        short_per_kwh: f64,
    },
}

impl EndValue {
    /// What ending with this stored energy costs; negative where it is worth something.
    pub fn cost(&self, stored_wh: f64) -> f64 {
        match *self {
            Self::Free => 0.0,
            Self::PerKwh(price) => -price * stored_wh / KILO,
            Self::AtLeast { stored_wh: wanted_wh, short_per_kwh } => {
                short_per_kwh * (wanted_wh - stored_wh).max(0.0) / KILO
            }
        }
    }

    /// The stored energy at which the cost bends, if it does, Wh.
    fn bend_wh(&self) -> Option<f64> {
        if let Self::AtLeast { stored_wh, .. } = *self { Some(stored_wh) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_at_the_end_is_worth_nothing_a_price_or_what_is_short() {
        assert_eq!(EndValue::Free.cost(5e3), 0.0);
        // 5 kWh at 0.2.
        assert_eq!(EndValue::PerKwh(0.2).cost(5e3), -1.0);
        let end = EndValue::AtLeast { stored_wh: 7e3, short_per_kwh: 10.0 };
        assert_eq!((end.cost(5e3), end.cost(7e3), end.cost(9e3)), (20.0, 0.0, 0.0));
    }
}
