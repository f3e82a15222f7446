//! What the plant file says about planning sales to the grid.

use crate::keys::Keys;
use crate::units::fraction;

/// When PV surplus is stored within a block of surplus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timing {
    /// First what the export limit would curtail, then where the feed-in price is lowest.
    ClipAware,
    /// As soon as it comes.
    Earliest,
}

/// Whether PV surplus is stored at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SurplusPolicy {
    /// Wherever there is room.
    Always,
    /// Where the best later price, less the round-trip loss, beats the feed-in price now by the minimum price
    /// difference.
    PriceAware,
}

/// How far ahead is planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outlook {
    /// As far as day-ahead prices are known: to the end of the day, and once they are published to the end of the next.
    DayAhead,
    /// The same number of hours in every slot.
    Rolling,
}

/// How sales are planned.
#[derive(Debug, Clone, Copy, PartialEq)]
// Each is a switch of the plant file.
#[allow(clippy::struct_excessive_bools)]
pub struct Settings {
    /// Whether anything is sold from the battery at all; else it only serves the site at the least cost.
    pub sales: bool,
    /// What a sale or a purchase for later must gain, per kWh at the POI, 0 or more. It stands for loss and wear.
    pub min_price_difference_per_kwh: f64,
    /// Whether energy kept for a later deficit may be sold where that clearly pays (mode 2).
    pub arbitrage: bool,
    /// Whether the battery may charge from the grid.
    pub grid_charging: bool,
    /// When PV surplus is stored.
    pub timing: Timing,
    /// Whether PV surplus is stored.
    pub surplus_policy: SurplusPolicy,
    /// Whether PV is switched off while both prices are negative.
    pub pv_off_both_negative: bool,
    /// How far ahead is planned.
    pub outlook: Outlook,
    /// The longest window, h.
    pub horizon_h: f64,
    /// Hour of the day, standard time, from which the next day's prices are known.
    pub prices_published_h: f64,
    /// Hours at the end of the window in which no sale is planned.
    pub tail_h: f64,
    /// Share of the capacity that sales and self-supply leave alone.
    pub reserve: f64,
    /// Share of the capacity that only vehicles may use, to charge faster than the grid allows.
    pub ev_boost_reserve: f64,
}

/// The level under which the plan does not discharge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Floor {
    /// The level, Wh.
    pub floor_wh: f64,
    /// What lies right under it for vehicles alone, Wh.
    pub boost_wh: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            sales: true,
            min_price_difference_per_kwh: 0.05,
            arbitrage: false,
            grid_charging: true,
            timing: Timing::ClipAware,
            surplus_policy: SurplusPolicy::Always,
            pv_off_both_negative: false,
            outlook: Outlook::DayAhead,
            horizon_h: 36.0,
            prices_published_h: 13.0,
            tail_h: 4.0,
            reserve: 0.0,
            ev_boost_reserve: 0.0,
        }
    }
}

