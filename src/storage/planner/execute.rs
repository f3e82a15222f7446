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
/// absorbed. What the plan stores or serves wholly is stored and served wholly, however much it is; else the planned
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
        planned_w.min(flow.surplus_w).max(flow.above_cap_w)
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
