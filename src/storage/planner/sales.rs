//! Sales to the grid: what a segment may sell, which slots qualify, and both modes.

use super::Reason;
use super::base::Case;
use super::plan::Planner;

impl Planner {
    /// Plans the sales of every segment in turn.
    pub(super) fn plan_sales(&mut self, case: &Case<'_>, unsold_wh: f64, stored_wh: f64) {
        self.find_needs();
        for s in 0..self.segments.len() {
            let (start, end) = self.segments.bounds(s, case.slots.len());
            // The slots that charge are those of the plan without the segment's own sales.
            if s == 0 {
                let start_wh = stored_wh + unsold_wh;
                let given_up_wh = std::mem::take(&mut self.given_up_wh);
                self.unsold.choose_beside(&self.ledger, &given_up_wh, &self.offers[..end], start_wh, case.slot_h);
                self.given_up_wh = given_up_wh;
                self.unsold_first_wh = self.unsold.level_wh.first().copied().unwrap_or(stored_wh);
            } else {
                self.unsold.choose(&self.ledger, &self.offers[..end], stored_wh, case.slot_h);
            }
            if self.settings.sales && case.store.eta_discharge > 0.0 {
                self.sell_surplus(case, s, (start, end));
                if self.settings.arbitrage {
                    self.sell_instead_of_serving(case, (start, end));
                }
            }
        }
    }

    /// What every segment must find in the battery when it begins, Wh: `need = clamp(D + need of the next − R)`.
    fn find_needs(&mut self) {
        let (len, ledger) = (self.ledger.len(), &self.ledger);
        let usable_wh = (ledger.bounds.full_wh - ledger.bounds.floor_wh).max(0.0);
        self.needs_wh.clear();
        self.needs_wh.resize(self.segments.len() + 1, 0.0);
        for s in (0..self.segments.len()).rev() {
            let (deficit_wh, recharge_wh) = self.turnover_wh(self.segments.bounds(s, len));
            self.needs_wh[s] = (deficit_wh + self.needs_wh[s + 1] - recharge_wh).clamp(0.0, usable_wh);
        }
    }

    /// Planned self-supply and possible recharge of a segment, Wh of stored energy.
    fn turnover_wh(&self, (start, end): (usize, usize)) -> (f64, f64) {
        let deficit_wh = self.ledger.supply_wh[start..end].iter().sum();
        let free_wh: f64 = self.ledger.free_wh[start..end].iter().sum();
        let bought_wh: f64 = self.ledger.grid_wh[start..end].iter().sum();
        (deficit_wh, free_wh + bought_wh)
    }

    /// Energy that a segment may sell, Wh of stored energy: what it begins with and gets, less its own deficits and what
    /// the next segment needs.
    fn budget_wh(&self, s: usize, bounds: (usize, usize)) -> f64 {
        let (deficit_wh, recharge_wh) = self.turnover_wh(bounds);
        let begins_with_wh = self.ledger.level_before_wh(bounds.0) - self.ledger.bounds.floor_wh;
        (begins_with_wh + recharge_wh - deficit_wh - self.needs_wh[s + 1]).max(0.0)
    }

    /// Mode 1: sells the budget at the highest prices, among equals the earliest.
    fn sell_surplus(&mut self, case: &Case<'_>, s: usize, bounds: (usize, usize)) {
        let mut budget_wh = self.budget_wh(s, bounds);
        for i in 0..self.by_sell.len() {
            let t = self.by_sell[i];
            if t < bounds.0 || t >= bounds.1 {
                continue;
            }
            match self.room_w(case, t) {
                Ok(room_w) => {
                    let wanted_wh = case.taken_by_wh(room_w).min(budget_wh);
                    let sold_wh = self.take_for_sale(t, self.ledger.len(), wanted_wh);
                    self.ledger.surplus_sale_wh[t] += sold_wh;
                    self.ledger.follow(t);
                    budget_wh -= sold_wh;
                    self.refusals[t] = Reason::NoBudget;
                }
                Err(refusal) => self.refusals[t] = refusal,
            }
        }
    }

