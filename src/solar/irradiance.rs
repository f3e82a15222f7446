//! The three components of irradiance from those that were given.

use super::decomposition::Decomposition;
use super::{Sky, SkyPoint};
use crate::inputs::Weather;

/// Zenith above which no beam is told from the difference of global and diffuse irradiance, degrees.
const MAX_ZENITH_DEG: f64 = 88.0;

/// Global horizontal, direct normal and diffuse horizontal irradiance of step `i`, W/m², as far as given, times the
/// weather's factor.
#[inline]
pub(super) fn given(weather: &Weather, i: usize) -> [Option<f64>; 3] {
    [&weather.ghi_w_m2, &weather.dni_w_m2, &weather.dhi_w_m2]
        .map(|series| series.as_ref().map(|values| values[i] * weather.irradiance_factor))
}

/// All three components, in the same order, for the sun and the extraterrestrial irradiance of `sky`.
///
/// What was given is used as given, but there is no beam with the sun down. A missing component follows from
/// `GHI = DHI + DNI·cos z`, never negative; a missing DNI is at most the extraterrestrial and 0 with the sun above 88
/// degrees from the vertical, where the quotient has no meaning. GHI alone goes through the decomposition. A
/// component that nothing tells of is 0.
#[inline]
pub(super) fn complete(given_w_m2: [Option<f64>; 3], sky: &SkyPoint, decomposition: Decomposition) -> [f64; 3] {
    let (zenith_deg, cos_zenith, dni_extra_w_m2) = (sky.zenith_deg, sky.cos_zenith(), sky.dni_extra_w_m2);
    let up = zenith_deg < 90.0;
    let [ghi, dni, dhi] = given_w_m2;
    match (ghi, dni.map(|dni| if up { dni } else { 0.0 }), dhi) {
        (Some(ghi), None, None) => {
            let parts = decomposition.components(ghi, zenith_deg, dni_extra_w_m2);
            [ghi, parts.dni_w_m2, parts.dhi_w_m2]
        }
        (Some(ghi), Some(dni), None) => [ghi, dni, (ghi - dni * cos_zenith).max(0.0)],
        (Some(ghi), None, Some(dhi)) if zenith_deg <= MAX_ZENITH_DEG => {
            [ghi, ((ghi - dhi) / cos_zenith).clamp(0.0, dni_extra_w_m2), dhi]
        }
        (ghi, dni, dhi) => {
            let (dni, dhi) = (dni.unwrap_or(0.0), dhi.unwrap_or(0.0));
            [ghi.unwrap_or(dhi + dni * cos_zenith), dni, dhi]
        }
    }
}

/// How far measured components are from adding up: `GHI − (DHI + DNI·cos z)` over the steps with the sun up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Closure {
    /// Mean, W/m²: positive where the global value is the larger.
    pub mean_w_m2: f64,
    /// Mean of the absolute difference, W/m².
    pub mean_absolute_w_m2: f64,
    /// Number of steps with the sun up.
    pub steps: usize,
}

impl Closure {
    /// The closure of a sky; nothing when the sun never rises.
    pub(super) fn of(sky: &Sky) -> Option<Self> {
        let (mut sum, mut absolute, mut steps) = (0.0, 0.0, 0);
        for i in (0..sky.zenith_deg.len()).filter(|&i| sky.zenith_deg[i] < 90.0) {
            let difference = sky.ghi_w_m2[i] - sky.dhi_w_m2[i] - sky.dni_w_m2[i] * sky.sun[i][2];
            sum += difference;
            absolute += difference.abs();
            steps += 1;
        }
        let mean = |sum: f64| sum / steps as f64;
        (steps > 0).then(|| Self { mean_w_m2: mean(sum), mean_absolute_w_m2: mean(absolute), steps })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// GHI, DNI, DHI; the sun 60 degrees from the vertical unless said, its cosine 0.5.
    fn completed(given: [Option<f64>; 3], zenith_deg: f64) -> [f64; 3] {
        complete(given, &SkyPoint::new(zenith_deg, 0.0, [0.0, 0.0, 0.0, 1400.0], 1.0), Decomposition::Erbs)
    }

    fn close(ours: [f64; 3], expected: [f64; 3]) {
        assert!(ours.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9), "{ours:?} not {expected:?}");
    }

    #[test]
    fn the_missing_component_closes_the_sum() {
        close(completed([None, Some(600.0), Some(100.0)], 60.0), [400.0, 600.0, 100.0]);
        close(completed([Some(400.0), Some(600.0), None], 60.0), [400.0, 600.0, 100.0]);
        close(completed([Some(400.0), None, Some(100.0)], 60.0), [400.0, 600.0, 100.0]);
    }

    #[test]
    fn measurements_that_cannot_close_are_bounded() {
        // More beam than global irradiance leaves no diffuse; more diffuse than global leaves no beam.
        close(completed([Some(400.0), Some(900.0), None], 60.0), [400.0, 900.0, 0.0]);
        close(completed([Some(90.0), None, Some(100.0)], 60.0), [90.0, 0.0, 100.0]);
        // (900 - 100) / 0.5 = 1600 is above the extraterrestrial.
        close(completed([Some(900.0), None, Some(100.0)], 60.0), [900.0, 1400.0, 100.0]);
        close(completed([Some(60.0), None, Some(20.0)], 88.5), [60.0, 0.0, 20.0]);
    }

    #[test]
    fn all_three_are_used_as_given_while_the_sun_is_up() {
        close(completed([Some(500.0), Some(600.0), Some(100.0)], 60.0), [500.0, 600.0, 100.0]);
    }

    #[test]
    fn with_the_sun_down_there_is_no_beam_and_diffuse_stays() {
        close(completed([Some(3.0), Some(5.0), Some(2.0)], 91.0), [3.0, 0.0, 2.0]);
        close(completed([None, Some(5.0), Some(2.0)], 91.0), [2.0, 0.0, 2.0]);
        close(completed([Some(3.0), Some(5.0), None], 91.0), [3.0, 0.0, 3.0]);
        close(completed([Some(3.0), None, Some(2.0)], 91.0), [3.0, 0.0, 2.0]);
        close(completed([Some(3.0), None, None], 91.0), [3.0, 0.0, 3.0]);
    }

    #[test]
    fn global_irradiance_alone_is_decomposed() {
        let [ghi, dni, dhi] = completed([Some(400.0), None, None], 60.0);
        assert_eq!(ghi, 400.0);
        assert!(dni > 0.0 && (dhi + dni * 0.5 - 400.0).abs() < 1e-9);
    }

    #[test]
    fn the_closure_is_the_mean_difference_by_day() {
        let sky: Sky = [
            (60.0, [410.0, 600.0, 100.0, 1400.0]),
            (60.0, [380.0, 600.0, 100.0, 1400.0]),
            (95.0, [9.0, 0.0, 0.0, 1400.0]),
        ]
        .map(|(zenith_deg, irradiance)| SkyPoint::new(zenith_deg, 180.0, irradiance, 2.0))
        .into_iter()
        .collect();
        // Differences 10 and -20; the night does not count.
        let closure = Closure::of(&sky).unwrap();
        assert!((closure.mean_w_m2 + 5.0).abs() < 1e-9, "{closure:?}");
        assert!((closure.mean_absolute_w_m2 - 15.0).abs() < 1e-9, "{closure:?}");
        assert_eq!(closure.steps, 2);
    }
}
