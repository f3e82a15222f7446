//! Exact places of the sun at 0 h terrestrial time of days a fixed step apart.

use std::f64::consts::{FRAC_PI_2, PI};

use super::nutation::{ANGLES_DEG, TERMS};
use super::orbit::{DISTANCE, LATITUDE, LONGITUDE};
use super::waves::{Series, Wave, Waves};

/// Days of a century and of a millennium.
const CENTURY_D: f64 = 36_525.0;
const MILLENNIUM_D: f64 = 365_250.0;
/// Noon of 2000-01-01 as days since 1970-01-01, 0 h.
const J2000_D: f64 = 10_957.5;
/// After so many days the waves are set anew, so that rounding and the bend of their angles do not add up.
const MOST_DAYS: i64 = 256;

/// The mean sun's way against the stars, degrees per day: what a day turns the earth by more than 360 degrees.
pub(super) const MEAN_SUN_DEG_D: f64 = 0.985_647_366_29;
/// The mean sun at the beginning of 2000, degrees, and its acceleration by powers of the century from the second on.
const MEAN_SUN_DEG: f64 = 280.460_618_37;
const MEAN_SUN_BEND_DEG: [f64; 2] = [0.000_387_933, -1.0 / 38_710_000.0];

/// Mean obliquity of the ecliptic by powers of ten millennia, seconds of arc.
const OBLIQUITY_SEC: [f64; 11] =
    [84_381.448, -4_680.93, -1.55, 1_999.25, -51.38, -249.67, -39.05, 7.12, 27.87, 5.79, 2.45];
/// The sun stands where it was when its light left it: aberration at a distance of 1 au, seconds of arc.
const ABERRATION_SEC: f64 = -20.489_8;
/// Parallax at a distance of 1 au, seconds of arc.
const PARALLAX_SEC: f64 = 8.794;

/// The sun seen from the middle of the earth: equation of time in degrees, sine of the declination, sine of the
/// horizontal parallax at the equator.
pub(super) type Node = [f64; 3];

/// Sections 3.1 to 3.8 of NREL's solar position algorithm [1] at days `step_d` apart.
///
/// [1] Reda, I. and Andreas, A. (2004). Solar position algorithm for solar radiation applications. Solar Energy 76 (5),
/// 577-589; NREL/TP-560-34302, revised 2008.
pub(super) struct Almanac {
    step_d: i64,
    longitude: Series,
    latitude: Series,
    distance: Series,
    nutation: Series,
    tilt: Series,
}

impl Almanac {
    pub(super) fn new(step_d: i64) -> Self {
        let orbit = |powers: &[&[[f64; 3]]]| orbit(powers, step_d as f64 / MILLENNIUM_D);
        let wobble = |sizes, phase_rad| wobble(sizes, phase_rad, step_d as f64 / CENTURY_D);
        Self {
            step_d,
            longitude: orbit(LONGITUDE),
            latitude: orbit(LATITUDE),
            distance: orbit(DISTANCE),
            nutation: wobble([0, 1], -FRAC_PI_2),
            tilt: wobble([2, 3], 0.0),
        }
    }

    /// The sun on `count` days from `first`, counted from 1970.
    pub(super) fn days(&mut self, first: i64, count: i64) -> Vec<Node> {
        let mut nodes = Vec::with_capacity(count as usize);
        for i in 0..count {
            let day = (first + i * self.step_d) as f64 - J2000_D;
            if i % (MOST_DAYS / self.step_d) == 0 {
                self.set(day);
            }
            nodes.push(self.next(day));
        }
        nodes
    }

    fn set(&mut self, day: f64) {
        for series in [&mut self.longitude, &mut self.latitude, &mut self.distance] {
            series.set(day / MILLENNIUM_D);
        }
        for series in [&mut self.nutation, &mut self.tilt] {
            series.set(day / CENTURY_D);
        }
    }

