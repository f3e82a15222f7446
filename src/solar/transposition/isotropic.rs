//! Isotropic sky.

use super::{SkyDiffuse, SkyPoint, Surface};

/// Every part of the dome is equally bright: `DHI·(1 + cos β)/2` with tilt β [1]. Day and night alike.
///
/// [1] Hottel, H. C. and Woertz, B. B. (1942). The performance of flat-plate solar-heat collectors. Trans. ASME 64, 91.
#[inline]
pub(super) fn sky_diffuse(point: &SkyPoint, surface: &Surface) -> SkyDiffuse {
    let isotropic_w_m2 = point.dhi_w_m2 * (1.0 + surface.cos_tilt()) / 2.0;
    SkyDiffuse { isotropic_w_m2, ..SkyDiffuse::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wall_sees_half_the_sky_and_a_roof_facing_down_none() {
        let point = SkyPoint::new(30.0, 0.0, [0.0, 0.0, 80.0, 1400.0], 1.2);
        for (tilt_deg, expected_w_m2) in [(0.0, 80.0), (60.0, 60.0), (90.0, 40.0), (180.0, 0.0)] {
            let total_w_m2 = sky_diffuse(&point, &Surface::new(tilt_deg, 123.0)).total();
            assert!((total_w_m2 - expected_w_m2).abs() < 1e-12, "{tilt_deg}: {total_w_m2}");
        }
    }
}
