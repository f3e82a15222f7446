//! Modules that do not move.

use super::{Pose, RowAxis, read_gcr};
use crate::keys::Keys;
use crate::pv::shading::Rows;
use crate::pv::turn::Turn;
use crate::solar::{SkyPoint, Surface};

pub(super) const DOC: &str = "fixed tables";

/// Tables of one tilt and azimuth. With a ground coverage ratio they stand in endless rows on level ground.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fixed {
    surface: Surface,
    tilt_deg: f64,
    rotation: Turn,
    axis: RowAxis,
    gcr: Option<f64>,
}

impl Fixed {
    /// By tilt and azimuth, degrees, and ground coverage ratio, if the rows shade each other.
    pub fn new(tilt_deg: f64, azimuth_deg: f64, gcr: Option<f64>) -> Self {
        // Seen along the axis, a row that faces the azimuth is turned by its tilt.
        let (rotation, axis) = (Turn::from_rad(tilt_deg.to_radians()), RowAxis::new(azimuth_deg - 90.0, 0.0));
        Self { surface: Surface::new(tilt_deg, azimuth_deg), tilt_deg, rotation, axis, gcr }
    }

    /// Reads the keys of a fixed mount.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let tilt_deg = k.number("tilt_deg", "tilt from the horizontal, degrees").within(0.0, 90.0).required();
        let azimuth = k.number("azimuth_deg", "azimuth the modules face, degrees clockwise from north");
        let azimuth_deg = azimuth.within(-360.0, 360.0).required();
        Self::new(tilt_deg, azimuth_deg, read_gcr(k))
    }

    #[inline]
    pub(super) fn pose(&self, sky: &SkyPoint) -> Pose {
        let up = self.gcr.is_some() && sky.zenith_deg <= 90.0;
        Pose {
            surface: self.surface,
            tilt_deg: self.tilt_deg,
            tracker_angle_deg: 0.0,
            rotation: self.rotation,
            projected_zenith: if up { self.axis.projected_zenith(sky.sun) } else { Turn::NONE },
        }
    }

    pub(super) fn rows(&self) -> Option<Rows> {
        self.gcr.map(|gcr| Rows::new(gcr, 0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_south_facing_table_sees_the_noon_sun_on_its_side_of_the_zenith() {
        let noon = SkyPoint::new(40.0, 180.0, [0.0; 4], 1.3);
        let pose = Fixed::new(25.0, 180.0, Some(0.4)).pose(&noon);
        assert!((pose.projected_zenith.rad().to_degrees() - 40.0).abs() < 1e-12);
        assert!((pose.rotation.rad().to_degrees() - 25.0).abs() < 1e-12);
        assert_eq!((pose.tracker_angle_deg, pose.tilt_deg), (0.0, 25.0));
    }

    #[test]
    fn without_a_coverage_ratio_there_are_no_rows() {
        assert!(Fixed::new(25.0, 180.0, None).rows().is_none());
    }
}
