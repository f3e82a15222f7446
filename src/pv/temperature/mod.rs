//! Catalogue of cell temperature models.

mod faiman;
mod noct_sam;

pub use faiman::Faiman;
pub use noct_sam::NoctSam;

use super::module::Module;
use crate::keys::{Keys, Variant};

/// The models of the cell temperature.
///
/// All take the irradiance on the plane as it arrives at the glass, after the rows' shade and before dirt and
/// reflection: that is what a pyranometer beside the module reads, on which their coefficients were fitted.
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

    /// Cell temperature, °C, by the irradiance on the plane and its effective part (W/m²), air temperature (°C) and wind
    /// (m/s). Without light that of the air.
    #[inline]
    pub fn cell_c(&self, poa_w_m2: f64, effective_w_m2: f64, temp_air_c: f64, wind_m_s: f64) -> f64 {
        match self {
            Self::Faiman(m) => m.cell_c(poa_w_m2, temp_air_c, wind_m_s),
            Self::NoctSam(m) => m.cell_c(poa_w_m2, effective_w_m2, temp_air_c, wind_m_s),
        }
    }
}
