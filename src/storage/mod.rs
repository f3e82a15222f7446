//! Room 5: limits, then a wish, then what the battery makes of it, step by step through the year.

mod abreast;
mod auxiliary;
mod battery;
mod converter;
mod dispatch;
mod life;
mod limits;
mod nodes;
mod operation;
pub mod optimum;
pub mod planner;
#[cfg(test)]
mod tests;

pub use abreast::{Abreast, AbreastStep, AbreastView};
pub use auxiliary::StorageAuxiliary;
pub use battery::{Battery, BatteryState, BatteryStep, StepLength};
pub use converter::{Converter, ConverterStep};
pub use dispatch::{
    Command, Control, Custom, Dispatch, Forecast, GridCharging, Intent, Objective, Optimal, PeakShaver, PeakShaving,
    Pilot, Reason, Schedule, Sell, Site, Smoothing, Taper, View, Wish,
};
pub use life::{Fleet, Life, Renewal};
pub use limits::{Aim, ChargeFrom, LimitMode, LimitTracer, Limits};
pub use nodes::{StorageLosses, StorageNodes};
pub use operation::{Around, State, StorageYear, run};

use crate::keys::Keys;

/// An efficiency below this is more likely a fraction written where a percentage is meant.
pub(crate) const UNLIKELY: f64 = 0.5;

/// Refuses what a site objective cannot control.
fn check_site(k: &Keys<'_>, site: &Site, battery: &Battery) {
    if battery.units > 1.0 {
        let advice = "a site objective controls exactly one battery; give its whole energy as nameplate_mwh";
        k.reject("units", format!("{} batteries are too many: {advice}", battery.units));
    }
    if battery.min_soc + site.taper.hysteresis > 1.0 {
        let (least, hysteresis) = (100.0 * battery.min_soc, 100.0 * site.taper.hysteresis);
        let message =
            format!("{least} % and the hysteresis of {hysteresis} % are above 100 %; it could never discharge again");
        k.reject("min_soc_pct", message);
    }
}

/// Refuses a level that the battery is to return to and never discharges down to.
fn check_smoothing(k: &Keys<'_>, dispatch: &Dispatch, battery: &Battery) {
    let Dispatch::Smoothing(smoothing) = dispatch else { return };
    if k.has("target_soc_pct") && smoothing.target_soc < battery.min_soc {
        let (target, least) = (100.0 * smoothing.target_soc, 100.0 * battery.min_soc);
        k.reject("target_soc_pct", format!("{target} % is below min_soc_pct = {least}; give at least that"));
    }
}

/// What the plant file says about the storage.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The battery; of a later year, as it is then.
    pub battery: Battery,
    /// What is added to it and when it is replaced.
    pub life: Life,
    /// Inverter, transformer and auxiliary load.
    pub converter: Converter,
    /// The dispatch algorithm.
    pub dispatch: Dispatch,
    /// How limits are computed.
    pub limits: LimitMode,
    /// When the storage may be charged from the grid; none: as the algorithm has it.
    pub grid_charging: Option<GridCharging>,
}

impl Plan {
    /// The permission to charge from the grid: as the plant file has it, or as the algorithm does.
    pub fn grid_charging(&self) -> GridCharging {
        self.grid_charging.clone().unwrap_or_else(|| GridCharging::plain(self.dispatch.charges_from_grid()))
    }

    /// Reads `[storage]`.
    pub fn read(k: &mut Keys<'_>) -> Self {
        for (key, doc) in [
            ("manufacturer", "who makes it"),
            ("model", "its name"),
            ("chemistry", "its kind"),
            ("source", "where the figures come from"),
        ] {
            k.text(key, doc);
        }
        let battery = Battery::read(k);
        if battery.roundtrip_efficiency < UNLIKELY {
            k.warn("roundtrip_efficiency_pct", "is below 50 %; it is a percentage, such as 95");
        }
        let life = Life::read(k);
        let converter = Converter::read(k);
        let (dispatch, limits) = k.required_section("dispatch", "dispatch algorithm", |k| {
            let modes = [("documented", LimitMode::Documented), ("exact", LimitMode::Exact)];
            let limits =
                k.choice("limits", "how charge and discharge limits are computed", &modes, LimitMode::Documented);
            let dispatch = Dispatch::read(k);
            if k.has("limits") && !dispatch.knows_limit_modes() {
                k.warn("limits", "has no effect on this strategy");
            }
            check_smoothing(k, &dispatch, &battery);
            (dispatch, limits)
        });
        if let Dispatch::Site(site) = &dispatch {
            check_site(k, site, &battery);
        }
        let doc = "charging from the grid; without it only those site strategies do whose sense it is";
        let grid_charging = k.section("grid_charging", doc, GridCharging::read);
        if grid_charging.as_ref().is_some_and(GridCharging::is_allowed) && !dispatch.may_charge_from_grid() {
            let advice = "take the table out, or say allowed = false";
            k.reject("grid_charging", format!("the strategy never charges from the grid; {advice}"));
        }
        Self { battery, life, converter, dispatch, limits, grid_charging }
    }
}
