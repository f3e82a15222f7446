//! Resistive loss of a line or cable: with the square of its input.

use crate::keys::Keys;
use crate::lanes::{LANES, Real};
use crate::units::{KFT_PER_KM, KILO};

pub(super) const DOC: &str = "line or cable: resistive loss of the three conductors at the current of its input";

/// Resistive loss `P_out = P_in − c·P_in²`, with `c = 3R/(√3·V·pf)²` [1/W].
///
/// `I = |P|/(√3·V·pf)` with the line-to-line voltage, `R` per conductor, `L = 3·I²·R`. The same equation serves the
/// collection system, whose `c` follows from its loss at rated power.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line<N = f64> {
    per_w: N,
}

impl Line {
    /// A line from its coefficient `c`, 1/W.
    pub fn from_coefficient(per_w: f64) -> Self {
        Self { per_w }
    }

    /// A line that loses the fraction `loss` of `rated_w` at that power.
    pub fn from_loss_at(loss: f64, rated_w: f64) -> Self {
        Self { per_w: if loss > 0.0 { loss / rated_w } else { 0.0 } }
    }

    /// A line from the resistance of one conductor path, Ω, the line-to-line voltage, V, and the power factor.
    pub fn from_resistance(resistance_ohm: f64, voltage_v: f64, power_factor: f64) -> Self {
        let volt_ampere_per_a = 3.0_f64.sqrt() * voltage_v * power_factor;
        Self { per_w: 3.0 * resistance_ohm / (volt_ampere_per_a * volt_ampere_per_a) }
    }

    /// Reads the keys of a line.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let length_km = k.number("length_km", "length, km").at_least(0.0).required();
        let per_km = k.number("resistance_ohm_per_km", "resistance of one conductor, Ω/km").at_least(0.0).optional();
        let per_kft = k.number("resistance_ohm_per_kft", "the same in Ω per 1000 ft").at_least(0.0).optional();
        match (per_km, per_kft) {
            (None, None) if !k.has("resistance_ohm_per_km") && !k.has("resistance_ohm_per_kft") => {
                k.reject("resistance_ohm_per_km", "missing; give it, or resistance_ohm_per_kft");
            }
            (Some(_), Some(_)) => {
                k.reject("resistance_ohm_per_kft", "the resistance is given twice; give Ω/km or Ω/kft");
            }
            _ => {}
        }
        let per_km = per_km.or(per_kft.map(|r| r * KFT_PER_KM)).unwrap_or(f64::NAN);
        let voltage_v = k.number("voltage_kv", "line-to-line voltage, kV").above(0.0).required() * KILO;
        let power_factor = k.number("power_factor", "power factor").above_up_to(0.0, 1.0).or(1.0);
        let conductors =
            k.number("conductors_per_phase", "parallel conductors of each phase").whole().at_least(1.0).or(1.0);
        Self::from_resistance(per_km * length_km / conductors, voltage_v, power_factor)
    }

    /// Several side by side.
    pub fn abreast<N: Real>(all: [&Self; LANES]) -> Line<N> {
        Line { per_w: N::each(|i| all[i].per_w) }
    }

    /// The input beyond which more power in gives less power out, W.
    pub fn highest_input_w(&self) -> f64 {
        if self.per_w > 0.0 { 0.5 / self.per_w } else { f64::INFINITY }
    }
}

impl<N: Real> Line<N> {
    /// Power out for power in, W; the loss is positive for either direction of flow.
    #[inline]
    pub fn output_w(&self, input_w: N) -> N {
        input_w - self.per_w * input_w * input_w
    }

    /// Power in for power out, W: `2P_out/(1 + √(1 − 4c·P_out))`. Beyond the highest output the edge value is taken.
    #[inline]
    pub fn input_w(&self, output_w: N) -> N {
        let root = (N::of(1.0) - N::of(4.0) * self.per_w * output_w).or_zero().root();
        N::of(2.0) * output_w / (N::of(1.0) + root)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_megawatts_over_twenty_kilometers_lose_258_kilowatts() {
        // I = 1e8/(√3·230e3·0.98) = 256.145 A; R = 0.02·3.28084·20 = 1.312336 Ω; 3·I²·R = 258 307.6 W
        let line = Line::from_resistance(0.02 * KFT_PER_KM * 20.0, 230e3, 0.98);
        assert!((1e8 - line.output_w(1e8) - 258_307.6).abs() < 0.05);
    }

    #[test]
    fn import_through_a_line_costs_the_same_as_export() {
        let line = Line::from_resistance(1.0, 20e3, 1.0);
        assert_eq!(line.output_w(-1e6) + 1e6, line.output_w(1e6) - 1e6);
        assert!(line.output_w(-1e6) < -1e6);
    }

    #[test]
    fn a_collection_system_loses_its_share_at_rated_power_and_a_quarter_at_half() {
        let collection = Line::from_loss_at(0.01, 5e6);
        assert!((5e6 - collection.output_w(5e6) - 50_000.0).abs() < 1e-6);
        assert!((2.5e6 - collection.output_w(2.5e6) - 12_500.0).abs() < 1e-6);
    }
}
