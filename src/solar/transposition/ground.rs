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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wall_gets_half_of_what_the_ground_reflects() {
        for (tilt_deg, expected_w_m2) in [(0.0, 0.0), (60.0, 50.0), (90.0, 100.0), (180.0, 200.0)] {
            let ours_w_m2 = ground_reflected_w_m2(1000.0, 0.2, &Surface::new(tilt_deg, 180.0));
            assert!((ours_w_m2 - expected_w_m2).abs() < 1e-12, "{tilt_deg}: {ours_w_m2}");
        }
    }
}
