//! A window of days that comes every year, and the limit that holds in it.

use super::value::Flat;
use crate::keys::Keys;
use crate::time::Moment;

/// Month and day, both from 1.
type Day = (u8, u8);

/// Days of a year by month, 29 February among them: the days a window may name.
const DAYS: [u8; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// A limit from one day of the year to another, both included; it may run over the end of the year.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Season {
    from: Day,
    to: Day,
    value: Flat,
}

impl Season {
    /// Reads the days of a window; `value` is what the caller read beside them.
    pub(super) fn read(k: &mut Keys<'_>, value: Flat) -> Option<Self> {
        let from = read_day(k, "from", "first day, month and day: \"05-01\"");
        let to = read_day(k, "to", "last day, included: \"09-30\"; before `from` it lies in the next year");
        Some(Self { from: from?, to: to?, value })
    }

    /// Whether the window holds on a day. A 29 February that a year does not have is passed over.
    fn holds(&self, day: Day) -> bool {
        if self.from <= self.to { self.from <= day && day <= self.to } else { self.from <= day || day <= self.to }
    }

    pub(super) fn value(&self) -> &Flat {
        &self.value
    }

    fn shown(&self) -> String {
        format!("{} to {}", shown(self.from), shown(self.to))
    }
}

/// The window in which a step starts, if it starts in one.
pub(super) fn season_of(seasons: &[Season], moment: Moment) -> Option<&Season> {
    seasons.iter().find(|season| season.holds((moment.month0 + 1, moment.day)))
}

/// Refuses windows that share a day, with the first such day of every pair.
pub(super) fn refuse_overlaps(k: &Keys<'_>, seasons: &[Season]) {
    for (i, first) in seasons.iter().enumerate() {
        for second in &seasons[i + 1..] {
            if let Some(day) = days().find(|day| first.holds(*day) && second.holds(*day)) {
                let (first, second) = (first.shown(), second.shown());
                let message = format!("{first} and {second} both hold on {}; windows may not overlap", shown(day));
                k.reject("season", message);
            }
        }
    }
}

/// Whether some day of the year lies in no window.
pub(super) fn leaves_days_out(seasons: &[Season]) -> bool {
    days().any(|day| !seasons.iter().any(|season| season.holds(day)))
}

fn days() -> impl Iterator<Item = Day> {
    (1..).zip(DAYS).flat_map(|(month, days)| (1..=days).map(move |day| (month, day)))
}

fn shown((month, day): Day) -> String {
    format!("{month:02}-{day:02}")
}

fn read_day(k: &mut Keys<'_>, key: &'static str, doc: &'static str) -> Option<Day> {
    k.required_text(key, doc);
    // Nothing where it is missing or no text, which is noted.
    let text = k.text(key, doc)?;
    let day = parse(&text);
    if day.is_none() {
        k.reject(key, format!("\"{text}\" is no day of the year; write month and day, \"05-01\""));
    }
    day
}

fn parse(text: &str) -> Option<Day> {
    let (month, day) = text.split_once('-')?;
    let is_two_digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    let two_digits = |part: &str| is_two_digits(part).then(|| part.parse::<u8>().ok()).flatten();
    let (month, day) = (two_digits(month)?, two_digits(day)?);
    let days = *DAYS.get(usize::from(month).checked_sub(1)?)?;
    (1..=days).contains(&day).then_some((month, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(from: Day, to: Day) -> Season {
        Season { from, to, value: Flat::W(0.0) }
    }

    #[test]
    fn both_days_belong_to_a_window_and_it_may_run_over_the_end_of_the_year() {
        let summer = window((5, 1), (9, 30));
        assert_eq!(
            [(4, 30), (5, 1), (7, 15), (9, 30), (10, 1)].map(|d| summer.holds(d)),
            [false, true, true, true, false]
        );
        let winter = window((11, 1), (2, 29));
        assert_eq!(
            [(10, 31), (11, 1), (12, 31), (1, 1), (2, 28), (3, 1)].map(|d| winter.holds(d)),
            [false, true, true, true, true, false]
        );
        let day = window((6, 21), (6, 21));
        assert_eq!([(6, 20), (6, 21), (6, 22)].map(|d| day.holds(d)), [false, true, false]);
    }

    #[test]
    fn a_year_without_gaps_is_told_from_one_with_them() {
        assert!(!leaves_days_out(&[window((5, 1), (9, 30)), window((10, 1), (4, 30))]));
        assert!(leaves_days_out(&[window((5, 1), (9, 30)), window((10, 2), (4, 30))]));
        assert!(leaves_days_out(&[]));
        assert_eq!(days().count(), 366);
    }

    #[test]
    fn only_days_of_a_leap_year_are_days() {
        assert_eq!(parse("02-29"), Some((2, 29)));
        for text in ["02-30", "00-01", "13-01", "04-31", "05-00", "5-1", "05/01", "2021-05-01", "+5-01", "-01-05", ""] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