    /// Mode 2: in the same order, sells what later slots of the segment would have used for cheaper consumption: the
    /// cheapest first, among equals the latest. The total discharge stays what it was.
    fn sell_instead_of_serving(&mut self, case: &Case<'_>, (start, end): (usize, usize)) {
        for i in 0..self.by_sell.len() {
            let t = self.by_sell[i];
            if t < start || t >= end {
                continue;
            }
            for i in (0..self.by_buy.len()).rev() {
                let k = self.by_buy[i];
                let margin = self.settings.min_price_difference_per_kwh;
                if case.slots[t].sell_per_kwh <= case.slots[k].buy_per_kwh + margin {
                    break;
                }
                if k > t && k < end {
                    self.move_sale(case, t, k);
                }
            }
        }
    }

    fn move_sale(&mut self, case: &Case<'_>, t: usize, k: usize) {
        let supplied_wh = self.ledger.supply_wh[k];
        if supplied_wh <= self.ledger.tiny_wh() || self.ledger.sold_wh(k) > 0.0 {
            return;
        }
        let Ok(room_w) = self.room_w(case, t) else { return };
        let import_w = self.flows[k].deficit_w - case.discharge_w(supplied_wh);
        let import_room_w = (case.slots[k].import_limit_w - import_w).max(0.0);
        let wanted_wh = case.taken_by_wh(room_w).min(supplied_wh).min(case.taken_by_wh(import_room_w));
        let moved_wh = self.take_for_sale(t, k, wanted_wh);
        self.ledger.supply_wh[k] -= moved_wh;
        self.ledger.arbitrage_wh[t] += moved_wh;
        if t == 0 {
            self.first_pledges[k].left_to_grid_w += case.discharge_w(moved_wh);
        }
        self.ledger.follow(t);
    }

    /// How much of a wanted sale in slot `t` the path until slot `end` allows, Wh. Surplus of the slot is no longer
    /// stored if it allows any.
    fn take_for_sale(&mut self, t: usize, end: usize, wanted_wh: f64) -> f64 {
        if wanted_wh <= self.ledger.tiny_wh() {
            return 0.0;
        }
        let free_wh = std::mem::take(&mut self.ledger.free_wh[t]);
        if free_wh > 0.0 {
            self.ledger.follow(t);
        }
        let taken_wh = wanted_wh.min(self.ledger.available_wh(t, end));
        let is_missed = free_wh > 0.0 && self.ledger.falls_short(t);
        if taken_wh > self.ledger.tiny_wh() && !is_missed {
            return taken_wh;
        }
        if free_wh > 0.0 {
            self.ledger.free_wh[t] = free_wh;
            self.ledger.follow(t);
        }
        0.0
    }

    /// Power that slot `t` could still sell, W, or why it does not qualify.
    fn room_w(&self, case: &Case<'_>, t: usize) -> Result<f64, Reason> {
        if let Some(refusal) = self.price_refusal(case, t) {
            return Err(refusal);
        }
        let (flow, ledger, tiny_wh) = (&self.flows[t], &self.ledger, self.ledger.tiny_wh());
        if self.unsold.charge_wh(t) > tiny_wh || ledger.grid_wh[t] > tiny_wh {
            return Err(Reason::ChargingSlot);
        }
        let supplied_w = case.discharge_w(ledger.supply_wh[t]);
        if case.taken_by_wh(flow.deficit_w) > ledger.supply_wh[t] + tiny_wh {
            return Err(Reason::OwnDeficit);
        }
        let sold_w = case.discharge_w(ledger.sold_wh(t));
        let power_w = case.store.discharge_w - supplied_w - sold_w;
        let export_w = flow.export_cap_w - flow.surplus_w - sold_w;
        let room_w = power_w.min(export_w);
        if case.taken_by_wh(room_w.max(0.0)) > tiny_wh { Ok(room_w) } else { Err(Reason::NoRoom) }
    }

    /// Why prices or the clock keep slot `t` from selling, if they do.
    pub(super) fn price_refusal(&self, case: &Case<'_>, t: usize) -> Option<Reason> {
        let (slot, settings) = (&case.slots[t], &self.settings);
        let end_h = case.slots.len() as f64 * case.slot_h;
        if slot.sell_per_kwh <= 0.0 || slot.sell_per_kwh < settings.min_price_difference_per_kwh {
            Some(Reason::BelowMargin)
        } else if slot.buy_per_kwh < 0.0 {
            Some(Reason::NegativePrice)
        } else if t as f64 * case.slot_h + 1e-9 >= end_h - settings.tail_h {
            Some(Reason::Tail)
        } else {
            None
        }
    }
}
