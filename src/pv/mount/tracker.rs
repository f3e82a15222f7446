//! Modules that turn around one axis after the sun.

use super::{Pose, RowAxis, read_gcr};
use crate::keys::Keys;
use crate::pv::shading::Rows;
use crate::solar::{SkyPoint, Surface};

pub(super) const DOC: &str = "trackers with one axis, as a rule north-south";

/// A single-axis tracker [1]. The rotation is zero where the axis' two sides stand level, and positive clockwise seen
/// along the axis: towards the west for an axis to the south.
///
/// The tracker turns to the projected sun, `θ = φ`. Backtracking turns it back where rows would shade each other:
/// `θ = φ − sgn(φ)·acos(|cos(φ − β_c)/(g·cos β_c)|)` where the acos exists [1, eq. 14], with the ground coverage ratio
/// `g` and the cross-axis slope `β_c`. The limit is applied last. At night it rests at zero.
///
/// [1] Anderson, K. and Mikofski, M. (2020). Slope-aware backtracking for single-axis trackers. NREL/TP-5K00-76626.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SingleAxisTracker {
    /// Azimuth of the axis, degrees clockwise from north.
    pub axis_azimuth_deg: f64,
    /// Fall of the axis in its azimuth's direction, degrees.
    pub axis_tilt_deg: f64,
    /// Largest rotation to either side, degrees.
    pub max_angle_deg: f64,
    /// Whether rows turn back so as not to shade each other.
    pub backtrack: bool,
    /// Ground coverage ratio; none where rows are too far apart to matter.
    pub gcr: Option<f64>,
    /// Slope of the ground across the axis, degrees; positive where it falls towards positive rotations.
    pub cross_axis_slope_deg: f64,
}

