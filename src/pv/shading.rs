//! Endless rows that shade each other: beam by geometry, diffuse and ground by view factors.

use super::turn::Turn;
use crate::keys::Keys;

/// The electrical effect of row shading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shading {
    /// Power falls as the shaded area grows.
    #[default]
    Linear,
    /// Rows do not see each other.
    None,
}

impl Shading {
    /// Reads the `shading` table of a block.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let doc = "effect of the rows' shade: power falls with the shaded area, or no shade at all";
        k.choice("model", doc, &[("linear", Self::Linear), ("none", Self::None)], Self::default())
    }
}

/// Endless parallel rows at one distance on even ground; lengths in widths of a row.
///
/// Across the rows the picture is a plane one. Angles are those of [`super::mount::RowAxis`], from the vertical. On a
/// slope across the rows everything is seen from the ground's own normal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rows {
    pitch: f64,
    slope: Turn,
}

/// The beam between two rows, cut across it: how wide the gap and how wide the row stand in its way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shadow {
    reach: f64,
    width: f64,
}

/// What rows of one tilt see, as view factors from 0 to 1 [1]: with the pitch `p`, the tilt `β` and the crossed strings
/// `AD = √((p − cos β)² + sin² β)` and `BC = √((p + cos β)² + sin² β)` between the edges of neighboring rows.
///
/// [1] Hottel, H. C. and Sarofim, A. F. (1967). Radiative transfer. McGraw-Hill, New York: the method of crossed strings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    /// From a row to the sky: `(1 + p − AD)/2`.
    pub row_to_sky: f64,
    /// From a row to the ground: `(1 + p − BC)/2`.
    pub row_to_ground: f64,
    /// From a row to the back of the one in front: `(AD + BC)/2 − p`.
    pub row_to_row: f64,
    /// From the ground, mean over the pitch, to the sky: `((AD + BC)/2 − 1)/p`.
    pub ground_to_sky: f64,
    /// Share of the sky a row sees of what it would see alone: `(1 + p − AD)/(1 + cos β)`.
    pub open_sky: f64,
}

impl Rows {
    /// From the ground coverage ratio, above 0 to 1, with the pitch measured level, and the slope across the rows.
    pub fn new(gcr: f64, cross_axis_slope_deg: f64) -> Self {
        let slope = Turn::from_rad(cross_axis_slope_deg.to_radians());
        Self { pitch: 1.0 / (gcr * slope.cos), slope }
    }

    /// The shadow of a row turned by `rotation` under a sun at a projected zenith.
    #[inline]
    pub fn shadow(&self, rotation: Turn, projected_zenith: Turn) -> Shadow {
        Shadow {
            reach: self.pitch * projected_zenith.cos_between(self.slope),
            width: projected_zenith.cos_between(rotation).abs(),
        }
    }

    /// What the rows see at a rotation.
    #[inline]
    pub fn view(&self, rotation: Turn) -> View {
        let Turn { sin, cos } = rotation.minus(self.slope);
        let p = self.pitch;
        let (up, down) = (((p - cos).powi(2) + sin * sin).sqrt(), ((p + cos).powi(2) + sin * sin).sqrt());
        let row_to_sky = 0.5 * (1.0 + p - up);
        View {
            row_to_sky,
            row_to_ground: 0.5 * (1.0 + p - down),
            row_to_row: 0.5 * (up + down) - p,
            ground_to_sky: (0.5 * (up + down) - 1.0) / p,
            // A row on its head sees no sky, alone or not.
            open_sky: if cos > -1.0 { 2.0 * row_to_sky / (1.0 + cos) } else { 1.0 },
        }
    }
}

impl Shadow {
    /// Width of the gap from row to row as the beam sees it, in widths of a row; negative with the sun below the slope.
    #[inline]
    pub fn reach(&self) -> f64 {
        self.reach
    }

    /// Fraction of a row's width in the shade of the next one, 0 to 1 [1]: `1 − p·cos(φ − β_c)/|cos(φ − θ)|` with the
    /// rotation `θ` and the projected zenith `φ`. All of it with the sun below the slope.
    ///
    /// With the sun behind the row it is the back that is shaded.
    ///
    /// [1] Anderson, K. and Jensen, A. (2024). Shaded fraction and backtracking in single-axis trackers on rolling
    /// terrain. Journal of Renewable and Sustainable Energy 16 (2), eq. 12 for rows of equal rotation.
    #[inline]
    pub fn shaded_fraction(&self) -> f64 {
        // In this order a sun along the row (no width, no reach) needs no division.
        if self.width <= self.reach { 0.0 } else { (1.0 - self.reach / self.width).min(1.0) }
    }

