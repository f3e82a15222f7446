//! Catalogue of sky models: diffuse irradiance of the horizontal brought onto a tilted plane.

mod ground;
mod hay_davies;
mod isotropic;
mod perez;

pub use ground::ground_reflected_w_m2;

use super::point::{SkyPoint, Surface};

/// The parts of the diffuse irradiance a plane gets from the sky. Kept apart because shading and reflection treat the
/// circumsolar part as beam and the others as diffuse.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SkyDiffuse {
    /// From the whole dome evenly, W/m².
    pub isotropic_w_m2: f64,
    /// From around the sun, W/m²; 0 when the sun is behind the plane.
    pub circumsolar_w_m2: f64,
    /// From the band above the horizon, W/m². Negative where the model darkens the horizon (overcast skies).
    pub horizon_w_m2: f64,
}

impl SkyDiffuse {
    /// The sum of the parts, W/m²; never negative.
    #[inline]
    pub fn total(&self) -> f64 {
        self.isotropic_w_m2 + self.circumsolar_w_m2 + self.horizon_w_m2
    }
}

/// The sky models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Transposition {
    /// An even dome.
    Isotropic,
    /// An even dome and a circumsolar part.
    HayDavies,
    /// An even dome, a circumsolar part and a horizon band.
    #[default]
    Perez,
}

impl Transposition {
    /// Names in the plant file.
    pub(super) const NAMES: &[(&str, Self)] =
        &[("perez", Self::Perez), ("hay_davies", Self::HayDavies), ("isotropic", Self::Isotropic)];

    /// Diffuse irradiance from the sky on a plane.
    ///
    /// The contract of every variant: no diffuse irradiance gives none; the total is never negative and never NaN; on a
    /// horizontal plane it is the diffuse horizontal irradiance, up to what the variant says about a low sun.
    #[inline]
    pub fn sky_diffuse(&self, point: &SkyPoint, surface: &Surface) -> SkyDiffuse {
        match self {
            Self::Isotropic => isotropic::sky_diffuse(point, surface),
            Self::HayDavies => hay_davies::sky_diffuse(point, surface),
            Self::Perez => perez::sky_diffuse(point, surface),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn the_total_is_never_negative_and_beam_from_behind_gives_no_circumsolar(
            tilt in 0.0..180.0f64, facing in 0.0..360.0f64, zenith in 0.0..180.0f64, azimuth in 0.0..360.0f64,
            dni in 0.0..1500.0f64, dhi in 0.0..800.0f64, extra in 1320.0..1415.0f64,
        ) {
            let point = SkyPoint::new(zenith, azimuth, [0.0, dni, dhi, extra], crate::solar::airmass_relative(zenith));
            let plane = Surface::new(tilt, facing);
            for (name, model) in Transposition::NAMES {
                let parts = model.sky_diffuse(&point, &plane);
                prop_assert!(parts.total() >= 0.0 && parts.total().is_finite(), "{name}: {parts:?}");
                prop_assert!(parts.isotropic_w_m2.is_finite() && parts.circumsolar_w_m2 >= 0.0, "{name}: {parts:?}");
                if plane.cos_aoi(&point) < 0.0 {
                    prop_assert_eq!(parts.circumsolar_w_m2, 0.0);
                }
            }
        }
    }
}
