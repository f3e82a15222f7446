//! Modules that turn around one axis after the sun.

use super::{Pose, RowAxis, read_gcr};
use crate::keys::Keys;
use crate::pv::shading::Rows;
use crate::pv::turn::Turn;
use crate::solar::SkyPoint;

pub(super) const DOC: &str = "trackers with one axis, as a rule north-south";

/// A single-axis tracker [1]. The rotation is zero where the axis' two sides stand level, and positive clockwise seen
/// along the axis: towards the west for an axis to the south.
///
/// The tracker turns to the projected sun, `θ = φ`. Backtracking turns it back where rows would shade each other:
/// `θ = φ − sgn(φ)·acos(|cos(φ − β_c)/(g·cos β_c)|)` where the acos exists [1, eq. 14], with the ground coverage ratio
/// `g` and the cross-axis slope `β_c` (positive where the ground falls towards positive rotations). The limit is applied last. At night it rests at zero.
///
/// [1] Anderson, K. and Mikofski, M. (2020). Slope-aware backtracking for single-axis trackers. NREL/TP-5K00-76626.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SingleAxisTracker {
    axis: RowAxis,
    limit: Turn,
    rows: Option<Rows>,
    backtrack: bool,
    /// How it rests at night.
    rest: Pose,
}

impl SingleAxisTracker {
    /// A lone tracker: azimuth of the axis clockwise from north, its fall in that direction, and the largest rotation to
    /// either side, degrees.
    pub fn new(axis_azimuth_deg: f64, axis_tilt_deg: f64, max_angle_deg: f64) -> Self {
        let axis = RowAxis::new(axis_azimuth_deg, axis_tilt_deg);
        let (limit, rest) = (Turn::from_rad(max_angle_deg.to_radians()), turned(&axis, Turn::NONE, Turn::NONE));
        Self { axis, limit, rows: None, backtrack: false, rest }
    }

    /// The same tracker among rows, which may turn back so as not to shade each other.
    #[must_use]
    pub fn among(self, rows: Rows, backtrack: bool) -> Self {
        Self { rows: Some(rows), backtrack, ..self }
    }

    /// Reads the keys of a tracker.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let azimuth = k.number("axis_azimuth_deg", "azimuth of the axis, degrees clockwise from north");
        let azimuth_deg = azimuth.within(-360.0, 360.0).or(180.0);
        let tilt = k.number("axis_tilt_deg", "fall of the axis in the direction of its azimuth, degrees");
        let tilt_deg = tilt.within(-60.0, 60.0).or(0.0);
        let limit = k.number("max_angle_deg", "largest rotation to either side, degrees");
        let limit_deg = limit.above_up_to(0.0, 90.0).or(60.0);
        let backtrack = k.flag("backtrack", "rows turn back so as not to shade each other", true);
        let slope = k.number("cross_axis_slope_deg", "slope across the axis, degrees, falling to positive rotations");
        let slope_deg = slope.within(-45.0, 45.0).or(0.0);
        let gcr = read_gcr(k);
        if backtrack && !k.has("gcr") {
            k.reject("gcr", "missing; backtracking goes by the ground coverage ratio: give it, or backtrack = false");
        }
        let lone = Self::new(azimuth_deg, tilt_deg, limit_deg);
        gcr.map_or(lone, |gcr| lone.among(Rows::new(gcr, slope_deg), backtrack))
    }

    /// Rotation for a projected zenith.
    #[inline]
    fn rotation(&self, projected_zenith: Turn) -> Turn {
        let mut rotation = projected_zenith;
        if let (true, Some(rows)) = (self.backtrack, &self.rows) {
            // Above one the rows do not reach each other's shade. The sun below the slope is taken as above it.
            let reach = rows.shadow(Turn::NONE, projected_zenith).reach().abs();
            if reach < 1.0 && projected_zenith != Turn::NONE {
                rotation = rotation.minus(Turn::from_cos(reach).to_the_side_of(projected_zenith));
            }
        }
        if rotation.cos < self.limit.cos { self.limit.to_the_side_of(rotation) } else { rotation }
    }

    #[inline]
    pub(super) fn pose(&self, sky: &SkyPoint) -> Pose {
        if sky.zenith_deg > 90.0 {
            return self.rest;
        }
        let projected_zenith = self.axis.projected_zenith(sky.sun);
        turned(&self.axis, self.rotation(projected_zenith), projected_zenith)
    }

    pub(super) fn rows(&self) -> Option<Rows> {
        self.rows
    }
}

