//! Where sessions lie on the run's axis: at their own time, or at the same month, day and time of the run's years.

use std::ops::Range;

use jiff::civil::Date;

use super::super::calendar::{DAY_S, YEAR_S, is_leap_day, key365};
use super::super::faults::{Faults, counted};
use super::super::stamp::{civil, seconds};
use super::SessionRow;
use crate::time::TimeAxis;

/// From civil times to seconds on the axis; keeps the sessions that lie on it, at least in part.
///
/// Sessions keep their own time, unless ten times as many would find a place by month, day and time. Then the file is of
/// other years, of which only the first counts.
pub(super) fn on_axis(rows: &[SessionRow], axis: &TimeAxis, faults: &Faults<'_>) -> Vec<SessionRow> {
    let axis = Axis::of(axis);
    let total = rows.len();
    let mut placed: Vec<_> = rows.iter().filter_map(|row| axis.own_time(row)).collect();
    if placed.len() * 10 < total {
        let year = first_year(rows);
        let of_year = rows.iter().filter(|row| year.contains(&row.arrival_s));
        let moved: Vec<_> = of_year.filter_map(|row| axis.same_day(row)).collect();
        if moved.len() > placed.len() * 10 {
            let how = "they are laid on the run by month, day and time of day; their weekdays are not kept";
            faults.warn(&format!("the sessions are not of the run's time; {how}"));
            placed = moved;
        }
    }
    if let outside @ 1.. = total - placed.len() {
        let of = counted(total, "session");
        faults.warn(&format!("{outside} of {of} lie outside the run and are left out"));
    }
    placed
}

/// The axis in seconds; without leap days in years of 365 days.
struct Axis {
    start_s: i64,
    length_s: i64,
    leap_days: bool,
}

impl Axis {
    fn of(axis: &TimeAxis) -> Self {
        let start = seconds(axis.start);
        let start_s = if axis.leap_days { start } else { key365(start) };
        Self { start_s, length_s: axis.len as i64 * i64::from(axis.step_s), leap_days: axis.leap_days }
    }

    /// Seconds from the axis' start to a civil time; none for a day that the axis does not have.
    fn axis_s(&self, civil_s: i64) -> Option<i64> {
        if self.leap_days {
            return Some(civil_s - self.start_s);
        }
        (!is_leap_day(civil_s)).then(|| key365(civil_s) - self.start_s)
    }

    /// The session with its arrival there and its length kept, if a part of it lies on the axis.
    fn with_arrival(&self, row: &SessionRow, arrival_s: i64) -> Option<SessionRow> {
        let departure_s = arrival_s + row.departure_s - row.arrival_s;
        (arrival_s < self.length_s && departure_s > 0).then_some(SessionRow { arrival_s, departure_s, ..*row })
    }

    fn own_time(&self, row: &SessionRow) -> Option<SessionRow> {
        self.with_arrival(row, self.axis_s(row.arrival_s)?)
    }

    /// The session at its month, day and time in the years of the run.
    fn same_day(&self, row: &SessionRow) -> Option<SessionRow> {
        let date = civil(row.arrival_s).date();
        let in_year = |year: i16| {
            let other = Date::new(year, date.month(), date.day()).ok()?;
            let arrival_s = self.axis_s(seconds(other.at(0, 0, 0, 0)) + row.arrival_s.rem_euclid(DAY_S))?;
            (0..self.length_s).contains(&arrival_s).then(|| self.with_arrival(row, arrival_s)).flatten()
        };
        let (from, to) = self.years();
        (from..=to).find_map(in_year)
    }

    fn years(&self) -> (i16, i16) {
        let year = |s: i64| {
            if self.leap_days { civil(s).year() } else { (1970 + s.div_euclid(YEAR_S)) as i16 }
        };
        (year(self.start_s), year(self.start_s + self.length_s))
    }
}

/// The year from the first arrival on, with a 29 February if there is one in it.
fn first_year(rows: &[SessionRow]) -> Range<i64> {
    let first_s = rows.iter().map(|row| row.arrival_s).min().unwrap_or(0);
    let leaps = (0..=365).any(|day| is_leap_day(first_s + day * DAY_S));
    first_s..first_s + if leaps { YEAR_S + DAY_S } else { YEAR_S }
}