impl SingleAxisTracker {
    /// Reads the keys of a tracker.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let azimuth = k.number("axis_azimuth_deg", "azimuth of the axis, degrees clockwise from north");
        let axis_azimuth_deg = azimuth.within(-360.0, 360.0).or(180.0);
        let tilt = k.number("axis_tilt_deg", "fall of the axis in the direction of its azimuth, degrees");
        let axis_tilt_deg = tilt.within(-60.0, 60.0).or(0.0);
        let limit = k.number("max_angle_deg", "largest rotation to either side, degrees");
        let max_angle_deg = limit.above_up_to(0.0, 90.0).or(60.0);
        let backtrack = k.flag("backtrack", "rows turn back so as not to shade each other", true);
        let slope = k.number("cross_axis_slope_deg", "slope across the axis, degrees, falling to positive rotations");
        let cross_axis_slope_deg = slope.within(-45.0, 45.0).or(0.0);
        let gcr = read_gcr(k);
        if backtrack && !k.has("gcr") {
            k.reject("gcr", "missing; backtracking goes by the ground coverage ratio: give it, or backtrack = false");
        }
        Self { axis_azimuth_deg, axis_tilt_deg, max_angle_deg, backtrack, gcr, cross_axis_slope_deg }
    }

    /// Rotation, degrees, for a projected zenith, rad.
    #[inline]
    fn angle_deg(&self, projected_zenith_rad: f64) -> f64 {
        let mut angle = projected_zenith_rad;
        if let (true, Some(gcr)) = (self.backtrack, self.gcr) {
            let slope = self.cross_axis_slope_deg.to_radians();
            // Above one the rows do not reach each other's shade. The sun below the slope is taken as above it.
            let shade = ((angle - slope).cos() / (gcr * slope.cos())).abs();
            if shade < 1.0 && angle != 0.0 {
                angle -= angle.signum() * shade.acos();
            }
        }
        angle.to_degrees().clamp(-self.max_angle_deg, self.max_angle_deg)
    }

    pub(super) fn pose(&self, sky: &SkyPoint) -> Pose {
        let axis = RowAxis::new(self.axis_azimuth_deg, self.axis_tilt_deg);
        let down = sky.zenith_deg > 90.0;
        let projected_zenith_rad = if down { 0.0 } else { axis.projected_zenith_rad(sky.sun) };
        let tracker_angle_deg = if down { 0.0 } else { self.angle_deg(projected_zenith_rad) };
        let rotation_rad = tracker_angle_deg.to_radians();
        let [east, north, up] = axis.normal(rotation_rad);
        let tilt_deg = east.hypot(north).atan2(up).to_degrees();
        let surface = Surface::new(tilt_deg, east.atan2(north).to_degrees().rem_euclid(360.0));
        Pose { surface, tracker_angle_deg, rotation_rad, projected_zenith_rad }
    }

    pub(super) fn rows(&self) -> Option<Rows> {
        self.gcr.map(|gcr| Rows::new(gcr, self.cross_axis_slope_deg))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tracker() -> SingleAxisTracker {
        SingleAxisTracker {
            axis_azimuth_deg: 180.0,
            axis_tilt_deg: 0.0,
            max_angle_deg: 60.0,
            backtrack: true,
            gcr: Some(0.4),
            cross_axis_slope_deg: 0.0,
        }
    }

    fn sun(zenith_deg: f64, azimuth_deg: f64) -> SkyPoint {
        SkyPoint::new(zenith_deg, azimuth_deg, [0.0; 4], 1.0)
    }

    #[test]
    fn the_tracker_faces_the_morning_sun_in_the_east() {
        let pose = tracker().pose(&sun(45.0, 90.0));
        assert!((pose.tracker_angle_deg + 45.0).abs() < 1e-12);
        assert!((pose.surface.tilt_deg - 45.0).abs() < 1e-12 && (pose.surface.azimuth_deg - 90.0).abs() < 1e-12);
    }

    #[test]
    fn a_low_sun_turns_it_back_towards_the_level() {
        // 80° in the west: acos(cos 80°/0.4) = acos(0.434120444) = 64.270 66°; 80 − 64.270 66 = 15.729 34°
        let angle = tracker().pose(&sun(80.0, 270.0)).tracker_angle_deg;
        assert!((angle - 15.729_34).abs() < 1e-4, "{angle}");
        let straight = SingleAxisTracker { backtrack: false, ..tracker() };
        assert_eq!(straight.pose(&sun(80.0, 270.0)).tracker_angle_deg, 60.0);
    }

    #[test]
    fn at_night_it_rests_level() {
        let pose = tracker().pose(&sun(100.0, 300.0));
        assert_eq!((pose.tracker_angle_deg, pose.surface.tilt_deg), (0.0, 0.0));
    }

    #[test]
    fn val_pvlib_on_sloped_ground() {
        let sloped = SingleAxisTracker { axis_tilt_deg: 12.5, cross_axis_slope_deg: -8.0, ..tracker() };
        for ((zenith, azimuth), [angle, tilt, facing]) in VAL {
            let pose = sloped.pose(&sun(zenith, azimuth));
            assert!((pose.tracker_angle_deg - angle).abs() < 1e-9, "{pose:?}");
            assert!((pose.surface.tilt_deg - tilt).abs() < 1e-9, "{pose:?}");
            assert!((pose.surface.azimuth_deg - facing).abs() < 1e-9, "{pose:?}");
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
            let tracker = SingleAxisTracker {
                axis_azimuth_deg: axis,
                axis_tilt_deg: tilt,
                max_angle_deg: limit,
                backtrack,
                gcr: Some(gcr),
                cross_axis_slope_deg: slope,
            };
            let pose = tracker.pose(&sun(zenith, azimuth));
            prop_assert!(pose.tracker_angle_deg.abs() <= limit);
            prop_assert!(pose.surface.tilt_deg >= 0.0 && pose.surface.tilt_deg <= 90.0 + 1e-9);
        }

        #[test]
        fn backtracking_on_level_ground_leaves_no_shade(
            (zenith, azimuth, gcr) in (0.0..89.9f64, 0.0..360.0f64, 0.05..0.95f64),
        ) {
            let tracker = SingleAxisTracker { gcr: Some(gcr), max_angle_deg: 90.0, ..tracker() };
            let pose = tracker.pose(&sun(zenith, azimuth));
            let shaded = tracker.rows().unwrap().shaded_fraction(pose.rotation_rad, pose.projected_zenith_rad);
            prop_assert!(shaded < 1e-9, "{shaded}");
        }
    }
}
