//! Position of the sun as seen from the site.

use super::ephemeris::{Ephemeris, Geocentric};
use crate::inputs::Site;

/// Polar over equatorial radius of the earth.
const FLATTENING: f64 = 0.996_647_19;
/// Equatorial radius of the earth, m.
const EARTH_RADIUS_M: f64 = 6_378_140.0;
/// Elevation below which there is no refraction, degrees: the sun's radius and the refraction at the horizon.
pub(super) const REFRACTION_END_DEG: f64 = -(0.266_67 + 0.566_7);

/// Position of the sun.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    /// Zenith of the middle of the sun's disk without refraction, degrees, 0 to 180.
    pub zenith_deg: f64,
    /// Zenith with refraction, degrees. No refraction with the sun more than 0.83337 degrees below the horizon.
    pub apparent_zenith_deg: f64,
    /// Azimuth, degrees clockwise from north, 0 to 360. Any value when the sun is overhead.
    pub azimuth_deg: f64,
}

/// A place on the earth, ready to look at the sun.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observer {
    longitude_deg: f64,
    sin_latitude: f64,
    pub(super) cos_latitude: f64,
    /// Distance from the earth's axis and from the plane of the equator, equatorial radii.
    from_axis: f64,
    from_equator: f64,
}

impl Observer {
    /// The observer at a site.
    pub fn at(site: &Site) -> Self {
        let (sin_latitude, cos_latitude) = site.latitude_deg.to_radians().sin_cos();
        let height = site.elevation_m / EARTH_RADIUS_M;
        let radius = cos_latitude.hypot(FLATTENING * sin_latitude);
        Self {
            longitude_deg: site.longitude_deg,
            sin_latitude,
            cos_latitude,
            from_axis: cos_latitude / radius + height * cos_latitude,
            from_equator: FLATTENING * FLATTENING * sin_latitude / radius + height * sin_latitude,
        }
    }

    /// Towards the sun: east, north, up. Its length is about 1.
    #[inline]
    pub(super) fn towards(&self, sun: &Geocentric) -> [f64; 3] {
        let (sin_hour, cos_hour) = (sun.hour_angle_deg + self.longitude_deg).to_radians().sin_cos();
        let cos_declination = (1.0 - sun.sin_declination * sun.sin_declination).sqrt();
        // Axes: the meridian on the equator, west, the pole. Parallax is the shift by the observer's own place.
        let meridian = cos_declination * cos_hour - self.from_axis * sun.sin_parallax;
        let west = cos_declination * sin_hour;
        let pole = sun.sin_declination - self.from_equator * sun.sin_parallax;
        [
            -west,
            self.cos_latitude * pole - self.sin_latitude * meridian,
            self.sin_latitude * pole + self.cos_latitude * meridian,
        ]
    }
}

/// The air that bends the light: its pressure, Pa, and temperature, °C.
#[derive(Debug, Clone, Copy)]
pub(super) struct Air {
    pub pressure_pa: f64,
    pub temp_c: f64,
}

/// The sun as it is seen through the air.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sight {
    /// Elevation of the middle of the sun's disk without refraction, degrees.
    pub elevation_deg: f64,
    /// Zenith with refraction, degrees.
    pub apparent_zenith_deg: f64,
    /// Unit vector towards where it appears: east, north, up.
    pub sun: [f64; 3],
}

impl Sight {
    /// From the direction without refraction, of any length.
    #[inline]
    pub(super) fn through(air: Air, towards: [f64; 3]) -> Self {
        let [east, north, up] = towards;
        let level = (east * east + north * north).sqrt();
        let length = (level * level + up * up).sqrt();
        let elevation_deg = (up / level).atan().to_degrees();
        let refraction_deg = air.refraction_deg(elevation_deg, [level, up]);
        let (mut along, mut rise) = (level / length, up / length);
        if refraction_deg != 0.0 {
            let (sin, cos) = sin_cos_small(refraction_deg.to_radians());
            (along, rise) = (along * cos - rise * sin, rise * cos + along * sin);
        }
        // Overhead there is no direction on the level.
        let scale = if level > 0.0 { along / level } else { 0.0 };
        let sun = [east * scale, north * scale, rise];
        Self { elevation_deg, apparent_zenith_deg: 90.0 - elevation_deg - refraction_deg, sun }
    }
}

/// Azimuth of a direction, degrees clockwise from north, 0 to 360.
#[inline]
pub(super) fn azimuth_deg([east, north, _]: [f64; 3]) -> f64 {
    let azimuth_deg = east.atan2(north).to_degrees();
    if azimuth_deg < 0.0 { azimuth_deg + 360.0 } else { azimuth_deg }
}

impl Ephemeris {
    /// The sun at a time (UTC seconds since 1970) as seen by an observer through air of this pressure and temperature.
    ///
    /// Declination, hour angle and parallax as in sections 3.9 to 3.14 of NREL's algorithm [1], written with vectors;
    /// the refraction of elevation e in degrees is
    ///
    /// `(p / 1010 hPa)·(283 / (273 + T))·1.02 / (60·tan(e + 10.3/(e + 5.11)))`.
    ///
    /// [1] Reda, I. and Andreas, A. (2004). Solar position algorithm for solar radiation applications. Solar Energy 76
    /// (5), 577-589; NREL/TP-560-34302, revised 2008.
    pub fn position(&self, utc_s: f64, observer: &Observer, pressure_pa: f64, temp_air_c: f64) -> Position {
        let air = Air { pressure_pa, temp_c: temp_air_c };
        let towards = observer.towards(&self.geocentric(utc_s));
        let sight = Sight::through(air, towards);
        Position {
            zenith_deg: 90.0 - sight.elevation_deg,
            apparent_zenith_deg: sight.apparent_zenith_deg,
            azimuth_deg: azimuth_deg(towards),
        }
    }
}

