//! The planner: one window of slots in, the plan for every slot out.

use super::Settings;
use super::base::Case;
use super::ledger::{Bounds, Ledger};
use super::segments::{Before, Clock, Pledge, Segments};
use super::slot::{Flow, PlannedSlot, Reason, Slot, Store};
use super::spread::{Offer, Spread};

/// A window to be planned.
#[derive(Debug, Clone, Copy)]
pub struct Window<'a> {
    /// What is known or forecast of every slot, first to last.
    pub slots: &'a [Slot],
    /// Length of a slot, h, above 0.
    pub slot_h: f64,
    /// Hour of the day, standard time, at which the first slot starts.
    pub start_h: f64,
    /// What happened before.
    pub before: Before,
    /// What earlier slots have settled, for every slot; the slice may be shorter than the window.
    pub pledges: &'a [Pledge],
}

/// Plans windows. It keeps its memory from one to the next, so that only the longest window so far allocates.
#[derive(Debug, Clone)]
pub struct Planner {
    pub(super) settings: Settings,
    pub(super) flows: Vec<Flow>,
    pub(super) offers: Vec<Offer>,
    pub(super) ledger: Ledger,
    pub(super) segments: Segments,
    /// What every segment needs when it begins, Wh.
    pub(super) needs_wh: Vec<f64>,
    /// The charge without the sales of the segment at hand.
    pub(super) unsold: Spread,
    /// What sales before the window have given up to the grid in each slot, Wh of stored energy.
    pub(super) given_up_wh: Vec<f64>,
    /// Level after the first slot without the sales of its segment, Wh.
    pub(super) unsold_first_wh: f64,
    /// Slots by consumption price, the highest and then the earliest first.
    pub(super) by_buy: Vec<usize>,
    /// Slots by feed-in price, the highest and then the earliest first.
    pub(super) by_sell: Vec<usize>,
    /// Why each slot sells nothing, or no more.
    pub(super) refusals: Vec<Reason>,
    pub(super) room_wh: Vec<f64>,
    /// What the first slot settles about every slot.
    pub(super) first_pledges: Vec<Pledge>,
    charge: Spread,
    plan: Vec<PlannedSlot>,
}

