//! The controller: an integral law on the measured distance from the limit.

use crate::keys::Keys;
use crate::units::KILO;

/// Gain, dead band and who acts on the measurement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Controller {
    /// Share of the measured error corrected per sample, K.
    pub gain: f64,
    /// An error of this size or less is left alone, W.
    pub dead_band_w: f64,
    /// One loop that shares its correction by rating; else every inverter corrects the whole error by itself.
    pub coordinated: bool,
}

impl Controller {
    /// Reads `[controller]`.
    pub(super) fn read(k: &mut Keys<'_>) -> Self {
        let doc = "share of the measured error corrected per sample; 0 never corrects";
        let gain = k.number("gain", doc).within(0.0, 100.0).or(0.3);
        let doc = "an error of this size or less is left alone, kW";
        let dead_band_w = k.number("dead_band_kw", doc).at_least(0.0).or(0.0) * KILO;
        let doc = "one loop shares its correction by rating; false: every inverter runs its own loop on the same meter";
        let coordinated = k.flag("coordinated", doc, true);
        Self { gain, dead_band_w, coordinated }
    }

    /// What one loop adds to its setpoint for a measured power above its limit, W: `−K·excess`, outside the dead band.
    #[inline]
    pub(super) fn correction_w(&self, excess_w: f64) -> f64 {
        if excess_w.abs() <= self.dead_band_w { 0.0 } else { -self.gain * excess_w }
    }

    /// The share of a correction that falls to an inverter of `rated_w` among `total_w`.
    pub(super) fn share(&self, rated_w: f64, total_w: f64) -> f64 {
        match self.coordinated {
            true if total_w > 0.0 => rated_w / total_w,
            true => 0.0,
            false => 1.0,
        }
    }

    /// The gain with which `loops` inverters act together: K in one loop, N·K where each runs its own.
    pub fn gain_of(&self, loops: usize) -> f64 {
        if self.coordinated { self.gain } else { self.gain * loops as f64 }
    }
}

/// The gain below which an integral loop with a delay of `delay_samples` is stable: `2·sin(π / (2·(2d + 1)))`.
///
/// The loop `s(k+1) = s(k) + K·(limit − s(k−d))` has the characteristic equation `z^(d+1) − z^d + K = 0`. On the unit
/// circle, `z = e^(iθ)`, it asks that `K = z^d·(1 − z)`, whose size is `2·sin(θ/2)` and which is real and positive
/// first at `θ = π/(2d + 1)`.
pub fn critical_gain(delay_samples: usize) -> f64 {
    2.0 * (std::f64::consts::PI / (2.0 * (2.0 * delay_samples as f64 + 1.0))).sin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_within_the_dead_band_is_left_alone_and_a_larger_one_corrected_whole() {
        let controller = Controller { gain: 0.5, dead_band_w: 10.0, coordinated: true };
        assert_eq!([-10.0, 10.0, 12.0, -12.0].map(|w| controller.correction_w(w)), [0.0, 0.0, -6.0, 6.0]);
    }

    #[test]
    fn one_loop_shares_by_rating_and_loops_of_their_own_do_not_share() {
        let one = Controller { gain: 0.3, dead_band_w: 0.0, coordinated: true };
        let own = Controller { coordinated: false, ..one };
        assert_eq!((one.share(30.0, 120.0), own.share(30.0, 120.0)), (0.25, 1.0));
        assert_eq!((one.share(0.0, 0.0), one.gain_of(4)), (0.0, 0.3));
        assert!((own.gain_of(4) - 1.2).abs() < 1e-15);
    }

    /// Complex numbers as pairs, for the roots below.
    type Complex = (f64, f64);

    fn times(a: Complex, b: Complex) -> Complex {
        (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
    }

    fn minus(a: Complex, b: Complex) -> Complex {
        (a.0 - b.0, a.1 - b.1)
    }

    fn over(a: Complex, b: Complex) -> Complex {
        let size = b.0 * b.0 + b.1 * b.1;
        ((a.0 * b.0 + a.1 * b.1) / size, (a.1 * b.0 - a.0 * b.1) / size)
    }

    /// The largest root of `z^(d+1) − z^d + gain`, by the iteration of Durand and Kerner on all roots at once.
    fn largest_root(delay: usize, gain: f64) -> f64 {
        let value = |z: Complex| {
            let to_d = (0..delay).fold((1.0, 0.0), |power, _| times(power, z));
            let difference = minus(times(to_d, z), to_d);
            (difference.0 + gain, difference.1)
        };
        // The usual start: powers of a number that is neither real nor on the unit circle.
        let mut roots: Vec<Complex> = (0..=delay)
            .scan((1.0, 0.0), |power, _| {
                *power = times(*power, (0.4, 0.9));
                Some(*power)
            })
            .collect();
        for _ in 0..2000 {
            for i in 0..roots.len() {
                let others = (0..roots.len()).filter(|j| *j != i);
                let product = others.fold((1.0, 0.0), |p, j| times(p, minus(roots[i], roots[j])));
                roots[i] = minus(roots[i], over(value(roots[i]), product));
            }
        }
        roots.iter().map(|z| z.0.hypot(z.1)).fold(0.0, f64::max)
    }

    #[test]
    fn the_largest_root_reaches_the_unit_circle_at_the_critical_gain() {
        for delay in 0..=4 {
            let bound = critical_gain(delay);
            assert!((largest_root(delay, bound) - 1.0).abs() < 1e-9, "d = {delay}");
            assert!(
                largest_root(delay, 0.999 * bound) < 1.0 && largest_root(delay, 1.001 * bound) > 1.0,
                "d = {delay}"
            );
        }
    }

    #[test]
    fn the_critical_gain_falls_with_the_delay() {
        // sin 90°, 30°, 18° = (√5 − 1)/4; the last two to three digits.
        let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
        let bounds: Vec<f64> = (0..5).map(critical_gain).collect();
        for (bound, wanted, close) in [
            (bounds[0], 2.0, 1e-12),
            (bounds[1], 1.0, 1e-12),
            (bounds[2], golden, 1e-12),
            (bounds[3], 0.445, 5e-4),
            (bounds[4], 0.347, 5e-4),
        ] {
            assert!((bound - wanted).abs() < close, "{bound} for {wanted}");
        }
    }
}
