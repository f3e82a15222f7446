//! Catalogue of cell temperature models.

mod faiman;
mod noct_sam;

pub use faiman::Faiman;
pub use noct_sam::NoctSam;

use super::light::Light;
use super::module::Module;
use crate::keys::{Keys, Variant};

/// The models of the cell temperature.
///
/// Faiman's takes the irradiance on the plane as it arrives at the glass, after the rows' shade and before dirt and
/// reflection: that is what a pyranometer beside the module reads, on which its coefficients were fitted. The NOCT model
/// weighs heat against electricity, so it takes the irradiance behind the dirt, of which both are made, as SAM does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Temperature {
    /// Constant and wind heat loss.
    Faiman(Faiman),
    /// By the nominal operating cell temperature.
    NoctSam(NoctSam),
}

const VARIANTS: &[Variant<Temperature>] = &[
    Variant { name: "faiman", doc: faiman::DOC, read: |k| Temperature::Faiman(Faiman::read(k)) },
    Variant { name: "noct_sam", doc: noct_sam::DOC, read: |k| Temperature::NoctSam(NoctSam::read(k)) },
];

impl Temperature {
    /// Reads the `temperature` table of a block; what it leaves to the module is taken from there, if it is known.
    pub fn read(k: &mut Keys<'_>, module: Option<&Module>) -> Self {
        let model = k.tagged("model", "model of the cell temperature", VARIANTS, Some("faiman"));
        let (Self::NoctSam(mut noct), Some(module)) = (model, module) else { return model };
        noct.noct_c = noct.noct_c.or(module.noct_c);
        if noct.noct_c.is_none() {
            k.reject("noct_c", "missing; the module has none either, so the NOCT must be given here");
        }
        if module.efficiency().is_none() {
            k.reject("model", "noct_sam needs the module's efficiency: give its area_m2, or use faiman");
        }
        noct.efficiency = module.efficiency().unwrap_or(f64::NAN);
        Self::NoctSam(noct)
    }

    /// Cell temperature, °C, by the light, air temperature (°C) and wind (m/s). Without light that of the air.
    #[inline]
    pub fn cell_c(&self, light: &Light, temp_air_c: f64, wind_m_s: f64) -> f64 {
        match self {
            Self::Faiman(m) => m.cell_c(light.shaded_w_m2, temp_air_c, wind_m_s),
            Self::NoctSam(m) => m.cell_c(light.soiled_w_m2, light.effective_w_m2, temp_air_c, wind_m_s),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell_c(model: Temperature, soiling: f64) -> f64 {
        let soiled_w_m2 = 1000.0 * (1.0 - soiling);
        let light = Light { poa_w_m2: 1100.0, shaded_w_m2: 1000.0, soiled_w_m2, effective_w_m2: 0.95 * soiled_w_m2 };
        model.cell_c(&light, 20.0, 0.0)
    }

    #[test]
    fn half_the_light_by_noct_is_half_the_warmth_dirt_or_not() {
        // 20 + 500/800·25.8·(1 − 0.163/(0.9·0.95))·9.5/5.7 = 20 + 26.875·0.809 356 725 = 41.751 462
        let warm_c = cell_c(Temperature::NoctSam(noct_sam::tests::model()), 0.5);
        assert!((warm_c - 41.751_462).abs() < 1e-6, "{warm_c}");
    }

    #[test]
    fn by_faiman_the_warmth_is_that_of_the_light_on_the_dirty_glass() {
        let model = Temperature::Faiman(Faiman { u0: 25.0, u1: 6.84 });
        // 20 + 1000/25 = 60
        assert_eq!(cell_c(model, 0.5), 60.0);
    }
}
