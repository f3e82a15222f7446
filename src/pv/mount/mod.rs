//! Catalogue of mounts: where the plane of the modules points in a step.

mod axis;
mod fixed;
mod tracker;

pub use axis::RowAxis;
pub use fixed::Fixed;
pub use tracker::SingleAxisTracker;

use super::shading::Rows;
use super::turn::Turn;
use crate::keys::{Keys, Variant};
use crate::solar::{SkyPoint, Surface};

/// The mounts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Mount {
    /// Does not move.
    Fixed(Fixed),
    /// Turns around one axis after the sun.
    SingleAxisTracker(SingleAxisTracker),
}

/// How the modules stand in one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pose {
    /// The plane of the modules.
    pub surface: Surface,
    /// Tilt of the plane, degrees.
    pub tilt_deg: f64,
    /// Rotation of the tracker, degrees; 0 for fixed mounts and at night.
    pub tracker_angle_deg: f64,
    /// Rotation of the row around its axis.
    pub rotation: Turn,
    /// Zenith of the sun seen along the row, in the same sense of rotation; none at night.
    pub projected_zenith: Turn,
}

const VARIANTS: &[Variant<Mount>] = &[
    Variant { name: "fixed", doc: fixed::DOC, read: |k| Mount::Fixed(Fixed::read(k)) },
    Variant {
        name: "single_axis_tracker",
        doc: tracker::DOC,
        read: |k| Mount::SingleAxisTracker(SingleAxisTracker::read(k)),
    },
];

impl Mount {
    /// Reads the keys of a mount.
    pub fn read(k: &mut Keys<'_>) -> Self {
        k.tagged("kind", "kind of mount", VARIANTS, None)
    }

    /// How the modules stand under a sky.
    #[inline]
    pub fn pose(&self, sky: &SkyPoint) -> Pose {
        match self {
            Self::Fixed(m) => m.pose(sky),
            Self::SingleAxisTracker(m) => m.pose(sky),
        }
    }

    /// The rows of which the plane is one; none where their distance is not given.
    pub fn rows(&self) -> Option<Rows> {
        match self {
            Self::Fixed(m) => m.rows(),
            Self::SingleAxisTracker(m) => m.rows(),
        }
    }
}

/// Reads the ground coverage ratio, the same for every mount.
fn read_gcr(k: &mut Keys<'_>) -> Option<f64> {
    k.number("gcr", "ground coverage ratio: width of a row over the distance between rows")
        .above_up_to(0.0, 1.0)
        .optional()
}
