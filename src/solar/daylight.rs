//! Which instant stands for a step in which the sun rises or sets.

use super::ephemeris::Ephemeris;
use super::position::{Observer, REFRACTION_END_DEG, refraction_deg};

/// Fastest change of the sun's zenith on the equator, degrees per second, rounded up.
const FASTEST_DEG_S: f64 = 15.05 / 3600.0;
/// How exactly sunrise and sunset are found, s.
const TOLERANCE_S: f64 = 0.05;

/// A step and the horizon it is judged by.
pub(super) struct Dawn<'e> {
    pub ephemeris: &'e Ephemeris,
    pub observer: &'e Observer,
    pub mid_utc_s: f64,
    pub step_s: f64,
    /// Sine of the elevation, without refraction, at which the sun appears on the horizon.
    pub sin_horizon: f64,
}

/// Whether the sun may rise or set within half a step of an instant at which it has this zenith (without refraction).
#[inline]
pub(super) fn may_rise_or_set(zenith_deg: f64, cos_latitude: f64, step_s: f64) -> bool {
    // The horizon lies somewhere between 90 degrees and the end of refraction; the declination adds next to nothing.
    let lift_deg = -REFRACTION_END_DEG / 2.0;
    let reach_deg = lift_deg + 0.05 + FASTEST_DEG_S * cos_latitude * step_s / 2.0;
    (zenith_deg - 90.0 - lift_deg).abs() <= reach_deg
}

/// Elevation without refraction at which the sun appears on the horizon, degrees: the root of `e + refraction(e) = 0`.
pub(super) fn horizon_deg(pressure_pa: f64, temp_air_c: f64) -> f64 {
    let refraction_deg = |e: f64| refraction_deg(e, pressure_pa, temp_air_c);
    // The slope of the left side, 1 - 0.17 at sea level, changes little, so a fixed one finds the root quickly.
    let step = |e: f64| (e - (e + refraction_deg(e)) / 0.83).max(REFRACTION_END_DEG);
    (0..3).fold((-refraction_deg(-0.57)).max(REFRACTION_END_DEG), |e, _| step(e))
}

/// An instant and how far the sun is above the horizon then, as a difference of sines.
type Knot = (f64, f64);

