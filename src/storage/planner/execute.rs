//! What the battery does in a step: the plan met with what PV and demand really are.

use super::Settings;
use super::slot::{Flow, PlannedSlot, Reason, Slot, Store};

/// What is asked of battery and PV in a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Action {
    /// Battery power at the POI, W, positive when discharging.
    pub pb_w: f64,
    /// The part of it that is sold, W, 0 or more.
    pub sold_w: f64,
    /// Whether PV is switched off.
    pub pv_off: bool,
    /// Largest export, W: the limit, or 0 where the price curtails export.
    pub export_cap_w: f64,
    /// Why.
    pub reason: Reason,
}

/// Carries out a planned slot in a step of `step_h` hours with its actual values.
///
/// A sale serves the deficit first and is lowered until the export limit holds, PV first. Surplus above the limit is
/// absorbed, but for what the plan leaves to be curtailed because it keeps the room for something better. What the plan stores or serves wholly is stored and served wholly, however much it is; else the planned
/// power holds, as far as there is surplus or deficit. The limits of battery and connection have the last word: a
/// deficit above the import limit is served before all else, if need be from the vehicles' reserve.
pub fn execute(
    planned: &PlannedSlot,
    actual: &Slot,
    store: &Store,
    (stored_wh, step_h): (f64, f64),
    settings: &Settings,
) -> Action {
    let flow = Flow::of(actual, store, settings);
    let hold = Hold { store, stored_wh, step_h };
    let wish_w = wish_w(planned, &flow);
    let import_room_w = (actual.import_limit_w - flow.deficit_w).max(0.0);
    let pb_w = if flow.overload_w > 0.0 {
        let relief_w = flow.overload_w.min(hold.discharge_w(store.boost_wh));
        relief_w.max(wish_w.min(hold.discharge_w(0.0)))
    } else if wish_w < 0.0 {
        -(-wish_w).min(flow.surplus_w + import_room_w).min(hold.charge_w())
    } else {
        wish_w.min(hold.discharge_w(0.0))
    };
    let sold_w = (pb_w - flow.deficit_w).max(0.0);
    let reason = reason(planned, &flow, pb_w, sold_w);
    Action { pb_w, sold_w, pv_off: flow.pv_off, export_cap_w: flow.export_cap_w, reason }
}

/// What the plan wishes of the battery, W, given the actual surplus and deficit.
fn wish_w(planned: &PlannedSlot, flow: &Flow) -> f64 {
    if flow.above_cap_w > 0.0 || planned.sale_w() <= 0.0 {
        let charge_w = charge_wish_w(planned, flow);
        let supply_w = if planned.serves_all { flow.deficit_w } else { planned.self_supply_w.min(flow.deficit_w) };
        if charge_w > 0.0 { -charge_w } else { supply_w }
    } else {
        flow.deficit_w + planned.sale_w().min(flow.export_cap_w - flow.surplus_w).max(0.0)
    }
}

fn charge_wish_w(planned: &PlannedSlot, flow: &Flow) -> f64 {
    let planned_w = planned.charge_pv_w + planned.charge_grid_w;
    if planned.stores_all {
        // Charging beyond the surplus is either paid for, and then all is taken, or bought for later.
        let bought_w = if flow.paid_to_charge { 0.0 } else { planned.charge_grid_w };
        flow.free_w + bought_w
    } else if flow.grid_allowed && planned.charge_grid_w > 0.0 {
        planned_w
    } else {
        let left_w = if planned.keeps_room { planned.pv_curtailed_w } else { 0.0 };
        planned_w.min(flow.surplus_w).max(flow.above_cap_w - left_w)
    }
}

fn reason(planned: &PlannedSlot, flow: &Flow, pb_w: f64, sold_w: f64) -> Reason {
    if sold_w > 0.0 {
        if planned.sale_arbitrage_w > 0.0 { Reason::SaleArbitrage } else { Reason::SaleSurplus }
    } else if pb_w > 0.0 {
        if flow.overload_w > 0.0 { Reason::ImportLimit } else { Reason::SelfSupply }
    } else if pb_w < 0.0 {
        match (flow.paid_to_charge, -pb_w > flow.surplus_w) {
            (true, _) => Reason::NegativePrice,
            (false, true) => Reason::GridCharge,
            (false, false) => Reason::PvCharge,
        }
    } else if planned.pb_w() == 0.0 {
        planned.reason
    } else {
        Reason::Idle
    }
}

