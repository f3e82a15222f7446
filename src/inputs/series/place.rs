//! Where the rows of a series lie on the run's axis.

use jiff::civil::Date;

use super::super::calendar::{Calendar, DAY_S, YEAR_S, is_leap_day, key365};
use super::super::clock::step_of;
use super::super::faults::{Faults, counted};
use super::super::sequence::{Order, Sequence};
use super::super::stamp::{Label, civil, seconds, shown};
use super::read::Rows;
use crate::time::TimeAxis;

/// For every step of the run the rows that lie in it, with the seconds they share.
#[derive(Debug)]
pub(super) struct Place {
    /// Row and seconds, step after step.
    parts: Vec<(usize, i64)>,
    /// Where each step's parts begin; one more than there are steps.
    begins: Vec<usize>,
}

impl Place {
    /// Lays the rows on the axis: by their stamps, or by their number.
    pub(super) fn find(rows: &Rows, label: Label, axis: &TimeAxis, faults: &Faults<'_>) -> Option<Self> {
        match &rows.stamps {
            None => Self::by_count(rows.len, axis, faults),
            Some(stamps) => {
                let written = stamps.on_clock(axis.utc_offset_s, faults)?;
                let step_s = step_of(&written, faults)?;
                let order = Order { label, label_year: None, fill_s: None };
                let sequence = Sequence::arrange(&stamps.lines, &written, step_s, order, faults)?;
                Self::by_stamp(&sequence, axis, faults)
            }
        }
    }

    /// Mean of a column over each step.
    pub(super) fn means(&self, values: &[f64]) -> Vec<f64> {
        let mean = |step: &[usize]| match &self.parts[step[0]..step[1]] {
            [(row, _)] => values[*row],
            parts => {
                let whole_s: i64 = parts.iter().map(|(_, share_s)| share_s).sum();
                parts.iter().map(|(row, share_s)| values[*row] * *share_s as f64).sum::<f64>() / whole_s as f64
            }
        };
        self.begins.windows(2).map(mean).collect()
    }

    /// The one row of each step; noted where a step has several.
    pub(super) fn held(&self, faults: &Faults<'_>) -> Option<Vec<usize>> {
        if self.parts.len() + 1 != self.begins.len() {
            let message = "the rows are finer than the run's step or lie across it; a command holds for a whole step";
            faults.note(0, "time", message);
            return None;
        }
        Some(self.parts.iter().map(|(row, _)| *row).collect())
    }

    fn by_count(rows: usize, axis: &TimeAxis, faults: &Faults<'_>) -> Option<Self> {
        let steps = axis.len;
        let finer = rows >= steps && steps > 0 && rows.is_multiple_of(steps);
        // A row of more than a day is no series: 12 rows would not even be the months.
        let coarser = rows > 0 && steps.is_multiple_of(rows) && (steps / rows) as f64 * axis.step_h() <= 24.0;
        if finer {
            let each = rows / steps;
            return Some(Self {
                parts: (0..rows).map(|r| (r, 1)).collect(),
                begins: (0..=rows).step_by(each).collect(),
            });
        }
        if coarser {
            let each = steps / rows;
            return Some(Self { parts: (0..steps).map(|s| (s / each, 1)).collect(), begins: (0..=steps).collect() });
        }
        let found = counted(rows, "row");
        let message = format!(
            "{found} without a column of stamps do not fit the run's {steps} steps; give as many, or a whole multiple \
             or part of them up to a day each, or a `time` column"
        );
        faults.note(0, "", message);
        None
    }

