//! Catalogue of decomposition models: beam and diffuse irradiance from the global one alone.

mod erbs;

/// Cosine of the zenith below which the irradiance above the atmosphere no longer shrinks with the sinking sun, so that
/// the clearness index stays sensible near the horizon.
const MIN_COS_ZENITH: f64 = 0.065;

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

    /// Beam and diffuse irradiance that make up the global horizontal irradiance `ghi_w_m2`, with the sun at `zenith_deg`
    /// and `dni_extra_w_m2` above the atmosphere.
    ///
    /// The contract of every variant, for a global irradiance that is not negative: neither is negative,
    /// `DHI + DNI·cos z = GHI`, and there is no beam with the sun down.
    #[inline]
    pub fn components(&self, ghi_w_m2: f64, zenith_deg: f64, dni_extra_w_m2: f64) -> Components {
        match self {
            Self::Erbs => erbs::components(ghi_w_m2, zenith_deg, dni_extra_w_m2),
        }
    }
}

/// Clearness index: global irradiance as a fraction of that above the atmosphere, 0 to 1:
/// `GHI / (DNI_extra·max(cos z, 0.065))`, with the sun down too.
#[inline]
pub fn clearness_index(ghi_w_m2: f64, cos_zenith: f64, dni_extra_w_m2: f64) -> f64 {
    let horizontal_w_m2 = dni_extra_w_m2 * cos_zenith.max(MIN_COS_ZENITH);
    if horizontal_w_m2 > 0.0 { (ghi_w_m2 / horizontal_w_m2).clamp(0.0, 1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_components_make_up_the_global_irradiance(
            ghi in 0.0..1500.0f64, zenith in 0.0..180.0f64, extra in 1320.0..1415.0f64,
        ) {
            let parts = Decomposition::Erbs.components(ghi, zenith, extra);
            prop_assert!(parts.dni_w_m2 >= 0.0 && parts.dhi_w_m2 >= 0.0, "{parts:?}");
            prop_assert!(parts.dni_w_m2 == 0.0 || zenith < 90.0);
            let sum = parts.dhi_w_m2 + parts.dni_w_m2 * zenith.to_radians().cos();
            prop_assert!((sum - ghi).abs() < 1e-9, "{parts:?}");
        }
    }

    #[test]
    fn the_clearness_index_is_bounded_and_has_a_floor_for_the_low_sun() {
        // 700 / (1400·0.5) = 1; 45.5 / (1400·0.065) = 0.5 however low the sun.
        assert_eq!(clearness_index(700.0, 0.5, 1400.0), 1.0);
        assert_eq!(clearness_index(900.0, 0.5, 1400.0), 1.0);
        assert!((clearness_index(45.5, 0.01, 1400.0) - 0.5).abs() < 1e-15);
        assert_eq!(clearness_index(0.0, -0.5, 0.0), 0.0);
    }
}
