//! Excursions: unbroken times above a limit.

use serde::Serialize;

use crate::time::TimeAxis;
use crate::units::KILO;

use super::{At, TOLERANCE_W, When};

/// Unbroken times above a limit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Excursions {
    /// How many there were.
    pub number: usize,
    /// The longest, h.
    pub longest_h: f64,
    /// The power furthest beyond the limit, kW.
    pub worst_overshoot_kw: f64,
    /// When that was; none where the limit was kept.
    pub worst_at: Option<When>,
}

/// The same while steps go by.
#[derive(Debug, Clone, Default)]
pub(super) struct ExcursionSheet {
    pub steps: usize,
    /// Sum of the steps' powers beyond the limit, W.
    pub sum_w: f64,
    number: usize,
    longest_steps: usize,
    lasting_steps: usize,
    worst: Option<(f64, At)>,
}

impl ExcursionSheet {
    /// Notes the power beyond the limit in the next step, W, 0 or more; what lies within the tolerance is none. A year
    /// of a run follows on the one before.
    pub(super) fn push(&mut self, beyond_w: f64, at: At) {
        if beyond_w <= TOLERANCE_W {
            self.lasting_steps = 0;
            return;
        }
        self.steps += 1;
        self.sum_w += beyond_w;
        self.number += usize::from(self.lasting_steps == 0);
        self.lasting_steps += 1;
        self.longest_steps = self.longest_steps.max(self.lasting_steps);
        if self.worst.is_none_or(|(worst_w, _)| beyond_w > worst_w) {
            self.worst = Some((beyond_w, at));
        }
    }

    pub(super) fn close(&self, axis: &TimeAxis) -> Excursions {
        Excursions {
            number: self.number,
            longest_h: self.longest_steps as f64 * axis.step_h(),
            worst_overshoot_kw: self.worst.map_or(0.0, |(w, _)| w / KILO),
            worst_at: self.worst.map(|(_, at)| at.when(axis)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn steps_in_a_row_are_one_excursion_also_over_the_end_of_a_year() {
        let start = date(2021, 1, 1).at(0, 0, 0, 0);
        let axis = TimeAxis { start, step_s: 900, len: 4, utc_offset_s: 0, leap_days: true };
        let mut sheet = ExcursionSheet::default();
        for (number, beyond_w) in [0.0, 2e3, 0.0005, 1e3, 4e3, 3e3, 0.0, 0.0].into_iter().enumerate() {
            sheet.push(beyond_w, At { year: number as u32 / 4 + 1, step: number % 4 });
        }
        // One step, and three from the last of the first year on; half a milliwatt is none.
        let excursions = sheet.close(&axis);
        assert_eq!((excursions.number, excursions.longest_h, excursions.worst_overshoot_kw), (2, 0.75, 4.0));
        assert_eq!(excursions.worst_at, Some(When { year: 2, time: "2021-01-01T00:00:00+00:00".to_owned() }));
        assert_eq!((sheet.steps, sheet.sum_w), (4, 10e3));
    }

    #[test]
    fn a_limit_that_is_kept_has_no_worst_moment() {
        let start = date(2021, 1, 1).at(0, 0, 0, 0);
        let axis = TimeAxis { start, step_s: 900, len: 0, utc_offset_s: 0, leap_days: true };
        let kept = ExcursionSheet::default().close(&axis);
        assert_eq!((kept.number, kept.longest_h, kept.worst_overshoot_kw, kept.worst_at), (0, 0.0, 0.0, None));
    }
}
