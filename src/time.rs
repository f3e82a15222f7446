//! The run's time axis: fixed steps in the site's standard time.

use std::fmt::Write;

use jiff::civil::{Date, DateTime};
use jiff::{Span, ToSpan};

/// The most years of a run: the axis is repeated so many times at most.
pub const MOST_YEARS: u32 = 50;

/// The first year of a run, counted from 1, that may differ from the one before.
pub const FIRST_LATER_YEAR: u32 = 2;

/// What to say of a key about `years`, counted from 1, of which a run of so many does not reach all; nothing where it does.
pub fn not_reached(key: &str, years: &[u32], run: u32) -> Option<String> {
    let late: Vec<_> = years.iter().filter(|year| **year > run).map(u32::to_string).collect();
    let (late, s) = (late.join(", "), if run == 1 { "" } else { "s" });
    (!late.is_empty())
        .then(|| format!("{key}: a run of {run} year{s} does not reach year {late}; --years makes it longer"))
}

/// Fixed steps without gaps, in standard time: a daylight-saving change never moves a step.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeAxis {
    /// Start of the first interval, standard time.
    pub start: DateTime,
    /// Length of a step in seconds, 60 to 3600.
    pub step_s: u32,
    /// Number of steps.
    pub len: usize,
    /// Standard time minus UTC in seconds, east positive.
    pub utc_offset_s: i32,
    /// Whether a 29 February of the labelled years is on the axis. Typical years have none.
    pub leap_days: bool,
}

/// Where a step's start stands in the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Calendar year.
    pub year: i16,
    /// Month from 0 (January) to 11.
    pub month0: u8,
    /// Day of the month from 1.
    pub day: u8,
    /// Hour of the day from 0 to 23.
    pub hour: u8,
    /// Minute of the hour from 0 to 59.
    pub minute: u8,
    /// Saturday or Sunday.
    pub weekend: bool,
}

impl TimeAxis {
    /// Length of a step in hours.
    pub fn step_h(&self) -> f64 {
        f64::from(self.step_s) / 3600.0
    }

    /// Length of the axis in hours.
    pub fn hours(&self) -> f64 {
        self.len as f64 * self.step_h()
    }

    /// Start of step `i`; `i` may equal the length, which gives the end of the axis.
    pub fn start_of(&self, i: usize) -> DateTime {
        let plain = |seconds: i64| self.start.checked_add(Span::new().seconds(seconds)).unwrap_or(DateTime::MAX);
        let seconds = i as i64 * i64::from(self.step_s);
        if self.leap_days {
            return plain(seconds);
        }
        // Each 29 February passed on the way pushes the stamp on by a day, which may pass no further one: they are years apart.
        let passed = |until: DateTime| {
            let years = self.start.year()..=until.year();
            years
                .filter_map(|y| Date::new(y, 2, 29).ok())
                .filter(|d| self.start.date() <= *d && *d <= until.date())
                .count()
        };
        let skipped = passed(plain(seconds));
        plain(seconds + 86_400 * skipped as i64)
    }

    /// Calendar of every step's start, in order.
    pub fn moments(&self) -> Vec<Moment> {
        let mut now = self.start;
        let step = i64::from(self.step_s).seconds();
        let mut moments = Vec::with_capacity(self.len);
        for _ in 0..self.len {
            if !self.leap_days && now.month() == 2 && now.day() == 29 {
                now = now.checked_add(1.day()).unwrap_or(now);
            }
            moments.push(Moment::of(now));
            now = now.checked_add(step).unwrap_or(now);
        }
        moments
    }

    /// ISO 8601 stamps of every step's start with the offset: `2021-06-01T00:00:00-07:00`.
    pub fn stamps(&self) -> Vec<String> {
        let sign = if self.utc_offset_s < 0 { '-' } else { '+' };
        let minutes = self.utc_offset_s.abs() / 60;
        let offset = format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60);
        let one = |m: &Moment| {
            let mut text = String::with_capacity(25);
            let (month, day) = (m.month0 + 1, m.day);
            let written = write!(text, "{:04}-{month:02}-{day:02}T{:02}:{:02}:00{offset}", m.year, m.hour, m.minute);
            debug_assert!(written.is_ok(), "writing to a string does not fail");
            text
        };
        self.moments().iter().map(one).collect()
    }
}

impl Moment {
    /// The calendar of a civil time.
    pub fn of(t: DateTime) -> Self {
        Self {
            year: t.year(),
            month0: (t.month() - 1) as u8,
            day: t.day() as u8,
            hour: t.hour() as u8,
            minute: t.minute() as u8,
            weekend: matches!(t.weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn axis(year: i16, len: usize, leap_days: bool) -> TimeAxis {
        let start = date(year, 1, 1).at(0, 0, 0, 0);
        TimeAxis { start, step_s: 3600, len, utc_offset_s: -7 * 3600, leap_days }
    }

    #[test]
    fn a_typical_year_labelled_2020_has_no_29_february_and_ends_with_december() {
        let axis = axis(2020, 8760, false);
        let moments = axis.moments();
        assert!(moments.iter().all(|m| !(m.month0 == 1 && m.day == 29)));
        assert_eq!(axis.start_of(8759).to_string(), "2020-12-31T23:00:00");
        assert_eq!(axis.start_of(59 * 24).to_string(), "2020-03-01T00:00:00");
        assert_eq!((moments[8759].month0, moments[8759].day, moments[8759].hour), (11, 31, 23));
    }

    #[test]
    fn a_real_leap_year_has_8784_hours_with_29_february() {
        let axis = axis(2020, 8784, true);
        assert_eq!(axis.start_of(59 * 24).to_string(), "2020-02-29T00:00:00");
        assert_eq!(axis.start_of(8784).to_string(), "2021-01-01T00:00:00");
    }

    #[test]
    fn moments_and_starts_agree_over_two_leap_years_without_leap_days() {
        let axis = axis(2020, 8760 * 5, false);
        let moments = axis.moments();
        for i in (0..axis.len).step_by(731) {
            assert_eq!(moments[i], Moment::of(axis.start_of(i)), "step {i}");
        }
        assert_eq!(axis.start_of(axis.len).to_string(), "2025-01-01T00:00:00");
    }

    #[test]
    fn stamps_carry_the_offset_with_its_sign_and_minutes() {
        let mut axis = axis(2021, 1, true);
        assert_eq!(axis.stamps(), ["2021-01-01T00:00:00-07:00"]);
        axis.utc_offset_s = 5 * 3600 + 45 * 60;
        assert_eq!(axis.stamps(), ["2021-01-01T00:00:00+05:45"]);
    }
}
