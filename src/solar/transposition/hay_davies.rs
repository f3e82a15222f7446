//! Hay-Davies sky.

use super::{SkyDiffuse, SkyPoint, Surface};

/// Cosine of 89 degrees, below which the horizontal projection of the beam no longer shrinks.
const MIN_COS_ZENITH: f64 = 0.01745;

/// An even dome and a circumsolar part, shared by the anisotropy index `A = DNI / DNI_extra` [1]:
///
/// `DHI·[(1 − A)·(1 + cos β)/2 + A·max(cos θ, 0) / max(cos z, 0.01745)]`
///
/// with tilt β, angle of incidence θ and zenith z. Without beam it is the isotropic sky, so at night and in twilight
/// too. Beam above the extraterrestrial leaves no isotropic part.
///
/// [1] Hay, J. E. and Davies, J. A. (1980). Calculations of the solar radiation incident on an inclined surface. Proc.
/// First Canadian Solar Radiation Data Workshop, 59.
#[inline]
pub(super) fn sky_diffuse(point: &SkyPoint, surface: &Surface) -> SkyDiffuse {
    let anisotropy = if point.dni_extra_w_m2 > 0.0 { point.dni_w_m2 / point.dni_extra_w_m2 } else { 0.0 };
    let beam_ratio = surface.cos_aoi(point).max(0.0) / point.cos_zenith().max(MIN_COS_ZENITH);
    SkyDiffuse {
        isotropic_w_m2: (point.dhi_w_m2 * (1.0 - anisotropy) * (1.0 + surface.cos_tilt()) / 2.0).max(0.0),
        circumsolar_w_m2: (point.dhi_w_m2 * anisotropy * beam_ratio).max(0.0),
        horizon_w_m2: 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pvlib_s_parts_are_met() {
        for (surface, sun, [dhi, dni, extra], isotropic, circumsolar) in [
            (
                Surface::new(30.0, 180.0),
                (40.0, 150.0),
                [100.0, 800.0, 1400.0],
                39.986_258_652_523_695,
                70.249_497_270_701_55,
            ),
            (Surface::new(90.0, 90.0), (70.0, 250.0), [300.0, 50.0, 1330.0], 144.360_902_255_639_08, 0.0),
            (
                Surface::new(30.0, 180.0),
                (89.5, 240.0),
                [20.0, 60.0, 1400.0],
                17.860_528_864_793_913,
                12.650_735_105_754_958,
            ),
        ] {
            let parts = sky_diffuse(&SkyPoint::new(sun.0, sun.1, [0.0, dni, dhi, extra], 2.0), &surface);
            assert!((parts.isotropic_w_m2 - isotropic).abs() < 1e-12, "{parts:?}");
            assert!((parts.circumsolar_w_m2 - circumsolar).abs() < 1e-12, "{parts:?}");
        }
    }

    #[test]
    fn without_beam_the_sky_is_isotropic_in_twilight_too() {
        let point = SkyPoint::new(95.0, 90.0, [4.0, 0.0, 4.0, 1400.0], 38.0);
        let parts = sky_diffuse(&point, &Surface::new(60.0, 180.0));
        // 4·(1 + 0.5)/2
        assert!((parts.isotropic_w_m2 - 3.0).abs() < 1e-12);
        assert_eq!(parts.circumsolar_w_m2, 0.0);
    }

    #[test]
    fn beam_above_the_extraterrestrial_leaves_no_isotropic_part() {
        let point = SkyPoint::new(0.0, 0.0, [1510.0, 1500.0, 10.0, 1400.0], 1.0);
        let parts = sky_diffuse(&point, &Surface::new(0.0, 0.0));
        assert_eq!(parts.isotropic_w_m2, 0.0);
        assert!((parts.circumsolar_w_m2 - 10.0 * 1500.0 / 1400.0).abs() < 1e-12);
    }
}
