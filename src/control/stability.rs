//! The gain at which the loop begins to swing, found with the simulation itself and held against theory.

use super::{Actuator, Case, Controller, Inverter, Meter, Side, critical_gain};

/// Samples of one trial run, and the windows of it that are compared.
const SAMPLES: usize = 4000;
const EARLY: std::ops::Range<usize> = 1000..1500;
const LATE: std::ops::Range<usize> = 3500..4000;
/// A rating so large that the swing of a disturbance of 1 W does not reach its bounds before it is judged.
const RATED_W: f64 = 1e9;

/// The largest stable gain of a loop, by theory and by simulation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stability {
    /// Delay of the measurement, samples.
    pub delay_samples: usize,
    /// Number of inverters.
    pub inverters: usize,
    /// One loop, or a loop of its own for each inverter.
    pub coordinated: bool,
    /// The bound of theory: `2·sin(π/(2(2d+1)))`, divided by the number of inverters where each runs its own loop.
    pub theory: f64,
    /// The bound that the simulation shows.
    pub simulated: f64,
}

/// Finds the largest stable gain of `inverters` alike without lag, ramp and dead band, by bisection to 1e-5 of it.
pub fn stability(delay_samples: usize, inverters: usize, coordinated: bool) -> Stability {
    let loops = if coordinated { 1 } else { inverters.max(1) };
    let (mut stable, mut unstable) = (0.0, 4.0 / loops as f64);
    while unstable - stable > 1e-5 * unstable {
        let gain = f64::midpoint(stable, unstable);
        if dies_out(delay_samples, inverters, Controller { gain, dead_band_w: 0.0, coordinated }) {
            stable = gain;
        } else {
            unstable = gain;
        }
    }
    let theory = critical_gain(delay_samples) / loops as f64;
    Stability { delay_samples, inverters, coordinated, theory, simulated: f64::midpoint(stable, unstable) }
}

/// Whether the swing after a load step of 1 W dies out. One that has fallen to the rounding of the powers has; one that
/// has grown until the ratings bind has not.
fn dies_out(delay_samples: usize, inverters: usize, controller: Controller) -> bool {
    let case = trial(delay_samples, inverters, controller);
    let (mut early_w, mut late_w, mut at) = (0.0_f64, 0.0_f64, 0);
    case.run(|step| {
        let distance_w = step.excess_w().abs();
        if EARLY.contains(&at) {
            early_w = early_w.max(distance_w);
        } else if LATE.contains(&at) {
            late_w = late_w.max(distance_w);
        }
        at += 1;
    });
    late_w < 1e-3 || late_w < early_w && late_w < RATED_W / 100.0
}

/// Inverters at half their rating, one sample per step, and a load that falls by 1 W after ten samples.
fn trial(delay_samples: usize, inverters: usize, controller: Controller) -> Case {
    let each_w = RATED_W / inverters.max(1) as f64;
    let inverter = Inverter { name: String::new(), rated_w: each_w, available_share: 1.0 };
    Case {
        step_s: 1.0,
        side: Side::Export,
        limit_w: vec![RATED_W / 2.0; SAMPLES],
        load_w: (0..SAMPLES).map(|n| if n < 10 { 0.0 } else { -1.0 }).collect(),
        available_w: vec![f64::INFINITY; SAMPLES],
        tolerance_w: 0.0,
        start_share: None,
        meter: Meter { period_s: 1.0, delay_samples },
        controller,
        actuator: Actuator { lag_s: 0.0, ramp_up_per_s: f64::INFINITY, ramp_down_per_s: f64::INFINITY },
        inverters: vec![inverter; inverters],
        limiter: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(found: &Stability, within: f64) {
        assert!((found.simulated / found.theory - 1.0).abs() < within, "{found:?}");
    }

    #[test]
    fn the_simulation_begins_to_swing_at_the_critical_gain() {
        (0..=4).for_each(|delay| holds(&stability(delay, 1, true), 2e-3));
    }

    #[test]
    fn inverters_with_loops_of_their_own_act_as_their_number_times_the_gain() {
        for inverters in [2, 4, 8] {
            holds(&stability(2, inverters, false), 2e-3);
        }
    }

    #[test]
    fn one_coordinated_loop_is_as_stable_with_many_inverters_as_with_one() {
        let one = stability(2, 1, true).simulated;
        for inverters in [2, 4, 8] {
            let many = stability(2, inverters, true);
            holds(&many, 2e-3);
            assert!((many.simulated / one - 1.0).abs() < 1e-3, "{many:?}");
        }
    }
}
