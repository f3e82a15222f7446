//! Erbs decomposition.

use super::Components;

/// Cosine below which the irradiance above the atmosphere no longer shrinks with the sinking sun, so that the clearness
/// index stays sensible near the horizon.
const MIN_COS_ZENITH: f64 = 0.065;

/// Zenith above which no beam is told from a global value, degrees.
const MAX_ZENITH_DEG: f64 = 87.0;

/// Diffuse fraction of the global irradiance by the clearness index [1]:
///
/// `k_t = GHI / (DNI_extra·max(cos z, 0.065))`, 0 to 1; then
/// - `k_t ≤ 0.22`: `1 − 0.09·k_t`
/// - `k_t ≤ 0.80`: `0.9511 − 0.1604·k_t + 4.388·k_t² − 16.638·k_t³ + 12.336·k_t⁴`
/// - above: `0.165`
///
/// and `DNI = (GHI − DHI) / cos z`. With the sun above 87 degrees from the vertical, so at night too, all is diffuse.
///
/// [1] Erbs, D. G., Klein, S. A. and Duffie, J. A. (1982). Estimation of the diffuse radiation fraction for hourly, daily
/// and monthly-average global radiation. Solar Energy 28 (4), 293-302.
#[inline]
pub(super) fn components(ghi_w_m2: f64, zenith_deg: f64, dni_extra_w_m2: f64) -> Components {
    if zenith_deg > MAX_ZENITH_DEG || ghi_w_m2 <= 0.0 {
        return Components { dni_w_m2: 0.0, dhi_w_m2: ghi_w_m2.max(0.0) };
    }
    let cos_zenith = zenith_deg.to_radians().cos();
    let kt = clearness_index(ghi_w_m2, cos_zenith, dni_extra_w_m2);
    let dhi_w_m2 = ghi_w_m2 * diffuse_fraction(kt);
    Components { dni_w_m2: (ghi_w_m2 - dhi_w_m2) / cos_zenith, dhi_w_m2 }
}

/// Global irradiance as a fraction of that above the atmosphere, 0 to 1.
#[inline]
fn clearness_index(ghi_w_m2: f64, cos_zenith: f64, dni_extra_w_m2: f64) -> f64 {
    let horizontal_w_m2 = dni_extra_w_m2 * cos_zenith.max(MIN_COS_ZENITH);
    if horizontal_w_m2 > 0.0 { (ghi_w_m2 / horizontal_w_m2).clamp(0.0, 1.0) } else { 0.0 }
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
