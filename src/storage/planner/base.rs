//! The plan without sales: PV surplus is stored, deficits are served at the highest price first, from stock or from
//! energy bought cheaper before.

use super::plan::Planner;
use super::segments::Pledge;
use super::slot::{Flow, Slot, Store};
use super::spread::{Class, Offer, Rank};
use super::{SurplusPolicy, Timing};

/// A window to plan, without its history.
#[derive(Debug, Clone, Copy)]
pub(super) struct Case<'a> {
    pub slots: &'a [Slot],
    pub slot_h: f64,
    pub store: &'a Store,
    pub pledges: &'a [Pledge],
}

impl Case<'_> {
    /// Stored energy that a charge power adds in a slot, Wh.
    pub fn stored_by_wh(&self, charge_w: f64) -> f64 {
        charge_w.min(self.store.charge_w) * self.slot_h * self.store.eta_charge
    }

    /// Stored energy that a discharge power takes in a slot, Wh.
    pub fn taken_by_wh(&self, discharge_w: f64) -> f64 {
        discharge_w.min(self.store.discharge_w) * self.slot_h / self.store.eta_discharge
    }

    /// Discharge power that takes this stored energy in a slot, W.
    pub fn discharge_w(&self, taken_wh: f64) -> f64 {
        taken_wh * self.store.eta_discharge / self.slot_h
    }

    /// Charge power that adds this stored energy in a slot, W.
    pub fn charge_w(&self, stored_wh: f64) -> f64 {
        if stored_wh > 0.0 { stored_wh / (self.slot_h * self.store.eta_charge) } else { 0.0 }
    }
}

impl Planner {
    /// The plan without sales.
    pub(super) fn plan_base(&mut self, case: &Case<'_>) {
        self.forget(case);
        if case.store.eta_discharge <= 0.0 {
            return;
        }
        self.serve(case, [Tier::Bought, Tier::Overload, Tier::Rest]);
        let is_overloaded = |k| self.unserved_wh(case, k, Tier::Overload) > self.ledger.tiny_wh();
        if case.pledges.iter().any(|p| p.bought_w > 0.0) && (0..case.slots.len()).any(is_overloaded) {
            // What has been bought for other deficits may be needed to keep the import limit.
            self.forget(case);
            self.serve(case, [Tier::Overload, Tier::Bought, Tier::Rest]);
        }
    }

    fn serve(&mut self, case: &Case<'_>, tiers: [Tier; 3]) {
        for tier in tiers {
            self.serve_from_stock(case, tier);
        }
        if case.store.eta_charge > 0.0 {
            for tier in [Tier::Overload, Tier::Rest] {
                self.serve_from_grid(case, tier);
            }
        }
    }

    /// Starts over, before any deficit is served.
    fn forget(&mut self, case: &Case<'_>) {
        self.ledger.supply_wh.fill(0.0);
        self.ledger.grid_wh.fill(0.0);
        self.first_pledges.fill(Pledge::default());
        self.offer(case);
        self.ledger.follow(0);
    }

    /// What every slot offers to the battery without being bought for later.
    fn offer(&mut self, case: &Case<'_>) {
        self.offers.clear();
        let mut best_later = f64::NEG_INFINITY;
        for t in (0..case.slots.len()).rev() {
            let offer = self.offer_of(case, t, best_later);
            self.ledger.free_wh[t] = offer.clipped_wh + offer.rest_wh;
            self.offers.push(offer);
            best_later = best_later.max(self.worth_per_kwh(case, t));
        }
        self.offers.reverse();
    }

    fn offer_of(&self, case: &Case<'_>, t: usize, best_later: f64) -> Offer {
        let (slot, flow) = (&case.slots[t], &self.flows[t]);
        // More than the full battery makes no difference, and may be infinite.
        let whole_wh = case.stored_by_wh(flow.free_w).min(self.ledger.bounds.full_wh);
        if flow.paid_to_charge {
            let rank = Rank(Class::Paid, slot.buy_per_kwh);
            return Offer { clipped_wh: 0.0, rest_wh: whole_wh, rest_rank: rank, clipped_rank: rank, is_wanted: true };
        }
        let sell_per_kwh = slot.sell_per_kwh.max(0.0);
        let is_wanted = self.storing_pays(case, best_later, sell_per_kwh);
        let clipped_wh = case.stored_by_wh(flow.above_cap_w).min(whole_wh);
        let rest_wh = whole_wh - clipped_wh;
        let (rest_rank, clipped_rank) = match self.settings.timing {
            Timing::ClipAware => (Rank(Class::Exportable, sell_per_kwh), Rank(Class::Clipped, 0.0)),
            Timing::Earliest => (Rank(Class::Exportable, 0.0), Rank(Class::Exportable, 0.0)),
        };
        Offer { clipped_wh, rest_wh: if is_wanted { rest_wh } else { 0.0 }, rest_rank, clipped_rank, is_wanted }
    }

    /// Whether surplus that would earn `cost_per_kwh` now is worth storing. What would be curtailed always is.
    fn storing_pays(&self, case: &Case<'_>, best_later: f64, cost_per_kwh: f64) -> bool {
        let roundtrip = case.store.eta_charge * case.store.eta_discharge;
        match self.settings.surplus_policy {
            SurplusPolicy::Always => true,
            SurplusPolicy::PriceAware => {
                best_later * roundtrip - cost_per_kwh >= self.settings.min_price_difference_per_kwh
            }
        }
    }

