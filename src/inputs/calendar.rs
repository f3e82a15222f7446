//! Years of 365 days, for typical years and leap years that lack their 29 February.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::stamp::{civil, seconds};

/// Seconds in a day.
pub(super) const DAY_S: i64 = 86_400;
/// Seconds in a year of 365 days.
pub(super) const YEAR_S: i64 = 365 * DAY_S;

/// How the rows of a file follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Calendar {
    /// Real time, 29 February included.
    Real,
    /// Real years of which every 29 February is left out.
    NoLeapDays,
    /// One year of 365 days whose months may come from different years.
    Typical,
}

impl Calendar {
    /// Tells the calendar from interval starts (s since 1970, site clock).
    pub(super) fn of(starts: &[i64], step_s: i64) -> Self {
        let mut leap_day_skipped = false;
        for pair in starts.windows(2) {
            let real_s = pair[1] - pair[0];
            if real_s == step_s {
                continue;
            }
            let turn_s = turn(pair[0], pair[1]);
            // The calendar goes on while the date jumps by most of a year or more: another year's month begins.
            if (real_s - turn_s).abs() > 200 * DAY_S && (1..=2 * DAY_S).contains(&turn_s) {
                return Self::Typical;
            }
            leap_day_skipped |= real_s - turn_s == DAY_S;
        }
        let skips = leap_day_skipped && !starts.iter().any(|s| is_leap_day(*s));
        if skips { Self::NoLeapDays } else { Self::Real }
    }

    /// A count of seconds that runs on from row to row; for a typical year only within a year.
    pub(super) fn key(self, civil_s: i64) -> i64 {
        if self == Self::Real { civil_s } else { key365(civil_s) }
    }

    /// The date and time of a key, s since 1970 on the site's clock.
    pub(super) fn civil_s(self, key: i64) -> i64 {
        if self == Self::Real { key } else { from_key365(key) }
    }
}

/// Seconds since 1970 counted in years of 365 days; 29 February counts as the 28th.
pub(super) fn key365(civil_s: i64) -> i64 {
    let t = civil(civil_s);
    let day = t.date().day_of_year_no_leap().unwrap_or(59);
    (i64::from(t.year()) - 1970) * YEAR_S + (i64::from(day) - 1) * DAY_S + civil_s.rem_euclid(DAY_S)
}

/// The reverse of [`key365`].
pub(super) fn from_key365(key: i64) -> i64 {
    let (year, within_s) = (1970 + key.div_euclid(YEAR_S), key.rem_euclid(YEAR_S));
    let day = date(2019, 1, 1).checked_add((within_s / DAY_S).days()).unwrap_or(Date::MAX);
    let midnight = Date::new(year as i16, day.month(), day.day()).unwrap_or(Date::MAX).at(0, 0, 0, 0);
    seconds(midnight) + within_s % DAY_S
}

/// Whether a time lies on a 29 February.
pub(super) fn is_leap_day(civil_s: i64) -> bool {
    let date = civil(civil_s).date();
    date.month() == 2 && date.day() == 29
}

/// How far the calendar moves from one row to the next whatever their years, s, at most half a year either way.
pub(super) fn turn(from_s: i64, to_s: i64) -> i64 {
    let forward_s = (key365(to_s) - key365(from_s)).rem_euclid(YEAR_S);
    if forward_s > YEAR_S / 2 { forward_s - YEAR_S } else { forward_s }
}

/// Whether a time is a New Year's midnight.
pub(super) fn is_new_year(civil_s: i64) -> bool {
    let t = civil(civil_s);
    t.date().day_of_year() == 1 && civil_s.rem_euclid(DAY_S) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(year: i16, month: i8, day: i8, hour: i8) -> i64 {
        seconds(date(year, month, day).at(hour, 0, 0, 0))
    }

    #[test]
    fn a_key_of_365_day_years_comes_back_to_its_date() {
        assert_eq!(key365(at(1970, 1, 1, 5)), 5 * 3600);
        assert_eq!(key365(at(2020, 3, 1, 0)) - key365(at(2020, 2, 28, 0)), DAY_S);
        for t in [at(2020, 2, 28, 23), at(2020, 12, 31, 23), at(1969, 12, 31, 1), at(2021, 3, 1, 0)] {
            assert_eq!(from_key365(key365(t)), t);
        }
    }

    #[test]
    fn months_of_other_years_make_a_typical_year_and_a_gap_does_not() {
        let of = |starts: &[i64]| Calendar::of(starts, 3600);
        assert_eq!(of(&[at(1988, 1, 31, 22), at(1988, 1, 31, 23), at(2003, 2, 1, 0)]), Calendar::Typical);
        assert_eq!(of(&[at(2003, 1, 31, 23), at(1988, 2, 1, 0)]), Calendar::Typical);
        assert_eq!(of(&[at(2017, 1, 31, 23), at(2017, 3, 1, 0)]), Calendar::Real);
        assert_eq!(of(&[at(2017, 1, 31, 23), at(2018, 3, 9, 0)]), Calendar::Real);
        assert_eq!(of(&[at(2017, 12, 31, 23), at(2018, 1, 1, 0)]), Calendar::Real);
    }

    #[test]
    fn a_leap_year_may_lack_its_29_february() {
        let of = |starts: &[i64]| Calendar::of(starts, 3600);
        assert_eq!(of(&[at(2020, 2, 28, 23), at(2020, 3, 1, 0)]), Calendar::NoLeapDays);
        assert_eq!(of(&[at(2020, 2, 28, 23), at(2020, 2, 29, 0), at(2020, 3, 1, 0)]), Calendar::Real);
    }
}