    fn by_stamp(sequence: &Sequence, axis: &TimeAxis, faults: &Faults<'_>) -> Option<Self> {
        let starts = axis_starts(axis);
        let last = starts.last()? + i64::from(axis.step_s);
        let exact = Lookup { sequence, by_calendar: false };
        if let Some(place) = exact.place(&starts, i64::from(axis.step_s)) {
            return Some(place);
        }
        let by_calendar = Lookup { sequence, by_calendar: true };
        let whole_year = sequence.length_s() >= YEAR_S;
        let (from, to) = exact.span();
        if let Some(place) = by_calendar.place(&starts, i64::from(axis.step_s)).filter(|_| whole_year) {
            let moved = "it is laid on the run by month, day and time of day; its weekdays are not kept";
            faults.warn(&format!("the series ({from} to {to}) is not of the run's time; {moved}"));
            by_calendar.warn_of_leap_days(&starts, faults);
            return Some(place);
        }
        let run = format!("{} to {}", shown(starts[0]), shown(last));
        let wanted = "it must cover the run, or a whole calendar year of another";
        faults.note(0, "time", format!("the series covers {from} to {to}, the run {run}; {wanted}"));
        None
    }
}

/// Start of every step on the site's clock, s since 1970.
fn axis_starts(axis: &TimeAxis) -> Vec<i64> {
    let mut now = seconds(axis.start);
    let mut starts = Vec::with_capacity(axis.len);
    for _ in 0..axis.len {
        if !axis.leap_days && is_leap_day(now) {
            now += DAY_S;
        }
        starts.push(now);
        now += i64::from(axis.step_s);
    }
    starts
}

/// Finds the row of a time, either at that very time or at the same month, day and time of another year.
struct Lookup<'s> {
    sequence: &'s Sequence,
    by_calendar: bool,
}

impl Lookup<'_> {
    fn place(&self, starts: &[i64], step_s: i64) -> Option<Place> {
        let mut place = Place { parts: Vec::with_capacity(starts.len()), begins: vec![0] };
        for start in starts {
            let mut passed_s = 0;
            while passed_s < step_s {
                let (row, left_s) = self.row(start + passed_s)?;
                let share_s = left_s.min(step_s - passed_s);
                place.parts.push((row, share_s));
                passed_s += share_s;
            }
            place.begins.push(place.parts.len());
        }
        Some(place)
    }

    /// The row at a time, and the seconds until its end.
    fn row(&self, time: i64) -> Option<(usize, i64)> {
        let Sequence { calendar, step_s, first, ref rows } = *self.sequence;
        let into_s = match (self.by_calendar, calendar) {
            (false, _) => Some(calendar.key(time) - first),
            (true, Calendar::Real) => self.same_day(time).map(|other| other - first),
            (true, _) => Some((key365(time) - first).rem_euclid(YEAR_S)),
        }?;
        let step = usize::try_from(into_s.div_euclid(step_s)).ok()?;
        let row = rows.get(step)?;
        Some((*row as usize, step_s - into_s % step_s))
    }

    /// The same month, day and time in the series' years; the 28th for a 29 February that they do not have.
    fn same_day(&self, time: i64) -> Option<i64> {
        let (from, to) = (self.sequence.first, self.sequence.first + self.sequence.length_s());
        let date = civil(time).date();
        let on = |year: i16, day: i8| {
            let other = Date::new(year, date.month(), day).ok()?;
            Some(seconds(other.at(0, 0, 0, 0)) + time.rem_euclid(DAY_S)).filter(|t| (from..to).contains(t))
        };
        let years = || civil(from).year()..=civil(to).year();
        let same = years().find_map(|year| on(year, date.day()));
        same.or_else(|| if is_leap_day(time) { years().find_map(|year| on(year, 28)) } else { None })
    }

    fn warn_of_leap_days(&self, starts: &[i64], faults: &Faults<'_>) {
        let on_axis = starts.iter().any(|s| is_leap_day(*s));
        let (first, length_s) = (self.sequence.first, self.sequence.length_s());
        let in_series = self.sequence.calendar == Calendar::Real
            && (first..first + length_s).step_by(DAY_S as usize).any(is_leap_day);
        if on_axis && !in_series {
            faults.warn("the series has no 29 February; its 28 February is repeated");
        }
    }

    /// Start and end of the series, for a message.
    fn span(&self) -> (String, String) {
        let at = |key| shown(self.sequence.calendar.civil_s(key));
        (at(self.sequence.first), at(self.sequence.first + self.sequence.length_s()))
    }
}
