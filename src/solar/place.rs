//! The sun of every step at the site.

use super::airmass::pressure_from_altitude_pa;
use super::daylight::Dawns;
use super::ephemeris::Ephemeris;
use super::position::{Air, Observer, Sight};
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

    /// The sun that stands for each step.
    pub(super) fn suns<'w>(&'w self, weather: &'w Weather) -> impl Iterator<Item = Sight> + 'w {
        let dawns = Dawns::new(&self.observer, self.step_s);
        let mut span = self.ephemeris.span(weather.mid_utc_s.first().copied().unwrap_or(0));
        weather.mid_utc_s.iter().zip(&weather.temp_air_c).enumerate().map(move |(i, (&mid_utc_s, &temp_c))| {
            let mid_s = mid_utc_s as f64;
            if !span.covers(mid_s) {
                span = self.ephemeris.span(mid_utc_s);
            }
            let pressure_pa = weather.pressure_pa.as_ref().map_or(self.standard_pa, |p| p[i]);
            let air = Air { pressure_pa, temp_c };
            let towards = |utc_s| self.observer.towards(&span.at(utc_s));
            let mut sun = towards(mid_s);
            if dawns.possible(sun) {
                sun = dawns.middle_of_sun_up_s(&span, mid_s, air).map_or(sun, towards);
            }
            Sight::through(air, sun)
        })
    }
}
