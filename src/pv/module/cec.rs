//! The six-parameter model of the California Energy Commission's tables.

use super::{DeSoto, SingleDiode};
use crate::keys::Keys;
use crate::units::fraction;

pub(super) const DOC: &str =
    "one diode, six parameters, as in the tables of the California Energy Commission (Dobos 2012)";

/// The De Soto model with the temperature coefficient of the current adjusted so that the power follows its own [1]:
/// `α → α·(1 − Adjust/100)`.
///
/// [1] Dobos, A. P. (2012). An improved coefficient calculator for the California Energy Commission 6 parameter
/// photovoltaic module model. Journal of Solar Energy Engineering 134 (2).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cec {
    adjusted: DeSoto,
}

impl Cec {
    /// From the parameters as tabulated and the adjustment as a fraction.
    pub fn new(tabulated: DeSoto, adjust: f64) -> Self {
        Self { adjusted: DeSoto { alpha_sc_a_per_c: tabulated.alpha_sc_a_per_c * (1.0 - adjust), ..tabulated } }
    }

    /// Reads the keys of the six-parameter model.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let tabulated = DeSoto::read(k);
        let adjust = k.number("adjust_pct", "adjustment of the temperature coefficient of the current, %").required();
        Self::new(tabulated, fraction(adjust))
    }

    /// The curve at an irradiance (W/m², not negative; none gives a dark module) and a cell temperature (°C).
    #[inline]
    pub fn curve(&self, effective_irradiance_w_m2: f64, temp_cell_c: f64) -> SingleDiode {
        self.adjusted.curve(effective_irradiance_w_m2, temp_cell_c)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{assert_close, cs6x_310p};
    use super::*;

    #[test]
    fn the_adjustment_acts_on_the_temperature_coefficient_of_the_current() {
        // −0.004304·(1 + 0.18547718) = −0.005 102 293 8 A/°C; 10 °C above reference: 9.097388 − 0.051 022 938
        let curve = Cec::new(cs6x_310p(), -0.185_477_18).curve(1000.0, 35.0);
        assert_close(curve.photocurrent_a, 9.046_365_062, 1e-9);
    }

    #[test]
    fn the_datasheet_power_is_met_at_reference_conditions() {
        let mpp = Cec::new(cs6x_310p(), -0.185_477_18).curve(1000.0, 25.0).max_power_point();
        assert!((mpp.power_w() - 310.128).abs() < 0.02, "{mpp:?}");
    }
}
