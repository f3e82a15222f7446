//! The levels of stored energy between which dynamic programming moves.

/// Levels of stored energy that resolve the yearly cost to about a thousandth.
pub const LEVELS: usize = 201;

/// The smallest share of a level's width that is not taken for rounding.
const WIDTH: f64 = 1e-9;

/// Share of the range that may be missing at the top.
const TOP: f64 = 2e-4;

/// Levels of stored energy, evenly spread from the floor to full.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Levels {
    floor_wh: f64,
    /// Between two of them, Wh.
    pub(super) width_wh: f64,
    /// How many.
    pub(super) count: usize,
}

impl Levels {
    /// `count` levels ([`LEVELS`] usually) from floor to full; a single one at the floor where there is nothing between.
    pub fn new(floor_wh: f64, full_wh: f64, count: usize) -> Self {
        let range_wh = full_wh - floor_wh;
        if range_wh > 0.0 && count > 1 {
            Self { floor_wh, width_wh: range_wh / (count - 1) as f64, count }
        } else {
            Self { floor_wh, width_wh: 0.0, count: 1 }
        }
    }

    /// As [`Levels::new`] with up to twice as many, one of them at `through_wh`: a value that bends there is known exactly.
    /// The highest may then be a little below full: by no more than a 5000th of the range where that can be. Without such
    /// a level where the place is not between floor and full, or next to the floor.
    pub fn through(through_wh: f64, floor_wh: f64, full_wh: f64, count: usize) -> Self {
        let even = Self::new(floor_wh, full_wh, count);
        let (range_wh, above_wh) = (full_wh - floor_wh, through_wh - floor_wh);
        if even.count == 1 || above_wh < even.width_wh || above_wh >= range_wh {
            return even;
        }
        let fitted = |count: usize| {
            let width_wh = above_wh / (above_wh / range_wh * (count - 1) as f64).round().max(1.0);
            Self { floor_wh, width_wh, count: (range_wh / width_wh + WIDTH).floor() as usize + 1 }
        };
        let mut all = (count..2 * count).map(fitted);
        let highest = all.clone().max_by(|a, b| a.full_wh().total_cmp(&b.full_wh()));
        all.find(|levels| full_wh - levels.full_wh() <= TOP * range_wh).or(highest).unwrap_or(even)
    }

    /// The level of an index, Wh.
    pub fn at(&self, index: usize) -> f64 {
        self.floor_wh + self.width_wh * index as f64
    }

    /// The lowest level, Wh.
    pub fn floor_wh(&self) -> f64 {
        self.floor_wh
    }

    /// The highest level, Wh.
    pub fn full_wh(&self) -> f64 {
        self.at(self.count - 1)
    }

    /// The indices of the levels between two energies, both within.
    pub(super) fn between(&self, low_wh: f64, high_wh: f64) -> std::ops::Range<usize> {
        if self.width_wh <= 0.0 {
            return 0..0;
        }
        let first = ((low_wh - self.floor_wh) / self.width_wh - WIDTH).ceil().max(0.0) as usize;
        let end = ((high_wh - self.floor_wh) / self.width_wh + WIDTH).floor() + 1.0;
        first..(end.max(0.0) as usize).min(self.count)
    }

    /// How many whole levels a change passes, at most all of them.
    pub(super) fn passed(&self, change_wh: f64) -> usize {
        if self.width_wh > 0.0 {
            ((change_wh / self.width_wh + WIDTH).floor().max(0.0) as usize).min(self.count - 1)
        } else {
            0
        }
    }

    /// A value given at every level, between two of them; outside, that of the nearest.
    pub(super) fn interpolate(&self, values: &[f64], stored_wh: f64) -> f64 {
        if self.width_wh <= 0.0 {
            return values[0];
        }
        let place = ((stored_wh - self.floor_wh) / self.width_wh).clamp(0.0, (self.count - 1) as f64);
        let (index, share) = split(place);
        let index = index as usize;
        if share == 0.0 { values[index] } else { (1.0 - share) * values[index] + share * values[index + 1] }
    }
}

/// The whole number below and the share above it, which is 0 when only rounding is left.
pub(super) fn split(place: f64) -> (isize, f64) {
    let near = place.round();
    if (place - near).abs() <= WIDTH {
        return (near as isize, 0.0);
    }
    (place.floor() as isize, place - place.floor())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_lies_where_it_is_wanted() {
        // 7 of 20 Wh by 5 levels or up to 9: 5 come to 7 Wh apart and up to 14, 6 to 8 to 3.5 apart and up to 17.5, 9 to a
        // third of 7 apart and up to 8 thirds of it, the highest.
        let levels = Levels::through(7.0, 0.0, 20.0, 5);
        assert!((levels.at(3) - 7.0).abs() < 1e-12 && (levels.full_wh() - 56.0 / 3.0).abs() < 1e-12, "{levels:?}");
        // A place below the first level is left alone.
        assert_eq!(Levels::through(4.0, 0.0, 20.0, 5), Levels::new(0.0, 20.0, 5));
        // Somewhere between, close to full, on floor and full, and outside.
        for (through_wh, expected) in [(235.29, 235.29), (299.05, 299.05), (30.0, 30.0), (300.0, 300.0), (10.0, 30.0)] {
            let levels = Levels::through(through_wh, 30.0, 300.0, LEVELS);
            let nearest = (0..levels.count).map(|i| (levels.at(i) - expected).abs()).fold(f64::INFINITY, f64::min);
            assert!(nearest < 1e-9 && (0.0..0.06).contains(&(300.0 + 1e-9 - levels.full_wh())), "{levels:?}");
        }
    }
}
