//! The array in the light: mount, rows, glass.

use std::cell::RefCell;

use super::{Outputs, Row, Shelf};
use crate::pv::iam::{Ashrae, Cover, Iam, Physical};
use crate::pv::mount::{Mount, RowAxis, SingleAxisTracker};
use crate::pv::{Rows, Turn};
use crate::solar::SkyPoint;

pub(super) const FUNCTIONS: Shelf = &[
    ("tracker", tracker),
    ("projected_zenith", projected_zenith),
    ("shaded_fraction", shaded_fraction),
    ("unshaded_ground_fraction", unshaded_ground_fraction),
    ("vf_row_sky", vf_row_sky),
    ("vf_row_ground", vf_row_ground),
    ("vf_ground_sky", vf_ground_sky),
    ("iam_ashrae", iam_ashrae),
    ("iam_physical", iam_physical),
    ("iam_diffuse_ashrae", iam_diffuse_ashrae),
    ("iam_diffuse_physical", iam_diffuse_physical),
];

fn sun(r: &Row<'_>) -> SkyPoint {
    SkyPoint::new(r.number("zenith_deg"), r.number("azimuth_deg"), [0.0; 4], 1.0)
}

fn tracker(r: &Row<'_>) -> Outputs {
    let [azimuth_deg, tilt_deg, max_deg] = r.numbers(["axis_azimuth_deg", "axis_tilt_deg", "max_angle_deg"]);
    let [gcr, slope_deg, backtrack] = r.numbers(["gcr", "cross_axis_tilt_deg", "backtrack"]);
    let lone = SingleAxisTracker::new(azimuth_deg, tilt_deg, max_deg);
    let mount = Mount::SingleAxisTracker(lone.among(Rows::new(gcr, slope_deg), backtrack > 0.5));
    let sun = sun(r);
    let pose = mount.pose(&sun);
    vec![
        ("tracker_angle_deg", pose.tracker_angle_deg),
        ("aoi_deg", pose.surface.aoi_deg(&sun)),
        ("surface_tilt_deg", pose.tilt_deg),
        ("surface_azimuth_deg", pose.surface.azimuth_deg()),
    ]
}

/// Zenith of the sun across the rows.
fn across(r: &Row<'_>) -> Turn {
    RowAxis::new(r.number("axis_azimuth_deg"), r.number("axis_tilt_deg")).projected_zenith(sun(r).sun)
}

/// An angle across the rows, given in degrees.
fn turn(r: &Row<'_>, name: &'static str) -> Turn {
    Turn::from_rad(r.number(name).to_radians())
}

fn projected_zenith(r: &Row<'_>) -> Outputs {
    vec![("projected_zenith_deg", across(r).rad().to_degrees())]
}

fn shaded_fraction(r: &Row<'_>) -> Outputs {
    let [width_m, pitch_m, slope_deg] = r.numbers(["collector_width_m", "pitch_m", "cross_axis_slope_deg"]);
    let rows = Rows::new(width_m / pitch_m, slope_deg);
    let shadow = rows.shadow(turn(r, "row_rotation_deg"), across(r));
    vec![("shaded_fraction", shadow.shaded_fraction())]
}

/// Rows on level ground.
fn level_rows(r: &Row<'_>) -> Rows {
    Rows::new(r.number("gcr"), 0.0)
}

fn unshaded_ground_fraction(r: &Row<'_>) -> Outputs {
    let shadow = level_rows(r).shadow(turn(r, "row_rotation_deg"), turn(r, "projected_zenith_deg"));
    vec![("unshaded_fraction", shadow.unshaded_ground())]
}

fn vf_row_sky(r: &Row<'_>) -> Outputs {
    let view = level_rows(r).view(turn(r, "surface_tilt_deg"));
    vec![("view_factor", view.row_to_sky)]
}

fn vf_row_ground(r: &Row<'_>) -> Outputs {
    let view = level_rows(r).view(turn(r, "surface_tilt_deg"));
    vec![("view_factor", view.row_to_ground)]
}

fn vf_ground_sky(r: &Row<'_>) -> Outputs {
    // The mean over the pitch of endless rows depends on neither.
    r.may_have(&["height_m", "pitch_m"]);
    let view = level_rows(r).view(turn(r, "row_rotation_deg"));
    vec![("view_factor", view.ground_to_sky)]
}

fn ashrae(r: &Row<'_>) -> Cover {
    Cover::Ashrae(Ashrae { b0: r.number("b") })
}

fn physical(r: &Row<'_>) -> Cover {
    let [index, extinction_per_m, thickness_m] = r.numbers(["refractive_index", "extinction_per_m", "thickness_m"]);
    let coating = r.number("coating_refractive_index");
    // In the cases an index of 1, that of air, means no coating.
    Cover::Physical(Physical::new(index, extinction_per_m, thickness_m, (coating != 1.0).then_some(coating)))
}

fn iam_ashrae(r: &Row<'_>) -> Outputs {
    beam(r, ashrae(r))
}

fn iam_physical(r: &Row<'_>) -> Outputs {
    beam(r, physical(r))
}

fn beam(r: &Row<'_>, cover: Cover) -> Outputs {
    vec![("iam", cover.modifier(r.number("aoi_deg").to_radians().cos()))]
}

fn iam_diffuse_ashrae(r: &Row<'_>) -> Outputs {
    diffuse(r, ashrae(r))
}

fn iam_diffuse_physical(r: &Row<'_>) -> Outputs {
    diffuse(r, physical(r))
}

thread_local! {
    /// The last cover with its tables, which take longer than all the rows that share them.
    static LAST: RefCell<Option<(Cover, Iam)>> = const { RefCell::new(None) };
}

fn diffuse(r: &Row<'_>, cover: Cover) -> Outputs {
    let (sky, ground) = LAST.with_borrow_mut(|last| {
        let known = last.take().filter(|(known, _)| *known == cover);
        let (_, iam) = last.insert(known.unwrap_or_else(|| (cover, Iam::new(cover))));
        iam.diffuse(r.number("surface_tilt_deg"))
    });
    vec![("iam_sky", sky), ("iam_ground", ground)]
}
