//! Time stamps of data files as text, and which point of its interval a stamp names.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

/// The point of its interval that a stamp names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// The interval's start.
    Start,
    /// Its middle: the sun is computed at the stamp, and the interval starts at the stamp rounded down to the step.
    Middle,
    /// The interval's end.
    End,
}

/// The labels by their names in a plant file.
pub(super) const LABELS: [(&str, Label); 3] = [("start", Label::Start), ("middle", Label::Middle), ("end", Label::End)];

/// The forms a stamp may have, as the end of a message.
pub(super) const FORMS: &str = "write 2021-06-01T13:00, 2021-06-01 13:00 or 06/01/2021 13:00 (month first), \
     with Z or an offset such as -07:00 where it is not standard time";

/// A time stamp as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    /// The written date and time, in seconds since 1970-01-01 00:00 of the same clock.
    pub civil_s: i64,
    /// The written offset from UTC, s, east positive.
    pub offset_s: Option<i32>,
}

impl Stamp {
    /// A stamp without offset from the parts of its date and time; 24:00 is the next day's 0:00.
    pub(super) fn from_parts(year: i64, month: i64, day: i64, clock_s: i64) -> Option<Self> {
        Some(Self { civil_s: day_s(year, month, day)? + clock_s, offset_s: None })
    }

    /// Reads `2021-06-01T13:00:00-07:00`, `2021-06-01 13:00`, `06/01/2021 13:00` (month first) or `01.06.2021 13:00`
    /// (day first), seconds and offset as they are given.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut rest = Cursor(text.as_bytes());
        let midnight_s = rest.date()?;
        if !rest.eat(b'T') {
            rest.eat(b' ').then_some(())?;
            rest.skip_spaces();
        }
        let clock_s = rest.clock()?;
        rest.skip_spaces();
        let offset_s = rest.offset()?;
        rest.0.is_empty().then_some(Self { civil_s: midnight_s + clock_s, offset_s })
    }
}

/// Midnight of a date written `MM/DD/YYYY` or `YYYY-MM-DD`, s since 1970.
pub(super) fn parse_date(text: &str) -> Option<i64> {
    let mut rest = Cursor(text.as_bytes());
    let midnight_s = rest.date()?;
    rest.0.is_empty().then_some(midnight_s)
}

/// Seconds since midnight of a clock time written `HH:MM`, 0:00 to 24:00.
pub(super) fn parse_clock(text: &str) -> Option<i64> {
    let mut rest = Cursor(text.as_bytes());
    let clock_s = rest.clock()?;
    rest.0.is_empty().then_some(clock_s)
}

/// Seconds of an hour and a minute; an hour of 24 only with minute 0.
pub(super) fn clock_s(hour: i64, minute: i64) -> Option<i64> {
    let in_day = (0..24).contains(&hour) && (0..60).contains(&minute);
    (in_day || (hour == 24 && minute == 0)).then_some(hour * 3600 + minute * 60)
}

/// The date and time of a count of seconds since 1970 on the same clock.
pub(super) fn civil(civil_s: i64) -> DateTime {
    Timestamp::from_second(civil_s).map_or(DateTime::MAX, |t| Offset::UTC.to_datetime(t))
}

/// Seconds since 1970 of a date and time on the same clock.
pub(super) fn seconds(t: DateTime) -> i64 {
    Offset::UTC.to_timestamp(t).map_or(i64::MAX / 4, Timestamp::as_second)
}

/// A date and time for a message: `2021-06-01 13:00`.
pub(super) fn shown(civil_s: i64) -> String {
    civil(civil_s).strftime("%Y-%m-%d %H:%M").to_string()
}

fn day_s(year: i64, month: i64, day: i64) -> Option<i64> {
    // Years of two digits are not guessed.
    let year = i16::try_from(year).ok().filter(|y| (1900..=2200).contains(y))?;
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    Some(seconds(date.at(0, 0, 0, 0)))
}

/// What is left to read of a stamp.
struct Cursor<'t>(&'t [u8]);