impl Settings {
    /// Reads the keys beside the strategy.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let or = Self::default();
        let timings = [("clip_aware", Timing::ClipAware), ("earliest", Timing::Earliest)];
        let policies = [("always", SurplusPolicy::Always), ("price_aware", SurplusPolicy::PriceAware)];
        let windows = [("day_ahead", Outlook::DayAhead), ("rolling", Outlook::Rolling)];
        let outlook = k.choice(
            "horizon",
            "how far ahead is planned: as far as day-ahead prices are known (day_ahead), or always horizon_h (rolling)",
            &windows,
            or.outlook,
        );
        if outlook == Outlook::Rolling && k.has("prices_published_h") {
            k.warn("prices_published_h", "has no effect beside horizon = \"rolling\"");
        }
        Self {
            sales: k.flag(
                "sales",
                "sell from the battery; without, it only serves the site at the least cost",
                or.sales,
            ),
            min_price_difference_per_kwh: k
                .number(
                    "min_price_difference_per_kwh",
                    "what a sale, or a purchase for later, must gain at least, per kWh in the currency of the prices",
                )
                .at_least(0.0)
                .or(or.min_price_difference_per_kwh),
            arbitrage: k.flag(
                "arbitrage",
                "also sell what is kept for a later deficit, where that gains more than the minimum price difference",
                or.arbitrage,
            ),
            // The plant file permits it step by step, in [storage.grid_charging].
            grid_charging: or.grid_charging,
            timing: k.choice(
                "pv_charge_timing",
                "which PV surplus is stored: clip_aware (first what the export limit would curtail, then at the lowest \
                 feed-in price) or earliest",
                &timings,
                or.timing,
            ),
            surplus_policy: k.choice(
                "surplus_policy",
                "store PV surplus always, or only where the best later price pays for it (price_aware)",
                &policies,
                or.surplus_policy,
            ),
            pv_off_both_negative: k.flag(
                "pv_off_when_both_prices_negative",
                "switch PV off while feed-in and consumption price are both negative",
                or.pv_off_both_negative,
            ),
            outlook,
            horizon_h: k.number("horizon_h", "the longest horizon, h").within(24.0, 36.0).or(or.horizon_h),
            prices_published_h: k
                .number(
                    "prices_published_h",
                    "hour of the day, standard time, from which the next day's prices are known",
                )
                .within(0.0, 24.0)
                .or(or.prices_published_h),
            tail_h: k
                .number("tail_h", "hours at the end of the horizon in which no sale is planned")
                .within(0.0, 24.0)
                .or(or.tail_h),
            reserve: fraction(
                k.number("reserve_pct", "share of the capacity that sales and self-supply leave alone, %")
                    .within(0.0, 100.0)
                    .or(0.0),
            ),
            ev_boost_reserve: fraction(
                k.number("ev_boost_reserve_pct", "share of the capacity kept for charging vehicles alone, %")
                    .within(0.0, 100.0)
                    .or(0.0),
            ),
        }
    }

    /// The level under which the plan does not discharge: the highest of the minimum state of charge and both reserves.
    pub fn floor(&self, min_soc_wh: f64, capacity_wh: f64) -> Floor {
        let without_boost_wh = min_soc_wh.max(self.reserve * capacity_wh);
        let floor_wh = without_boost_wh.max(self.ev_boost_reserve * capacity_wh);
        Floor { floor_wh, boost_wh: floor_wh - without_boost_wh }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Findings;
    use crate::keys::{Door, Node};

    fn read(text: &str) -> Result<Settings, String> {
        let node = Node::parse(text, "plant.toml").unwrap();
        let findings = Findings::default();
        let door = Door { findings: &findings, shelf: &|_, _| Err(vec![]) };
        let settings = Keys::read(&node, &door, Settings::read);
        findings.conclude(settings).map(|(s, _)| s).map_err(|p| p.to_string())
    }

    #[test]
    fn without_keys_the_defaults_hold() {
        assert_eq!(read("").unwrap(), Settings::default());
    }

    #[test]
    fn every_key_is_taken() {
        let text = "sales = false\nmin_price_difference_per_kwh = 0.1\narbitrage = true\n\
                    pv_charge_timing = \"earliest\"\nsurplus_policy = \"price_aware\"\n\
                    pv_off_when_both_prices_negative = true\nhorizon = \"rolling\"\nhorizon_h = 30\n\
                    prices_published_h = 14\ntail_h = 2\nreserve_pct = 10\nev_boost_reserve_pct = 20";
        let wanted = Settings {
            sales: false,
            min_price_difference_per_kwh: 0.1,
            arbitrage: true,
            grid_charging: true,
            timing: Timing::Earliest,
            surplus_policy: SurplusPolicy::PriceAware,
            pv_off_both_negative: true,
            outlook: Outlook::Rolling,
            horizon_h: 30.0,
            prices_published_h: 14.0,
            tail_h: 2.0,
            reserve: 0.1,
            ev_boost_reserve: 0.2,
        };
        assert_eq!(read(text).unwrap(), wanted);
    }

    #[test]
    fn wrong_values_and_unknown_keys_are_refused_together() {
        let refused = read("horizon_h = 48\nmin_price_difference_per_kwh = -1\npv_charge_timing = \"late\"\ntail = 4");
        let refused = refused.unwrap_err();
        for part in [
            "plant.toml:1: horizon_h: 48 is out of range; it must be from 24 to 36",
            "plant.toml:2: min_price_difference_per_kwh: -1 is out of range; it must be 0 or more",
            "plant.toml:3: pv_charge_timing: \"late\" is not known here",
            "plant.toml:4: tail: unknown key; did you mean tail_h?",
        ] {
            assert!(refused.contains(part), "{refused}");
        }
    }

    #[test]
    fn the_highest_reserve_is_the_floor_and_vehicles_may_use_only_their_own_part() {
        let settings = Settings { reserve: 0.1, ev_boost_reserve: 0.25, ..Settings::default() };
        // min SoC 5, reserve 10, boost 25 of 100 Wh
        assert_eq!(settings.floor(5.0, 100.0), Floor { floor_wh: 25.0, boost_wh: 15.0 });
        assert_eq!(settings.floor(30.0, 100.0), Floor { floor_wh: 30.0, boost_wh: 0.0 });
    }
}
