//! A fixed share of the power.

use crate::keys::Keys;
use crate::units::fraction;

pub(super) const DOC: &str = "a fixed percentage of the power through it, in either direction";

/// Loses the same share of the power whatever its size: `P_out = P_in − f·|P_in|`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Percentage {
    lost: f64,
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

    /// Power out for power in, W. A power drawn from the grid (negative) is drawn larger by the loss.
    #[inline]
    pub fn output_w(&self, input_w: f64) -> f64 {
        input_w - self.lost * input_w.abs()
    }

    /// Power in for power out, W.
    #[inline]
    pub fn input_w(&self, output_w: f64) -> f64 {
        output_w / if output_w > 0.0 { 1.0 - self.lost } else { 1.0 + self.lost }
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
