//! What a run of the loop comes to: hunting, excursions above the limit, what the limit cost.

use serde::Serialize;

use crate::units::KILO;

use super::limiter::Watch;
use super::settling::Settling;
use super::swing::Swing;
use super::{Case, Step};

const HOUR_S: f64 = 3600.0;
/// A way back of the output of more than this share of the rating is a reversal.
const REVERSAL_SHARE: f64 = 0.001;
/// The shortest time in place that counts as settled, s.
const HOLD_S: f64 = 10.0;

/// Figures of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Metrics {
    /// Length of the run, h.
    pub duration_h: f64,
    /// Times the output of all inverters turned back by more than 0.1 % of their rating, per hour.
    pub reversals_per_hour: f64,
    /// Way of the output of all inverters, Σ|ΔP|, kW.
    pub travel_kw: f64,
    /// Highest power above the limit, kW; 0 where it was kept.
    pub overshoot_kw: f64,
    /// The same as a share of the limit in force; none for a limit of 0.
    pub overshoot_pct_of_limit: Option<f64>,
    /// Second at which the power above the limit was highest; none where it was kept.
    pub overshoot_at_s: Option<f64>,
    /// Longest time from leaving the right output to being back for good, s; none where that was not reached.
    pub settling_s: Option<f64>,
    /// Time above the limit by more than the tolerance, s.
    pub above_limit_s: f64,
    /// Energy above the limit, kWh.
    pub above_limit_kwh: f64,
    /// Longest single excursion above the limit by more than the tolerance, s.
    pub longest_excursion_s: f64,
    /// Excursions that the limiter counted: longer than its reaction time.
    pub excursions_counted: u64,
    /// Times the limiter disconnected.
    pub trips: u64,
    /// Time disconnected, h.
    pub lockout_h: f64,
    /// Energy that the inverters gave, kWh.
    pub output_kwh: f64,
    /// Energy available that they did not give, kWh.
    pub curtailed_kwh: f64,
    /// The part of it that the limit would have let pass, kWh: what control and lock-outs cost.
    pub missed_kwh: f64,
}

/// The figures while the run goes on. Sums are kept in W and steps.
#[derive(Debug, Clone)]
pub(super) struct Meters {
    step_s: f64,
    tolerance_w: f64,
    steps: u64,
    swing: Option<Swing>,
    threshold_w: f64,
    settling: Settling,
    highest: Option<(f64, f64, f64)>,
    above_steps: u64,
    above_w: f64,
    excursion_steps: u64,
    longest_steps: u64,
    locked_steps: u64,
    output_w: f64,
    available_w: f64,
    missed_w: f64,
}

impl Meters {
    pub fn new(case: &Case) -> Self {
        let band_w = case.tolerance_w.max(case.controller.dead_band_w);
        // One period of the slowest oscillation that the delay allows: 2·(2d + 1) samples.
        let period_s = 2.0 * (2.0 * case.meter.delay_samples as f64 + 1.0) * case.meter.period_s;
        Self {
            step_s: case.step_s,
            tolerance_w: case.tolerance_w,
            steps: 0,
            swing: None,
            threshold_w: REVERSAL_SHARE * case.rated_w(),
            settling: Settling::new(band_w, period_s.max(HOLD_S)),
            highest: None,
            above_steps: 0,
            above_w: 0.0,
            excursion_steps: 0,
            longest_steps: 0,
            locked_steps: 0,
            output_w: 0.0,
            available_w: 0.0,
            missed_w: 0.0,
        }
    }

    /// Whether a step lies above its limit by more than the tolerance.
    #[inline]
    pub fn is_above(&self, step: &Step<'_>) -> bool {
        step.excess_w() > self.tolerance_w
    }

    /// Notes a step; `ideal_w` is the output that would use the limit fully and keep it.
    #[inline]
    pub fn note(&mut self, step: &Step<'_>, ideal_w: f64) {
        self.steps += 1;
        let threshold_w = self.threshold_w;
        self.swing.get_or_insert_with(|| Swing::from(step.output_w, threshold_w)).note(step.output_w);
        self.settling.note(step.output_w - ideal_w, step.time_s, self.step_s);
        self.note_excess(step);
        self.locked_steps += u64::from(!step.connected);
        self.output_w += step.output_w;
        self.available_w += step.available_w;
        self.missed_w += (ideal_w - step.output_w).max(0.0);
    }

    fn note_excess(&mut self, step: &Step<'_>) {
        let excess_w = step.excess_w();
        if excess_w > 0.0 {
            self.above_w += excess_w;
            if self.highest.is_none_or(|(highest_w, ..)| excess_w > highest_w) {
                self.highest = Some((excess_w, step.limit_w, step.time_s));
            }
        }
        if self.is_above(step) {
            self.above_steps += 1;
            self.excursion_steps += 1;
            self.longest_steps = self.longest_steps.max(self.excursion_steps);
        } else {
            self.excursion_steps = 0;
        }
    }

    /// The figures at the end.
    pub fn finish(&self, watch: &Watch) -> Metrics {
        let seconds = |steps: u64| steps as f64 * self.step_s;
        let kwh = |sum_w: f64| sum_w * self.step_s / HOUR_S / KILO;
        let duration_h = seconds(self.steps) / HOUR_S;
        let (reversals, travel_w) = self.swing.as_ref().map_or((0, 0.0), |s| (s.reversals, s.travel_w));
        // An excess that is only the rounding of the sum is none.
        let highest = self.highest.filter(|(excess_w, ..)| *excess_w > 1e-6);
        Metrics {
            duration_h,
            reversals_per_hour: if duration_h > 0.0 { reversals as f64 / duration_h } else { 0.0 },
            travel_kw: travel_w / KILO,
            overshoot_kw: highest.map_or(0.0, |(excess_w, ..)| excess_w / KILO),
            overshoot_pct_of_limit: match highest {
                None => Some(0.0),
                Some((excess_w, limit_w, _)) => (limit_w > 0.0).then(|| 100.0 * excess_w / limit_w),
            },
            overshoot_at_s: highest.map(|(.., at_s)| at_s),
            settling_s: self.settling.longest_s(),
            above_limit_s: seconds(self.above_steps),
            above_limit_kwh: kwh(self.above_w),
            longest_excursion_s: seconds(self.longest_steps),
            excursions_counted: watch.counted,
            trips: watch.trips,
            lockout_h: seconds(self.locked_steps) / HOUR_S,
            output_kwh: kwh(self.output_w),
            curtailed_kwh: kwh((self.available_w - self.output_w).max(0.0)),
            missed_kwh: kwh(self.missed_w),
        }
    }
}
