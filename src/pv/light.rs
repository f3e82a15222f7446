//! Light on the plane of the modules and what of it reaches the cells.

use super::iam::Iam;
use super::mount::Pose;
use super::shading::Rows;
use crate::solar::{SkyPoint, Transposition, ground_reflected_w_m2};

/// Irradiance of one step, W/m², after each loss of light. All zero at night.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Light {
    /// On the plane, as a clean pyranometer on an unshaded row sees it.
    pub poa_w_m2: f64,
    /// After the shade of the rows in front, mean over the row.
    pub shaded_w_m2: f64,
    /// After dirt.
    pub soiled_w_m2: f64,
    /// After reflection: what the cells use.
    pub effective_w_m2: f64,
}

/// What the light meets in one step, as shares from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ground {
    /// Reflected by the ground.
    pub albedo: f64,
    /// Taken by the dirt on the modules.
    pub soiling: f64,
}

/// What the light meets all year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Optics<'b> {
    /// The rows in front; none where they do not shade.
    pub rows: Option<Rows>,
    /// The cover of the modules.
    pub iam: &'b Iam,
    /// The sky model.
    pub transposition: Transposition,
}

/// The parts of the light on a plane that shade and reflection treat apart, W/m².
#[derive(Debug, Clone, Copy)]
struct Parts {
    /// Beam and circumsolar.
    directed: f64,
    /// Dome and horizon.
    sky: f64,
    /// Reflected by the ground.
    ground: f64,
}

impl Parts {
    fn total(&self) -> f64 {
        // A darkened horizon is negative and may outweigh a dome that the rows hide.
        (self.directed + self.sky + self.ground).max(0.0)
    }
}

impl Optics<'_> {
    /// Light of one step.
    #[inline]
    pub fn light(&self, sky: &SkyPoint, pose: &Pose, ground: Ground) -> Light {
        if sky.is_dark() {
            return Light::default();
        }
        let cos_aoi = pose.surface.cos_aoi(sky);
        let open = self.open(sky, pose, cos_aoi, ground.albedo);
        let seen = self.rows.map_or(open, |rows| behind_rows(&open, sky, pose, &rows, ground.albedo));
        let (iam_sky, iam_ground) = self.iam.diffuse(pose.tilt_deg);
        let cells = Parts {
            directed: seen.directed * self.iam.beam(cos_aoi),
            sky: seen.sky * iam_sky,
            ground: seen.ground * iam_ground,
        };
        let clean = 1.0 - ground.soiling;
        Light {
            poa_w_m2: open.total(),
            shaded_w_m2: seen.total(),
            soiled_w_m2: seen.total() * clean,
            effective_w_m2: cells.total() * clean,
        }
    }

    /// Light on a row that stands alone.
    fn open(&self, sky: &SkyPoint, pose: &Pose, cos_aoi: f64, albedo: f64) -> Parts {
        let diffuse = self.transposition.sky_diffuse(sky, &pose.surface);
        Parts {
            directed: sky.dni_w_m2 * cos_aoi.max(0.0) + diffuse.circumsolar_w_m2,
            sky: diffuse.isotropic_w_m2 + diffuse.horizon_w_m2,
            ground: ground_reflected_w_m2(sky.ghi_w_m2, albedo, &pose.surface),
        }
    }
}

/// Light on a row among rows: the shaded part of its width gets no directed light, the sky is as narrow as the row in
/// front leaves it, and the ground is lit between the rows only:
/// `ρ·(DNI·cos z·f_lit + DHI·F_ground→sky)·F_row→ground`.
fn behind_rows(open: &Parts, sky: &SkyPoint, pose: &Pose, rows: &Rows, albedo: f64) -> Parts {
    let (view, shadow) = (rows.view(pose.rotation), rows.shadow(pose.rotation, pose.projected_zenith));
    let beam_w_m2 = sky.dni_w_m2 * sky.cos_zenith().max(0.0) * shadow.unshaded_ground();
    Parts {
        directed: open.directed * (1.0 - shadow.shaded_fraction()),
        sky: open.sky * view.open_sky,
        ground: albedo * (beam_w_m2 + sky.dhi_w_m2 * view.ground_to_sky) * view.row_to_ground,
    }
}

