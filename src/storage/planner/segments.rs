//! Recharge segments: the stretches from one PV day to the next, each with its own energy for sale.

use super::spread::BLOCK_GAP_H;

/// Share of the usable capacity that a block of surplus must be able to add to begin a segment.
const WORTHWHILE: f64 = 0.05;
/// Where no PV day begins within this time before or after a midnight, the midnight divides.
const PV_DAY_WITHIN_H: f64 = 36.0;

/// What happened before the first slot, as far as it matters to the plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Before {
    /// Time without PV surplus, h.
    pub quiet_h: f64,
    /// Time since a PV day began, h.
    pub since_pv_day_h: f64,
    /// The level as it would be without the sales of the running segment, less the level, Wh. It keeps those sales from
    /// turning later slots of the segment into charging slots.
    pub unsold_wh: f64,
}

impl Before {
    /// Nothing is known: the start of a run.
    pub const NOTHING: Self = Self { quiet_h: f64::INFINITY, since_pv_day_h: f64::INFINITY, unsold_wh: 0.0 };
}

/// What earlier slots have settled about a slot's deficit, W at the POI.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Pledge {
    /// Given up to the grid: its energy has been sold.
    pub left_to_grid_w: f64,
    /// Its energy has been bought, and is kept for it.
    pub bought_w: f64,
}

impl Pledge {
    /// Adds what a slot has settled, as far as its sales and its purchases were made, 0 to 1 each. What was bought for a
    /// deficit is no longer kept for it once it has been sold.
    pub fn add(&mut self, settled: &Self, sold: f64, bought: f64) {
        let given_up_w = sold * settled.left_to_grid_w;
        self.left_to_grid_w += given_up_w;
        self.bought_w = (self.bought_w - given_up_w).max(0.0) + bought * settled.bought_w;
    }
}

/// The clock of a window: hour of the day at its start, and the length of a slot, h.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Clock {
    pub start_h: f64,
    pub slot_h: f64,
}

impl Clock {
    /// Whether a day begins with slot `t`.
    fn is_midnight(&self, t: usize) -> bool {
        let day = |t: usize| ((self.start_h + t as f64 * self.slot_h) / 24.0 + 1e-9).floor();
        t > 0 && day(t) > day(t - 1)
    }
}

/// Finds the segments.
#[derive(Debug, Clone, Default)]
pub(super) struct Segments {
    /// First slots of the segments, 0 included.
    starts: Vec<usize>,
    pv_days: Vec<usize>,
    first_adds: bool,
}

impl Segments {
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// First slot of segment `s` and the slot behind its last, in a window of `len` slots.
    pub fn bounds(&self, s: usize, len: usize) -> (usize, usize) {
        (self.starts[s], self.starts.get(s + 1).copied().unwrap_or(len))
    }

    /// History as it stands one slot later, but for what was sold.
    pub fn after_first(&self, before: &Before, slot_h: f64) -> Before {
        let begins_pv_day = self.pv_days.first() == Some(&0);
        let since_pv_day_h = if begins_pv_day { 0.0 } else { before.since_pv_day_h };
        let quiet_h = if self.first_adds { 0.0 } else { before.quiet_h + slot_h };
        Before { quiet_h, since_pv_day_h: since_pv_day_h + slot_h, unsold_wh: 0.0 }
    }

    /// Divides a window, given what each slot's surplus can add to the battery, Wh.
    ///
    /// A PV day begins with the first surplus after four hours without, if the surplus until the next such pause can
    /// add 5 % of the usable capacity. It divides the window; so does a midnight far from any PV day.
    pub fn divide(&mut self, addable_wh: &[f64], usable_wh: f64, clock: Clock, before: &Before) {
        self.find_pv_days(addable_wh, usable_wh, clock.slot_h, before.quiet_h);
        self.first_adds = addable_wh.first().is_some_and(|wh| *wh > 0.0);
        self.starts.clear();
        self.starts.push(0);
        for t in 1..addable_wh.len() {
            if self.pv_days.contains(&t) || (clock.is_midnight(t) && self.is_far_from_pv(t, clock.slot_h, before)) {
                self.starts.push(t);
            }
        }
    }

