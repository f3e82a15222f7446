//! The walk through the rows of a file, which notes what does not follow.

use super::calendar::{Calendar, is_leap_day, key365, turn};
use super::clock::TIME;
use super::faults::Faults;
use super::sequence::{MISSING, Sequence};
use super::stamp::{civil, shown};

/// The walk through the rows of a file.
pub(super) struct Walk<'l> {
    /// What was found so far.
    pub sequence: Sequence,
    /// Each row's line in the file.
    pub lines: &'l [u32],
    /// Seconds from an interval's start to its stamp.
    pub after_s: i64,
    /// The longest gap that may be filled, s; none where the plan has no say in it.
    pub fill_s: Option<i64>,
    /// Whether a row was refused.
    pub broken: bool,
}

impl Walk<'_> {
    /// Walks through all interval starts.
    pub(super) fn all(&mut self, starts: &[i64], faults: &Faults<'_>) {
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
        } else if distance_s - step_s <= self.fill_s.unwrap_or(0) {
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
pub(super) fn span(from: i64, to: i64) -> String {
    if from >= to { format!("{} is", shown(to)) } else { format!("{} to {} are", shown(from), shown(to)) }
}

const DAYLIGHT: &str = "stamps must be in standard time all year, or carry their offset (daylight saving repeats an hour \
     in autumn and skips one in spring)";

fn advice_backward(back_s: i64) -> String {
    if back_s <= 3600 { format!("; {DAYLIGHT}") } else { String::new() }
}

fn advice_gap(gap_s: i64, fill_s: Option<i64>, after: i64) -> String {
    if fill_s.is_some_and(|fill_s| fill_s > 0) {
        return "; fill = \"interpolate\" fills up to 6 h".to_owned();
    }
    let month = civil(after).month();
    if gap_s == 3600 && [3, 4, 9, 10].contains(&month) {
        return format!("; {DAYLIGHT}");
    }
    match fill_s {
        None => "; every step needs its row".to_owned(),
        Some(_) if gap_s <= 6 * 3600 => "; fill = \"interpolate\" would fill it".to_owned(),
        Some(_) => String::new(),
    }
}
