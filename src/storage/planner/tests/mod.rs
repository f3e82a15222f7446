//! The planner's rules one by one, and what holds for every plan.

mod charging;
mod modes;
mod properties;
mod qualification;

use super::*;

/// 0 to 10 kWh, 5 kW each way, no loss.
pub(super) const STORE: Store = Store {
    floor_wh: 0.0,
    boost_wh: 0.0,
    full_wh: 10e3,
    charge_w: 5e3,
    discharge_w: 5e3,
    eta_charge: 1.0,
    eta_discharge: 1.0,
};

/// An hour without PV, demand or limits; consumption 0.20, feed-in 0 per kWh.
pub(super) const QUIET: Slot = Slot {
    buy_per_kwh: 0.2,
    sell_per_kwh: 0.0,
    pv_w: 0.0,
    demand_w: 0.0,
    import_limit_w: f64::INFINITY,
    export_limit_w: f64::INFINITY,
    grid_charge_allowed: true,
};

/// Sales at 0.05 difference, no grid charging.
pub(super) fn settings() -> Settings {
    Settings { grid_charging: false, ..Settings::default() }
}

pub(super) fn selling(sell_per_kwh: f64) -> Slot {
    Slot { sell_per_kwh, ..QUIET }
}

pub(super) fn deficit(kw: f64, buy_per_kwh: f64) -> Slot {
    Slot { demand_w: kw * 1e3, buy_per_kwh, ..QUIET }
}

pub(super) fn surplus(kw: f64, sell_per_kwh: f64) -> Slot {
    Slot { pv_w: kw * 1e3, sell_per_kwh, ..QUIET }
}

/// `len` quiet hours with some that differ.
pub(super) fn hours(len: usize, special: &[(usize, Slot)]) -> Vec<Slot> {
    let mut slots = vec![QUIET; len];
    for (t, slot) in special {
        slots[*t] = *slot;
    }
    slots
}

pub(super) fn plan_with(settings: &Settings, store: &Store, slots: &[Slot], stored_kwh: f64) -> Vec<PlannedSlot> {
    let window = Window { slots, slot_h: 1.0, start_h: 0.0, before: Before::NOTHING, pledges: &[] };
    Planner::new(*settings).plan(&window, store, stored_kwh * 1e3).to_vec()
}

pub(super) fn plan(slots: &[Slot], stored_kwh: f64) -> Vec<PlannedSlot> {
    plan_with(&settings(), &STORE, slots, stored_kwh)
}

/// Powers of a plan in kW, rounded to a milliwatt.
pub(super) fn kw(plan: &[PlannedSlot], power: impl Fn(&PlannedSlot) -> f64) -> Vec<f64> {
    plan.iter().map(|p| (power(p) * 1e3).round() / 1e6 + 0.0).collect()
}
