//! The sun of every step at the site.

use super::airmass::pressure_from_altitude_pa;
use super::daylight::{Dawn, horizon_deg, may_rise_or_set};
use super::ephemeris::Ephemeris;
use super::position::{Observer, Position};
use crate::inputs::{Site, Weather};

/// The site with the sun of its days.
pub(super) struct Place {
    ephemeris: Ephemeris,
    observer: Observer,
    standard_pa: f64,
    step_s: f64,
}

impl Place {
    pub(super) fn new(weather: &Weather, site: &Site) -> Self {
        Self {
            ephemeris: Ephemeris::covering(&weather.mid_utc_s),
            observer: Observer::at(site),
            standard_pa: pressure_from_altitude_pa(site.elevation_m),
            step_s: f64::from(weather.axis.step_s),
        }
    }

    /// The sun that stands for step `i`.
    pub(super) fn sun(&self, weather: &Weather, i: usize) -> Position {
        let mid_utc_s = weather.mid_utc_s[i] as f64;
        let pressure_pa = weather.pressure_pa.as_ref().map_or(self.standard_pa, |p| p[i]);
        let temp_air_c = weather.temp_air_c[i];
        let at = |utc_s| self.ephemeris.position(utc_s, &self.observer, pressure_pa, temp_air_c);
        let sun = at(mid_utc_s);
        if !may_rise_or_set(sun.zenith_deg, self.observer.cos_latitude, self.step_s) {
            return sun;
        }
        let dawn = Dawn {
            ephemeris: &self.ephemeris,
            observer: &self.observer,
            mid_utc_s,
            step_s: self.step_s,
            sin_horizon: horizon_deg(pressure_pa, temp_air_c).to_radians().sin(),
        };
        dawn.middle_of_sun_up_s().map_or(sun, at)
    }
}
