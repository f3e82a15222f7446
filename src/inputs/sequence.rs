//! From rows with stamps to a fixed step without gaps: what follows what, and what is wrong with it.

use jiff::civil::date;

use super::calendar::{Calendar, DAY_S, YEAR_S, is_leap_day, is_new_year, key365, turn};
use super::faults::{Faults, counted};
use super::stamp::{Label, Stamp, civil, seconds, shown};
use crate::time::TimeAxis;

/// The row of a step that no row gives.
pub(super) const MISSING: u32 = u32::MAX;

/// The column under which time problems are noted.
const TIME: &str = "time";

/// The stamps of a file's rows, as written.
#[derive(Debug, Default)]
pub(super) struct Stamps {
    /// Each row's line in the file.
    pub lines: Vec<u32>,
    /// Each row's stamp.
    pub stamps: Vec<Stamp>,
}

/// The clocks of a file and of the site: offsets from UTC, s, east positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clocks {
    /// Of the stamps without an offset.
    pub file_s: i32,
    /// Of the site's standard time.
    pub site_s: i32,
}

/// How the rows of a file are to be put in order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Order {
    /// What the stamps name.
    pub label: Label,
    /// The year by which a typical year is called, if not the first row's.
    pub label_year: Option<i16>,
    /// The longest gap that may be filled, s.
    pub fill_s: i64,
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

impl Stamps {
    pub(super) fn push(&mut self, line: u32, stamp: Stamp) {
        self.lines.push(line);
        self.stamps.push(stamp);
    }

    /// The smallest written offset, s: standard time where daylight saving is written too.
    pub(super) fn standard_offset_s(&self) -> Option<i32> {
        self.stamps.iter().filter_map(|s| s.offset_s).min()
    }

    /// The clocks: of the site as planned, as a header tells it or as the stamps' own offsets do, and of the file.
    pub(super) fn clocks(&self, planned_s: Option<i32>, local_s: Option<i32>, file_s: Option<i32>) -> Option<Clocks> {
        let written_s = self.standard_offset_s();
        let site_s = planned_s.or(local_s).or(file_s).or(written_s)?;
        // Stamps with offsets are brought to the site's clock one by one.
        let file_s = if written_s.is_some() { site_s } else { file_s.unwrap_or(site_s) };
        Some(Clocks { file_s, site_s })
    }

    /// Every stamp on the file's clock, s since 1970. Offsets are written in all rows or in none.
    pub(super) fn on_clock(&self, file_s: i32, faults: &Faults<'_>) -> Option<Vec<i64>> {
        let with_offset = self.stamps.first().is_some_and(|s| s.offset_s.is_some());
        if let Some(odd) = self.stamps.iter().position(|s| s.offset_s.is_some() != with_offset) {
            let message = "some stamps have an offset and some have none; write it in all rows or in none";
            faults.note(self.lines[odd], TIME, message);
            return None;
        }
        let moved = |s: &Stamp| s.civil_s + s.offset_s.map_or(0, |own_s| i64::from(file_s - own_s));
        Some(self.stamps.iter().map(moved).collect())
    }
}

impl Clocks {
    /// Seconds by which the site's clock is ahead of the file's.
    pub(super) fn ahead_s(self) -> i64 {
        i64::from(self.site_s - self.file_s)
    }
}

/// The step of a file: the most frequent distance of its rows, s.
pub(super) fn step_of(written: &[i64], faults: &Faults<'_>) -> Option<i64> {
    let mut counts: Vec<(i64, usize)> = vec![];
    for distance in written.windows(2).map(|pair| pair[1] - pair[0]).filter(|d| (1..=YEAR_S).contains(d)) {
        // A sound file has few distances; of one without a step not all need be counted.
        match counts.iter().position(|(known, _)| *known == distance) {
            Some(at) => counts[at].1 += 1,
            None if counts.len() < 1000 => counts.push((distance, 1)),
            None => {}
        }
    }
    let Some((step_s, _)) = counts.into_iter().max_by_key(|(distance, count)| (*count, -distance)) else {
        let message = match written.len() {
            few @ (0 | 1) => format!("{} with a time stamp; at least two are needed", counted(few, "row")),
            _ => "the stamps do not rise by a step".to_owned(),
        };
        faults.note(0, TIME, message);
        return None;
    };
    Some(step_s)
}

/// Whether a run can have the step; noted if not.
pub(super) fn is_run_step(step_s: i64, faults: &Faults<'_>) -> bool {
    let fits = (60..=3600).contains(&step_s) && step_s % 60 == 0;
    if !fits {
        let apart = if step_s % 3600 == 0 { format!("{} h", step_s / 3600) } else { format!("{step_s} s") };
        faults.note(0, TIME, format!("the rows are {apart} apart; a run's step is 1 to 60 whole minutes"));
    }
    fits
}

