//! Room 2: sun and sky. From the weather and the place to the sun's position and all three irradiance components.

mod airmass;
mod daylight;
mod decomposition;
mod ephemeris;
mod extraterrestrial;
mod irradiance;
mod place;
mod point;
mod position;
mod transposition;

pub use airmass::{airmass_relative, pressure_from_altitude_pa};
pub use decomposition::{Components, Decomposition, clearness_index};
pub use ephemeris::Ephemeris;
pub use extraterrestrial::dni_extra_w_m2;
pub use irradiance::Closure;
pub use point::{SkyPoint, Surface};
pub use position::{Observer, Position};
pub use transposition::{SkyDiffuse, Transposition, ground_reflected_w_m2};

use crate::inputs::{Site, Weather};
use crate::keys::Keys;
use extraterrestrial::Today;
use place::Place;

/// What the plant file may choose in this room: its `[solar]` table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Plan {
    /// How beam and diffuse are found when only the global irradiance is given.
    pub decomposition: Decomposition,
    /// How diffuse irradiance is brought onto a plane.
    pub transposition: Transposition,
}

impl Plan {
    /// Reads the keys of `[solar]`; each has a default.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let decomposition = "beam and diffuse irradiance from the global one, where the weather has no other";
        let transposition = "diffuse irradiance of the sky on the plane of the modules";
        Self {
            decomposition: k.choice("decomposition", decomposition, Decomposition::NAMES, Decomposition::default()),
            transposition: k.choice("transposition", transposition, Transposition::NAMES, Transposition::default()),
        }
    }
}

/// Sun and sky of the run, one value per step. All values are finite, by night too.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sky {
    /// Apparent zenith of the sun (with refraction), degrees; 90 and above the sun is down.
    pub zenith_deg: Vec<f64>,
    /// Global horizontal irradiance, W/m².
    pub ghi_w_m2: Vec<f64>,
    /// Direct normal irradiance, W/m²; 0 while the sun is down.
    pub dni_w_m2: Vec<f64>,
    /// Diffuse horizontal irradiance, W/m².
    pub dhi_w_m2: Vec<f64>,
    /// Direct normal irradiance above the atmosphere, W/m².
    pub dni_extra_w_m2: Vec<f64>,
    /// Relative air mass; that of the horizon while the sun is down.
    pub airmass_relative: Vec<f64>,
    /// How well given components add up, when all three were given.
    pub closure: Option<Closure>,
    sun: Vec<[f64; 3]>,
}

/// Sun and sky of every step of the weather.
///
/// The sun is taken in the middle of a step; in one with a sunrise or sunset, in the middle of its sun-up part.
/// Irradiance stays the mean over the whole step there, so no energy is gained or lost.
pub fn sky(weather: &Weather, site: &Site, plan: &Plan) -> Sky {
    let place = Place::new(weather, site);
    let mut today = Today::default();
    let mut sky = Sky::with_capacity(weather.mid_utc_s.len());
    for (i, (sight, mid_utc_s)) in place.suns(weather).zip(&weather.mid_utc_s).enumerate() {
        let dni_extra_w_m2 = today.dni_extra_w_m2(mid_utc_s + i64::from(weather.axis.utc_offset_s));
        let mut point = SkyPoint::dark(&sight, dni_extra_w_m2);
        [point.ghi_w_m2, point.dni_w_m2, point.dhi_w_m2] =
            irradiance::complete(irradiance::given(weather, i), &point, plan.decomposition);
        sky.push(&point);
    }
    let measured = weather.ghi_w_m2.is_some() && weather.dni_w_m2.is_some() && weather.dhi_w_m2.is_some();
    sky.closure = if measured { Closure::of(&sky) } else { None };
    sky
}

impl Sky {
    /// The sky of step `i`.
    #[inline]
    pub fn point(&self, i: usize) -> SkyPoint {
        SkyPoint {
            zenith_deg: self.zenith_deg[i],
            ghi_w_m2: self.ghi_w_m2[i],
            dni_w_m2: self.dni_w_m2[i],
            dhi_w_m2: self.dhi_w_m2[i],
            dni_extra_w_m2: self.dni_extra_w_m2[i],
            airmass_relative: self.airmass_relative[i],
            sun: self.sun[i],
        }
    }

