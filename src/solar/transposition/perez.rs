//! Perez sky.

use super::{SkyDiffuse, SkyPoint, Surface};

/// Upper ends of the clearness bins 1 to 7; the eighth is open.
const CLEARNESS: [f64; 7] = [1.065, 1.23, 1.5, 1.95, 2.8, 4.5, 6.2];

/// Coefficients of [1] for all sites together: F11, F12, F13, F21, F22, F23 for each clearness bin, overcast to clear.
const COEFFICIENTS: [[f64; 6]; 8] = [
    [-0.008, 0.588, -0.062, -0.06, 0.072, -0.022],
    [0.13, 0.683, -0.151, -0.019, 0.066, -0.029],
    [0.33, 0.487, -0.221, 0.055, -0.064, -0.026],
    [0.568, 0.187, -0.295, 0.109, -0.152, -0.014],
    [0.873, -0.392, -0.362, 0.226, -0.462, 0.001],
    [1.132, -1.237, -0.412, 0.288, -0.823, 0.056],
    [1.06, -1.6, -0.359, 0.264, -1.127, 0.131],
    [0.678, -0.327, -0.25, 0.156, -1.377, 0.251],
];

/// Weight of the zenith in the clearness, for a zenith in radians.
const KAPPA: f64 = 1.041;

/// Cosine of 85 degrees, below which the circumsolar part no longer grows with the sinking sun.
const MIN_COS_ZENITH: f64 = 0.087_155_742_747_658_17;

/// An even dome, a circumsolar part and a horizon band [1]:
///
/// `DHI·[(1 − F1)·(1 + cos β)/2 + F1·max(cos θ, 0) / max(cos z, cos 85°) + F2·sin β]`
///
/// with tilt β, angle of incidence θ and zenith z. `F1 = max(0, F11 + F12·Δ + F13·z)` and `F2 = F21 + F22·Δ + F23·z`
/// follow from the brightness `Δ = DHI·AM / DNI_extra` and, by table, from the clearness
/// `ε = ((DHI + DNI)/DHI + κ·z³) / (1 + κ·z³)`.
///
/// All parts are 0 without diffuse irradiance, with the sun below the horizon (the model has no sky for it, so the few
/// W/m² of twilight are not counted), and where a steep plane and a dark horizon would give a negative total.
///
/// [1] Perez, R., Ineichen, P., Seals, R., Michalsky, J. and Stewart, R. (1990). Modeling daylight availability and
/// irradiance components from direct and global irradiance. Solar Energy 44 (5), 271-289.
#[inline]
pub(super) fn sky_diffuse(point: &SkyPoint, surface: &Surface) -> SkyDiffuse {
    let dhi_w_m2 = point.dhi_w_m2;
    if dhi_w_m2 <= 0.0 || point.zenith_deg > 90.0 || point.dni_extra_w_m2 <= 0.0 {
        return SkyDiffuse::default();
    }
    let (f1, f2) = brightening(point);
    let circumsolar = surface.cos_aoi(point).max(0.0) / point.cos_zenith().max(MIN_COS_ZENITH);
    let parts = SkyDiffuse {
        isotropic_w_m2: dhi_w_m2 * (1.0 - f1) * (1.0 + surface.cos_tilt()) / 2.0,
        circumsolar_w_m2: dhi_w_m2 * f1 * circumsolar,
        horizon_w_m2: dhi_w_m2 * f2 * surface.sin_tilt(),
    };
    if parts.total() > 0.0 { parts } else { SkyDiffuse::default() }
}

/// Circumsolar and horizon brightening, F1 and F2.
#[inline]
fn brightening(point: &SkyPoint) -> (f64, f64) {
    let z = point.zenith_deg.to_radians();
    let delta = point.dhi_w_m2 * point.airmass_relative / point.dni_extra_w_m2;
    let curve = KAPPA * z * z * z;
    let clearness = ((point.dhi_w_m2 + point.dni_w_m2) / point.dhi_w_m2 + curve) / (1.0 + curve);
    let bin = CLEARNESS.iter().filter(|&&end| clearness >= end).count();
    let [f11, f12, f13, f21, f22, f23] = COEFFICIENTS[bin];
    ((f11 + f12 * delta + f13 * z).max(0.0), f21 + f22 * delta + f23 * z)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sky(dhi: f64, dni: f64, extra: f64, zenith_deg: f64, azimuth_deg: f64, airmass: f64) -> SkyPoint {
        SkyPoint::new(zenith_deg, azimuth_deg, [0.0, dni, dhi, extra], airmass)
    }

    fn check(point: &SkyPoint, surface: &Surface, expected: [f64; 3]) {
        let ours = sky_diffuse(point, surface);
        for (ours, expected) in [ours.isotropic_w_m2, ours.circumsolar_w_m2, ours.horizon_w_m2].iter().zip(expected) {
            assert!((ours - expected).abs() < 1e-11, "{ours} not {expected}");
        }
    }

    #[test]
    fn pvlib_s_parts_are_met_from_clear_to_overcast() {
        check(
            &sky(100.0, 800.0, 1400.0, 40.0, 150.0, 1.304_223_540_913_535),
            &Surface::new(30.0, 180.0),
            [49.169_383_193_575_52, 58.149_530_229_728_76, 10.147_567_788_447_47],
        );
        check(
            &sky(300.0, 50.0, 1330.0, 70.0, 250.0, 2.903_146_648_803_099_7),
            &Surface::new(90.0, 90.0),
            [104.804_754_838_505_64, 0.0, -11.918_766_795_158_101],
        );
        check(
            &sky(200.0, 0.0, 1366.0, 30.0, 180.0, 1.153_992_233_363_675_8),
            &Surface::new(25.0, 180.0),
            [179.405_492_397_333_35, 13.547_151_723_289_327, -5.016_825_415_552_415],
        );
        check(
            &sky(20.0, 60.0, 1400.0, 89.5, 240.0, 31.349_026_292_879_188),
            &Surface::new(30.0, 180.0),
            [15.097_337_370_041_014, 11.284_441_861_939_808, 0.190_588_530_936_876_7],
        );
    }

    #[test]
    fn a_horizontal_plane_gets_the_diffuse_irradiance_while_the_sun_is_above_five_degrees() {
        let parts = sky_diffuse(&sky(120.0, 500.0, 1350.0, 60.0, 90.0, 2.0), &Surface::new(0.0, 0.0));
        assert!((parts.total() - 120.0).abs() < 1e-12, "{parts:?}");
    }

    #[test]
    fn there_is_none_without_diffuse_irradiance_and_with_the_sun_down() {
        let plane = Surface::new(30.0, 180.0);
        assert_eq!(sky_diffuse(&sky(0.0, 800.0, 1400.0, 40.0, 150.0, 1.3), &plane), SkyDiffuse::default());
        assert_eq!(sky_diffuse(&sky(0.0, 0.0, 1400.0, 40.0, 150.0, 1.3), &plane), SkyDiffuse::default());
        assert_eq!(sky_diffuse(&sky(3.0, 0.0, 1400.0, 90.5, 150.0, 38.0), &plane), SkyDiffuse::default());
    }

    #[test]
    fn a_dark_horizon_leaves_an_overhanging_plane_without_sky_but_never_below_zero() {
        // Facing down nearly: little sky, and F2 of the overcast bin darkens the horizon.
        let parts = sky_diffuse(&sky(100.0, 0.0, 1400.0, 20.0, 0.0, 1.06), &Surface::new(175.0, 0.0));
        assert_eq!(parts, SkyDiffuse::default());
    }
}
