//! The plan in the making: what enters and leaves the battery in every slot, and the level that follows.

/// Energies per slot, in Wh of stored energy.
///
/// The level is that of a battery that stores whatever PV comes until it is full; what no longer fits is spilled. A
/// discharge thus makes room that later PV fills again, and a path that stays above the floor here can be kept by any
/// other timing of the charge.
#[derive(Debug, Clone, Default)]
pub(super) struct Ledger {
    pub bounds: Bounds,
    start_wh: f64,
    /// What may be stored without being bought for later: PV surplus, or more where charging is paid for.
    pub free_wh: Vec<f64>,
    /// Bought for a later deficit.
    pub grid_wh: Vec<f64>,
    /// Serves the site.
    pub supply_wh: Vec<f64>,
    /// Sold because the plan does not need it.
    pub surplus_sale_wh: Vec<f64>,
    /// Sold instead of serving a later deficit.
    pub arbitrage_wh: Vec<f64>,
    /// Level at the slot's end.
    level_wh: Vec<f64>,
    /// Spilled since the start.
    spilled_wh: Vec<f64>,
}

/// Lowest and highest level.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Bounds {
    pub floor_wh: f64,
    pub full_wh: f64,
}

impl Ledger {
    /// An empty ledger over `len` slots.
    pub fn reset(&mut self, len: usize, bounds: Bounds, stored_wh: f64) {
        self.bounds = bounds;
        self.start_wh = stored_wh.min(bounds.full_wh);
        for column in [
            &mut self.free_wh,
            &mut self.grid_wh,
            &mut self.supply_wh,
            &mut self.surplus_sale_wh,
            &mut self.arbitrage_wh,
            &mut self.level_wh,
            &mut self.spilled_wh,
        ] {
            column.clear();
            column.resize(len, 0.0);
        }
    }

    pub fn len(&self) -> usize {
        self.free_wh.len()
    }

    /// Energy too small to be an allocation, Wh.
    pub fn tiny_wh(&self) -> f64 {
        1e-9 * self.bounds.full_wh
    }

    /// All that leaves in a slot.
    pub fn out_wh(&self, t: usize) -> f64 {
        self.supply_wh[t] + self.sold_wh(t)
    }

    /// Both sales of a slot.
    pub fn sold_wh(&self, t: usize) -> f64 {
        self.surplus_sale_wh[t] + self.arbitrage_wh[t]
    }

    /// The level when a slot begins.
    pub fn level_before_wh(&self, t: usize) -> f64 {
        if t == 0 { self.start_wh } else { self.level_wh[t - 1] }
    }

    /// Follows the level again from slot `from` on.
    pub fn follow(&mut self, from: usize) {
        let mut level_wh = self.level_before_wh(from);
        let mut spilled_wh = if from == 0 { 0.0 } else { self.spilled_wh[from - 1] };
        for t in from..self.len() {
            let firm_wh = level_wh + self.grid_wh[t] - self.out_wh(t);
            level_wh = (firm_wh + self.free_wh[t]).min(self.bounds.full_wh.max(firm_wh));
            spilled_wh += firm_wh + self.free_wh[t] - level_wh;
            self.level_wh[t] = level_wh;
            self.spilled_wh[t] = spilled_wh;
        }
    }

    /// What may leave in slot `t` so that no level until slot `end` falls below the floor.
    ///
    /// Taking `x` lowers the level by `x`, less what is spilled afterwards and then fits. So `x` is at most the least
    /// of `level + spilled since t − floor`.
    pub fn available_wh(&self, t: usize, end: usize) -> f64 {
        let least = |least: f64, u: usize| least.min(self.level_wh[u] + self.spilled_wh[u]);
        let least_wh = (t..end).fold(f64::INFINITY, least);
        (least_wh - self.spilled_wh.get(t).copied().unwrap_or(0.0) - self.bounds.floor_wh).max(0.0)
    }

    /// Whether a level from slot `t` on is below the floor.
    pub fn falls_short(&self, t: usize) -> bool {
        self.level_wh[t..].iter().any(|wh| *wh < self.bounds.floor_wh - self.tiny_wh())
    }

    /// Room for energy that arrives in slot `from` and leaves in slot `to`, as the highest level between leaves it;
    /// `room_wh[j]` for every `j < to`.
    pub fn rooms_until(&self, to: usize, room_wh: &mut Vec<f64>) {
        room_wh.clear();
        room_wh.resize(to, 0.0);
        let mut highest_wh = f64::NEG_INFINITY;
        for j in (0..to).rev() {
            highest_wh = highest_wh.max(self.level_wh[j]);
            room_wh[j] = (self.bounds.full_wh - highest_wh).max(0.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds { floor_wh: 10.0, full_wh: 100.0 };

    /// Floor 10, full 100, start 50 Wh.
    fn ledger(free_wh: &[f64], supply_wh: &[f64]) -> Ledger {
        let mut ledger = Ledger::default();
        ledger.reset(free_wh.len(), BOUNDS, 50.0);
        ledger.free_wh.copy_from_slice(free_wh);
        ledger.supply_wh.copy_from_slice(supply_wh);
        ledger.follow(0);
        ledger
    }

    #[test]
    fn what_does_not_fit_is_spilled_and_room_made_later_is_filled_again() {
        let ledger = ledger(&[80.0, 0.0, 30.0], &[0.0, 20.0, 0.0]);
        // 50 + 80 = 130, 30 spilled; 80; 80 + 30 = 110, 10 more spilled
        assert_eq!(ledger.level_wh, [100.0, 80.0, 100.0]);
        assert_eq!(ledger.spilled_wh, [30.0, 30.0, 40.0]);
    }

    #[test]
    fn the_lowest_level_ahead_bounds_a_discharge() {
        let ledger = ledger(&[0.0; 3], &[0.0, 25.0, 0.0]);
        // 50, 25, 25: 25 − 10 may leave in any slot
        assert_eq!([0, 1, 2].map(|t| ledger.available_wh(t, 3)), [15.0; 3]);
        assert_eq!(ledger.available_wh(0, 1), 40.0);
    }

    #[test]
    fn spilled_pv_replaces_what_left_before_it() {
        let ledger = ledger(&[0.0, 80.0, 0.0], &[0.0, 0.0, 70.0]);
        // 50, 100 with 30 spilled, 30. In slot 0: min(50, 130, 60) − 10 = 40; in slot 2: 30 − 10
        assert_eq!(ledger.available_wh(0, 3), 40.0);
        assert_eq!(ledger.available_wh(2, 3), 20.0);
    }

    #[test]
    fn room_is_what_the_highest_level_on_the_way_leaves() {
        let mut room_wh = vec![];
        ledger(&[0.0, 30.0, 0.0], &[0.0, 0.0, 40.0]).rooms_until(2, &mut room_wh);
        // 50, 80 before slot 2
        assert_eq!(room_wh, [20.0, 20.0]);
    }

    #[test]
    fn a_level_under_the_floor_gives_nothing_and_too_much_stock_counts_as_full() {
        let mut low = Ledger::default();
        low.reset(1, BOUNDS, 5.0);
        low.follow(0);
        assert_eq!(low.available_wh(0, 1), 0.0);
        low.reset(1, BOUNDS, 500.0);
        assert_eq!(low.level_before_wh(0), 100.0);
    }
}
