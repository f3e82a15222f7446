//! Which instant stands for a step in which the sun rises or sets.

use std::f64::consts::{PI, TAU};

use super::ephemeris::Span;
use super::position::{Air, Observer, REFRACTION_END_DEG, tan_small};

/// How fast the sky turns, rad per second, rounded up.
const TURN_RAD_S: f64 = 15.05 / 3600.0 * PI / 180.0;

/// The steps of a run as a place sees the sun in them.
pub(super) struct Dawns<'o> {
    observer: &'o Observer,
    half_s: f64,
    /// The angle by which the sky turns in half a step.
    half_rad: f64,
    sin_half: f64,
    cos_half: f64,
}

impl<'o> Dawns<'o> {
    pub(super) fn new(observer: &'o Observer, step_s: f64) -> Self {
        let half_rad = TAU / 86_400.0 * step_s / 2.0;
        let (sin_half, cos_half) = half_rad.sin_cos();
        Self { observer, half_s: step_s / 2.0, half_rad, sin_half, cos_half }
    }

    /// Whether the sun may rise or set in the step in whose middle it stands there (east, north, up).
    #[inline]
    pub(super) fn possible(&self, towards: [f64; 3]) -> bool {
        // The horizon lies somewhere between zero and the end of refraction; the declination adds next to nothing.
        let lift = -REFRACTION_END_DEG.to_radians() / 2.0;
        let turn = TURN_RAD_S * self.half_s;
        let reach = self.observer.cos_latitude * (towards[0].abs() * turn + turn * turn / 2.0);
        (towards[2] + lift).abs() <= lift + 0.001 + reach
    }

    /// The middle of the part of a step with the sun up, UTC s; nothing when it is down all along.
    ///
    /// Through the sines of the sun's elevation at start, middle and end goes a wave that turns with the sky,
    /// `a + b·cos ωt + c·sin ωt`: the sun's own motion moves its zeros by less than a hundredth of a second.
    /// Of two parts (the sun dips below the horizon at midnight, near the polar circles in summer) the longer counts.
    pub(super) fn middle_of_sun_up_s(&self, span: &Span, mid_utc_s: f64, air: Air) -> Option<f64> {
        let sin_horizon = horizon_deg(air).to_radians().sin();
        let utc_s = |angle_rad: f64| mid_utc_s + angle_rad / self.half_rad * self.half_s;
        let height = |angle_rad| sin_elevation(self.observer.towards(&span.at(utc_s(angle_rad)))) - sin_horizon;
        let [start, mid, end] = [-self.half_rad, 0.0, self.half_rad].map(height);
        let b = (mid - f64::midpoint(start, end)) / (1.0 - self.cos_half);
        let c = (end - start) / (2.0 * self.sin_half);
        // The wave is above zero within an angle to either side of its crest.
        let (crest, swing, below) = (c.atan2(b), b.hypot(c), b - mid);
        if below.abs() >= swing {
            return (below <= 0.0).then_some(mid_utc_s);
        }
        let beside = (below / swing).acos();
        let parts = [-TAU, 0.0, TAU].map(|turn| {
            let (rise, set) = (crest + turn - beside, crest + turn + beside);
            (rise.max(-self.half_rad), set.min(self.half_rad))
        });
        let longest =
            parts.into_iter().filter(|(rise, set)| set > rise).max_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)));
        // One step of Newton takes the sun's own motion along; where the sun only grazes the horizon it may lead astray.
        let exactly = |angle_rad: f64| {
            let step_rad = height(angle_rad) / (swing * (crest - angle_rad).sin());
            if angle_rad.abs() < self.half_rad && step_rad.abs() < 1e-3 { angle_rad - step_rad } else { angle_rad }
        };
        longest.map(|(rise, set)| utc_s(f64::midpoint(exactly(rise), exactly(set))))
    }
}

/// Sine of the elevation of a direction (east, north, up) of any length.
#[inline]
fn sin_elevation([east, north, up]: [f64; 3]) -> f64 {
    up / (east * east + north * north + up * up).sqrt()
}

