//! The sky of one step, and the plane it shines on.

use super::airmass::airmass_towards;
use super::position::{Sight, azimuth_deg};

/// Sun and sky of one step, with the sun's direction worked out once for all planes of the plant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SkyPoint {
    /// Apparent zenith of the sun (with refraction), degrees; above 90 the sun is down.
    pub zenith_deg: f64,
    /// Global horizontal irradiance, W/m².
    pub ghi_w_m2: f64,
    /// Direct normal irradiance, W/m²; 0 while the sun is down.
    pub dni_w_m2: f64,
    /// Diffuse horizontal irradiance, W/m².
    pub dhi_w_m2: f64,
    /// Direct normal irradiance above the atmosphere, W/m².
    pub dni_extra_w_m2: f64,
    /// Relative air mass, at most that of the horizon.
    pub airmass_relative: f64,
    /// The sun's unit vector: east, north, up.
    pub sun: [f64; 3],
}

/// A plane under the sky.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Surface {
    normal: [f64; 3],
    sin_tilt: f64,
}

/// The unit vector (east, north, up) of a direction by its angle from the vertical and its azimuth, degrees.
#[inline]
pub(super) fn unit_vector(zenith_deg: f64, azimuth_deg: f64) -> [f64; 3] {
    let (sin_zenith, cos_zenith) = zenith_deg.to_radians().sin_cos();
    let (sin_azimuth, cos_azimuth) = azimuth_deg.to_radians().sin_cos();
    [sin_zenith * sin_azimuth, sin_zenith * cos_azimuth, cos_zenith]
}

impl SkyPoint {
    /// A point of the sky: the sun's place in degrees, then GHI, DNI, DHI and extraterrestrial irradiance in W/m² and
    /// the relative air mass.
    pub fn new(zenith_deg: f64, azimuth_deg: f64, irradiance_w_m2: [f64; 4], airmass_relative: f64) -> Self {
        let [ghi_w_m2, dni_w_m2, dhi_w_m2, dni_extra_w_m2] = irradiance_w_m2;
        let sun = unit_vector(zenith_deg, azimuth_deg);
        Self { zenith_deg, ghi_w_m2, dni_w_m2, dhi_w_m2, dni_extra_w_m2, airmass_relative, sun }
    }

    /// The sun in a sky that gives no light yet.
    #[inline]
    pub(super) fn dark(sight: &Sight, dni_extra_w_m2: f64) -> Self {
        Self {
            zenith_deg: sight.apparent_zenith_deg,
            ghi_w_m2: 0.0,
            dni_w_m2: 0.0,
            dhi_w_m2: 0.0,
            dni_extra_w_m2,
            airmass_relative: airmass_towards(sight.apparent_zenith_deg, sight.sun[2]),
            sun: sight.sun,
        }
    }

    /// Whether no light comes from the sky.
    #[inline]
    pub fn is_dark(&self) -> bool {
        self.ghi_w_m2 <= 0.0 && self.dni_w_m2 <= 0.0 && self.dhi_w_m2 <= 0.0
    }

    /// Cosine of the zenith; negative while the sun is down.
    #[inline]
    pub fn cos_zenith(&self) -> f64 {
        self.sun[2]
    }
}

impl Surface {
    /// A plane by its tilt from the horizontal (0 faces up, 90 is a wall, 180 faces down) and the azimuth it faces,
    /// degrees.
    #[inline]
    pub fn new(tilt_deg: f64, azimuth_deg: f64) -> Self {
        Self { normal: unit_vector(tilt_deg, azimuth_deg), sin_tilt: tilt_deg.to_radians().sin() }
    }

    /// A plane by the unit vector (east, north, up) out of it.
    #[inline]
    pub fn from_normal(normal: [f64; 3]) -> Self {
        let [east, north, _] = normal;
        Self { normal, sin_tilt: (east * east + north * north).sqrt() }
    }

    /// Tilt from the horizontal, degrees, 0 to 180.
    #[inline]
    pub fn tilt_deg(&self) -> f64 {
        self.sin_tilt.atan2(self.cos_tilt()).to_degrees()
    }

    /// Azimuth the plane faces, degrees clockwise from north, 0 to 360. Without meaning at tilt 0.
    pub fn azimuth_deg(&self) -> f64 {
        azimuth_deg(self.normal)
    }

    /// Cosine of the tilt.
    #[inline]
    pub fn cos_tilt(&self) -> f64 {
        self.normal[2]
    }

    /// Sine of the tilt.
    #[inline]
    pub fn sin_tilt(&self) -> f64 {
        self.sin_tilt
    }

    /// Cosine of the angle of incidence, -1 to 1: the product of the sun's and the plane's unit vectors. Negative when
    /// the sun is behind the plane; the sun may also be in front of a plane while it is below the horizon.
    #[inline]
    pub fn cos_aoi(&self, sky: &SkyPoint) -> f64 {
        let [east, north, up] = self.normal;
        (east * sky.sun[0] + north * sky.sun[1] + up * sky.sun[2]).clamp(-1.0, 1.0)
    }

    /// Angle of incidence, degrees, 0 to 180.
    #[inline]
    pub fn aoi_deg(&self, sky: &SkyPoint) -> f64 {
        self.cos_aoi(sky).acos().to_degrees()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sun(zenith_deg: f64, azimuth_deg: f64) -> SkyPoint {
        SkyPoint::new(zenith_deg, azimuth_deg, [0.0; 4], 1.0)
    }

    #[test]
    fn pvlib_s_angles_of_incidence_are_met() {
        for (tilt, facing, zenith, azimuth, cos, aoi_deg) in [
            (30.0, 180.0, 40.0, 150.0, 0.941_749_147_782_148, 19.652_591_317_602_834),
            (90.0, 90.0, 70.0, 250.0, -0.883_022_221_559_488_8, 152.009_109_282_217_17),
            (140.0, 0.0, 80.0, 180.0, -0.766_044_443_118_978, 140.0),
        ] {
            let plane = Surface::new(tilt, facing);
            assert!((plane.cos_aoi(&sun(zenith, azimuth)) - cos).abs() < 1e-15);
            assert!((plane.aoi_deg(&sun(zenith, azimuth)) - aoi_deg).abs() < 1e-12);
        }
    }

    #[test]
    fn a_plane_facing_the_sun_has_no_angle_of_incidence_and_a_horizontal_one_the_zenith() {
        assert!(Surface::new(35.0, 200.0).aoi_deg(&sun(35.0, 200.0)) < 1e-5);
        assert!((Surface::new(0.0, 77.0).aoi_deg(&sun(35.0, 200.0)) - 35.0).abs() < 1e-12);
        assert!((Surface::new(90.0, 90.0).aoi_deg(&sun(90.0, 270.0)) - 180.0).abs() < 1e-5);
    }

    proptest! {
        #[test]
        fn the_cosine_is_bounded_and_turns_its_sign_behind_the_plane(
            tilt in 0.0..180.0f64, facing in -360.0..720.0f64, zenith in 0.0..180.0f64, azimuth in 0.0..360.0f64,
        ) {
            let cos = Surface::new(tilt, facing).cos_aoi(&sun(zenith, azimuth));
            prop_assert!((-1.0..=1.0).contains(&cos));
            let back = Surface::new(180.0 - tilt, facing + 180.0).cos_aoi(&sun(zenith, azimuth));
            prop_assert!((cos + back).abs() < 1e-12);
        }
    }
}