/// How a row stands that is turned around an axis.
#[inline]
fn turned(axis: &RowAxis, rotation: Turn, projected_zenith: Turn) -> Pose {
    let surface = axis.surface(rotation);
    let tracker_angle_deg = rotation.rad().to_degrees();
    // Around a level axis the rotation is the tilt.
    let tilt_deg = if axis.is_level() { tracker_angle_deg.abs() } else { surface.tilt_deg() };
    Pose { surface, tilt_deg, tracker_angle_deg, rotation, projected_zenith }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tracker() -> SingleAxisTracker {
        SingleAxisTracker::new(180.0, 0.0, 60.0).among(Rows::new(0.4, 0.0), true)
    }

    fn sun(zenith_deg: f64, azimuth_deg: f64) -> SkyPoint {
        SkyPoint::new(zenith_deg, azimuth_deg, [0.0; 4], 1.0)
    }

    #[test]
    fn the_tracker_faces_the_morning_sun_in_the_east() {
        let pose = tracker().pose(&sun(45.0, 90.0));
        assert!((pose.tracker_angle_deg + 45.0).abs() < 1e-12);
        assert!((pose.tilt_deg - 45.0).abs() < 1e-12 && (pose.surface.azimuth_deg() - 90.0).abs() < 1e-12);
    }

    #[test]
    fn a_low_sun_turns_it_back_towards_the_level() {
        // 80° in the west: acos(cos 80°/0.4) = acos(0.434120444) = 64.270 66°; 80 − 64.270 66 = 15.729 34°
        let angle = tracker().pose(&sun(80.0, 270.0)).tracker_angle_deg;
        assert!((angle - 15.729_34).abs() < 1e-4, "{angle}");
        let straight = SingleAxisTracker::new(180.0, 0.0, 60.0).pose(&sun(80.0, 270.0)).tracker_angle_deg;
        assert!((straight - 60.0).abs() < 1e-12);
    }

    #[test]
    fn at_night_it_rests_level() {
        let pose = tracker().pose(&sun(100.0, 300.0));
        assert_eq!((pose.tracker_angle_deg, pose.tilt_deg), (0.0, 0.0));
    }

    #[test]
    fn val_pvlib_on_sloped_ground() {
        let sloped = SingleAxisTracker::new(180.0, 12.5, 60.0).among(Rows::new(0.4, -8.0), true);
        for ((zenith, azimuth), [angle, tilt, facing]) in VAL {
            let pose = sloped.pose(&sun(zenith, azimuth));
            assert!((pose.tracker_angle_deg - angle).abs() < 1e-9, "{pose:?}");
            assert!((pose.tilt_deg - tilt).abs() < 1e-9, "{pose:?}");
            assert!((pose.surface.azimuth_deg() - facing).abs() < 1e-9, "{pose:?}");
        }
    }

    /// pvlib 0.16.1 `tracking.singleaxis`: rotation, tilt and azimuth by zenith and azimuth of the sun.
    const VAL: [((f64, f64), [f64; 3]); 3] = [
        ((40.0, 120.0), [-34.254_287_763_850_03, 36.200_500_800_189_07, 107.631_974_944_303_88]),
        ((75.0, 265.0), [4.109_994_448_888_187, 13.148_121_852_149_321, 198.365_754_857_653_77]),
        ((85.0, 95.0), [-31.593_000_977_007_684, 33.736_541_559_694_49, 109.387_678_430_663_33]),
    ];

    proptest! {
        #[test]
        fn the_limit_is_never_passed(
            (zenith, azimuth) in (0.0..120.0f64, 0.0..360.0f64),
            (axis, tilt, slope) in (0.0..360.0f64, -30.0..30.0f64, -20.0..20.0f64),
            (limit, gcr, backtrack) in (10.0..90.0f64, 0.05..1.0f64, any::<bool>()),
        ) {
            let tracker = SingleAxisTracker::new(axis, tilt, limit).among(Rows::new(gcr, slope), backtrack);
            let pose = tracker.pose(&sun(zenith, azimuth));
            prop_assert!(pose.tracker_angle_deg.abs() <= limit * (1.0 + 1e-15));
            prop_assert!(pose.tilt_deg >= 0.0 && pose.tilt_deg <= 90.0 + 1e-9);
            prop_assert!((pose.tilt_deg - pose.surface.tilt_deg()).abs() < 1e-12);
        }

        #[test]
        fn backtracking_on_level_ground_leaves_no_shade(
            (zenith, azimuth, gcr) in (0.0..89.9f64, 0.0..360.0f64, 0.05..0.95f64),
        ) {
            let tracker = SingleAxisTracker::new(180.0, 0.0, 90.0).among(Rows::new(gcr, 0.0), true);
            let pose = tracker.pose(&sun(zenith, azimuth));
            let shaded = tracker.rows().unwrap().shadow(pose.rotation, pose.projected_zenith).shaded_fraction();
            prop_assert!(shaded < 1e-9, "{shaded}");
        }
    }
}
