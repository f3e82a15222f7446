//! Air mass and air pressure.

/// Relative air mass of the sun on the horizon.
const AT_HORIZON: f64 = 37.919_608_377_836_25;

/// Length of the sun's way through the atmosphere relative to the vertical one, by the apparent zenith z in degrees [1]:
///
/// `1 / (cos z + 0.50572·(96.07995 − z)^−1.6364)`
///
/// About 1 for the sun overhead and 38 for the sun on the horizon. Below the horizon the value at the horizon is kept,
/// so that it is always finite.
///
/// [1] Kasten, F. and Young, A. T. (1989). Revised optical air mass tables and approximation formula. Applied Optics
/// 28 (22), 4735-4738.
#[inline]
pub fn airmass_relative(apparent_zenith_deg: f64) -> f64 {
    airmass_towards(apparent_zenith_deg, apparent_zenith_deg.to_radians().cos())
}

/// As [`airmass_relative`], where the cosine of the zenith is known.
#[inline]
pub(super) fn airmass_towards(apparent_zenith_deg: f64, cos_zenith: f64) -> f64 {
    if apparent_zenith_deg >= 90.0 { AT_HORIZON } else { kasten_young(apparent_zenith_deg, cos_zenith) }
}

#[inline]
fn kasten_young(zenith_deg: f64, cos_zenith: f64) -> f64 {
    1.0 / (cos_zenith + 0.505_72 * (96.079_95 - zenith_deg).powf(-1.6364))
}

/// Mean air pressure at an altitude above sea level in m, Pa, in the standard atmosphere [1]:
/// `100·((44331.514 − h) / 11880.516)^(1/0.1902632)`. Zero above 44 km.
///
/// [1] Portland State Aerospace Society (2004). A quick derivation relating altitude to air pressure, version 1.03.
pub fn pressure_from_altitude_pa(altitude_m: f64) -> f64 {
    100.0 * ((44_331.514 - altitude_m).max(0.0) / 11_880.516).powf(1.0 / 0.190_263_2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pvlib_s_air_masses_are_met() {
        for (zenith_deg, expected) in
            [(0.0, 0.999_711_991_855_838_1), (60.0, 1.994_292_852_529_249_4), (85.0, 10.305_791_327_930_304)]
        {
            assert!((airmass_relative(zenith_deg) / expected - 1.0).abs() < 1e-14, "{zenith_deg}");
        }
    }

    #[test]
    fn below_the_horizon_the_air_mass_of_the_horizon_is_kept() {
        assert!((kasten_young(90.0, 90f64.to_radians().cos()) / AT_HORIZON - 1.0).abs() < 1e-14);
        assert_eq!(airmass_relative(90.0), AT_HORIZON);
        assert_eq!(airmass_relative(170.0), AT_HORIZON);
    }

    #[test]
    fn pvlib_s_pressures_are_met_and_there_is_none_in_space() {
        for (altitude_m, expected_pa) in
            [(0.0, 101_324.998_747_876_8), (358.0, 97_097.625_027_760_69), (1830.14, 81_186.465_617_304_4)]
        {
            assert!((pressure_from_altitude_pa(altitude_m) / expected_pa - 1.0).abs() < 1e-13, "{altitude_m}");
        }
        assert_eq!(pressure_from_altitude_pa(60_000.0), 0.0);
    }
}
