//! Catalogue of module models: light and temperature to a curve or to power.

mod cec;
mod desoto;
mod pvwatts;
mod single_diode;

pub use cec::Cec;
pub use desoto::DeSoto;
pub use pvwatts::power_w as pvwatts_power_w;
pub use single_diode::{CurvePoint, SingleDiode};

use crate::keys::{Keys, Variant};
use crate::units::fraction;

/// One PV module.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Module {
    /// Nameplate power at 1000 W/m² and 25 °C, W.
    pub power_stc_w: f64,
    /// Area, m², where known.
    pub area_m2: Option<f64>,
    /// Temperature coefficient of the maximum power, 1/°C, as a rule negative.
    pub gamma_pmp_per_c: f64,
    /// Nominal operating cell temperature, °C, where known.
    pub noct_c: Option<f64>,
    /// How light and temperature become electricity.
    pub model: DcModel,
}

/// The module models.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DcModel {
    /// Six parameters.
    Cec(Cec),
    /// Five parameters.
    DeSoto(DeSoto),
    /// Power only, by the nameplate and its temperature coefficient.
    PvWatts,
}

impl DcModel {
    /// The curve at an irradiance (W/m²) and a cell temperature (°C); none for a model that knows only power.
    #[inline]
    pub fn curve(&self, effective_irradiance_w_m2: f64, temp_cell_c: f64) -> Option<SingleDiode> {
        match self {
            Self::Cec(m) => Some(m.curve(effective_irradiance_w_m2, temp_cell_c)),
            Self::DeSoto(m) => Some(m.curve(effective_irradiance_w_m2, temp_cell_c)),
            Self::PvWatts => None,
        }
    }
}

const VARIANTS: &[Variant<DcModel>] = &[
    Variant { name: "cec", doc: cec::DOC, read: |k| DcModel::Cec(Cec::read(k)) },
    Variant { name: "desoto", doc: desoto::DOC, read: |k| DcModel::DeSoto(DeSoto::read(k)) },
    Variant { name: "pvwatts", doc: pvwatts::DOC, read: |_| DcModel::PvWatts },
];

/// The coldest and hottest cell the models are asked about, °C: beyond them their equations mean nothing.
const CELL_RANGE_C: (f64, f64) = (-100.0, 200.0);

impl Module {
    /// Reads a file of models/modules or an inline table.
    pub fn read(k: &mut Keys<'_>) -> Self {
        read_datasheet(k);
        let power_stc_w = k.number("power_stc_w", "power at 1000 W/m² and 25 °C, W").above(0.0).required();
        let gamma = k.number("gamma_pmp_pct_per_c", "temperature coefficient of the maximum power, %/°C");
        let gamma_pmp_per_c = fraction(gamma.within(-2.0, 1.0).required());
        let area_m2 = k.number("area_m2", "area, m²").above(0.0).optional();
        let noct_c = k.number("noct_c", "nominal operating cell temperature, °C").within(20.0, 100.0).optional();
        let model = k.tagged("dc_model", "module model", VARIANTS, Some("cec"));
        Self { power_stc_w, area_m2, gamma_pmp_per_c, noct_c, model }
    }

    /// Curve and points at an irradiance (W/m²) and a cell temperature (°C); none for a model without a voltage.
    #[inline]
    pub fn curve(&self, effective_irradiance_w_m2: f64, temp_cell_c: f64) -> Option<SingleDiode> {
        self.model.curve(effective_irradiance_w_m2, temp_cell_c.clamp(CELL_RANGE_C.0, CELL_RANGE_C.1))
    }

    /// Power by the nameplate and the temperature coefficient, W.
    #[inline]
    pub fn nameplate_power_w(&self, effective_irradiance_w_m2: f64, temp_cell_c: f64) -> f64 {
        pvwatts_power_w(self.power_stc_w, self.gamma_pmp_per_c, effective_irradiance_w_m2, temp_cell_c)
    }

    /// A power at a cell temperature brought back to 25 °C by the temperature coefficient, W.
    #[inline]
    pub fn at_reference_temperature_w(&self, power_w: f64, temp_cell_c: f64) -> f64 {
        // Where the coefficient leaves nothing of the power, there is nothing to bring back.
        power_w / (1.0 + self.gamma_pmp_per_c * (temp_cell_c - 25.0)).max(0.1)
    }

    /// Efficiency at 1000 W/m² and 25 °C, where the area is known.
    pub fn efficiency(&self) -> Option<f64> {
        self.area_m2.map(|area| self.power_stc_w / (area * 1000.0))
    }
}

/// Takes the keys of a datasheet that no model here needs, so that a library file can hold them.
fn read_datasheet(k: &mut Keys<'_>) {
    k.text("manufacturer", "who makes it");
    k.text("model", "its name there");
    k.text("technology", "cell technology");
    k.text("source", "where the figures come from");
    k.flag("bifacial", "light on the back is used by the cells; not modeled yet", false);
    k.number("cells_in_series", "cells in series").whole().at_least(1.0).optional();
    k.number("i_sc_ref_a", "short-circuit current at 1000 W/m² and 25 °C, A").above(0.0).optional();
    k.number("v_oc_ref_v", "open-circuit voltage at 1000 W/m² and 25 °C, V").above(0.0).optional();
    k.number("i_mp_ref_a", "current at maximum power, 1000 W/m² and 25 °C, A").above(0.0).optional();
    k.number("v_mp_ref_v", "voltage at maximum power, 1000 W/m² and 25 °C, V").above(0.0).optional();
    k.number("beta_oc_v_per_c", "temperature coefficient of the open-circuit voltage, V/°C").optional();
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Canadian Solar CS6X-310P without its adjustment.
    pub(in crate::pv) fn cs6x_310p() -> DeSoto {
        DeSoto {
            alpha_sc_a_per_c: -0.004_304,
            a_ref_v: 1.559_073,
            i_l_ref_a: 9.097_388,
            i_o_ref_a: 2.766_528e-12,
            r_s_ohm: 0.429_443,
            r_sh_ref_ohm: 224.251_984,
        }
    }

    /// The module as the library has it.
    pub(in crate::pv) fn module() -> Module {
        Module {
            power_stc_w: 310.128,
            area_m2: Some(1.901),
            gamma_pmp_per_c: -0.004_002,
            noct_c: Some(45.8),
            model: DcModel::Cec(Cec::new(cs6x_310p(), -0.185_477_18)),
        }
    }

    pub(in crate::pv) fn assert_close(ours: f64, expected: f64, relative: f64) {
        assert!((ours - expected).abs() <= relative * expected.abs(), "{ours} is not {expected}");
    }

    #[test]
    fn power_brought_back_to_25_c_is_the_power_before_the_temperature() {
        let module = module();
        let hot_w = module.nameplate_power_w(700.0, 60.0);
        assert_close(module.at_reference_temperature_w(hot_w, 60.0), 0.7 * 310.128, 1e-14);
    }

    #[test]
    fn efficiency_needs_the_area() {
        assert_close(module().efficiency().unwrap(), 310.128 / 1901.0, 1e-14);
        assert_eq!(Module { area_m2: None, ..module() }.efficiency(), None);
    }

    #[test]
    fn no_temperature_at_all_makes_the_curve_fail() {
        for temp_c in [-1e9, -273.15, 0.0, 1e9] {
            let mpp = module().curve(1000.0, temp_c).unwrap().max_power_point();
            assert!(mpp.power_w().is_finite() && mpp.power_w() >= 0.0, "{temp_c}: {mpp:?}");
        }
    }
}