#[cfg(test)]
mod tests {
    use super::super::iam::{Ashrae, Cover};
    use super::super::mount::{Fixed, Mount};
    use super::*;
    use proptest::prelude::*;

    fn clear_cover() -> Iam {
        Iam::new(Cover::Ashrae(Ashrae { b0: 0.0 }))
    }

    const DRY: Ground = Ground { albedo: 0.2, soiling: 0.0 };

    #[test]
    fn an_isotropic_noon_on_a_lone_tilted_plane_by_hand() {
        // Sun at 30° in the south, plane 30° south: beam 800; sky 100·(1 + cos 30°)/2 = 93.301 270;
        // ground 0.2·(800·cos 30° + 100)·(1 − cos 30°)/2 = 10.621 778; sum 903.923 05
        let ghi = 800.0 * 30f64.to_radians().cos() + 100.0;
        let sky = SkyPoint::new(30.0, 180.0, [ghi, 800.0, 100.0, 1361.0], 1.15);
        let pose = Mount::Fixed(Fixed::new(30.0, 180.0, None)).pose(&sky);
        let (iam, transposition) = (clear_cover(), Transposition::Isotropic);
        let light = Optics { rows: None, iam: &iam, transposition }.light(&sky, &pose, DRY);
        assert!((light.poa_w_m2 - 903.923_05).abs() < 1e-4, "{light:?}");
        let dirty = Optics { rows: None, iam: &iam, transposition }.light(&sky, &pose, Ground { soiling: 0.05, ..DRY });
        assert!((dirty.soiled_w_m2 - 0.95 * light.poa_w_m2).abs() < 1e-12);
        assert_eq!(dirty.effective_w_m2, dirty.soiled_w_m2);
    }

    #[test]
    fn level_rows_lose_nothing_of_the_sky() {
        let sky = SkyPoint::new(30.0, 180.0, [0.0, 0.0, 100.0, 1361.0], 1.15);
        let mount = Mount::Fixed(Fixed::new(0.0, 180.0, Some(0.5)));
        let iam = clear_cover();
        let optics = Optics { rows: mount.rows(), iam: &iam, transposition: Transposition::Isotropic };
        let light = optics.light(&sky, &mount.pose(&sky), DRY);
        assert!((light.shaded_w_m2 - 100.0).abs() < 1e-9 && (light.poa_w_m2 - 100.0).abs() < 1e-9, "{light:?}");
    }

    proptest! {
        #[test]
        fn light_only_shrinks_on_its_way_and_is_finite(
            (zenith, azimuth) in (0.0..120.0f64, 0.0..360.0f64),
            (dni, dhi, albedo, soiling) in (0.0..1100.0f64, 0.0..600.0f64, 0.0..0.9f64, 0.0..1.0f64),
            (tilt, facing, gcr) in (0.0..90.0f64, 0.0..360.0f64, 0.05..1.0f64),
        ) {
            let dni = if zenith < 90.0 { dni } else { 0.0 };
            let ghi = dni * zenith.to_radians().cos().max(0.0) + dhi;
            let sky = SkyPoint::new(zenith, azimuth, [ghi, dni, dhi, 1361.0], 1.5);
            let mount = Mount::Fixed(Fixed::new(tilt, facing, Some(gcr)));
            let iam = clear_cover();
            for transposition in [Transposition::Isotropic, Transposition::HayDavies, Transposition::Perez] {
                let optics = Optics { rows: mount.rows(), iam: &iam, transposition };
                let light = optics.light(&sky, &mount.pose(&sky), Ground { albedo, soiling });
                prop_assert!(light.poa_w_m2.is_finite() && light.effective_w_m2 >= 0.0, "{light:?}");
                prop_assert!(light.soiled_w_m2 <= light.shaded_w_m2 && light.effective_w_m2 <= light.soiled_w_m2 + 1e-9);
            }
        }
    }
}
