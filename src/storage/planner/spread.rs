//! Which of the PV surplus is stored: as much as fits, the parts that cost least first.

use super::ledger::Ledger;

/// A block of surplus ends after this long without.
pub(super) const BLOCK_GAP_H: f64 = 4.0;

/// How gladly a part is stored: a class, then its cost per kWh within the class; less is stored first.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub(super) struct Rank(pub Class, pub f64);

/// Classes of energy to store, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// The slot also buys energy, which it can only after storing all its surplus.
    Must,
    /// Charging is paid for.
    Paid,
    /// It would be curtailed.
    Clipped,
    /// It could be exported.
    Exportable,
}

/// What a slot offers to the battery, Wh of stored energy, in two parts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Offer {
    /// Would be curtailed.
    pub clipped_wh: f64,
    /// The rest.
    pub rest_wh: f64,
    /// How gladly the rest is stored.
    pub rest_rank: Rank,
    /// How gladly the clipped part is stored.
    pub clipped_rank: Rank,
    /// Whether more than is offered would be stored.
    pub is_wanted: bool,
}

/// The charge chosen, Wh of stored energy, and the level that follows.
#[derive(Debug, Clone, Default)]
pub(super) struct Spread {
    taken: Vec<Taken>,
    /// Level at the slot's end.
    pub level_wh: Vec<f64>,
}

/// What is taken of the two parts of an offer, Wh.
#[derive(Debug, Clone, Copy)]
struct Taken {
    clipped_wh: f64,
    rest_wh: f64,
}

impl Spread {
    /// Charge of a slot, without what is bought for later.
    pub fn charge_wh(&self, t: usize) -> f64 {
        self.taken[t].clipped_wh + self.taken[t].rest_wh
    }

    /// Chooses the charge for the discharges in `ledger`, from a level of `start_wh` on.
    ///
    /// All that is offered is taken at first. Where the level would pass the full battery, the costliest parts of the
    /// block so far are given back (among equals the latest), as far as no level falls below the floor. As much is
    /// stored as by the ledger's own path.
    pub fn choose(&mut self, ledger: &Ledger, offers: &[Offer], start_wh: f64, slot_h: f64) {
        self.choose_beside(ledger, &[], offers, start_wh, slot_h);
    }

    /// The same with more discharges than the ledger holds, Wh; none where the slice ends.
    pub fn choose_beside(&mut self, ledger: &Ledger, more_wh: &[f64], offers: &[Offer], start_wh: f64, slot_h: f64) {
        self.taken.clear();
        self.level_wh.clear();
        let (mut level_wh, mut first, mut quiet_h) = (start_wh.min(ledger.bounds.full_wh), 0, f64::INFINITY);
        for (t, offer) in offers.iter().enumerate() {
            let is_open = ledger.free_wh[t] > 0.0;
            if is_open && quiet_h >= BLOCK_GAP_H - 1e-9 {
                first = t;
            }
            quiet_h = if is_open { 0.0 } else { quiet_h + slot_h };
            let (clipped_wh, rest_wh) = if is_open { (offer.clipped_wh, offer.rest_wh) } else { (0.0, 0.0) };
            self.taken.push(Taken { clipped_wh, rest_wh });
            let out_wh = ledger.out_wh(t) + more_wh.get(t).copied().unwrap_or(0.0);
            self.level_wh.push(level_wh + clipped_wh + rest_wh + ledger.grid_wh[t] - out_wh);
            first = self.give_back(first, offers, ledger);
            level_wh = self.level_wh[t];
        }
    }

    /// Gives back what passes the full battery in the last slot. Returns the first slot that may still give later.
    fn give_back(&mut self, mut first: usize, offers: &[Offer], ledger: &Ledger) -> usize {
        let last = self.level_wh.len() - 1;
        let mut over_wh = self.level_wh[last] - ledger.bounds.full_wh;
        while over_wh > 0.0 {
            let Some((t, is_clipped)) = self.costliest(first, offers) else { break };
            let (slack_wh, at) = self.slack(t, ledger.bounds.floor_wh);
            let taken = &mut self.taken[t];
            let part = if is_clipped { &mut taken.clipped_wh } else { &mut taken.rest_wh };
            let cut_wh = over_wh.min(*part).min(slack_wh);
            if cut_wh == slack_wh {
                first = at + 1;
            }
            *part -= cut_wh;
            over_wh -= cut_wh;
            for level_wh in &mut self.level_wh[t..] {
                *level_wh -= cut_wh;
            }
        }
        first
    }

