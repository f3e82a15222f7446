//! Erbs decomposition.

use super::{Components, clearness_index};

/// Zenith above which no beam is told from a global value, degrees.
const MAX_ZENITH_DEG: f64 = 87.0;

/// Diffuse fraction of the global irradiance by the clearness index `k_t` of [`clearness_index`] [1]:
///
/// - `k_t ≤ 0.22`: `1 − 0.09·k_t`
/// - `k_t ≤ 0.80`: `0.9511 − 0.1604·k_t + 4.388·k_t² − 16.638·k_t³ + 12.336·k_t⁴`
/// - above: `0.165`
///
/// and `DNI = (GHI − DHI) / cos z`. With the sun above 87 degrees from the vertical, so at night too, all is diffuse.
///
/// [1] Erbs, D. G., Klein, S. A. and Duffie, J. A. (1982). Estimation of the diffuse radiation fraction for hourly,
/// daily and monthly-average global radiation. Solar Energy 28 (4), 293-302.
#[inline]
pub(super) fn components(ghi_w_m2: f64, zenith_deg: f64, dni_extra_w_m2: f64) -> Components {
    if zenith_deg > MAX_ZENITH_DEG || ghi_w_m2 <= 0.0 {
        return Components { dni_w_m2: 0.0, dhi_w_m2: ghi_w_m2 };
    }
    let cos_zenith = zenith_deg.to_radians().cos();
    let dhi_w_m2 = ghi_w_m2 * diffuse_fraction(clearness_index(ghi_w_m2, cos_zenith, dni_extra_w_m2));
    Components { dni_w_m2: (ghi_w_m2 - dhi_w_m2) / cos_zenith, dhi_w_m2 }
}

#[inline]
fn diffuse_fraction(kt: f64) -> f64 {
    if kt <= 0.22 {
        1.0 - 0.09 * kt
    } else if kt <= 0.8 {
        0.9511 + kt * (-0.1604 + kt * (4.388 + kt * (-16.638 + kt * 12.336)))
    } else {
        0.165
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pvlib_s_values_are_met_on_all_three_branches() {
        for (ghi_w_m2, zenith_deg, extra_w_m2, dni_w_m2, dhi_w_m2) in [
            (100.0, 60.0, 1_321.623_592_571_413_6, 2.723_922_318_150_868_7, 98.638_038_840_924_57),
            (400.0, 50.0, 1_321.623_592_571_413_6, 175.537_132_775_352_97, 287.166_906_012_102_2),
            (900.0, 30.0, 1_413.981_805, 833.929_690_374_538, 177.795_703_165_558_68),
            (1200.0, 40.0, 1_413.981_805, 1_308.018_103_910_943_2, 198.0),
            (20.0, 86.5, 1_413.676_997_138_786_4, 6.417_467_441_418_61, 19.608_222_985_188_9),
        ] {
            let ours = components(ghi_w_m2, zenith_deg, extra_w_m2);
            assert!((ours.dni_w_m2 - dni_w_m2).abs() <= 1e-12 * extra_w_m2, "{ours:?}");
            assert!((ours.dhi_w_m2 - dhi_w_m2).abs() <= 1e-12 * extra_w_m2, "{ours:?}");
        }
    }

    #[test]
    fn a_low_sun_and_the_night_have_no_beam() {
        assert_eq!(components(30.0, 88.0, 1400.0), Components { dni_w_m2: 0.0, dhi_w_m2: 30.0 });
        assert_eq!(components(2.0, 95.0, 1400.0), Components { dni_w_m2: 0.0, dhi_w_m2: 2.0 });
        assert_eq!(components(0.0, 20.0, 1400.0), Components { dni_w_m2: 0.0, dhi_w_m2: 0.0 });
    }

    #[test]
    fn the_fraction_is_the_papers_where_its_branches_meet() {
        // 1 - 0.09·0.22 = 0.9802, and the polynomial ends at 0.1650 for 0.8.
        assert!((diffuse_fraction(0.22) - 0.9802).abs() < 1e-15);
        assert!((diffuse_fraction(0.8) - 0.165).abs() < 1e-3);
        assert_eq!(diffuse_fraction(0.9), 0.165);
    }
}
