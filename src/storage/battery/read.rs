//! The battery's keys of `[storage]`.

use crate::keys::Keys;
use crate::units::{MEGA, fraction};

use super::Battery;

impl Battery {
    /// Reads the battery's keys of `[storage]`.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let doc = "identical units; nameplate_mwh and usable_mwh are of one";
        let units = k.number("units", doc).whole().at_least(1.0).or(1.0);
        let (nameplate_wh, usable_wh) = read_capacity(k, units);
        let soc = |k: &mut Keys<'_>, key, doc, default| fraction(k.number(key, doc).within(0.0, 100.0).or(default));
        let initial_soc = soc(k, "initial_soc_pct", "state of charge at the start, % of usable", 100.0);
        let min_soc =
            soc(k, "min_soc_pct", "state of charge below which it does not discharge, % of the capacity in force", 0.0);
        if min_soc > initial_soc {
            let message = format!(
                "{} % is above initial_soc_pct = {} %; the battery must start at or above its minimum",
                min_soc * 100.0,
                initial_soc * 100.0
            );
            k.reject("min_soc_pct", message);
        }
        let fade = |k: &mut Keys<'_>, key, doc| fraction(k.number(key, doc).within(0.0, 100.0).or(0.0));
        let power = |k: &mut Keys<'_>, key, doc| {
            k.number(key, doc).at_least(0.0).optional().map_or(f64::INFINITY, |mw| mw * MEGA)
        };
        Self {
            units,
            nameplate_wh,
            usable_wh,
            roundtrip_efficiency: fraction(
                k.number("roundtrip_efficiency_pct", "DC round-trip efficiency when new, %")
                    .above_up_to(0.0, 100.0)
                    .required(),
            ),
            split_loss: k.choice(
                "efficiency_split",
                "where the round-trip loss is taken: all in charging, or its root each way",
                &[("charge", false), ("both", true)],
                false,
            ),
            capacity_fade_per_cycle: fade(
                k,
                "capacity_fade_pct_per_cycle",
                "usable energy lost per equivalent full cycle, %",
            ),
            capacity_fade_per_year: fade(k, "capacity_fade_pct_per_year", "usable energy lost per year, %"),
            efficiency_fade_per_cycle: fade(
                k,
                "efficiency_fade_pct_per_cycle",
                "efficiency lost per equivalent full cycle, % of it",
            ),
            efficiency_fade_per_year: fade(k, "efficiency_fade_pct_per_year", "efficiency lost per year, % of it"),
            initial_soc,
            min_soc,
            self_discharge_per_month: fraction(
                k.number("self_discharge_pct_per_month", "stored energy lost per month of 730 h, %")
                    .within(0.0, 99.0)
                    .or(0.0),
            ),
            max_charge_w: power(
                k,
                "max_charge_mw",
                "largest charge power at the DC terminals, MW; else the inverter's",
            ),
            max_discharge_w: power(
                k,
                "max_discharge_mw",
                "largest discharge power at the DC terminals, MW; else the inverter's",
            ),
            max_cycles_per_day: k
                .number("max_cycles_per_day", "largest number of equivalent full cycles per day; none when left out")
                .above(0.0)
                .optional()
                .unwrap_or(f64::INFINITY),
        }
    }
}

/// Nameplate and usable energy, Wh: any two of nameplate, usable factor and usable energy give the third.
fn read_capacity(k: &mut Keys<'_>, units: f64) -> (f64, f64) {
    const KEY: &str = "nameplate_mwh";
    let nameplate = k.number(KEY, "nameplate energy, MWh").above(0.0).optional();
    let factor =
        k.number("usable_factor", "usable share of the nameplate, 0 to 1 (1 when neither it nor usable_mwh is given)");
    let factor = factor.above_up_to(0.0, 1.0).optional();
    let usable = k.number("usable_mwh", "usable energy, MWh").above(0.0).optional();
    let given = [KEY, "usable_factor", "usable_mwh"].into_iter().filter(|key| k.has(key)).count();
    let (nameplate, usable) = match (nameplate, factor, usable) {
        (Some(n), Some(f), Some(u)) if (n * f - u).abs() > 1e-6 * u => {
            let message = format!(
                "{u} disagrees with nameplate_mwh · usable_factor = {n} · {f} = {}; give two of the three",
                n * f
            );
            k.reject("usable_mwh", message);
            (n, u)
        }
        (Some(n), _, Some(u)) if u > n => {
            k.reject("usable_mwh", format!("{u} is more than nameplate_mwh = {n}; it can be at most that"));
            (n, u)
        }
        (Some(n), Some(f), _) => (n, n * f),
        (Some(n), None, u) => (n, u.unwrap_or(n)),
        (None, Some(f), Some(u)) => (u / f, u),
        _ => {
            let missing = "missing; give nameplate_mwh, or usable_mwh with usable_factor";
            // A value that was given but refused has been reported already.
            if given < 2 && !k.has(KEY) {
                k.reject(KEY, missing);
            }
            (f64::NAN, f64::NAN)
        }
    };
    (nameplate * units * MEGA, usable * units * MEGA)
}
