//! Where the sun stands as seen from the middle of the earth, from exact values two days apart.

mod exact;
mod nutation;
mod orbit;
mod waves;

use exact::{Almanac, MEAN_SUN_DEG_D, Node};
use solar_positioning::delta_t;

/// Days between exact values, which are taken at 0 h terrestrial time.
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

/// A polynomial through six evenly spaced values: `e(u) + x·o(u)` with `u = x²` and `x` counted in spans from the middle,
/// even and odd part each of degree two in `u`.
#[derive(Debug, Clone, Copy)]
struct Curve {
    even: [f64; 3],
    odd: [f64; 3],
}

/// Two days of the sun's slow motion.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    /// Its middle, UTC s.
    middle_s: f64,
    /// Terrestrial minus universal time at the middle, s, and its change over the span.
    delta_t_s: (f64, f64),
    /// Equation of time (degrees), sine of the declination and sine of the parallax.
    curves: [Curve; 3],
}

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
        let mut known = 0..0;
        for margin in utc_s.iter().map(|t| t - MARGIN_S..t + MARGIN_S) {
            if margin.start < known.start || margin.end >= known.end {
                let [first, last] = [margin.start, margin.end].map(|t| t.div_euclid(SPAN_S));
                keys.extend(first..=last);
                known = first * SPAN_S..(last + 1) * SPAN_S;
            }
        }
        keys.sort_unstable();
        keys.dedup();
        let mut almanac = Almanac::new(NODE_DAYS);
        let runs = keys.chunk_by(|a, b| a + 1 == *b);
        let runs = runs.map(|keys| Run::new(keys[0], keys.len() as i64, &mut almanac, delta_t_s)).collect();
        Self { runs, delta_t_s }
    }

    /// The two days around a time, UTC seconds since 1970. A time the ephemeris does not cover costs a few exact values.
    pub(super) fn span(&self, utc_s: i64) -> Span {
        let key = utc_s.div_euclid(SPAN_S);
        let run = self.runs.partition_point(|run| run.first <= key).checked_sub(1).map(|i| &self.runs[i]);
        let span = run.and_then(|run| run.spans.get((key - run.first) as usize));
        span.copied().unwrap_or_else(|| Run::new(key, 1, &mut Almanac::new(NODE_DAYS), self.delta_t_s).spans[0])
    }

    /// The sun at a time, UTC seconds since 1970.
    pub(super) fn geocentric(&self, utc_s: f64) -> Geocentric {
        // Cutting off the fraction of a second may take the neighboring span at its very edge, which is as good.
        self.span(utc_s as i64).at(utc_s)
    }
}

impl Run {
    fn new(first: i64, len: i64, almanac: &mut Almanac, delta_t_s: Option<f64>) -> Self {
        let days = len + NODES as i64 - 1;
        let first_day = ((first - BEFORE) * NODE_DAYS).clamp(DAYS.0, DAYS.1);
        let nodes = almanac.days(first_day, days);
        let spans = (first..).zip(nodes.windows(NODES)).map(|(key, nodes)| Span::new(key, nodes, delta_t_s));
        Self { first, spans: spans.collect() }
    }
}

impl Span {
    fn new(key: i64, nodes: &[Node], given_s: Option<f64>) -> Self {
        let [from_s, to_s] = [key, key + 1].map(|key| given_s.unwrap_or_else(|| delta_t_s(key * NODE_DAYS)));
        Self {
            middle_s: (key as f64 + 0.5) * SPAN_S as f64,
            delta_t_s: (f64::midpoint(from_s, to_s), to_s - from_s),
            curves: [0, 1, 2].map(|quantity| Curve::through(std::array::from_fn(|i| nodes[i][quantity]))),
        }
    }

    /// Whether a time, UTC s, lies in these two days.
    #[inline]
    pub(super) fn covers(&self, utc_s: f64) -> bool {
        (utc_s - self.middle_s).abs() <= SPAN_S as f64 / 2.0
    }

    /// The sun at a time, UTC s, within the two days or an hour around them.
    #[inline]
    pub(super) fn at(&self, utc_s: f64) -> Geocentric {
        let since_s = utc_s - self.middle_s;
        let delta_t_s = self.delta_t_s.0 + self.delta_t_s.1 * (since_s / SPAN_S as f64);
        let x = (since_s + delta_t_s) / SPAN_S as f64;
        let [equation_of_time_deg, sin_declination, sin_parallax] = self.curves.map(|curve| curve.at(x));
        // The earth turns by universal time: the mean sun is not yet where it will be by terrestrial time.
        let early_deg = (MEAN_SUN_DEG_D / DAY_S as f64) * delta_t_s;
        let hour_angle_deg = equation_of_time_deg - early_deg + since_s * (360.0 / DAY_S as f64) + 180.0;
        Geocentric { hour_angle_deg, sin_declination, sin_parallax }
    }
}

impl Curve {
    /// Through values at -2.5, -1.5, … 2.5 spans from the middle.
    fn through(values: [f64; NODES]) -> Self {
        let [a, b, c, d, e, f] = values;
        Self {
            even: parabola([f64::midpoint(c, d), f64::midpoint(b, e), f64::midpoint(a, f)]),
            odd: parabola([d - c, (e - b) / 3.0, (f - a) / 5.0]),
        }
    }

    #[inline]
    fn at(&self, x: f64) -> f64 {
        let u = x * x;
        let value = |c: &[f64; 3]| c[0] + u * (c[1] + u * c[2]);
        value(&self.even) + x * value(&self.odd)
    }
}

/// Coefficients of the parabola through values at 0.5², 1.5² and 2.5².
fn parabola(values: [f64; 3]) -> [f64; 3] {
    let slopes = [(values[1] - values[0]) / 2.0, (values[2] - values[1]) / 4.0];
    let bend = (slopes[1] - slopes[0]) / 6.0;
    let slope = slopes[0] - 2.5 * bend;
    [values[0] - 0.25 * slope - 0.0625 * bend, slope, bend]
}

/// Terrestrial minus universal time on a day counted from 1970, s.
fn delta_t_s(day: i64) -> f64 {
    let year = 1970.0 + day.clamp(DAYS.0, DAYS.1) as f64 / 365.2425;
    delta_t::estimate(year).expect("the years are within the range of the estimate")
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