impl Cursor<'_> {
    fn eat(&mut self, wanted: u8) -> bool {
        let found = self.0.first() == Some(&wanted);
        if found {
            self.0 = &self.0[1..];
        }
        found
    }

    fn skip_spaces(&mut self) {
        while self.eat(b' ') {}
    }

    /// A number of one to `most` digits.
    fn number(&mut self, most: usize) -> Option<i64> {
        let digits = self.0.iter().take(most).take_while(|b| b.is_ascii_digit()).count();
        let (number, rest) = self.0.split_at(digits);
        self.0 = rest;
        (digits > 0).then(|| number.iter().fold(0, |n, digit| n * 10 + i64::from(digit - b'0')))
    }

    /// A date, as midnight in seconds.
    fn date(&mut self) -> Option<i64> {
        let first = self.number(4)?;
        let separator = [b'-', b'/', b'.'].into_iter().find(|s| self.eat(*s))?;
        let second = self.number(2)?;
        self.eat(separator).then_some(())?;
        let third = self.number(4)?;
        match separator {
            _ if first >= 1900 => day_s(first, second, third),
            b'/' => day_s(third, first, second),
            b'.' => day_s(third, second, first),
            _ => None,
        }
    }

    /// A clock time in seconds since midnight.
    fn clock(&mut self) -> Option<i64> {
        let hour = self.number(2)?;
        self.eat(b':').then_some(())?;
        let minute = self.number(2)?;
        let second = if self.eat(b':') { self.number(2).filter(|s| *s < 60)? } else { 0 };
        if self.eat(b'.') {
            // Parts of a second are only accepted as zeros.
            (self.number(9)? == 0).then_some(())?;
        }
        (hour < 24 || second == 0).then_some(())?;
        Some(clock_s(hour, minute)? + second)
    }

    /// Nothing, `Z` or `±HH`, `±HHMM`, `±HH:MM`; the outer option is none where it is none of these.
    #[allow(clippy::option_option, reason = "unreadable and absent are different answers")]
    fn offset(&mut self) -> Option<Option<i32>> {
        if self.0.is_empty() {
            return Some(None);
        }
        if self.eat(b'Z') {
            return Some(Some(0));
        }
        let sign = if self.eat(b'-') { -1 } else { self.eat(b'+').then_some(1)? };
        let hour = self.number(2)?;
        let minute = if self.0.is_empty() {
            0
        } else {
            self.eat(b':');
            self.number(2)?
        };
        let offset_s = i32::try_from(clock_s(hour, minute)?).ok()?;
        (offset_s <= 14 * 3600).then_some(Some(sign * offset_s))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, Option<i32>)> {
        Stamp::parse(text).map(|s| (civil(s.civil_s).to_string(), s.offset_s))
    }

    #[test]
    fn the_usual_forms_are_read() {
        let one = |offset| Some(("2021-06-01T13:05:00".to_owned(), offset));
        for text in ["2021-06-01T13:05", "2021-06-01 13:05:00", "2021/6/1 13:05", "6/1/2021 13:05", "06/01/2021  13:05"]
        {
            assert_eq!(read(text), one(None), "{text}");
        }
        assert_eq!(read("01.06.2021 13:05"), one(None));
        assert_eq!(read("2021-06-01T13:05:00.000Z"), one(Some(0)));
        assert_eq!(read("2021-06-01 13:05:00-07:00"), one(Some(-25_200)));
        assert_eq!(read("2021-06-01T13:05+0545"), one(Some(20_700)));
        assert_eq!(read("2021-06-01T13:05 +02"), one(Some(7200)));
    }

    #[test]
    fn hour_24_is_the_next_day() {
        assert_eq!(read("12/31/2020 24:00").unwrap().0, "2021-01-01T00:00:00");
        assert_eq!(parse_date("12/31/1980").map(shown).unwrap(), "1980-12-31 00:00");
        assert_eq!(parse_clock("24:00"), Some(86_400));
    }

    #[test]
    fn what_is_no_stamp_is_refused_and_not_guessed() {
        let wrong = [
            "",
            "13:05",
            "2021-06-01",
            "2021-13-01 00:00",
            "2021-02-29 00:00",
            "1/1/21 0:00",
            "13/01/2021 0:00",
            "1/1/2021 1:00 PM",
            "2021-06-01T25:00",
            "2021-06-01T24:30",
            "2021-06-01T24:00:30",
            "2021-06-01T13:60",
            "2021-06-01T13:05:00.5",
            "2021-06-01T13:05x",
            "2021-06-01T13:05+15:00",
            "01-06-2021 00:00",
            "2021-06-0100:00",
        ];
        for text in wrong {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