impl Dawn<'_> {
    /// The middle of the part of the step with the sun up, UTC s; nothing when it is down all along.
    ///
    /// Of two parts (the sun dips below the horizon at midnight, near the polar circles in summer) the longer counts.
    pub(super) fn middle_of_sun_up_s(&self) -> Option<f64> {
        let half_s = self.step_s / 2.0;
        let [start, mid, end] = [-1.0, 0.0, 1.0].map(|halves| self.knot(self.mid_utc_s + halves * half_s));
        // At noon and midnight the sun may cross the horizon twice between two of these: look where it turns, too.
        let (slope, bend) = ((end.1 - start.1) / 2.0, f64::midpoint(start.1, end.1) - mid.1);
        let turn = -slope / (2.0 * bend);
        let turn_knot = if turn.abs() < 1.0 { self.knot(self.mid_utc_s + turn * half_s) } else { mid };
        let knots = if turn < 0.0 { [start, turn_knot, mid, end] } else { [start, mid, turn_knot, end] };
        self.longest_up(&knots).map(|(rise, set)| f64::midpoint(rise, set))
    }

    fn knot(&self, utc_s: f64) -> Knot {
        (utc_s, self.ephemeris.sin_elevation(utc_s, self.observer) - self.sin_horizon)
    }

    /// Beginning and end of the longest time with the sun up between the first knot and the last.
    fn longest_up(&self, knots: &[Knot; 4]) -> Option<(f64, f64)> {
        let mut longest: Option<(f64, f64)> = None;
        let mut rise_s = knots[0].0;
        let mut keep = |rise_s: f64, set_s: f64| {
            if longest.is_none_or(|(rise, set)| set_s - rise_s > set - rise) {
                longest = Some((rise_s, set_s));
            }
        };
        for pair in knots.windows(2) {
            match (pair[0].1 > 0.0, pair[1].1 > 0.0) {
                (false, true) => rise_s = self.crossing_s(pair[0], pair[1]),
                (true, false) => keep(rise_s, self.crossing_s(pair[0], pair[1])),
                _ => {}
            }
        }
        if knots[3].1 > 0.0 {
            keep(rise_s, knots[3].0);
        }
        longest
    }

    /// When the sun crosses the horizon between two knots on either side of it: false position, Illinois variant.
    fn crossing_s(&self, mut a: Knot, mut b: Knot) -> f64 {
        for _ in 0..60 {
            let c = self.knot(b.0 - b.1 * (b.0 - a.0) / (b.1 - a.1));
            let moved_s = (c.0 - b.0).abs();
            if (c.1 > 0.0) == (b.1 > 0.0) {
                a.1 /= 2.0;
            } else {
                a = b;
            }
            b = c;
            if moved_s < TOLERANCE_S {
                break;
            }
        }
        b.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::Site;

    const PRESSURE_PA: f64 = 101_325.0;
    const TEMP_C: f64 = 10.0;

    struct Case {
        observer: Observer,
        ephemeris: Ephemeris,
    }

    impl Case {
        /// A latitude where noon is about 20 minutes after noon UTC, so within an hourly step.
        fn new(latitude_deg: f64, utc_s: i64) -> Self {
            let site = Site { latitude_deg, longitude_deg: -5.0, elevation_m: 0.0 };
            Self { observer: Observer::at(&site), ephemeris: Ephemeris::covering(&[utc_s]) }
        }

        fn middle_s(&self, mid_utc_s: i64, step_s: f64) -> Option<f64> {
            let sin_horizon = horizon_deg(PRESSURE_PA, TEMP_C).to_radians().sin();
            let (ephemeris, observer) = (&self.ephemeris, &self.observer);
            Dawn { ephemeris, observer, mid_utc_s: mid_utc_s as f64, step_s, sin_horizon }.middle_of_sun_up_s()
        }

        fn is_up(&self, utc_s: f64) -> bool {
            self.ephemeris.position(utc_s, &self.observer, PRESSURE_PA, TEMP_C).apparent_zenith_deg < 90.0
        }

        /// The middle of the longest part with the sun up by looking every five seconds, and how many parts there are.
        fn looked_up(&self, mid_utc_s: i64, step_s: f64) -> (Option<f64>, usize) {
            let start_s = mid_utc_s as f64 - step_s / 2.0;
            let seconds: Vec<_> = (0..=(step_s / 5.0) as usize).map(|k| start_s + k as f64 * 5.0).collect();
            let parts: Vec<_> =
                seconds.chunk_by(|a, b| self.is_up(*a) == self.is_up(*b)).filter(|part| self.is_up(part[0])).collect();
            let longest = parts.iter().max_by_key(|part| part.len());
            (longest.map(|part| f64::midpoint(part[0], part[part.len() - 1])), parts.len())
        }
    }

    /// Checks an hour of 2021 and tells the times with the sun up at its start, in it and at its end.
    fn check(latitude_deg: f64, hour: i64) -> (bool, usize, bool) {
        let mid_utc_s = 1_609_459_200 + 1800 + hour * 3600;
        let case = Case::new(latitude_deg, mid_utc_s);
        let zenith_deg = case.ephemeris.position(mid_utc_s as f64, &case.observer, 0.0, 0.0).zenith_deg;
        let (expected, parts) = case.looked_up(mid_utc_s, 3600.0);
        if may_rise_or_set(zenith_deg, latitude_deg.to_radians().cos(), 3600.0) {
            let ours = case.middle_s(mid_utc_s, 3600.0);
            // What is up for less than the seconds looked at may be missed by either.
            let off_s = ours.zip(expected).map_or(0.0, |(a, b)| (a - b).abs());
            assert!(
                ours.is_some() == expected.is_some() && off_s <= 5.0,
                "{latitude_deg} {hour}: {ours:?} {expected:?}"
            );
        } else {
            assert!(parts == usize::from(zenith_deg < 90.0), "{latitude_deg} {hour}: {zenith_deg}");
            assert!(expected.is_none_or(|s| s == mid_utc_s as f64), "{latitude_deg} {hour}: {zenith_deg}");
        }
        let up = |s: i64| case.is_up((mid_utc_s + s) as f64);
        (up(-1800), parts, up(1800))
    }

    #[test]
    fn the_middle_of_the_sun_up_part_is_found_from_the_equator_to_the_poles() {
        let mut partly = 0;
        for latitude_deg in [-89.0, -66.9, -35.0, 0.0, 20.0, 52.0, 65.9, 67.3] {
            for hour in (0..8760).step_by(37) {
                let (start, _, end) = check(latitude_deg, hour);
                partly += usize::from(start != end);
            }
        }
        assert!(partly > 100, "{partly}");
    }

    /// Hours of 2021 that look like `(up at the start, times up, up at the end)`, of those around the solstice.
    fn looking_like(shape: (bool, usize, bool), latitude_deg: f64, solstice: i64, hour: i64) -> usize {
        let latitudes = (0..12).map(|i| latitude_deg + 0.01 * f64::from(i));
        let hours =
            latitudes.flat_map(|latitude| (solstice - 5..solstice + 5).map(move |day| (latitude, day * 24 + hour)));
        hours.filter(|(latitude_deg, hour)| check(*latitude_deg, *hour) == shape).count()
    }

    #[test]
    fn a_day_shorter_than_the_step_is_found_around_noon() {
        // On 21 December at noon the sun is 90 - 67.05 - 23.44 = -0.49 degrees high:
        // refraction lifts it over the horizon.
        assert!(looking_like((false, 1, false), 67.04, 354, 12) > 20);
    }

    #[test]
    fn of_an_hour_with_a_dip_below_the_horizon_at_midnight_the_longer_part_counts() {
        // At midnight of 21 June it is 65.95 + 23.44 - 90 = -0.61 degrees high: it sets for less than an hour.
        assert!(looking_like((true, 2, true), 65.9, 171, 0) > 20);
    }

    #[test]
    fn the_sun_appears_on_the_horizon_where_refraction_lifts_it_there() {
        let horizon = horizon_deg(PRESSURE_PA, TEMP_C);
        assert!((horizon + refraction_deg(horizon, PRESSURE_PA, TEMP_C)).abs() < 1e-7, "{horizon}");
        assert_eq!(horizon_deg(0.0, TEMP_C), 0.0);
        // Arctic air would lift it further than the algorithm knows refraction.
        assert_eq!(horizon_deg(108_000.0, -60.0), REFRACTION_END_DEG);
    }
}
