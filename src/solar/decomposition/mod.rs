//! Catalogue of decomposition models: beam and diffuse irradiance from the global one alone.

mod erbs;

/// Beam and diffuse irradiance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Components {
    /// Direct normal irradiance, W/m².
    pub dni_w_m2: f64,
    /// Diffuse horizontal irradiance, W/m².
    pub dhi_w_m2: f64,
}

/// The decomposition models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Decomposition {
    /// Diffuse fraction by clearness index.
    #[default]
    Erbs,
}

impl Decomposition {
    /// Names in the plant file.
    pub(super) const NAMES: &[(&str, Self)] = &[("erbs", Self::Erbs)];

    /// Beam and diffuse irradiance that make up the global horizontal irradiance `ghi_w_m2` with the sun at `zenith_deg`
    /// under `dni_extra_w_m2` above the atmosphere.
    ///
    /// The contract of every variant: neither is negative, `DHI + DNI·cos z = GHI`, and there is no beam with the sun
    /// down.
    #[inline]
    pub fn components(&self, ghi_w_m2: f64, zenith_deg: f64, dni_extra_w_m2: f64) -> Components {
        match self {
            Self::Erbs => erbs::components(ghi_w_m2, zenith_deg, dni_extra_w_m2),
        }
    }
}
