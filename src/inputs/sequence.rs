//! From rows with stamps to a fixed step without gaps: what follows what, and what is wrong with it.

use jiff::civil::date;

use super::calendar::{Calendar, DAY_S, YEAR_S, is_new_year};
use super::clock::{Clocks, TIME};
use super::faults::{Faults, counted};
use super::stamp::{Label, civil, seconds, shown};
use super::walk::{Walk, span};
use crate::time::TimeAxis;

/// The row of a step that no row gives.
pub(super) const MISSING: u32 = u32::MAX;

/// How the rows of a file are to be put in order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Order {
    /// What the stamps name.
    pub label: Label,
    /// The year by which a typical year is called, if not the first row's.
    pub label_year: Option<i16>,
    /// The longest gap that may be filled, s; none where the plan has no say in it.
    pub fill_s: Option<i64>,
}

/// Rows in order on a fixed step.
#[derive(Debug, Clone)]
pub(super) struct Sequence {
    pub calendar: Calendar,
    pub step_s: i64,
    /// Key (see [`Calendar::key`]) of the first step's start on the file's clock.
    pub first: i64,
    /// The row of each step, [`MISSING`] in a gap that may be filled.
    pub rows: Vec<u32>,
}

/// Seconds from an interval's start to its stamp.
pub(super) fn stamp_after_start_s(label: Label, first_written: i64, step_s: i64) -> i64 {
    match label {
        Label::Start => 0,
        Label::Middle => first_written.rem_euclid(DAY_S) % step_s,
        Label::End => step_s,
    }
}

/// What lies between a sequence and New Year's midnight, where only one of its ends is there and the other within a day.
fn missing_of_year(start: i64, end: i64) -> Option<(i64, i64)> {
    let new_year = |year: i16| seconds(date(year, 1, 1).at(0, 0, 0, 0));
    let (next_year, this_year) = (new_year(civil(end).year() + 1), new_year(civil(start).year()));
    match (is_new_year(start), is_new_year(end)) {
        (true, false) if next_year - end < DAY_S => Some((end, next_year)),
        (false, true) if start - this_year < DAY_S => Some((this_year, start)),
        _ => None,
    }
}

impl Sequence {
    /// Puts rows, stamped on the file's clock, in order. Gaps, duplicates, disorder and stamps off the step are noted.
    pub(super) fn arrange(
        lines: &[u32],
        written: &[i64],
        step_s: i64,
        order: Order,
        faults: &Faults<'_>,
    ) -> Option<Self> {
        let after_s = stamp_after_start_s(order.label, *written.first()?, step_s);
        let starts: Vec<i64> = written.iter().map(|t| t - after_s).collect();
        let first_year = civil(starts[0]).year();
        let renamed = order.label_year.is_some_and(|year| year != first_year);
        let calendar = if renamed { Calendar::Typical } else { Calendar::of(&starts, step_s) };
        let year = order.label_year.unwrap_or(first_year);
        let mut first = calendar.key(starts[0]);
        if calendar == Calendar::Typical {
            first += i64::from(year - first_year) * YEAR_S;
        }
        let sequence = Self { calendar, step_s, first, rows: Vec::with_capacity(starts.len()) };
        let mut walk = Walk { sequence, lines, after_s, fill_s: order.fill_s, broken: false };
        walk.all(&starts, faults);
        let Walk { sequence, broken, .. } = walk;
        (!broken && sequence.is_whole(after_s, faults)).then_some(sequence)
    }

    /// Length, s.
    pub(super) fn length_s(&self) -> i64 {
        self.rows.len() as i64 * self.step_s
    }

    /// Notes a year that lacks its first or last hours, and a typical year of more than a year.
    fn is_whole(&self, after_s: i64, faults: &Faults<'_>) -> bool {
        let length_s = self.length_s();
        if self.calendar == Calendar::Typical && length_s > YEAR_S {
            let days = length_s / DAY_S;
            faults.note(0, TIME, format!("{days} days; a year whose dates repeat or are relabeled has at most 365"));
            return false;
        }
        let at = |key| self.calendar.civil_s(key);
        let (start, end) = (at(self.first), at(self.first + length_s));
        if length_s < 364 * DAY_S {
            return true;
        }
        let Some((from, to)) = missing_of_year(start, end) else {
            self.warn_of_label(start, faults);
            return true;
        };
        let count = (to - from) / self.step_s;
        let missing = span(from + after_s, to + after_s - self.step_s);
        let rows = counted(self.rows.len(), "row");
        faults.note(0, TIME, format!("{rows}, {count} short of the year: {missing} missing"));
        false
    }

    /// A whole year that is one step off New Year's midnight was likely stamped at the other end.
    fn warn_of_label(&self, start: i64, faults: &Faults<'_>) {
        let whole = self.length_s() == YEAR_S || self.length_s() == YEAR_S + DAY_S;
        let early = whole && is_new_year(start + self.step_s);
        let late = whole && is_new_year(start - self.step_s);
        if early || late {
            let label = if early { "start" } else { "end" };
            let starts = shown(start);
            faults.warn(&format!("the year begins at {starts}; are the stamps at the interval's {label}? See `label`"));
        }
    }

    /// The run's axis on the site's clock, and each step's row in its order.
    ///
    /// A whole typical year begins at New Year's midnight: rows that another clock puts before it go to its end.
    pub(super) fn axis(&self, clocks: Clocks) -> (TimeAxis, usize) {
        let mut first = self.first + clocks.ahead_s();
        let mut turned = 0;
        if self.calendar == Calendar::Typical && self.length_s() == YEAR_S {
            let year_key = self.first.div_euclid(YEAR_S) * YEAR_S;
            let until_new_year_s = (year_key - first).rem_euclid(YEAR_S);
            turned = (until_new_year_s + self.step_s - 1).div_euclid(self.step_s);
            first = year_key + turned * self.step_s - until_new_year_s;
        }
        let axis = TimeAxis {
            start: civil(self.calendar.civil_s(first)),
            step_s: self.step_s as u32,
            len: self.rows.len(),
            utc_offset_s: clocks.site_s,
            leap_days: self.calendar == Calendar::Real,
        };
        (axis, turned as usize % self.rows.len().max(1))
    }
}