    /// Whether the sun is down in step `i` and no light comes from the sky.
    #[inline]
    pub fn is_night(&self, i: usize) -> bool {
        let light = [&self.ghi_w_m2, &self.dni_w_m2, &self.dhi_w_m2];
        self.zenith_deg[i] > 90.0 && light.into_iter().all(|component| component[i] <= 0.0)
    }

    /// Azimuth of the sun in every step, degrees clockwise from north, 0 to 360.
    pub fn azimuth_deg(&self) -> Vec<f64> {
        self.sun.iter().map(|sun| position::azimuth_deg(*sun)).collect()
    }

    fn with_capacity(steps: usize) -> Self {
        let series = || Vec::with_capacity(steps);
        Self {
            zenith_deg: series(),
            ghi_w_m2: series(),
            dni_w_m2: series(),
            dhi_w_m2: series(),
            dni_extra_w_m2: series(),
            airmass_relative: series(),
            closure: None,
            sun: Vec::with_capacity(steps),
        }
    }

    #[inline]
    fn push(&mut self, point: &SkyPoint) {
        self.zenith_deg.push(point.zenith_deg);
        self.ghi_w_m2.push(point.ghi_w_m2);
        self.dni_w_m2.push(point.dni_w_m2);
        self.dhi_w_m2.push(point.dhi_w_m2);
        self.dni_extra_w_m2.push(point.dni_extra_w_m2);
        self.airmass_relative.push(point.airmass_relative);
        self.sun.push(point.sun);
    }
}

