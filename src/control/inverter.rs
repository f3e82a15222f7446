//! Inverters that follow a setpoint: limited in their rate, lagging, and capped by what is available.

use crate::keys::Keys;
use crate::units::{KILO, fraction};

/// One inverter; under an import limit, one controllable load.
#[derive(Debug, Clone, PartialEq)]
pub struct Inverter {
    /// Name in the results.
    pub name: String,
    /// Largest power, W.
    pub rated_w: f64,
    /// The part of its share of the available power that it really has, 0 to 1 (a shaded or derated unit).
    pub available_share: f64,
}

/// How an output follows its setpoint; the same for all inverters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Actuator {
    /// Time constant of the first-order lag, s; 0 follows at once.
    pub lag_s: f64,
    /// Fastest rise, share of the rating per second; infinite where there is no limit.
    pub ramp_up_per_s: f64,
    /// Fastest fall, share of the rating per second, above 0.
    pub ramp_down_per_s: f64,
}

impl Inverter {
    /// Reads one `[[inverter]]`, which may stand for several alike.
    pub(super) fn read(k: &mut Keys<'_>) -> Vec<Self> {
        let name = k.text("name", "name in the results; default inverter_1, inverter_2, …");
        let doc = "largest power, kW; under an import limit that of a controllable load";
        let rated_w = k.number("rated_kw", doc).above(0.0).required() * KILO;
        let count = k.number("count", "how many alike").within(1.0, 1000.0).whole().or(1.0) as usize;
        let doc = "part of its share of the available power that it has, %: less for a shaded or derated one";
        let available_share = fraction(k.number("available_pct", doc).within(0.0, 100.0).or(100.0));
        let named = |i: usize| match (&name, count) {
            (None, _) => String::new(),
            (Some(name), 1) => name.clone(),
            (Some(name), _) => format!("{name}_{}", i + 1),
        };
        (0..count).map(|i| Self { name: named(i), rated_w, available_share }).collect()
    }
}

impl Actuator {
    /// Reads `[actuator]`.
    pub(super) fn read(k: &mut Keys<'_>) -> Self {
        let lag_s = k.number("lag_s", "time constant of the output behind its setpoint, s").within(0.0, 3600.0).or(0.0);
        let doc = "fastest rise, % of the rating per second; default no limit";
        let up = k.number("ramp_up_pct_per_s", doc).above(0.0).optional();
        let doc = "fastest fall, % of the rating per second; default no limit";
        let down = k.number("ramp_down_pct_per_s", doc).above(0.0).optional();
        let per_s = |pct: Option<f64>| pct.map_or(f64::INFINITY, fraction);
        Self { lag_s, ramp_up_per_s: per_s(up), ramp_down_per_s: per_s(down) }
    }

    /// The same for steps of one length.
    pub(super) fn every(&self, step_s: f64) -> Follow {
        // The exact answer of a first-order lag to an input that holds over the step.
        let share = if self.lag_s > 0.0 { -(-step_s / self.lag_s).exp_m1() } else { 1.0 };
        Follow { share, up: self.ramp_up_per_s * step_s, down: self.ramp_down_per_s * step_s }
    }
}

/// An actuator over steps of one length.
#[derive(Debug, Clone, Copy)]
pub(super) struct Follow {
    /// Share of the way to its input that the lag goes in a step.
    share: f64,
    /// Largest rise and fall in a step, share of the rating.
    up: f64,
    down: f64,
}

/// What an inverter remembers.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Unit {
    /// What the controller asks for, W.
    pub setpoint_w: f64,
    path: Path,
}

/// How far an inverter has come on the way to its setpoint.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Path {
    /// Behind the ramp, W.
    ramped_w: f64,
    /// Behind ramp and lag, W.
    output_w: f64,
}

impl Unit {
    /// At rest with a setpoint and what is available.
    pub fn settled(setpoint_w: f64, available_w: f64) -> Self {
        let output_w = setpoint_w.min(available_w);
        Self { setpoint_w, path: Path { ramped_w: output_w, output_w } }
    }