/// What the stored energy allows in a step.
struct Hold<'a> {
    store: &'a Store,
    stored_wh: f64,
    step_h: f64,
}

impl Hold<'_> {
    /// Largest discharge, W, down to `below_wh` under the floor.
    fn discharge_w(&self, below_wh: f64) -> f64 {
        let above_wh = (self.stored_wh - self.store.floor_wh + below_wh).max(0.0);
        self.store.discharge_w.min(above_wh * self.store.eta_discharge / self.step_h)
    }

    /// Largest charge, W.
    fn charge_w(&self) -> f64 {
        let room_wh = (self.store.full_wh - self.stored_wh).max(0.0);
        if self.store.eta_charge > 0.0 {
            self.store.charge_w.min(room_wh / (self.store.eta_charge * self.step_h))
        } else {
            0.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{QUIET, STORE, deficit, settings, surplus};
    use super::*;

    const SALE: PlannedSlot = PlannedSlot { sale_surplus_w: 3e3, reason: Reason::SaleSurplus, ..PlannedSlot::IDLE };

    /// One hour from 5 kWh on.
    fn act(planned: &PlannedSlot, actual: &Slot) -> Action {
        execute(planned, actual, &STORE, (5e3, 1.0), &settings())
    }

    fn pb_w(planned: &PlannedSlot, actual: &Slot) -> f64 {
        act(planned, actual).pb_w
    }

    #[test]
    fn a_sale_serves_the_deficit_first_within_power_and_stock() {
        let sale = act(&SALE, &deficit(1.0, 0.2));
        assert_eq!((sale.pb_w, sale.sold_w, sale.reason), (4e3, 3e3, Reason::SaleSurplus));
        let sale = act(&SALE, &deficit(4.0, 0.2));
        assert_eq!((sale.pb_w, sale.sold_w), (5e3, 1e3));
        let sale = execute(&SALE, &QUIET, &Store { floor_wh: 3e3, ..STORE }, (5e3, 1.0), &settings());
        assert_eq!(sale.pb_w, 2e3);
        // In one minute the same stock lasts.
        let sale = execute(&SALE, &QUIET, &Store { floor_wh: 3e3, ..STORE }, (5e3, 1.0 / 60.0), &settings());
        assert_eq!(sale.pb_w, 3e3);
    }

    #[test]
    fn a_sale_is_lowered_until_the_export_limit_holds_and_pv_keeps_priority() {
        let limited = |kw| Slot { export_limit_w: 4e3, ..surplus(kw, 0.3) };
        assert_eq!([1.0, 2.5, 4.0].map(|kw| pb_w(&SALE, &limited(kw))), [3e3, 1.5e3, 0.0]);
        // PV alone above the limit: the battery absorbs the rest.
        assert_eq!(
            act(&SALE, &limited(5.0)),
            Action { pb_w: -1e3, sold_w: 0.0, pv_off: false, export_cap_w: 4e3, reason: Reason::PvCharge }
        );
    }

    #[test]
    fn what_the_plan_serves_wholly_is_served_however_much_it_is() {
        let part = PlannedSlot { self_supply_w: 2e3, ..PlannedSlot::IDLE };
        let all = PlannedSlot { serves_all: true, ..part };
        assert_eq!((pb_w(&part, &deficit(3.0, 0.2)), pb_w(&all, &deficit(3.0, 0.2))), (2e3, 3e3));
        assert_eq!((pb_w(&part, &deficit(1.0, 0.2)), pb_w(&all, &QUIET)), (1e3, 0.0));
    }

    #[test]
    fn what_the_plan_stores_wholly_is_stored_however_much_it_is() {
        let part = PlannedSlot { charge_pv_w: 2e3, ..PlannedSlot::IDLE };
        let all = PlannedSlot { stores_all: true, ..part };
        assert_eq!((pb_w(&part, &surplus(3.0, 0.1)), pb_w(&all, &surplus(3.0, 0.1))), (-2e3, -3e3));
        assert_eq!((pb_w(&part, &surplus(1.0, 0.1)), pb_w(&part, &deficit(1.0, 0.1))), (-1e3, 0.0));
        let nearly_full = execute(&all, &surplus(3.0, 0.1), &STORE, (9.5e3, 1.0), &settings());
        assert_eq!((nearly_full.pb_w, nearly_full.reason), (-500.0, Reason::PvCharge));
    }

    #[test]
    fn surplus_above_the_export_limit_is_absorbed_though_not_planned() {
        let actual = Slot { export_limit_w: 1e3, ..surplus(3.0, 0.1) };
        assert_eq!(pb_w(&PlannedSlot::IDLE, &actual), -2e3);
    }

    #[test]
    fn surplus_that_is_left_to_be_curtailed_for_a_better_use_of_the_room_is_not_absorbed_but_more_is() {
        // 1 of 4 kW stored and 3 curtailed, as below a feed-in price of less than zero.
        let planned = PlannedSlot { charge_pv_w: 1e3, pv_curtailed_w: 3e3, ..PlannedSlot::IDLE };
        let keeps_room = PlannedSlot { keeps_room: true, ..planned };
        let stored_w = |planned: &PlannedSlot| [0.5, 2.0, 4.0, 6.0].map(|kw| -pb_w(planned, &surplus(kw, -0.01)));
        assert_eq!(stored_w(&keeps_room), [500.0, 1e3, 1e3, 3e3]);
        // Where the battery is full at the slot's end, curtailing is no choice, and all is taken that still fits.
        assert_eq!(stored_w(&planned), [500.0, 2e3, 4e3, 5e3]);
    }

    #[test]
    fn charging_from_the_grid_stops_at_the_import_limit() {
        let settings = Settings { grid_charging: true, ..settings() };
        let planned = PlannedSlot { charge_grid_w: 3e3, ..PlannedSlot::IDLE };
        let act = |demand_w| {
            let actual = Slot { demand_w, import_limit_w: 4e3, ..QUIET };
            execute(&planned, &actual, &STORE, (5e3, 1.0), &settings)
        };
        assert_eq!((act(0.0).pb_w, act(0.0).reason), (-3e3, Reason::GridCharge));
        assert_eq!(act(2e3).pb_w, -2e3);
        assert_eq!((act(5e3).pb_w, act(5e3).reason), (1e3, Reason::ImportLimit));
    }

    #[test]
    fn only_a_deficit_above_the_import_limit_may_use_the_vehicles_reserve() {
        let actual = Slot { import_limit_w: 1e3, ..deficit(4.0, 0.2) };
        let serve = PlannedSlot { serves_all: true, ..PlannedSlot::IDLE };
        let pb_w = |boost_wh| {
            execute(&serve, &actual, &Store { floor_wh: 5e3, boost_wh, ..STORE }, (5e3, 1.0), &settings()).pb_w
        };
        // 3 of the 4 kW are above the limit.
        assert_eq!([0.0, 2e3, 4e3].map(pb_w), [0.0, 2e3, 3e3]);
    }

    #[test]
    fn negative_prices_curtail_export_or_switch_pv_off_and_charge() {
        let settings = Settings { grid_charging: true, pv_off_both_negative: true, ..settings() };
        let act = |buy_per_kwh| {
            let actual = Slot { buy_per_kwh, ..surplus(2.0, -0.1) };
            let planned = PlannedSlot { stores_all: true, ..PlannedSlot::IDLE };
            execute(&planned, &actual, &STORE, (5e3, 1.0), &settings)
        };
        let curtailed = Action { pb_w: -2e3, sold_w: 0.0, pv_off: false, export_cap_w: 0.0, reason: Reason::PvCharge };
        assert_eq!(act(0.1), curtailed);
        assert_eq!(act(-0.1), Action { pb_w: -5e3, pv_off: true, reason: Reason::NegativePrice, ..curtailed });
    }

    #[test]
    fn the_plan_says_why_an_idle_slot_is_idle() {
        let tail = PlannedSlot { reason: Reason::Tail, ..PlannedSlot::IDLE };
        assert_eq!(act(&tail, &QUIET).reason, Reason::Tail);
        // A planned sale that cannot be made is no sale.
        let empty = execute(&SALE, &QUIET, &STORE, (0.0, 1.0), &settings());
        assert_eq!((empty.pb_w, empty.reason), (0.0, Reason::Idle));
    }
}
