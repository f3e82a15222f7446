//! The five-parameter model of De Soto.

use super::SingleDiode;
use crate::keys::Keys;
use crate::units::ZERO_CELSIUS_K;

pub(super) const DOC: &str = "one diode, five parameters (De Soto 2006)";

/// Boltzmann constant, eV/K (CODATA 2018, exact).
const BOLTZMANN_EV_PER_K: f64 = 8.617_333_262_145_179e-5;
/// Temperature of the reference conditions, K.
const REFERENCE_K: f64 = 25.0 + ZERO_CELSIUS_K;
/// Band gap of silicon at the reference temperature, eV, and its relative change with temperature, 1/K. The tables of
/// module parameters use them for every technology.
const BAND_GAP_EV: f64 = 1.121;
const BAND_GAP_PER_K: f64 = -0.000_267_7;

/// Parameters at 1000 W/m² and 25 °C, brought to other conditions by De Soto's equations [1]:
///
/// ```text
/// I_L = E/1000·(I_L,ref + α·ΔT)        a = a_ref·T/T_ref       R_sh = R_sh,ref·1000/E
/// I_0 = I_0,ref·(T/T_ref)³·exp(E_g,ref/(k·T_ref) − E_g/(k·T)),  E_g = E_g,ref·(1 − 0.0002677·ΔT)
/// ```
///
/// [1] De Soto, W., Klein, S. A. and Beckman, W. A. (2006). Improvement and validation of a model for photovoltaic array
/// performance. Solar Energy 80 (1), 78-88.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DeSoto {
    /// Temperature coefficient of the photocurrent, A/°C.
    pub alpha_sc_a_per_c: f64,
    /// Ideality times cells in series times thermal voltage, V.
    pub a_ref_v: f64,
    /// Photocurrent, A.
    pub i_l_ref_a: f64,
    /// Saturation current, A.
    pub i_o_ref_a: f64,
    /// Series resistance, Ω.
    pub r_s_ohm: f64,
    /// Shunt resistance, Ω.
    pub r_sh_ref_ohm: f64,
}

impl DeSoto {
    /// Reads the keys of the five-parameter model.
    pub fn read(k: &mut Keys<'_>) -> Self {
        Self {
            alpha_sc_a_per_c: k.number("alpha_sc_a_per_c", "temperature coefficient of I_sc, A/°C").required(),
            a_ref_v: k.number("a_ref_v", "ideality factor times thermal voltage of all cells, V").above(0.0).required(),
            i_l_ref_a: k.number("i_l_ref_a", "photocurrent at 1000 W/m² and 25 °C, A").above(0.0).required(),
            i_o_ref_a: k.number("i_o_ref_a", "saturation current at 25 °C, A").above(0.0).required(),
            r_s_ohm: k.number("r_s_ohm", "series resistance, Ω").at_least(0.0).required(),
            r_sh_ref_ohm: k.number("r_sh_ref_ohm", "shunt resistance at 1000 W/m², Ω").above(0.0).required(),
        }
    }

    /// The curve at an irradiance (W/m², not negative; none gives a dark module) and a cell temperature (°C).
    #[inline]
    pub fn curve(&self, effective_irradiance_w_m2: f64, temp_cell_c: f64) -> SingleDiode {
        let suns = effective_irradiance_w_m2 / 1000.0;
        let kelvin = temp_cell_c + ZERO_CELSIUS_K;
        let (above, ratio) = (kelvin - REFERENCE_K, kelvin / REFERENCE_K);
        let gap_ev = BAND_GAP_EV * (1.0 + BAND_GAP_PER_K * above);
        let barrier = (BAND_GAP_EV / REFERENCE_K - gap_ev / kelvin) / BOLTZMANN_EV_PER_K;
        SingleDiode {
            photocurrent_a: (suns * (self.i_l_ref_a + self.alpha_sc_a_per_c * above)).max(0.0),
            saturation_current_a: self.i_o_ref_a * ratio * ratio * ratio * barrier.exp(),
            resistance_series_ohm: self.r_s_ohm,
            conductance_shunt_s: suns / self.r_sh_ref_ohm,
            modified_ideality_v: self.a_ref_v * ratio,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{assert_close, cs6x_310p};

    #[test]
    fn at_reference_conditions_the_parameters_are_the_reference_ones() {
        let (module, curve) = (cs6x_310p(), cs6x_310p().curve(1000.0, 25.0));
        assert_eq!(curve.photocurrent_a, module.i_l_ref_a);
        assert_close(curve.saturation_current_a, module.i_o_ref_a, 1e-14);
        assert_eq!(curve.modified_ideality_v, module.a_ref_v);
    }

    #[test]
    fn val_pvlib_desoto_and_its_maximum_power_at_800_w_m2_and_50_c() {
        let curve = cs6x_310p().curve(800.0, 50.0);
        let mpp = curve.max_power_point();
        let ours = [
            curve.photocurrent_a,
            curve.saturation_current_a,
            1.0 / curve.conductance_shunt_s,
            curve.modified_ideality_v,
            curve.open_circuit_v(),
            curve.short_circuit_a(),
            mpp.current_a,
            mpp.voltage_v,
        ];
        for (ours, theirs) in ours.into_iter().zip(PVLIB) {
            assert_close(ours, theirs, 1e-10);
        }
    }

    /// pvlib 0.16.1: `calcparams_desoto`, then `bishop88` with brentq at xtol 1e-15.
    const PVLIB: [f64; 8] = [
        7.191_830_400_000_001,
        1.348_321_884_995_918_7e-10,
        280.314_98,
        1.689_801_911_621_667,
        41.702_676_870_748_28,
        7.180_829_357_179_317,
        6.700_842_378_725_528,
        33.800_754_963_171_91,
    ];
}
