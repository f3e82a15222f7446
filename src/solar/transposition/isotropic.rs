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