/// Seconds from an interval's start to its stamp.
pub(super) fn stamp_after_start_s(label: Label, first_written: i64, step_s: i64) -> i64 {
    match label {
        Label::Start => 0,
        Label::Middle => first_written.rem_euclid(DAY_S) % step_s,
        Label::End => step_s,
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
        let new_year = |year: i16| seconds(date(year, 1, 1).at(0, 0, 0, 0));
        let (last_year, this_year) = (new_year(civil(end).year() + 1), new_year(civil(start).year()));
        let missing = if length_s < 364 * DAY_S {
            None
        } else if is_new_year(start) && !is_new_year(end) && last_year - end < DAY_S {
            Some((end, last_year))
        } else if is_new_year(end) && !is_new_year(start) && start - this_year < DAY_S {
            Some((this_year, start))
        } else {
            self.warn_of_label(start, faults);
            None
        };
        let Some((from, to)) = missing else { return true };
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

/// The walk through the rows of a file.
struct Walk<'l> {
    sequence: Sequence,
    lines: &'l [u32],
    after_s: i64,
    fill_s: i64,
    broken: bool,
}

impl Walk<'_> {
    fn all(&mut self, starts: &[i64], faults: &Faults<'_>) {
        let mut before: Option<(i64, i64)> = None;
        for (row, start) in starts.iter().copied().enumerate() {
            if self.sequence.calendar == Calendar::Typical && is_leap_day(start) {
                continue;
            }
            let key = match (before, self.sequence.calendar) {
                (None, _) => self.sequence.first,
                (Some((key, last)), Calendar::Typical) => key + turn(last, start),
                (Some(_), Calendar::Real) => start,
                (Some(_), Calendar::NoLeapDays) => key365(start),
            };
            let from = before.map_or(key - self.sequence.step_s, |(key, _)| key);
            if self.follows(row, key - from, (from, start), faults) {
                self.sequence.rows.push(row as u32);
                before = Some((key, start));
            }
        }
    }

    /// Whether a row may follow the last one; a short gap before it is left to be filled.
    fn follows(&mut self, row: usize, distance_s: i64, (from, start): (i64, i64), faults: &Faults<'_>) -> bool {
        let step_s = self.sequence.step_s;
        if distance_s == step_s {
            return true;
        }
        let (line, stamp) = (self.lines[row], shown(start + self.after_s));
        let (kind, message) = if distance_s == 0 {
            ("duplicate", format!("{stamp} comes twice{}", advice_backward(step_s)))
        } else if distance_s < 0 {
            let advice = advice_backward(-distance_s);
            ("disorder", format!("{stamp} stands after a later row; rows must be in order{advice}"))
        } else if distance_s % step_s != 0 {
            let minutes = step_s as f64 / 60.0;
            ("off", format!("{stamp} is off the step of {minutes} min that the other rows have"))
        } else if distance_s - step_s <= self.fill_s {
            let gap = (distance_s / step_s - 1) as usize;
            self.sequence.rows.extend(std::iter::repeat_n(MISSING, gap));
            return true;
        } else {
            let at = |key| self.sequence.calendar.civil_s(key) + self.after_s;
            let (missing, hours) = (span(at(from + step_s), at(from + distance_s - step_s)), distance_s - step_s);
            ("gap", format!("{missing} missing{}", advice_gap(hours, self.fill_s, start)))
        };
        faults.note_kind(kind, line, TIME, message);
        self.broken = true;
        kind == "gap" || kind == "off"
    }
}

/// One or several missing stamps, with the verb.
fn span(from: i64, to: i64) -> String {
    if from >= to { format!("{} is", shown(to)) } else { format!("{} to {} are", shown(from), shown(to)) }
}

const DAYLIGHT: &str = "stamps must be in standard time all year, or carry their offset (daylight saving repeats an hour \
     in autumn and skips one in spring)";

fn advice_backward(back_s: i64) -> String {
    if back_s <= 3600 { format!("; {DAYLIGHT}") } else { String::new() }
}

fn advice_gap(gap_s: i64, fill_s: i64, after: i64) -> String {
    if fill_s > 0 {
        return "; fill = \"interpolate\" fills up to 6 h".to_owned();
    }
    let month = civil(after).month();
    if gap_s == 3600 && [3, 4, 9, 10].contains(&month) {
        return format!("; {DAYLIGHT}");
    }
    if gap_s <= 6 * 3600 { "; fill = \"interpolate\" would fill it".to_owned() } else { String::new() }
}