    /// Fraction of the ground the beam reaches between the rows, 0 to 1 [1]: `1 − |cos θ + sin θ·tan φ|/p`, with the sum
    /// written as `cos(φ − θ)/cos φ`.
    ///
    /// [1] Mikofski, M., Darawali, R., Hamer, M., Neubert, A. and Newmiller, J. (2019). Bifacial performance modeling in
    /// large arrays. 46th IEEE Photovoltaic Specialists Conference.
    #[inline]
    pub fn unshaded_ground(&self) -> f64 {
        if self.width >= self.reach { 0.0 } else { 1.0 - self.width / self.reach }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn turn(angle_deg: f64) -> Turn {
        Turn::from_rad(angle_deg.to_radians())
    }

    #[test]
    fn level_rows_see_the_whole_sky_and_shade_their_share_of_the_ground() {
        let view = Rows::new(0.4, 0.0).view(Turn::NONE);
        assert!((view.row_to_sky - 1.0).abs() < 1e-15 && view.row_to_ground.abs() < 1e-15);
        assert!((view.ground_to_sky - 0.6).abs() < 1e-15);
        assert!((Rows::new(0.4, 0.0).shadow(Turn::NONE, Turn::from_rad(0.7)).unshaded_ground() - 0.6).abs() < 1e-15);
    }

    #[test]
    fn upright_rows_at_twice_their_height_see_by_crossed_strings() {
        // p = 2, β = 90°: AD = BC = √5; sky = ground = (3 − √5)/2; row = √5 − 2; ground to sky = (√5 − 1)/2
        let view = Rows::new(0.5, 0.0).view(turn(90.0));
        let root = 5f64.sqrt();
        assert!((view.row_to_sky - (3.0 - root) / 2.0).abs() < 1e-15);
        assert!((view.row_to_ground - (3.0 - root) / 2.0).abs() < 1e-15);
        assert!((view.row_to_row - (root - 2.0)).abs() < 1e-15);
        assert!((view.ground_to_sky - (root - 1.0) / 2.0).abs() < 1e-15);
    }

    #[test]
    fn upright_rows_under_a_sun_at_60_degrees_are_shaded_by_their_distance() {
        // Upright rows of height 1 at p = 1: the sun at 60° from the vertical throws a shadow 1.7321 long; at the next
        // row it reaches up to 1 − 1/tan 60° = 0.422650
        let shaded = Rows::new(1.0, 0.0).shadow(turn(90.0), turn(60.0)).shaded_fraction();
        assert!((shaded - (1.0 - 1.0 / 60f64.to_radians().tan())).abs() < 1e-12);
    }

    #[test]
    fn val_pvlib_s_three_documented_examples() {
        let [a, b] = [30.0, -30.0].map(turn);
        let axis = super::super::mount::RowAxis::new(90.0, 0.0);
        let sun = crate::solar::SkyPoint::new(80.0, 135.0, [0.0; 4], 5.0).sun;
        let flat = Rows::new(2.0 / 3.0, 0.0).shadow(a, axis.projected_zenith(sun)).shaded_fraction();
        assert!((flat - 0.477_556_947_080_905_35).abs() < 1e-12, "{flat}");
        let sloped = Rows::new(1.4 / 3.0, 7.0);
        let morning = sloped.shadow(b, turn(-80.0)).shaded_fraction();
        assert!((morning - 0.824_217_686_447_945_9).abs() < 1e-9, "{morning}");
        let evening = sloped.shadow(a, turn(80.0)).shaded_fraction();
        assert!((evening - 0.018_002_567_182_254_348).abs() < 1e-12, "{evening}");
    }

    proptest! {
        #[test]
        fn view_factors_close_and_stay_within_bounds(tilt in 0.0..180.0f64, gcr in 0.01..1.0f64, slope in -30.0..30.0f64) {
            let view = Rows::new(gcr, slope).view(turn(tilt));
            prop_assert!((view.row_to_sky + view.row_to_ground + view.row_to_row - 1.0).abs() < 1e-12);
            for factor in [view.row_to_sky, view.row_to_ground, view.row_to_row, view.ground_to_sky, view.open_sky] {
                prop_assert!((-1e-12..=1.0 + 1e-9).contains(&factor), "{view:?}");
            }
        }

        #[test]
        fn fractions_are_fractions_for_any_angles(turn in -4.0..4.0f64, sun in -4.0..4.0f64, gcr in 0.01..1.0f64) {
            let (rows, turn, sun) = (Rows::new(gcr, 0.0), Turn::from_rad(turn), Turn::from_rad(sun));
            for fraction in [rows.shadow(turn, sun).shaded_fraction(), rows.shadow(turn, sun).unshaded_ground()] {
                prop_assert!((0.0..=1.0).contains(&fraction));
            }
        }
    }
}
