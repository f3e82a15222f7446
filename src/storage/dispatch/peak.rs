//! Shaving peaks of the import over billing intervals.

use crate::error::Findings;
use crate::keys::Keys;
use crate::time::TimeAxis;
use crate::units::KILO;

use super::hold::Hold;
use super::{Control, Reason, View, Wish};

pub(super) const DOC: &str =
    "keep the mean import of every billing interval below a threshold; charge while it is lower";

/// A threshold on the mean import of every billing interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PeakShaver {
    /// The threshold, W.
    pub threshold_w: f64,
    /// Length of a billing interval, h.
    pub interval_h: f64,
}

impl PeakShaver {
    /// Reads `threshold_kw` and `interval_min`.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let threshold = k.number("threshold_kw", "the highest mean import of a billing interval, kW").at_least(0.0);
        let threshold_w = threshold.required() * KILO;
        let interval = k.number("interval_min", "length of a billing interval, min; a longer step is its own interval");
        Self { threshold_w, interval_h: interval.whole().within(1.0, 60.0).or(15.0) / 60.0 }
    }

    /// Refuses an interval that begins and ends within steps; `table` names the shaver's keys.
    pub(super) fn check(&self, axis: &TimeAxis, table: &str, findings: &Findings) {
        let (interval_s, step_s) = ((self.interval_h * 3600.0).round() as u32, axis.step_s);
        if interval_s > step_s && !interval_s.is_multiple_of(step_s) {
            let (interval_min, step_min) = (interval_s / 60, f64::from(step_s) / 60.0);
            let message =
                format!("{interval_min} min is no multiple of the run's step of {step_min} min; give one that is");
            findings.problem("", format!("{table}.interval_min"), message);
        }
    }

    /// The import that may still flow on average in the rest of the interval, W, never negative:
    /// `(P_threshold·T − E)/(T − τ)` with the energy `E` drawn in the time `τ` that has passed.
    #[inline]
    pub fn limit_w(&self, control: &Control) -> f64 {
        let left_h = self.interval_h - control.interval_h;
        if control.interval_h <= 0.0 || left_h <= 0.0 {
            return self.threshold_w;
        }
        ((self.threshold_w * self.interval_h - control.interval_wh) / left_h).max(0.0)
    }

    /// Notes a step's import.
    pub(super) fn remember(&self, control: &mut Control, import_w: f64, step_h: f64) {
        control.interval_h += step_h;
        control.interval_wh += import_w * step_h;
        if control.interval_h >= self.interval_h * (1.0 - 1e-9) {
            (control.interval_h, control.interval_wh) = (0.0, 0.0);
        }
    }
}

/// Peak shaving as a strategy of its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PeakShaving {
    /// The threshold.
    pub shaver: PeakShaver,
    /// Below the threshold less this the battery is charged, W.
    pub dead_band_w: f64,
}

impl PeakShaving {
    /// Reads the keys beside the strategy.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let shaver = PeakShaver::read(k);
        let doc =
            "charge only while the import is this far below the threshold, kW; default the larger of 1 kW and 2 %";
        let given = k.number("dead_band_kw", doc).at_least(0.0).optional();
        let dead_band_w = given.map_or((0.02 * shaver.threshold_w).max(KILO), |kw| kw * KILO);
        Self { shaver, dead_band_w }
    }

    pub(super) fn wish(&self, view: &View<'_>, from_grid: bool) -> Wish {
        // As in the objectives of a site, what an interval has left is not for the battery.
        let highest_w = self.shaver.threshold_w.min(view.import_limit_w);
        let upper_w = self.shaver.limit_w(&view.state.control).min(highest_w);
        let lower_w = upper_w - self.dead_band_w;
        Hold { upper_w, lower_w, reason: Reason::PeakShaving, from_grid }.wish(view)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_drawn_early_in_the_interval_is_missing_late_in_it() {
        let shaver = PeakShaver { threshold_w: 100e3, interval_h: 0.25 };
        let mut control = Control::default();
        assert_eq!(shaver.limit_w(&control), 100e3);
        // 5 min at 160 kW: 25 − 13.33 = 11.67 kWh are left for 10 min: 70 kW.
        shaver.remember(&mut control, 160e3, 5.0 / 60.0);
        assert!((shaver.limit_w(&control) - 70e3).abs() < 1e-6);
        // Another 5 min at 160 kW leave −1.67 kWh: nothing may flow.
        shaver.remember(&mut control, 160e3, 5.0 / 60.0);
        assert_eq!(shaver.limit_w(&control), 0.0);
        shaver.remember(&mut control, 0.0, 5.0 / 60.0);
        assert_eq!(shaver.limit_w(&control), 100e3);
    }

    #[test]
    fn a_step_as_long_as_the_interval_or_longer_is_its_own_interval() {
        let shaver = PeakShaver { threshold_w: 100e3, interval_h: 0.25 };
        let mut control = Control::default();
        shaver.remember(&mut control, 160e3, 1.0);
        assert_eq!(shaver.limit_w(&control), 100e3);
    }
}
