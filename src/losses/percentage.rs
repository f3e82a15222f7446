//! A fixed share of the power.

use crate::keys::Keys;
use crate::lanes::{LANES, Real};
use crate::units::fraction;

pub(super) const DOC: &str = "a fixed percentage of the power through it, in either direction";

/// Loses the same share of the power whatever its size: `P_out = P_in − f·|P_in|`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Percentage<N = f64> {
    lost: N,
}

impl Percentage {
    /// `lost` is the fraction of the input that is lost, 0 to below 1.
    pub fn new(lost: f64) -> Self {
        Self { lost }
    }

    /// Reads the keys of a percentage loss.
    pub fn read(k: &mut Keys<'_>) -> Self {
        Self::new(fraction(k.number("loss_pct", "loss, % of the power at its plant side").within(0.0, 50.0).required()))
    }

    /// Several side by side.
    pub fn abreast<N: Real>(all: [&Self; LANES]) -> Percentage<N> {
        Percentage { lost: N::each(|i| all[i].lost) }
    }
}

impl<N: Real> Percentage<N> {
    /// Power out for power in, W. A power drawn from the grid (negative) is drawn larger by the loss.
    #[inline]
    pub fn output_w(&self, input_w: N) -> N {
        input_w - self.lost * input_w.size()
    }

    /// Power in for power out, W.
    #[inline]
    pub fn input_w(&self, output_w: N) -> N {
        output_w / N::choose(output_w.positive(), N::of(1.0) - self.lost, N::of(1.0) + self.lost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_percent_is_lost_in_both_directions() {
        let p = Percentage::new(0.01);
        assert_eq!(p.output_w(1000.0), 990.0);
        assert_eq!(p.output_w(-1000.0), -1010.0);
        assert_eq!(p.input_w(0.0), 0.0);
    }
}
