//! The clocks of a file's stamps and of the site, and the step between rows.

use super::calendar::YEAR_S;
use super::faults::{Faults, counted};
use super::stamp::Stamp;

/// The column under which time problems are noted.
pub(super) const TIME: &str = "time";

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
