//! Catalogue of electrical losses between the inverters and the grid. Each element knows its output and, in reverse, its input.

mod auxiliary;
mod line;
mod percentage;
mod transformer;

pub use auxiliary::Auxiliary;
pub use line::Line;
pub use percentage::Percentage;
pub use transformer::Transformer;

use crate::keys::{Keys, Variant};
use crate::lanes::{LANES, Real};

/// One element of an electrical chain. Power is positive towards the grid; negative power is drawn from the grid.
///
/// The contract of every variant, for all powers within [`Loss::input_range_w`]:
/// `output_w(input_w(p)) = p` to rounding, the loss `input − output` is never negative, and both directions rise
/// with their argument.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Loss<N = f64> {
    /// No-load and winding loss.
    Transformer(Transformer<N>),
    /// Resistance of a line or cable.
    Line(Line<N>),
    /// A fixed share.
    Percentage(Percentage<N>),
    /// A constant load.
    Auxiliary(Auxiliary<N>),
}

impl Loss {
    /// Reads one `[[plant.equipment]]` table.
    pub fn read(k: &mut Keys<'_>) -> Self {
        k.tagged("kind", "kind of equipment", VARIANTS, None)
    }

    /// The powers on the plant side, W, for which both directions have a root: lowest and highest.
    pub fn input_range_w(&self) -> (f64, f64) {
        match self {
            Self::Transformer(t) => (t.lowest_input_w(), f64::INFINITY),
            Self::Line(l) => (f64::NEG_INFINITY, l.highest_input_w()),
            Self::Percentage(_) | Self::Auxiliary(_) => (f64::NEG_INFINITY, f64::INFINITY),
        }
    }

    /// Several side by side, if all are of one kind.
    pub fn abreast<N: Real>(all: [&Self; LANES]) -> Option<Loss<N>> {
        macro_rules! alike {
            ($kind:ident) => {{
                let [Self::$kind(a), Self::$kind(b), Self::$kind(c), Self::$kind(d)] = all else { return None };
                [a, b, c, d]
            }};
        }
        Some(match all[0] {
            Self::Transformer(_) => Loss::Transformer(Transformer::abreast(alike!(Transformer))?),
            Self::Line(_) => Loss::Line(Line::abreast(alike!(Line))),
            Self::Percentage(_) => Loss::Percentage(Percentage::abreast(alike!(Percentage))),
            Self::Auxiliary(_) => Loss::Auxiliary(Auxiliary::abreast(alike!(Auxiliary))),
        })
    }
}

impl<N: Real> Loss<N> {
    /// Power on the grid side for a power on the plant side, W. `running` says whether an inverter behind it runs.
    #[inline]
    pub fn output_w(&self, input_w: N, running: N::Mask) -> N {
        match self {
            Self::Transformer(t) => t.output_w(input_w, running),
            Self::Line(l) => l.output_w(input_w),
            Self::Percentage(p) => p.output_w(input_w),
            Self::Auxiliary(a) => a.output_w(input_w),
        }
    }

    /// Power on the plant side for a power on the grid side, W: the reverse of [`Loss::output_w`].
    #[inline]
    pub fn input_w(&self, output_w: N, running: N::Mask) -> N {
        match self {
            Self::Transformer(t) => t.input_w(output_w, running),
            Self::Line(l) => l.input_w(output_w),
            Self::Percentage(p) => p.input_w(output_w),
            Self::Auxiliary(a) => a.input_w(output_w),
        }
    }
}

const VARIANTS: &[Variant<Loss>] = &[
    Variant { name: "transformer", doc: transformer::DOC, read: |k| Loss::Transformer(Transformer::read(k)) },
    Variant { name: "line", doc: line::DOC, read: |k| Loss::Line(Line::read(k)) },
    Variant { name: "percentage", doc: percentage::DOC, read: |k| Loss::Percentage(Percentage::read(k)) },
    Variant { name: "auxiliary", doc: auxiliary::DOC, read: |k| Loss::Auxiliary(Auxiliary::read(k)) },
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_loss() -> impl Strategy<Value = Loss> {
        prop_oneof![
            (1e5..3e8, 0.0..0.02, 0.0..0.05)
                .prop_map(|(s, nl, fl)| Loss::Transformer(Transformer::new(s, nl, fl, false))),
            (0.0..1e-10).prop_map(|c| Loss::Line(Line::from_coefficient(c))),
            (0.0..0.2).prop_map(|f| Loss::Percentage(Percentage::new(f))),
            (0.0..1e5).prop_map(|w| Loss::Auxiliary(Auxiliary::new(w))),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn output_of_the_input_is_the_power_itself(loss in any_loss(), share in -1.0..1.0f64) {
            let power_w = share * 1e8;
            let (low, high) = loss.input_range_w();
            prop_assume!(power_w > low * 0.99 && loss.output_w(power_w, true) < loss.output_w(high.min(1e30), true).max(1e8));
            prop_assume!(power_w < high * 0.99);
            let output_w = loss.output_w(power_w, true);
            let again_w = loss.input_w(output_w, true);
            prop_assert!((again_w - power_w).abs() <= 1e-12 * power_w.abs().max(1e5), "{power_w} -> {output_w} -> {again_w}");
        }

        #[test]
        fn a_loss_is_never_negative_and_output_rises_with_input(loss in any_loss(), share in -1.0..1.0f64) {
            let power_w = share * 1e8;
            let (low, high) = loss.input_range_w();
            prop_assume!(power_w > low && power_w + 1e3 < high);
            prop_assert!(loss.output_w(power_w, true) <= power_w);
            prop_assert!(loss.output_w(power_w + 1e3, true) > loss.output_w(power_w, true));
        }

        #[test]
        fn any_power_at_all_gives_a_finite_power(loss in any_loss(), power_w in -1e15..1e15f64) {
            prop_assert!(loss.output_w(power_w, true).is_finite());
            prop_assert!(loss.input_w(power_w, true).is_finite());
        }
    }
}
