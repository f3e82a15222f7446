//! Series from CSV files, brought onto the run's axis: load, limits, prices, availability, dispatch, PV power.

mod axis;
mod phases;
mod place;
mod read;
#[cfg(test)]
mod tests;

pub use axis::{AxisSeriesPlan, load_axis_series};

use super::faults::Faults;
use super::source::Files;
use super::stamp::Label;
use super::weather::read_label;
use crate::error::Findings;
use crate::keys::{Keys, Origin};
use crate::time::TimeAxis;
use place::Place;
use read::{Kind, Rows};

/// A column of a series file that a part of the plant asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeriesColumn {
    /// The key that names the column.
    pub key: &'static str,
    /// One line for the reference, with the unit.
    pub doc: &'static str,
    /// The column's name where the key is not given; none: the key is required.
    pub default: Option<&'static str>,
    /// The least value accepted.
    pub low: f64,
    /// The greatest value accepted.
    pub high: f64,
}

/// A column as planned.
#[derive(Debug, Clone, PartialEq)]
struct Column {
    key: &'static str,
    name: String,
    low: f64,
    high: f64,
}

/// What an empty cell of a series means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gaps {
    /// It is refused, with this advice.
    Refused(&'static str),
    /// It stays missing: NaN in every step it touches.
    Kept,
}

/// A series file and its columns.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesPlan {
    /// The file, relative to the plant file, or `pvess:` and the name of shipped data.
    pub file: String,
    columns: Vec<Column>,
    time_column: Option<String>,
    label: Label,
    gaps: Gaps,
    at: Origin,
}

impl SeriesPlan {
    /// Reads `file`, the columns' keys, `time_column` and `label`; `file` is required.
    pub fn read(k: &mut Keys<'_>, columns: &[SeriesColumn]) -> Self {
        let file = k.required_text("file", FILE_DOC);
        Self::read_columns(k, file, columns)
    }

    /// As [`SeriesPlan::read`], for a part that may have no series; none where `file` is not given.
    pub fn read_if_given(k: &mut Keys<'_>, columns: &[SeriesColumn]) -> Option<Self> {
        let file = k.text("file", FILE_DOC);
        let Some(file) = file else {
            // The other keys are known all the same, but mean nothing alone.
            for key in columns.iter().map(|c| c.key).chain(["time_column", "label"]).filter(|key| k.has(key)) {
                k.reject(key, "there is no `file` to read it from");
            }
            for column in columns {
                k.text(column.key, column.doc);
            }
            read_time_keys(k);
            return None;
        };
        Some(Self::read_columns(k, file, columns))
    }

    fn read_columns(k: &mut Keys<'_>, file: String, columns: &[SeriesColumn]) -> Self {
        let name = |k: &mut Keys<'_>, c: &SeriesColumn| match c.default {
            Some(default) => k.text(c.key, c.doc).unwrap_or_else(|| default.to_owned()),
            None => k.required_text(c.key, c.doc),
        };
        let column = |c: &SeriesColumn| Column { key: c.key, name: name(k, c), low: c.low, high: c.high };
        let columns = columns.iter().map(column).collect();
        let (time_column, label) = read_time_keys(k);
        Self { file, columns, time_column, label, gaps: WHOLE, at: Origin::of(k, "file") }
    }

    /// The same plan with another meaning of empty cells.
    #[must_use]
    pub fn with_gaps(self, gaps: Gaps) -> Self {
        Self { gaps, ..self }
    }

    /// Notes a file that cannot be read, where there is no axis to lay it on yet.
    pub fn probe(&self, files: &Files<'_>, findings: &Findings) {
        self.load(files, findings, |_, _| Some(()));
    }

    /// The file's rows, with the problems of the file finished; none where it cannot be read.
    fn load<T>(
        &self,
        files: &Files<'_>,
        findings: &Findings,
        load: impl FnOnce(&str, &Faults<'_>) -> Option<T>,
    ) -> Option<T> {
        if self.file.is_empty() || self.columns.iter().any(|c| c.name.is_empty()) {
            // Already noted as missing.
            return None;
        }
        match files.read(&self.file) {
            Ok(text) => {
                let faults = Faults::new(&self.file, findings);
                let loaded = load(&text, &faults);
                faults.finish();
                loaded
            }
            Err(message) => {
                self.at.refuse(findings, message);
                None
            }
        }
    }
}

/// What a series without a fallback must be.
const WHOLE: Gaps = Gaps::Refused("a series must be whole");

const FILE_DOC: &str = "CSV file, relative to this one; or pvess:NAME for shipped data";

fn read_time_keys(k: &mut Keys<'_>) -> (Option<String>, Label) {
    let doc = "column of time stamps; default `time`, and without such a column rows count from the run's start";
    let time_column = k.text("time_column", doc);
    (time_column, read_label(k, "what a stamp names; default the start").unwrap_or(Label::Start))
}

/// Reads number columns onto the run's axis, in the plan's order: means over each step.
///
/// Finer series are averaged, coarser ones held, so that energy is kept. A missing value, where gaps are kept, makes
/// every step it touches NaN. Every problem is noted; none is given where the rows do not fit the axis. With problems
/// noted the values may be stand-ins (0).
pub fn load_series(
    plan: &SeriesPlan,
    axis: &TimeAxis,
    files: &Files<'_>,
    findings: &Findings,
) -> Option<Vec<Vec<f64>>> {
    plan.load(files, findings, |text, faults| {
        let kinds = vec![Kind::Number; plan.columns.len()];
        let rows = Rows::read(text, plan, &kinds, faults)?;
        let place = Place::find(&rows, plan.label, axis, faults)?;
        Some(rows.columns.iter().map(|values| place.means(values)).collect())
    })
}

/// As [`load_series`], for a plan of a single column.
pub fn load_one(plan: &SeriesPlan, axis: &TimeAxis, files: &Files<'_>, findings: &Findings) -> Option<Vec<f64>> {
    load_series(plan, axis, files, findings)?.pop()
}

/// Reads a column of words and a column of numbers (the plan's two) for a command per step: for each step the index of
/// its word in `words`, and the number.
///
/// Words are compared without regard to case. A file without the second column, or an empty cell in it, means 1.
/// Commands are held over finer steps of the run; a series finer than the run is refused.
pub fn load_commands(
    plan: &SeriesPlan,
    words: &'static [&'static str],
    axis: &TimeAxis,
    files: &Files<'_>,
    findings: &Findings,
) -> Option<(Vec<usize>, Vec<f64>)> {
    plan.load(files, findings, |text, faults| {
        let rows = Rows::read(text, plan, &[Kind::Word(words), Kind::OneIfEmpty], faults)?;
        let place = Place::find(&rows, plan.label, axis, faults)?;
        let held = place.held(faults)?;
        let [commands, numbers] = rows.columns.as_slice() else { return None };
        Some((held.iter().map(|row| commands[*row] as usize).collect(), held.iter().map(|row| numbers[*row]).collect()))
    })
}