    fn find_pv_days(&mut self, addable_wh: &[f64], usable_wh: f64, slot_h: f64, mut quiet_h: f64) {
        self.pv_days.clear();
        for t in 0..addable_wh.len() {
            if addable_wh[t] > 0.0 && quiet_h >= BLOCK_GAP_H - 1e-9 {
                let block_wh = block_wh(&addable_wh[t..], slot_h);
                if block_wh >= WORTHWHILE * usable_wh {
                    self.pv_days.push(t);
                }
            }
            quiet_h = if addable_wh[t] > 0.0 { 0.0 } else { quiet_h + slot_h };
        }
    }

    fn is_far_from_pv(&self, midnight: usize, slot_h: f64, before: &Before) -> bool {
        let far = |h: f64| h > PV_DAY_WITHIN_H;
        let none_near = self.pv_days.iter().all(|t| far(t.abs_diff(midnight) as f64 * slot_h));
        none_near && far(before.since_pv_day_h + midnight as f64 * slot_h)
    }
}

/// What the block of surplus at the start of `addable_wh` can add.
fn block_wh(addable_wh: &[f64], slot_h: f64) -> f64 {
    let (mut sum_wh, mut quiet_h) = (0.0, 0.0);
    for wh in addable_wh {
        quiet_h = if *wh > 0.0 { 0.0 } else { quiet_h + slot_h };
        if quiet_h >= BLOCK_GAP_H - 1e-9 {
            break;
        }
        sum_wh += wh;
    }
    sum_wh
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOURLY: Clock = Clock { start_h: 0.0, slot_h: 1.0 };

    /// Segment starts of hourly slots with 10 Wh of surplus each in `sunny`; 100 Wh usable.
    fn starts(len: usize, sunny: &[(usize, usize)], clock: Clock, before: &Before) -> Vec<usize> {
        let mut addable_wh = vec![0.0; len];
        for (from, to) in sunny {
            addable_wh[*from..*to].fill(10.0);
        }
        let mut segments = Segments::default();
        segments.divide(&addable_wh, 100.0, clock, before);
        segments.starts
    }

    #[test]
    fn a_segment_begins_with_the_first_surplus_after_four_hours_without() {
        assert_eq!(starts(36, &[(8, 16), (32, 36)], HOURLY, &Before::NOTHING), [0, 8, 32]);
        // A pause of three hours does not divide; one of four does.
        assert_eq!(starts(24, &[(8, 12), (15, 18)], HOURLY, &Before::NOTHING), [0, 8]);
        assert_eq!(starts(24, &[(8, 12), (16, 18)], HOURLY, &Before::NOTHING), [0, 8, 16]);
    }

    #[test]
    fn the_pause_before_the_window_counts() {
        let before = |quiet_h| Before { quiet_h, ..Before::NOTHING };
        assert_eq!(starts(24, &[(2, 8)], HOURLY, &before(1.0)), [0]);
        assert_eq!(starts(24, &[(2, 8)], HOURLY, &before(2.0)), [0, 2]);
    }

    #[test]
    fn a_block_that_adds_less_than_five_percent_does_not_divide() {
        let divide = |wh: f64| {
            let mut segments = Segments::default();
            let mut addable_wh = [0.0; 12];
            addable_wh[6] = wh;
            segments.divide(&addable_wh, 100.0, HOURLY, &Before::NOTHING);
            segments.starts
        };
        assert_eq!(divide(4.9), [0]);
        assert_eq!(divide(5.0), [0, 6]);
    }

    #[test]
    fn midnight_divides_where_no_pv_day_is_within_36_hours() {
        let noon = Clock { start_h: 12.0, slot_h: 1.0 };
        assert_eq!(starts(36, &[], noon, &Before::NOTHING), [0, 12]);
        // A PV day ahead, or one that began 24 h before that midnight, keeps the window whole there.
        assert_eq!(starts(36, &[(20, 24)], noon, &Before::NOTHING), [0, 20]);
        assert_eq!(starts(36, &[], noon, &Before { since_pv_day_h: 12.0, ..Before::NOTHING }), [0]);
        assert_eq!(starts(36, &[], noon, &Before { since_pv_day_h: 24.5, ..Before::NOTHING }), [0, 12]);
    }

    #[test]
    fn midnight_is_met_in_quarter_hours_too() {
        let clock = Clock { start_h: 23.25, slot_h: 0.25 };
        assert_eq!((0..8).filter(|t| clock.is_midnight(*t)).collect::<Vec<_>>(), [3]);
    }
}
