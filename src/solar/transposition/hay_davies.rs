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
    let beam_ratio = surface.cos_aoi(point).max(0.0) / point.cos_zenith.max(MIN_COS_ZENITH);
    SkyDiffuse {
        isotropic_w_m2: (point.dhi_w_m2 * (1.0 - anisotropy) * (1.0 + surface.cos_tilt()) / 2.0).max(0.0),
        circumsolar_w_m2: (point.dhi_w_m2 * anisotropy * beam_ratio).max(0.0),
        horizon_w_m2: 0.0,
    }
}
