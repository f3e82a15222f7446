//! A constant load.

use crate::keys::Keys;
use crate::lanes::{LANES, Real};
use crate::units::KILO;

pub(super) const DOC: &str = "a constant load (substation, controls, lighting)";

/// Draws the same power day and night: `P_out = P_in − L`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Auxiliary<N = f64> {
    load_w: N,
}

impl Auxiliary {
    /// `load_w` in W.
    pub fn new(load_w: f64) -> Self {
        Self { load_w }
    }

    /// Reads the keys of a constant load.
    pub fn read(k: &mut Keys<'_>) -> Self {
        Self::new(k.number("load_kw", "constant load, kW").at_least(0.0).required() * KILO)
    }

    /// Several side by side.
    pub fn abreast<N: Real>(all: [&Self; LANES]) -> Auxiliary<N> {
        Auxiliary { load_w: N::each(|i| all[i].load_w) }
    }
}

impl<N: Real> Auxiliary<N> {
    /// Power out for power in, W. At night the load is drawn from the grid (negative).
    #[inline]
    pub fn output_w(&self, input_w: N) -> N {
        input_w - self.load_w
    }

    /// Power in for power out, W.
    #[inline]
    pub fn input_w(&self, output_w: N) -> N {
        output_w + self.load_w
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_load_is_drawn_at_night_too() {
        let a = Auxiliary::new(5_000.0);
        assert_eq!(a.output_w(0.0), -5_000.0);
        assert_eq!(a.input_w(-5_000.0), 0.0);
    }
}
