//! Where the sun stands as seen from the middle of the earth, from exact values two days apart.

use solar_positioning::time::JulianDate;
use solar_positioning::{Location, SolarPositions, delta_t};

/// Days between exact values, which are taken at 0 h UTC.
const NODE_DAYS: i64 = 2;
/// Exact values an interpolated one rests on: enough to follow the moon's fortnightly pull on the earth's axis to better
/// than 1e-6 degrees.
const NODES: usize = 6;
/// Nodes before the span in which a value is interpolated.
const BEFORE: i64 = NODES as i64 / 2 - 1;

const DAY_S: i64 = 86_400;
const SPAN_S: i64 = NODE_DAYS * DAY_S;
/// Room around the asked times, s: the sun may be asked for anywhere within a step of up to an hour.
const MARGIN_S: i64 = 3600;
/// Julian date of 1970-01-01, 0 h UTC.
const UNIX_EPOCH_JD: f64 = 2_440_587.5;
/// Years 0 to 3000 as days from 1970, for which TT − UT can be estimated.
const DAYS: (i64, i64) = (-719_000, 376_000);

/// The sun seen from the middle of the earth.
#[derive(Debug, Clone, Copy)]
pub(super) struct Geocentric {
    /// Hour angle at Greenwich, degrees, positive after noon.
    pub hour_angle_deg: f64,
    /// Sine of the declination.
    pub sin_declination: f64,
    /// Sine of the horizontal parallax at the equator.
    pub sin_parallax: f64,
}

/// Newton's polynomials of the equation of time (degrees), the sine of the declination and that of the parallax.
type Span = [[f64; NODES]; 3];

/// Spans one after the other, without gaps.
#[derive(Debug, Clone)]
struct Run {
    first: i64,
    spans: Vec<Span>,
}

/// The sun's slow motion over the days of a run.
///
/// The hundreds of periodic terms of NREL's solar position algorithm [1] describe motions of days to years. They are
/// evaluated every second day only, and interpolated to better than 1e-6 degrees with polynomials of degree five. What
/// depends on the observer follows in [`Ephemeris::position`](super::Ephemeris::position).
///
/// [1] Reda, I. and Andreas, A. (2004). Solar position algorithm for solar radiation applications. Solar Energy 76 (5),
/// 577-589; NREL/TP-560-34302, revised 2008.
#[derive(Debug, Clone)]
pub struct Ephemeris {
    runs: Vec<Run>,
    delta_t_s: Option<f64>,
}

impl Ephemeris {
    /// An ephemeris for these times, UTC seconds since 1970, and an hour around each. The times may jump between years.
    ///
    /// The difference of terrestrial and universal time, ΔT, follows from the date: polynomials by Espenak and Meeus,
    /// from 2015 fitted to the observed rotation of the earth. A second of ΔT moves the sun by 1e-5 degrees.
    pub fn covering(utc_s: &[i64]) -> Self {
        Self::build(utc_s, None)
    }

    /// As [`Ephemeris::covering`], with a given difference of terrestrial and universal time, s.
    pub fn with_delta_t(utc_s: &[i64], delta_t_s: f64) -> Self {
        Self::build(utc_s, Some(delta_t_s))
    }

    fn build(utc_s: &[i64], delta_t_s: Option<f64>) -> Self {
        let mut keys: Vec<i64> = vec![];
        for key in utc_s.iter().flat_map(|t| [t - MARGIN_S, t + MARGIN_S]).map(|t| t.div_euclid(SPAN_S)) {
            if keys.last() != Some(&key) {
                keys.push(key);
            }
        }
        keys.sort_unstable();
        keys.dedup();
        let runs = keys.chunk_by(|a, b| a + 1 == *b).map(|keys| Run::new(keys[0], keys.len() as i64, delta_t_s));
        Self { runs: runs.collect(), delta_t_s }
    }

    /// The sun at a time, UTC seconds since 1970. A time the ephemeris does not cover costs a few exact values.
    #[inline]
    pub(super) fn geocentric(&self, utc_s: f64) -> Geocentric {
        // Cutting off the fraction of a second may take the neighboring span at its very edge, which is as good.
        let key = (utc_s as i64).div_euclid(SPAN_S);
        let run = self.runs.partition_point(|run| run.first <= key).checked_sub(1).map(|i| &self.runs[i]);
        match run.and_then(|run| run.spans.get((key - run.first) as usize)) {
            Some(span) => interpolate(span, key, utc_s),
            None => interpolate(&Run::new(key, 1, self.delta_t_s).spans[0], key, utc_s),
        }
    }
}

impl Run {
    fn new(first: i64, len: i64, delta_t_s: Option<f64>) -> Self {
        let keys = first - BEFORE..first - BEFORE + len + NODES as i64 - 1;
        let nodes: Vec<_> = keys.map(|key| exact(key * NODE_DAYS, delta_t_s)).collect();
        Self { first, spans: nodes.windows(NODES).map(span).collect() }
    }
}

