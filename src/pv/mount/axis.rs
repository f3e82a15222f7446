//! The axis along a row of modules.

use crate::pv::turn::Turn;
use crate::solar::Surface;

/// Direction along a row; angles around it are positive clockwise seen along it, so that with an axis to the south a
/// positive rotation is towards the west.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RowAxis {
    sin_azimuth: f64,
    cos_azimuth: f64,
    sin_tilt: f64,
    cos_tilt: f64,
}

impl RowAxis {
    /// `azimuth_deg` clockwise from north; `tilt_deg` positive where the axis falls in that direction.
    pub fn new(azimuth_deg: f64, tilt_deg: f64) -> Self {
        let (sin_azimuth, cos_azimuth) = azimuth_deg.to_radians().sin_cos();
        let (sin_tilt, cos_tilt) = tilt_deg.to_radians().sin_cos();
        Self { sin_azimuth, cos_azimuth, sin_tilt, cos_tilt }
    }

    /// Whether it lies level.
    #[inline]
    pub fn is_level(&self) -> bool {
        self.sin_tilt == 0.0
    }

    /// Zenith of the sun projected onto the plane across the axis [1, eq. 4 and 5].
    ///
    /// [1] Anderson, K. and Mikofski, M. (2020). Slope-aware backtracking for single-axis trackers. NREL/TP-5K00-76626.
    #[inline]
    pub fn projected_zenith(&self, sun: [f64; 3]) -> Turn {
        let [east, north, up] = sun;
        let across = east * self.cos_azimuth - north * self.sin_azimuth;
        let along = east * self.sin_azimuth + north * self.cos_azimuth;
        Turn::towards(across, along * self.sin_tilt + up * self.cos_tilt)
    }

    /// The plane of a row that is turned around the axis.
    #[inline]
    pub fn surface(&self, rotation: Turn) -> Surface {
        let Turn { sin, cos } = rotation;
        let fall = cos * self.sin_tilt;
        let east = sin * self.cos_azimuth + fall * self.sin_azimuth;
        let north = fall * self.cos_azimuth - sin * self.sin_azimuth;
        Surface::from_normal([east, north, cos * self.cos_tilt])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solar::SkyPoint;

    #[test]
    fn with_an_axis_to_the_south_the_afternoon_sun_is_positive() {
        let west = SkyPoint::new(60.0, 270.0, [0.0; 4], 2.0);
        assert!((RowAxis::new(180.0, 0.0).projected_zenith(west.sun).rad().to_degrees() - 60.0).abs() < 1e-12);
        assert!((RowAxis::new(0.0, 0.0).projected_zenith(west.sun).rad().to_degrees() + 60.0).abs() < 1e-12);
    }

    #[test]
    fn along_a_tilted_axis_the_row_faces_where_the_axis_falls() {
        // Axis to the south, falling 20°: the unturned row faces south at 20°.
        let surface = RowAxis::new(180.0, 20.0).surface(Turn::NONE);
        assert!((surface.tilt_deg() - 20.0).abs() < 1e-12 && (surface.azimuth_deg() - 180.0).abs() < 1e-12);
    }

    #[test]
    fn a_row_turned_to_the_projected_sun_has_the_sun_in_its_plane_of_rotation() {
        let axis = RowAxis::new(200.0, 10.0);
        let sky = SkyPoint::new(50.0, 130.0, [0.0; 4], 2.0);
        let projected_rad = axis.projected_zenith(sky.sun).rad();
        let cos_at = |more_rad: f64| axis.surface(Turn::from_rad(projected_rad + more_rad)).cos_aoi(&sky);
        assert!(cos_at(0.0) > cos_at(0.01) && cos_at(0.0) > cos_at(-0.01));
    }
}