    /// How far the level may fall from slot `t` to the last but one, and the slot that bounds it.
    fn slack(&self, t: usize, floor_wh: f64) -> (f64, usize) {
        let least =
            |least: (f64, usize), (u, level): (usize, &f64)| if *level <= least.0 { (*level, u) } else { least };
        let before_last = self.level_wh.len() - 1;
        let between = self.level_wh[..before_last].iter().enumerate().skip(t);
        let (level_wh, at) = between.fold((f64::INFINITY, t), least);
        ((level_wh - floor_wh).max(0.0), at)
    }

    /// The costliest part still taken from slot `first` on.
    fn costliest(&self, first: usize, offers: &[Offer]) -> Option<(usize, bool)> {
        let mut found: Option<(Rank, usize, bool)> = None;
        for (t, (offer, taken)) in offers.iter().zip(&self.taken).enumerate().skip(first) {
            let parts = [(taken.clipped_wh, offer.clipped_rank, true), (taken.rest_wh, offer.rest_rank, false)];
            for (wh, rank, is_clipped) in parts {
                if wh > 0.0 && found.is_none_or(|(costliest, ..)| rank >= costliest) {
                    found = Some((rank, t, is_clipped));
                }
            }
        }
        found.map(|(_, t, is_clipped)| (t, is_clipped))
    }
}

#[cfg(test)]
mod tests {
    use super::super::ledger::Bounds;
    use super::*;

    fn offer(clipped_wh: f64, rest_wh: f64, cost: f64) -> Offer {
        let (rest_rank, clipped_rank) = (Rank(Class::Exportable, cost), Rank(Class::Clipped, 0.0));
        Offer { clipped_wh, rest_wh, rest_rank, clipped_rank, is_wanted: true }
    }

    /// The charge of every slot; full 100 Wh, floor 10 Wh, one-hour slots.
    fn charge(offers: &[Offer], supply_wh: &[f64], start_wh: f64) -> Vec<f64> {
        let mut ledger = Ledger::default();
        ledger.reset(offers.len(), Bounds { floor_wh: 10.0, full_wh: 100.0 }, start_wh);
        ledger.free_wh = offers.iter().map(|o| o.clipped_wh + o.rest_wh).collect();
        ledger.supply_wh.copy_from_slice(supply_wh);
        ledger.follow(0);
        let mut spread = Spread::default();
        spread.choose(&ledger, offers, start_wh, 1.0);
        (0..offers.len()).map(|t| spread.charge_wh(t)).collect()
    }

    #[test]
    fn clipped_energy_comes_first_then_the_lowest_price_then_the_earliest() {
        let offers = [offer(0.0, 30.0, 0.2), offer(0.0, 30.0, 0.1), offer(25.0, 30.0, 0.1)];
        // room 60: 25 clipped, 30 at 0.1 in slot 1, 5 at 0.1 in slot 2
        assert_eq!(charge(&offers, &[0.0; 3], 40.0), [0.0, 30.0, 30.0]);
    }

    #[test]
    fn a_discharge_within_the_block_is_served_before_the_cheaper_surplus_comes() {
        let offers = [offer(0.0, 30.0, 0.2), offer(0.0, 0.0, 0.0), offer(0.0, 95.0, 0.1)];
        // 10 at start; slot 1 needs 20, so 20 of slot 0 are kept; 100 − 10 = 90 of slot 2 fit
        assert_eq!(charge(&offers, &[0.0, 20.0, 0.0], 10.0), [20.0, 0.0, 90.0]);
    }

    #[test]
    fn blocks_four_hours_apart_do_not_wait_for_each_other() {
        let mut offers = vec![offer(0.0, 60.0, 0.2)];
        offers.extend([offer(0.0, 0.0, 0.0); 4]);
        offers.push(offer(60.0, 0.0, 0.0));
        assert_eq!(charge(&offers, &[0.0; 6], 50.0), [50.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        // Three hours apart they are one block, and the clipped energy is awaited.
        offers.remove(1);
        assert_eq!(charge(&offers, &[0.0; 5], 50.0), [0.0, 0.0, 0.0, 0.0, 50.0]);
    }
}
