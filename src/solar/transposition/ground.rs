//! Irradiance reflected by the ground.

use super::Surface;

/// Irradiance a plane gets from level, evenly bright ground, W/m²: `GHI·ρ·(1 − cos β)/2` with albedo ρ and tilt β [1].
///
/// Nothing on a horizontal plane; half the reflected irradiance on a wall.
///
/// [1] Liu, B. Y. H. and Jordan, R. C. (1963). The long-term average performance of flat-plate solar-energy collectors.
/// Solar Energy 7 (2), 53-74.
#[inline]
pub fn ground_reflected_w_m2(ghi_w_m2: f64, albedo: f64, surface: &Surface) -> f64 {
    ghi_w_m2 * albedo * (1.0 - surface.cos_tilt()) / 2.0
}