impl Planner {
    /// A planner with its settings.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            flows: vec![],
            offers: vec![],
            ledger: Ledger::default(),
            segments: Segments::default(),
            needs_wh: vec![],
            unsold: Spread::default(),
            given_up_wh: vec![],
            unsold_first_wh: 0.0,
            by_buy: vec![],
            by_sell: vec![],
            refusals: vec![],
            room_wh: vec![],
            first_pledges: vec![],
            charge: Spread::default(),
            plan: vec![],
        }
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Plans a window from a stored energy on; one planned slot for each.
    ///
    /// A level outside floor and full battery is planned from as it is: nothing discharges below the floor, and what is
    /// above full counts as full. The same input always gives the same plan.
    pub fn plan(&mut self, window: &Window<'_>, store: &Store, stored_wh: f64) -> &[PlannedSlot] {
        let case = Case { slots: window.slots, slot_h: window.slot_h, store, pledges: window.pledges };
        self.prepare(&case, stored_wh);
        self.plan_base(&case);
        self.divide(&case, window);
        self.plan_sales(&case, window.before.unsold_wh, stored_wh);
        self.charge.choose(&self.ledger, &self.offers, stored_wh, window.slot_h);
        self.write(&case);
        &self.plan
    }

    /// What the first slot settles about the slots behind it, when it passes as planned.
    pub fn first_pledges(&self) -> &[Pledge] {
        &self.first_pledges
    }

    /// What the next window must know, when the first slot has passed as planned.
    pub fn after_first(&self, window: &Window<'_>) -> Before {
        let before = self.segments.after_first(&window.before, window.slot_h);
        let next_begins = self.segments.len() > 1 && self.segments.bounds(0, self.plan.len()).1 == 1;
        match self.charge.level_wh.first() {
            Some(level_wh) if !next_begins => Before { unsold_wh: self.unsold_first_wh - level_wh, ..before },
            _ => before,
        }
    }

    fn prepare(&mut self, case: &Case<'_>, stored_wh: f64) {
        let (store, len) = (case.store, case.slots.len());
        let bounds = Bounds { floor_wh: store.floor_wh, full_wh: store.full_wh };
        self.ledger.reset(len, bounds, stored_wh);
        self.flows.clear();
        self.flows.extend(case.slots.iter().map(|slot| Flow::of(slot, store, &self.settings)));
        self.given_up_wh.clear();
        self.given_up_wh.extend(case.pledges.iter().take(len).map(|p| case.taken_by_wh(p.left_to_grid_w)));
        self.first_pledges.clear();
        self.first_pledges.resize(len, Pledge::default());
        self.refusals.clear();
        self.refusals.resize(len, Reason::Idle);
        sort_descending(&mut self.by_buy, len, |t| case.slots[t].buy_per_kwh);
        sort_descending(&mut self.by_sell, len, |t| case.slots[t].sell_per_kwh);
    }

    fn divide(&mut self, case: &Case<'_>, window: &Window<'_>) {
        let mut addable_wh = std::mem::take(&mut self.room_wh);
        addable_wh.clear();
        let surplus_wh = |(flow, free_wh): (&Flow, &f64)| case.stored_by_wh(flow.surplus_w).min(*free_wh);
        addable_wh.extend(self.flows.iter().zip(&self.ledger.free_wh).map(surplus_wh));
        let usable_wh = (case.store.full_wh - case.store.floor_wh).max(0.0);
        let clock = Clock { start_h: window.start_h, slot_h: window.slot_h };
        self.segments.divide(&addable_wh, usable_wh, clock, &window.before);
        self.room_wh = addable_wh;
    }

    /// Writes the plan out in powers at the POI.
    fn write(&mut self, case: &Case<'_>) {
        self.plan.clear();
        // The highest consumption price of deficits behind the slot that stay unserved.
        let mut unserved_per_kwh = f64::NEG_INFINITY;
        for t in (0..case.slots.len()).rev() {
            let planned = self.planned(case, t, unserved_per_kwh);
            if self.flows[t].deficit_w > 0.0 && !planned.serves_all {
                unserved_per_kwh = unserved_per_kwh.max(case.slots[t].buy_per_kwh);
            }
            self.plan.push(planned);
        }
        self.plan.reverse();
    }

    fn planned(&self, case: &Case<'_>, t: usize, unserved_per_kwh: f64) -> PlannedSlot {
        let (slot, flow, ledger, tiny_wh) = (&case.slots[t], &self.flows[t], &self.ledger, self.ledger.tiny_wh());
        let free_w = case.charge_w(self.charge.charge_wh(t));
        let charge_pv_w = free_w.min(flow.surplus_w);
        let charge_grid_w = free_w - charge_pv_w + case.charge_w(ledger.grid_wh[t]);
        let [self_supply_w, sale_surplus_w, sale_arbitrage_w] =
            [&ledger.supply_wh, &ledger.surplus_sale_wh, &ledger.arbitrage_wh].map(|wh| case.discharge_w(wh[t]));
        let pv_export_w = (flow.surplus_w - charge_pv_w).min(flow.export_cap_w);
        let off_w = if flow.pv_off { slot.pv_w } else { 0.0 };
        let is_served = ledger.supply_wh[t] + tiny_wh >= case.taken_by_wh(flow.deficit_w);
        let pv_curtailed_w = flow.surplus_w - charge_pv_w - pv_export_w + off_w;
        let has_room = self.charge.level_wh[t] < ledger.bounds.full_wh - tiny_wh;
        let is_worth_it = slot.buy_per_kwh > 0.0 && slot.buy_per_kwh >= unserved_per_kwh && ledger.grid_wh[t] == 0.0;
        PlannedSlot {
            charge_pv_w,
            charge_grid_w,
            self_supply_w,
            sale_surplus_w,
            sale_arbitrage_w,
            pv_curtailed_w,
            import_w: flow.deficit_w - self_supply_w + charge_grid_w,
            export_w: pv_export_w + sale_surplus_w + sale_arbitrage_w,
            stored_end_wh: self.charge.level_wh[t],
            stores_all: self.stores_all(t),
            serves_all: if flow.deficit_w > 0.0 { is_served } else { is_worth_it },
            keeps_room: has_room && pv_curtailed_w > 0.0,
            reason: self.reason(t),
        }
    }

    /// Whether slot `t` stores all the surplus it is offered and may store more.
    fn stores_all(&self, t: usize) -> bool {
        let (offer, ledger) = (&self.offers[t], &self.ledger);
        let takes_all = self.charge.charge_wh(t) + ledger.tiny_wh() >= offer.clipped_wh + offer.rest_wh;
        offer.is_wanted && takes_all && ledger.sold_wh(t) == 0.0
    }

    fn reason(&self, t: usize) -> Reason {
        let (flow, ledger) = (&self.flows[t], &self.ledger);
        if ledger.arbitrage_wh[t] > 0.0 {
            Reason::SaleArbitrage
        } else if ledger.surplus_sale_wh[t] > 0.0 {
            Reason::SaleSurplus
        } else if ledger.supply_wh[t] > ledger.tiny_wh() {
            if flow.overload_w > 0.0 { Reason::ImportLimit } else { Reason::SelfSupply }
        } else if ledger.grid_wh[t] > 0.0 {
            Reason::GridCharge
        } else if self.charge.charge_wh(t) > ledger.tiny_wh() {
            if flow.paid_to_charge { Reason::NegativePrice } else { Reason::PvCharge }
        } else {
            self.refusals[t]
        }
    }
}

/// Slots in falling order of `value`, among equals the earliest first.
fn sort_descending(order: &mut Vec<usize>, len: usize, value: impl Fn(usize) -> f64) {
    order.clear();
    order.extend(0..len);
    order.sort_unstable_by(|a, b| value(*b).total_cmp(&value(*a)).then(a.cmp(b)));
}