    /// The most that discharging may earn in a slot, per kWh.
    fn worth_per_kwh(&self, case: &Case<'_>, t: usize) -> f64 {
        let slot = &case.slots[t];
        let supply = if self.flows[t].deficit_w > 0.0 { slot.buy_per_kwh } else { f64::NEG_INFINITY };
        let sale = if self.price_refusal(case, t).is_none() { slot.sell_per_kwh } else { f64::NEG_INFINITY };
        supply.max(sale)
    }

    /// The slot whose deficit is served as the `i`-th: the highest price first. What passes the import limit is served as
    /// it comes, for so it will be.
    fn in_turn(&self, i: usize, tier: Tier) -> usize {
        if tier == Tier::Overload { i } else { self.by_buy[i] }
    }

    /// Serves deficits from stock and stored surplus, the highest price first.
    fn serve_from_stock(&mut self, case: &Case<'_>, tier: Tier) {
        for i in 0..self.by_buy.len() {
            let k = self.in_turn(i, tier);
            let wanted_wh = self.unserved_wh(case, k, tier);
            if wanted_wh <= self.ledger.tiny_wh() || self.ledger.free_wh[k] > 0.0 {
                continue;
            }
            let taken_wh = wanted_wh.min(self.ledger.available_wh(k, self.ledger.len()));
            if taken_wh > self.ledger.tiny_wh() {
                self.ledger.supply_wh[k] += taken_wh;
                self.ledger.follow(k);
            }
        }
    }

    /// Serves what is left with energy bought before: the cheapest slot first, among equals the latest.
    fn serve_from_grid(&mut self, case: &Case<'_>, tier: Tier) {
        for i in 0..self.by_buy.len() {
            let k = self.in_turn(i, tier);
            let wanted_wh = self.unserved_wh(case, k, tier);
            if wanted_wh > self.ledger.tiny_wh() && self.ledger.free_wh[k] == 0.0 && self.ledger.grid_wh[k] == 0.0 {
                self.buy_for(case, k, wanted_wh, tier);
            }
        }
    }

    fn buy_for(&mut self, case: &Case<'_>, k: usize, mut wanted_wh: f64, tier: Tier) {
        let mut room_wh = std::mem::take(&mut self.room_wh);
        self.ledger.rooms_until(k, &mut room_wh);
        // The order of deficits backwards: the lowest price first, among equals the latest.
        for i in (0..self.by_buy.len()).rev() {
            let j = self.by_buy[i];
            if wanted_wh <= self.ledger.tiny_wh() || !self.buying_pays(case, j, k, tier) {
                break;
            }
            if j >= k {
                continue;
            }
            let bought_wh = wanted_wh.min(room_wh[j]).min(self.purchase_wh(case, j));
            if bought_wh > self.ledger.tiny_wh() {
                self.ledger.grid_wh[j] += bought_wh;
                self.ledger.supply_wh[k] += bought_wh;
                wanted_wh -= bought_wh;
                if j == 0 {
                    self.first_pledges[k].bought_w += case.discharge_w(bought_wh);
                }
                self.offers[j].rest_rank = Rank(Class::Must, 0.0);
                self.offers[j].clipped_rank = Rank(Class::Must, 0.0);
                self.ledger.follow(j);
                self.ledger.rooms_until(k, &mut room_wh);
            }
        }
        self.room_wh = room_wh;
    }

    fn buying_pays(&self, case: &Case<'_>, j: usize, k: usize, tier: Tier) -> bool {
        let cost = case.slots[j].buy_per_kwh / (case.store.eta_charge * case.store.eta_discharge);
        let gain = case.slots[k].buy_per_kwh - cost;
        tier == Tier::Overload || gain >= self.settings.min_price_difference_per_kwh
    }

    /// What slot `j` may still buy, Wh of stored energy: the power and the import limit leave it, and its own surplus
    /// is stored whole.
    fn purchase_wh(&self, case: &Case<'_>, j: usize) -> f64 {
        let (slot, flow, ledger) = (&case.slots[j], &self.flows[j], &self.ledger);
        let surplus_wh = case.stored_by_wh(flow.surplus_w).min(ledger.bounds.full_wh);
        let keeps_surplus_back = ledger.free_wh[j] + ledger.tiny_wh() < surplus_wh;
        let is_taken = ledger.supply_wh[j] > 0.0 || slot.buy_per_kwh < 0.0 || keeps_surplus_back;
        if !flow.grid_allowed || is_taken {
            return 0.0;
        }
        let most_w = flow.surplus_w + (slot.import_limit_w - flow.deficit_w).max(0.0);
        (case.stored_by_wh(most_w) - ledger.free_wh[j] - ledger.grid_wh[j]).max(0.0)
    }

    /// What of a slot's deficit could still be served, Wh of stored energy. Only a deficit at a positive price is worth
    /// serving, and not what a sale has given up; but one above the import limit always is.
    fn unserved_wh(&self, case: &Case<'_>, k: usize, tier: Tier) -> f64 {
        let flow: &Flow = &self.flows[k];
        let pledge = case.pledges.get(k).copied().unwrap_or_default();
        let (overload_wh, bought_wh) = (case.taken_by_wh(flow.overload_w), case.taken_by_wh(pledge.bought_w));
        let worth_it_wh = if case.slots[k].buy_per_kwh > 0.0 {
            case.taken_by_wh(flow.deficit_w) - case.taken_by_wh(pledge.left_to_grid_w)
        } else {
            0.0
        };
        let wanted_wh = match tier {
            Tier::Overload => overload_wh,
            Tier::Bought => worth_it_wh.max(overload_wh).min(bought_wh),
            Tier::Rest => worth_it_wh,
        };
        wanted_wh - self.ledger.supply_wh[k]
    }
}

/// In which order deficits are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tier {
    /// What passes the import limit.
    Overload,
    /// What energy has been bought for.
    Bought,
    /// All others.
    Rest,
}
