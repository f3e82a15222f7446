//! Transformer with no-load and winding loss.

use crate::keys::Keys;
use crate::lanes::{LANES, Real};
use crate::units::{MEGA, fraction};

pub(super) const DOC: &str = "transformer: no-load loss always, winding loss with the square of its output";

/// Transformer loss: `P_in = P_out + L0 + k·P_out²`, with the winding loss on the output squared.
///
/// Serves the array, the storage and the HV transformers alike; the winding loss follows [1].
///
/// [1] Central Station Engineers of the Westinghouse Electric Corporation, "Electrical Transmission and Distribution
/// Reference Book", 4th edition, p. 101.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Transformer<N = f64> {
    rating_va: N,
    no_load_w: N,
    winding_per_w: N,
    night_disconnect: bool,
}

impl Transformer {
    /// `rating_va` in VA; the losses as fractions of the rating, at no load and at rated output (winding part only).
    pub fn new(rating_va: f64, no_load: f64, full_load: f64, night_disconnect: bool) -> Self {
        Self { rating_va, no_load_w: no_load * rating_va, winding_per_w: full_load / rating_va, night_disconnect }
    }

    /// A transformer without loss, for equipment that has none.
    pub fn lossless() -> Self {
        Self { rating_va: f64::INFINITY, no_load_w: 0.0, winding_per_w: 0.0, night_disconnect: false }
    }

    /// Reads the keys of a transformer.
    pub fn read(k: &mut Keys<'_>) -> Self {
        k.text("source", "where the figures come from");
        let rating_va = k.number("rating_mva", "rating, MVA").above(0.0).required() * MEGA;
        let no_load = k.number("no_load_pct", "no-load loss, % of the rating").within(0.0, 20.0).required();
        let full_load = k.number("full_load_pct", "winding loss at rated output, % of the rating").within(0.0, 20.0);
        let full_load = full_load.required();
        let night =
            k.flag("night_disconnect", "disconnected while no inverter behind it runs: no no-load loss then", false);
        Self::new(rating_va, fraction(no_load), fraction(full_load), night)
    }

    /// Several side by side, if all are alike in whether they are disconnected at night.
    pub fn abreast<N: Real>(all: [&Self; LANES]) -> Option<Transformer<N>> {
        let night_disconnect = all[0].night_disconnect;
        all.iter().all(|t| t.night_disconnect == night_disconnect).then(|| Transformer {
            rating_va: N::each(|i| all[i].rating_va),
            no_load_w: N::each(|i| all[i].no_load_w),
            winding_per_w: N::each(|i| all[i].winding_per_w),
            night_disconnect,
        })
    }

    /// The lowest (most negative) input for which the forward root exists, W.
    pub fn lowest_input_w(&self) -> f64 {
        if self.winding_per_w > 0.0 { self.no_load_w - 0.25 / self.winding_per_w } else { f64::NEG_INFINITY }
    }
}

impl<N: Real> Transformer<N> {
    /// Rating, VA.
    pub fn rating_va(&self) -> N {
        self.rating_va
    }

    /// No-load loss in force, W.
    #[inline]
    fn no_load_w(&self, running: N::Mask) -> N {
        if self.night_disconnect { self.no_load_w.only_where(running) } else { self.no_load_w }
    }

    /// Power out for power in, W: the root with the smaller loss, `2(P−L0) / (1 + √(1 + 4k(P−L0)))`.
    ///
    /// At zero input the output is the no-load loss, drawn from the grid side (negative). Below the lowest input the
    /// root does not exist; the value at the edge is taken, and the front door refuses such plants.
    #[inline]
    pub fn output_w(&self, input_w: N, running: N::Mask) -> N {
        let net_w = input_w - self.no_load_w(running);
        let root = (N::of(1.0) + N::of(4.0) * self.winding_per_w * net_w).or_zero().root();
        N::of(2.0) * net_w / (N::of(1.0) + root)
    }

    /// Power in for power out, W: `P_out + L0 + k·P_out²`. Draws the no-load loss at zero output.
    #[inline]
    pub fn input_w(&self, output_w: N, running: N::Mask) -> N {
        output_w + self.loss_w(output_w, running)
    }

    /// Loss at an output, W.
    #[inline]
    pub fn loss_w(&self, output_w: N, running: N::Mask) -> N {
        self.no_load_w(running) + self.winding_per_w * output_w * output_w
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pad_mount() -> Transformer {
        Transformer::new(2.75e6, 0.002, 0.007, false)
    }

    #[test]
    fn pvlib_s_public_vectors_are_met() {
        for (input_w, output_w) in [
            (-800.0, -6_300.101_032_331_317),
            (436_016.609_823_837, 430_045.854_892_501_84),
            (1_511_820.166_037_52, 1_500_588.399_198_731_2),
            (1_580_687.446_772_49, 1_568_921.770_895_281),
            (1_616_441.796_601_71, 1_604_389.628_398_802_4),
        ] {
            let ours = pad_mount().output_w(input_w, true);
            assert!((ours - output_w).abs() <= 1e-9 * output_w.abs(), "{input_w}: {ours} not {output_w}");
        }
    }

    #[test]
    fn no_load_loss_in_gives_zero_out_and_rating_plus_losses_gives_rating() {
        let t = pad_mount();
        assert_eq!(t.output_w(0.002 * 2.75e6, true), 0.0);
        let rated_w = t.output_w(2.75e6 * 1.009, true);
        assert!((rated_w - 2.75e6).abs() < 1e-6, "{rated_w}");
        assert!((t.input_w(2.75e6, true) - 2.75e6 * 1.009).abs() < 1e-6);
    }

    #[test]
    fn the_no_load_loss_stays_when_the_winding_loss_is_zero() {
        let t = Transformer::new(1e6, 0.001, 0.0, false);
        assert_eq!(t.output_w(500_000.0, true), 499_000.0);
        assert_eq!(t.output_w(0.0, true), -1000.0);
    }

    #[test]
    fn a_night_disconnected_transformer_draws_nothing_while_no_inverter_runs() {
        let t = Transformer::new(1e6, 0.001, 0.005, true);
        assert_eq!(t.output_w(0.0, false), 0.0);
        assert_eq!(t.input_w(0.0, false), 0.0);
        assert!(t.output_w(0.0, true) < -999.0);
    }
}