/// Newton's polynomials through neighboring nodes.
fn span(nodes: &[[f64; 3]]) -> Span {
    let mut span = [[0.0; NODES]; 3];
    for (quantity, values) in span.iter_mut().enumerate() {
        for (value, node) in values.iter_mut().zip(nodes) {
            *value = node[quantity];
        }
        for order in 1..NODES {
            for i in (order..NODES).rev() {
                values[i] = (values[i] - values[i - 1]) / order as f64;
            }
        }
    }
    span
}

#[inline]
fn interpolate(span: &Span, key: i64, utc_s: f64) -> Geocentric {
    let since_s = utc_s - (key * SPAN_S) as f64;
    let x = since_s / SPAN_S as f64 + BEFORE as f64;
    let value = |c: &[f64; NODES]| c.iter().enumerate().rev().fold(0.0, |sum, (i, c)| sum * (x - i as f64) + c);
    Geocentric {
        hour_angle_deg: value(&span[0]) + since_s * (360.0 / DAY_S as f64) - 180.0,
        sin_declination: value(&span[1]),
        sin_parallax: value(&span[2]),
    }
}

/// Equation of time (degrees), sine of the declination and of the parallax at 0 h UTC of a day counted from 1970.
///
/// Seen from the north pole the azimuth of the sun is its hour angle at Greenwich and half a turn, without parallax: at
/// midnight that is the equation of time, a few degrees around north.
fn exact(day: i64, delta_t_s: Option<f64>) -> [f64; 3] {
    let day = day.clamp(DAYS.0, DAYS.1) as f64;
    let estimate = || delta_t::estimate(1970.0 + day / 365.2425);
    let delta_t_s = delta_t_s.map_or_else(estimate, Ok);
    let pole = Location { latitude: 90.0, longitude: 0.0 };
    let sun = delta_t_s
        .and_then(|delta_t_s| JulianDate::new(UNIX_EPOCH_JD + day, delta_t_s))
        .and_then(|time| SolarPositions::new().for_time_from_julian(time))
        .and_then(|sun| Ok((sun.at(pole, 0.0, None)?.azimuth(), sun)));
    let (azimuth_deg, sun) = sun.expect("the days are within the range of the algorithm");
    let distance_au = sun.earth_radius_vector().unwrap_or(1.0);
    let equation_of_time_deg = (azimuth_deg + 180.0).rem_euclid(360.0) - 180.0;
    let parallax_deg = 8.794 / 3600.0 / distance_au;
    [equation_of_time_deg, sun.declination().to_radians().sin(), parallax_deg.to_radians().sin()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(sun: Geocentric) -> [f64; 3] {
        [sun.hour_angle_deg, sun.sin_declination, sun.sin_parallax]
    }

    #[test]
    fn a_time_off_the_covered_ones_gives_the_same_sun_only_slower() {
        let asked = 1_700_000_000_i64;
        let (covered, off) = (Ephemeris::covering(&[asked]), Ephemeris::covering(&[0, asked + 400 * DAY_S]));
        assert_eq!(values(covered.geocentric(asked as f64)), values(off.geocentric(asked as f64)));
    }

    #[test]
    fn the_sun_moves_smoothly_from_span_to_span_and_before_1970() {
        for border_s in [SPAN_S * 9000, 0, -SPAN_S * 3000] {
            let ephemeris = Ephemeris::covering(&[border_s]);
            let [before, after] = [-0.5, 0.5].map(|s| values(ephemeris.geocentric(border_s as f64 + s)));
            // Fifteen seconds of arc in a second, give or take the equation of time; a day's turn of 360 degrees.
            let turn_deg = (after[0] - before[0]).rem_euclid(360.0);
            assert!((turn_deg - 15.0 / 3600.0).abs() < 1e-5, "{turn_deg}");
            assert!((after[1] - before[1]).abs() < 1e-7);
        }
    }

    #[test]
    fn the_equation_of_time_and_the_solstice_are_where_almanacs_have_them() {
        // 2024-11-03: the sun is 16 min 27 s early. 2024-06-20, 20:51 UTC: declination 23.44 degrees.
        let november_s = 1_730_592_000 + DAY_S / 2;
        let sun = Ephemeris::covering(&[november_s]).geocentric(november_s as f64);
        assert!((sun.hour_angle_deg / 15.0 * 60.0 - 16.45).abs() < 0.05, "{}", sun.hour_angle_deg);
        let solstice_s = 1_718_916_660;
        let sun = Ephemeris::covering(&[solstice_s]).geocentric(solstice_s as f64);
        assert!((sun.sin_declination.asin().to_degrees() - 23.44).abs() < 0.005);
    }

    #[test]
    fn dates_beyond_all_estimates_still_have_a_sun() {
        for utc_s in [i64::MIN / 4, i64::MAX / 4] {
            let sun = Ephemeris::covering(&[utc_s]).geocentric(utc_s as f64);
            assert!(values(sun).iter().all(|v| v.is_finite()), "{sun:?}");
        }
    }
}