/// Elevation without refraction at which the sun appears on the horizon, degrees: the root of `e + refraction(e) = 0`.
fn horizon_deg(air: Air) -> f64 {
    let refraction_deg = |e: f64| air.refraction_deg(e, [1.0, tan_small(e.to_radians())]);
    // The slope of the left side, 1 - 0.17 at sea level, changes little, so a fixed one finds the root quickly.
    let step = |e: f64| (e - (e + refraction_deg(e)) / 0.83).max(REFRACTION_END_DEG);
    (0..3).fold((-refraction_deg(-0.57)).max(REFRACTION_END_DEG), |e, _| step(e))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::Site;
    use crate::solar::Ephemeris;

    const AIR: Air = Air { pressure_pa: 101_325.0, temp_c: 10.0 };

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

        fn towards(&self, utc_s: i64) -> [f64; 3] {
            self.observer.towards(&self.ephemeris.geocentric(utc_s as f64))
        }

        fn dawns(&self, step_s: f64) -> Dawns<'_> {
            Dawns::new(&self.observer, step_s)
        }

        fn middle_s(&self, mid_utc_s: i64, step_s: f64) -> Option<f64> {
            self.dawns(step_s).middle_of_sun_up_s(&self.ephemeris.span(mid_utc_s), mid_utc_s as f64, AIR)
        }

        fn is_up(&self, utc_s: f64) -> bool {
            self.ephemeris.position(utc_s, &self.observer, AIR.pressure_pa, AIR.temp_c).apparent_zenith_deg < 90.0
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
        if case.dawns(3600.0).possible(case.towards(mid_utc_s)) {
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

    /// When the sun crosses the horizon within an hour at whose ends it is on either side, to the last digits.
    fn crossing_s(case: &Case, mid_utc_s: i64, sin_horizon: f64) -> Option<f64> {
        let up = |utc_s: f64| sin_elevation(case.observer.towards(&case.ephemeris.geocentric(utc_s))) > sin_horizon;
        let [mut early, mut late] = [-1800.0, 1800.0].map(|s| mid_utc_s as f64 + s);
        let at_start = up(early);
        (at_start != up(late)).then(|| {
            for _ in 0..50 {
                let middle = f64::midpoint(early, late);
                if up(middle) == at_start { early = middle } else { late = middle }
            }
            late
        })
    }

    #[test]
    fn sunrise_and_sunset_are_found_to_a_tenth_of_a_millisecond() {
        let sin_horizon = horizon_deg(AIR).to_radians().sin();
        let mut crossings = 0;
        for latitude_deg in [-60.0, -35.0, 0.0, 20.0, 52.0] {
            for mid_utc_s in (0..8760).map(|hour| 1_609_459_200 + 1800 + hour * 3600) {
                let case = Case::new(latitude_deg, mid_utc_s);
                let Some(crossing_s) = crossing_s(&case, mid_utc_s, sin_horizon) else { continue };
                let rising = case.is_up((mid_utc_s + 1800) as f64);
                let other_s = (mid_utc_s + if rising { 1800 } else { -1800 }) as f64;
                let middle_s = case.middle_s(mid_utc_s, 3600.0).unwrap();
                let off_s = 2.0 * (middle_s - f64::midpoint(crossing_s, other_s));
                assert!(off_s.abs() < 1e-4, "{latitude_deg} {mid_utc_s}: {off_s}");
                crossings += 1;
            }
        }
        assert!(crossings > 3000, "{crossings}");
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
        let horizon = horizon_deg(AIR);
        let slope = [1.0, horizon.to_radians().tan()];
        assert!((horizon + AIR.refraction_deg(horizon, slope)).abs() < 1e-7, "{horizon}");
        assert_eq!(horizon_deg(Air { pressure_pa: 0.0, ..AIR }), 0.0);
        // Arctic air would lift it further than the algorithm knows refraction.
        assert_eq!(horizon_deg(Air { pressure_pa: 108_000.0, temp_c: -60.0 }), REFRACTION_END_DEG);
    }
}
