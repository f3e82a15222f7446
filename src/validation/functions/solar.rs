//! Sun and sky.

use super::{Outputs, Row, Shelf};
use crate::inputs::Site;
use crate::solar::{self, Decomposition, Ephemeris, Observer, SkyPoint, Surface, Transposition};

pub(super) const FUNCTIONS: Shelf = &[
    ("solar_position", solar_position),
    ("dni_extra", dni_extra),
    ("airmass_relative", airmass_relative),
    ("pressure_from_altitude", pressure_from_altitude),
    ("erbs", erbs),
    ("aoi", aoi),
    ("ground_reflected", ground_reflected),
    ("isotropic", isotropic),
    ("hay_davies", hay_davies),
    ("perez", perez),
];

fn solar_position(r: &Row<'_>) -> Outputs {
    let utc_s = r.instant_utc_s("time_utc");
    let [latitude_deg, longitude_deg, elevation_m] = r.numbers(["latitude_deg", "longitude_deg", "elevation_m"]);
    let [pressure_pa, temp_air_c, delta_t_s] = r.numbers(["pressure_pa", "temp_air_c", "delta_t_s"]);
    r.may_have(&["atmospheric_refraction_deg"]);
    let observer = Observer::at(&Site { latitude_deg, longitude_deg, elevation_m });
    let ephemeris = Ephemeris::with_delta_t(&[utc_s], delta_t_s);
    let sun = ephemeris.position(utc_s as f64, &observer, pressure_pa, temp_air_c);
    vec![
        ("zenith_deg", sun.zenith_deg),
        ("apparent_zenith_deg", sun.apparent_zenith_deg),
        ("azimuth_deg", sun.azimuth_deg),
    ]
}

fn dni_extra(r: &Row<'_>) -> Outputs {
    r.may_have(&["solar_constant_w_m2"]);
    vec![("dni_extra_w_m2", solar::dni_extra_w_m2(r.number("day_of_year")))]
}

fn airmass_relative(r: &Row<'_>) -> Outputs {
    vec![("airmass_relative", solar::airmass_relative(r.number("zenith_deg")))]
}

fn pressure_from_altitude(r: &Row<'_>) -> Outputs {
    vec![("pressure_pa", solar::pressure_from_altitude_pa(r.number("altitude_m")))]
}

fn erbs(r: &Row<'_>) -> Outputs {
    let [ghi_w_m2, zenith_deg, day_of_year] = r.numbers(["ghi_w_m2", "zenith_deg", "day_of_year"]);
    r.may_have(&["solar_constant_w_m2", "min_cos_zenith", "max_zenith_deg"]);
    let extra_w_m2 = solar::dni_extra_w_m2(day_of_year);
    let parts = Decomposition::Erbs.components(ghi_w_m2, zenith_deg, extra_w_m2);
    let cos_zenith = SkyPoint::new(zenith_deg, 0.0, [0.0; 4], 1.0).cos_zenith();
    let kt = solar::clearness_index(ghi_w_m2, cos_zenith, extra_w_m2);
    vec![("dni_w_m2", parts.dni_w_m2), ("dhi_w_m2", parts.dhi_w_m2), ("kt", kt)]
}

fn aoi(r: &Row<'_>) -> Outputs {
    let [zenith_deg, azimuth_deg] = r.numbers(["zenith_deg", "azimuth_deg"]);
    let point = SkyPoint::new(zenith_deg, azimuth_deg, [0.0; 4], 1.0);
    let surface = surface(r);
    vec![("cos_aoi", surface.cos_aoi(&point)), ("aoi_deg", surface.aoi_deg(&point))]
}

fn surface(r: &Row<'_>) -> Surface {
    Surface::new(r.number("surface_tilt_deg"), r.number("surface_azimuth_deg"))
}

/// A surface whose azimuth makes no difference.
fn tilted(r: &Row<'_>) -> Surface {
    Surface::new(r.number("surface_tilt_deg"), 0.0)
}

fn ground_reflected(r: &Row<'_>) -> Outputs {
    let [ghi_w_m2, albedo] = r.numbers(["ghi_w_m2", "albedo"]);
    vec![("poa_ground_diffuse_w_m2", solar::ground_reflected_w_m2(ghi_w_m2, albedo, &tilted(r)))]
}

fn isotropic(r: &Row<'_>) -> Outputs {
    let point = SkyPoint::new(0.0, 0.0, [0.0, 0.0, r.number("dhi_w_m2"), 0.0], 1.0);
    sky_diffuse(Transposition::Isotropic, &point, &tilted(r))
}

fn hay_davies(r: &Row<'_>) -> Outputs {
    sky_diffuse(Transposition::HayDavies, &sky(r, 1.0), &surface(r))
}

fn perez(r: &Row<'_>) -> Outputs {
    r.may_have(&["coefficients"]);
    sky_diffuse(Transposition::Perez, &sky(r, r.number("airmass_relative")), &surface(r))
}

fn sky(r: &Row<'_>, airmass_relative: f64) -> SkyPoint {
    let [zenith_deg, azimuth_deg] = r.numbers(["zenith_deg", "azimuth_deg"]);
    let [dni_w_m2, dhi_w_m2, extra_w_m2] = r.numbers(["dni_w_m2", "dhi_w_m2", "dni_extra_w_m2"]);
    SkyPoint::new(zenith_deg, azimuth_deg, [0.0, dni_w_m2, dhi_w_m2, extra_w_m2], airmass_relative)
}

fn sky_diffuse(model: Transposition, point: &SkyPoint, surface: &Surface) -> Outputs {
    vec![("poa_sky_diffuse_w_m2", model.sky_diffuse(point, surface).total())]
}