impl Air {
    /// Refraction at an elevation without refraction, degrees, which is also given as a slope: run and rise.
    #[inline]
    pub(super) fn refraction_deg(self, elevation_deg: f64, [run, rise]: [f64; 2]) -> f64 {
        if elevation_deg < REFRACTION_END_DEG {
            return 0.0;
        }
        let density = self.pressure_pa / 101_000.0 * 283.0 / (273.0 + self.temp_c);
        // The tangent of the sum of the elevation and a few degrees more.
        let more = tan_small((10.3 / (elevation_deg + 5.11)).to_radians());
        density * 1.02 / 60.0 * (run - rise * more) / (rise + run * more)
    }
}

/// Sine and cosine of an angle of less than 0.02 rad, to the last digits.
#[inline]
fn sin_cos_small(rad: f64) -> (f64, f64) {
    let u = rad * rad;
    (rad * (1.0 - u / 6.0 * (1.0 - u / 20.0 * (1.0 - u / 42.0))), 1.0 - u / 2.0 * (1.0 - u / 12.0 * (1.0 - u / 30.0)))
}

/// Tangent of an angle of less than 0.05 rad, to the last digits.
#[inline]
pub(super) fn tan_small(rad: f64) -> f64 {
    let u = rad * rad;
    rad * (1.0 + u * (1.0 / 3.0 + u * (2.0 / 15.0 + u * (17.0 / 315.0 + u * (62.0 / 2835.0)))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use solar_positioning::time::JulianDate;
    use solar_positioning::{Location, RefractionCorrection, SolarPositions};

    const HOUR_S: i64 = 3600;

    #[test]
    fn small_angles_have_their_sine_cosine_and_tangent() {
        for i in -20..=20 {
            let (rad, wide) = (f64::from(i) * 1e-3, f64::from(i) * 2.5e-3);
            let (sin, cos) = sin_cos_small(rad);
            assert!((sin - rad.sin()).abs() < 1e-16 && (cos - rad.cos()).abs() < 3e-16, "{rad}");
            assert!((tan_small(wide) - wide.tan()).abs() < 1e-15, "{wide}");
        }
    }

    fn site(latitude_deg: f64, longitude_deg: f64, elevation_m: f64) -> Site {
        Site { latitude_deg, longitude_deg, elevation_m }
    }

    #[test]
    fn the_example_of_the_spa_paper_is_met() {
        // 2003-10-17 12:30:30 at UTC-7, ΔT 67 s, 820 hPa, 11 °C.
        let utc_s = 1_066_419_030;
        let ephemeris = Ephemeris::with_delta_t(&[utc_s], 67.0);
        let observer = Observer::at(&site(39.742_476, -105.178_6, 1830.14));
        let sun = ephemeris.position(utc_s as f64, &observer, 82_000.0, 11.0);
        assert!((sun.apparent_zenith_deg - 50.111_62).abs() < 1e-5, "{sun:?}");
        assert!((sun.azimuth_deg - 194.340_24).abs() < 1e-5, "{sun:?}");
    }

    /// Zenith, apparent zenith and azimuth by the full algorithm.
    fn full(utc_s: i64, site: &Site, delta_t_s: f64) -> [f64; 3] {
        let time = JulianDate::new(2_440_587.5 + utc_s as f64 / 86_400.0, delta_t_s).unwrap();
        let sun = SolarPositions::new().for_time_from_julian(time).unwrap();
        let place = Location { latitude: site.latitude_deg, longitude: site.longitude_deg };
        let air = RefractionCorrection::new(900.0, 5.0).unwrap();
        let bare = sun.at(place, site.elevation_m, None).unwrap();
        let seen = sun.at(place, site.elevation_m, Some(air)).unwrap();
        [bare.zenith_angle(), seen.zenith_angle(), bare.azimuth()]
    }

    #[test]
    fn the_full_algorithm_agrees_everywhere_for_a_century() {
        // From 1950 to 2050 every 8.7 days plus a bit; the golden ratio spreads the places.
        let mut worst = [0.0_f64; 3];
        for i in 0..4200_i64 {
            let utc_s = -631_152_000 + i * (209 * HOUR_S + 1234);
            let spread = |k: f64| (i as f64 * k).fract() * 2.0 - 1.0;
            let site =
                site(90.0 * spread(0.618_034), 180.0 * spread(0.754_877_7), 2500.0 + 2500.0 * spread(0.569_840_3));
            let sun =
                Ephemeris::with_delta_t(&[utc_s], 60.0).position(utc_s as f64, &Observer::at(&site), 90_000.0, 5.0);
            let [zenith_deg, seen_deg, azimuth_deg] = full(utc_s, &site, 60.0);
            let turn = (sun.azimuth_deg - azimuth_deg + 540.0).rem_euclid(360.0) - 180.0;
            // Near the zenith a small move is a large turn; what counts is the arc.
            let arc = turn * zenith_deg.to_radians().sin();
            for (worst, off) in
                worst.iter_mut().zip([sun.zenith_deg - zenith_deg, sun.apparent_zenith_deg - seen_deg, arc])
            {
                *worst = worst.max(off.abs());
            }
        }
        assert!(worst.iter().all(|off| *off < 1e-6), "{worst:?}");
    }
}