impl FromIterator<SkyPoint> for Sky {
    /// The points as steps of a run, without a closure.
    fn from_iter<I: IntoIterator<Item = SkyPoint>>(points: I) -> Self {
        let points = points.into_iter();
        let mut sky = Self::with_capacity(points.size_hint().0);
        points.for_each(|point| sky.push(&point));
        sky
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Findings;
    use crate::keys::{Door, Node};
    use crate::time::TimeAxis;

    const HOUR_S: i64 = 3600;
    /// 2021-06-01, 0 h UTC.
    const JUNE_S: i64 = 1_622_505_600;
    const PHOENIX: Site = Site { latitude_deg: 33.45, longitude_deg: -111.98, elevation_m: 358.0 };

    /// Hourly weather with these middles of the hour and only diffuse and direct irradiance.
    fn weather(mid_utc_s: Vec<i64>) -> Weather {
        let len = mid_utc_s.len();
        let start = jiff::civil::date(2021, 6, 1).at(0, 0, 0, 0);
        Weather {
            axis: TimeAxis { start, step_s: 3600, len, utc_offset_s: -7 * 3600, leap_days: true },
            mid_utc_s,
            ghi_w_m2: None,
            dni_w_m2: Some(vec![500.0; len]),
            dhi_w_m2: Some(vec![90.0; len]),
            temp_air_c: vec![20.0; len],
            wind_speed_m_s: vec![1.0; len],
            pressure_pa: None,
            albedo: None,
            irradiance_factor: 1.0,
            coldest_daylight_c: 10.0,
        }
    }

    fn hours(first_utc_s: i64, len: i64) -> Vec<i64> {
        (0..len).map(|i| first_utc_s + i * HOUR_S + HOUR_S / 2).collect()
    }

    fn read(text: &str) -> (Plan, Vec<String>) {
        let node = Node::parse(text, "plant.toml").unwrap();
        let findings = Findings::default();
        let shelf = |_: &str, _: &str| Err(vec![]);
        let plan = Keys::read(&node, &Door { findings: &findings, shelf: &shelf }, Plan::read);
        (plan, findings.conclude(()).err().map_or(vec![], |p| p.0.iter().map(ToString::to_string).collect()))
    }

    #[test]
    fn the_plan_has_defaults_and_refuses_unknown_models() {
        let (plan, problems) = read("");
        assert_eq!((plan, problems.len()), (Plan::default(), 0));
        assert_eq!(plan.transposition, Transposition::Perez);
        assert_eq!(read("transposition = \"hay_davies\"").0.transposition, Transposition::HayDavies);
        let (_, problems) = read("transposition = \"perezz\"");
        assert_eq!(problems, ["plant.toml:1: transposition: \"perezz\" is not known here; did you mean perez?"]);
    }

    #[test]
    fn every_value_is_finite_and_there_is_no_beam_at_night() {
        let sky = sky(&weather(hours(JUNE_S, 24 * 30)), &PHOENIX, &Plan::default());
        for i in 0..24 * 30 {
            let p = sky.point(i);
            let values = [p.zenith_deg, p.sun[0], p.sun[1], p.ghi_w_m2, p.dni_w_m2, p.dhi_w_m2, p.airmass_relative];
            assert!(values.iter().all(|v| v.is_finite()), "{p:?}");
            assert_eq!(p.dni_w_m2, if p.zenith_deg < 90.0 { 500.0 } else { 0.0 }, "{p:?}");
            assert!((p.ghi_w_m2 - p.dhi_w_m2 - p.dni_w_m2 * p.cos_zenith()).abs() < 1e-9, "{p:?}");
        }
        assert_eq!(sky.closure, None);
    }

    #[test]
    fn a_factor_of_the_weather_is_as_if_the_file_had_that_irradiance() {
        let plain = weather(hours(JUNE_S, 24));
        let factor = Weather { irradiance_factor: 0.5, ..plain.clone() };
        // Half of 500 and 90 W/m².
        let half = Weather { dni_w_m2: Some(vec![250.0; 24]), dhi_w_m2: Some(vec![45.0; 24]), ..plain };
        assert_eq!(sky(&factor, &PHOENIX, &Plan::default()), sky(&half, &PHOENIX, &Plan::default()));
    }

    #[test]
    fn the_sun_of_a_sunrise_step_is_the_one_in_the_middle_of_its_sun_up_part() {
        // In Phoenix the sun rises at 5:20:40 on 1 June: the hour from 5 to 6 stands for 5:40:20, 86.629 degrees by pvlib.
        let sky = sky(&weather(hours(JUNE_S + 12 * HOUR_S, 1)), &PHOENIX, &Plan::default());
        assert!((sky.zenith_deg[0] - 86.629).abs() < 0.002, "{}", sky.zenith_deg[0]);
        assert_eq!((sky.dni_w_m2[0], sky.dhi_w_m2[0]), (500.0, 90.0));
    }

    #[test]
    fn a_typical_year_whose_months_come_from_other_years_has_the_sun_of_each_row_s_date() {
        let years_s = 365 * 24 * HOUR_S;
        let parts = [hours(JUNE_S, 100), hours(JUNE_S - 11 * years_s, 100), hours(JUNE_S + 3 * years_s, 100)];
        let together = sky(&weather(parts.concat()), &PHOENIX, &Plan::default());
        for (k, part) in parts.into_iter().enumerate() {
            let alone = sky(&weather(part), &PHOENIX, &Plan::default());
            assert_eq!(together.zenith_deg[k * 100..(k + 1) * 100], alone.zenith_deg);
            assert_eq!(together.azimuth_deg()[k * 100..(k + 1) * 100], alone.azimuth_deg());
        }
    }

    #[test]
    fn three_given_components_are_kept_and_their_closure_told() {
        let mut weather = weather(hours(JUNE_S, 24));
        weather.ghi_w_m2 = Some(vec![400.0; 24]);
        let sky = sky(&weather, &PHOENIX, &Plan::default());
        let noon = 19;
        assert_eq!((sky.ghi_w_m2[noon], sky.dni_w_m2[noon], sky.dhi_w_m2[noon]), (400.0, 500.0, 90.0));
        let closure = sky.closure.unwrap();
        assert!(closure.steps >= 14 && closure.mean_absolute_w_m2 >= closure.mean_w_m2.abs(), "{closure:?}");
    }

    #[test]
    fn no_steps_give_an_empty_sky() {
        assert_eq!(sky(&weather(vec![]), &PHOENIX, &Plan::default()), Sky::default());
    }
}