    /// The sun on a day counted from 2000; the series move on by a step.
    fn next(&mut self, day: f64) -> Node {
        let (millennium, century) = (day / MILLENNIUM_D, day / CENTURY_D);
        let distance_au = self.distance.next(millennium);
        let nutation_rad = self.nutation.next(century);
        let obliquity_rad = seconds(polynomial(&OBLIQUITY_SEC, century / 100.0)) + self.tilt.next(century);
        let aberration_rad = seconds(ABERRATION_SEC / distance_au);
        let longitude_rad = self.longitude.next(millennium) + PI + nutation_rad + aberration_rad;
        let (sin_latitude, cos_latitude) = (-self.latitude.next(millennium)).sin_cos();
        let (sin_longitude, cos_longitude) = longitude_rad.sin_cos();
        let (sin_tilt, cos_tilt) = obliquity_rad.sin_cos();
        let ascension_rad = (sin_longitude * cos_tilt - sin_latitude / cos_latitude * sin_tilt).atan2(cos_longitude);
        let mean_sun_deg =
            MEAN_SUN_DEG + MEAN_SUN_DEG_D * day + century * century * polynomial(&MEAN_SUN_BEND_DEG, century);
        let ahead_deg = mean_sun_deg + (nutation_rad * cos_tilt - ascension_rad).to_degrees();
        [
            (ahead_deg + 180.0).rem_euclid(360.0) - 180.0,
            sin_latitude * cos_tilt + cos_latitude * sin_tilt * sin_longitude,
            seconds(PARALLAX_SEC / distance_au).sin(),
        ]
    }
}

/// Longitude or latitude in rad or distance in au of the tables, whose unit is 1e-8.
fn orbit(powers: &[&[[f64; 3]]], step: f64) -> Series {
    let wave =
        |[amplitude, phase, rate]: &[f64; 3]| Wave { amplitude: amplitude / 1e8, angle_rad: [*phase, *rate, 0.0, 0.0] };
    Series::new(powers.iter().map(|terms| Waves::new(terms.iter().map(wave), step)))
}

/// Nutation in longitude or obliquity, rad, by the two sizes of each term, whose unit is 1e-4 seconds of arc.
fn wobble(sizes: [usize; 2], phase_rad: f64, step: f64) -> Series {
    let wave = |size: usize| {
        move |(multiples, sizes): &([i8; 5], [f64; 4])| {
            let mut angle_rad = [phase_rad, 0.0, 0.0, 0.0];
            for (multiple, angle_deg) in multiples.iter().zip(ANGLES_DEG) {
                for (sum, deg) in angle_rad.iter_mut().zip(angle_deg) {
                    *sum += f64::from(*multiple) * deg.to_radians();
                }
            }
            Wave { amplitude: seconds(sizes[size] / 1e4), angle_rad }
        }
    };
    Series::new(sizes.map(|size| Waves::new(TERMS.iter().map(wave(size)), step)))
}

/// An angle in seconds of arc, rad.
fn seconds(angle_sec: f64) -> f64 {
    (angle_sec / 3600.0).to_radians()
}

fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use solar_positioning::time::JulianDate;
    use solar_positioning::{Location, SolarPositions};

    /// The same by the crate `solar-positioning`: seen from the north pole the azimuth of the sun is its hour angle at
    /// Greenwich and half a turn, and at midnight that is the equation of time around north.
    fn reference(day: i64) -> Node {
        let time = JulianDate::new(2_440_587.5 + day as f64, 0.0).unwrap();
        let sun = SolarPositions::new().for_time_from_julian(time).unwrap();
        let pole = Location { latitude: 90.0, longitude: 0.0 };
        let azimuth_deg = sun.at(pole, 0.0, None).unwrap().azimuth();
        let distance_au = sun.earth_radius_vector().unwrap();
        let sin_declination = sun.declination().to_radians().sin();
        [(azimuth_deg + 180.0).rem_euclid(360.0) - 180.0, sin_declination, seconds(8.794 / distance_au).sin()]
    }

    #[test]
    fn the_crate_solar_positioning_agrees_over_twelve_centuries_and_along_the_waves() {
        for first in [-200_000, -25_567, 0, 10_957, 20_000, 47_482, 240_000] {
            for (i, ours) in Almanac::new(2).days(first, 300).into_iter().enumerate() {
                let theirs = reference(first + 2 * i as i64);
                // Turns of the earth since 2000 are up to 8e7 degrees there, of which the last digit is 1.5e-8.
                assert!((ours[0] - theirs[0]).abs() < 2e-8, "{first} {i}: {ours:?} {theirs:?}");
                // Far from 2000 the angles of the moon bend a little within the days that the waves are followed.
                assert!((ours[1] - theirs[1]).abs() < 5e-10, "{first} {i}: {ours:?} {theirs:?}");
                assert!((ours[2] - theirs[2]).abs() < 1e-14, "{first} {i}: {ours:?} {theirs:?}");
            }
        }
    }
}