    /// Its output, W.
    #[inline]
    pub fn output_w(&self) -> f64 {
        self.path.output_w
    }

    /// One step: the output follows the setpoint through ramp and lag. What is no longer available is gone at once,
    /// whatever ramp and lag would allow.
    #[inline]
    pub fn step(&mut self, follow: &Follow, rated_w: f64, available_w: f64) {
        let Path { ramped_w, output_w } = self.path;
        let wanted_w = self.setpoint_w.min(available_w);
        let (low_w, high_w) = (ramped_w - follow.down * rated_w, ramped_w + follow.up * rated_w);
        let ramped_w = wanted_w.max(low_w).min(high_w).min(available_w);
        let output_w = (output_w + follow.share * (ramped_w - output_w)).min(available_w);
        self.path = Path { ramped_w, output_w };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FREE: Actuator = Actuator { lag_s: 0.0, ramp_up_per_s: f64::INFINITY, ramp_down_per_s: f64::INFINITY };

    /// Outputs over steps of 1 s of a unit of 100 W that starts at 0 with 100 W available.
    fn outputs<const N: usize>(actuator: &Actuator, setpoints_w: [f64; N]) -> [f64; N] {
        let mut unit = Unit::settled(0.0, 100.0);
        setpoints_w.map(|setpoint_w| {
            unit.setpoint_w = setpoint_w;
            unit.step(&actuator.every(1.0), 100.0, 100.0);
            unit.output_w()
        })
    }

    #[test]
    fn without_ramp_and_lag_the_output_is_the_setpoint() {
        assert_eq!(outputs(&FREE, [60.0, 20.0, 100.0]), [60.0, 20.0, 100.0]);
    }

    #[test]
    fn ramps_up_and_down_are_shares_of_the_rating_per_second() {
        let ramps = Actuator { ramp_up_per_s: 0.25, ramp_down_per_s: 0.5, ..FREE };
        assert_eq!(outputs(&ramps, [80.0, 80.0, 80.0, 80.0, 0.0, 0.0]), [25.0, 50.0, 75.0, 80.0, 30.0, 0.0]);
    }

    #[test]
    fn a_lag_of_one_time_constant_goes_63_percent_of_the_way() {
        let lag = Actuator { lag_s: 1.0, ..FREE };
        let [first, second] = outputs(&lag, [100.0, 100.0]);
        // 1 − 1/e and 1 − 1/e².
        assert!((first - 63.212_055_882_855_77).abs() < 1e-12 && (second - 86.466_471_676_338_73).abs() < 1e-12);
    }

    #[test]
    fn a_cloud_takes_the_output_at_once_and_the_ramp_brings_it_back() {
        let ramps = Actuator { ramp_up_per_s: 0.1, ramp_down_per_s: 0.1, ..FREE };
        let mut unit = Unit::settled(90.0, 100.0);
        let after = [100.0, 20.0, 100.0, 100.0].map(|available_w| {
            unit.step(&ramps.every(1.0), 100.0, available_w);
            unit.output_w()
        });
        assert_eq!(after, [90.0, 20.0, 30.0, 40.0]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]
        #[test]
        fn an_output_is_never_negative_nor_above_what_is_available(
            lag_s in 0.0..10.0f64, up in 0.01..2.0f64, down in 0.01..2.0f64,
            steps in proptest::collection::vec((0.0..100.0f64, 0.0..120.0f64), 1..60),
        ) {
            let follow = Actuator { lag_s, ramp_up_per_s: up, ramp_down_per_s: down }.every(0.5);
            let mut unit = Unit::default();
            for (setpoint_w, available_w) in steps {
                unit.setpoint_w = setpoint_w;
                unit.step(&follow, 100.0, available_w);
                prop_assert!(unit.output_w() >= 0.0 && unit.output_w() <= available_w);
            }
        }
    }
}
