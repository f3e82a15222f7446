//! A trace: values against seconds from the start of a run, for models that are faster than the axis of a year.

use super::faults::{Faults, counted};
use super::series::SeriesColumn;
use super::source::Files;
use super::table::{Row, Table};
use crate::error::Findings;
use crate::keys::{Keys, Origin};

const TIME: &str = "time_s";

/// A CSV file of seconds and values.
#[derive(Debug, Clone, PartialEq)]
pub struct TracePlan {
    /// The file, relative to the file that names it, or `pvess:` and the name of shipped data.
    pub file: String,
    column: String,
    low: f64,
    at: Origin,
}

impl TracePlan {
    /// Reads `file` and the key that names the column; none where `file` is not given.
    pub fn read_if_given(k: &mut Keys<'_>, column: &SeriesColumn) -> Option<Self> {
        let doc = "CSV file with a column `time_s` of seconds from the run's start, relative to this file";
        let file = k.text("file", doc);
        let named = k.text(column.key, column.doc);
        if file.is_none() && named.is_some() {
            k.reject(column.key, "there is no `file` to read it from");
        }
        let column_name = named.or(column.default.map(str::to_owned)).unwrap_or_default();
        file.map(|file| Self { file, column: column_name, low: column.low, at: Origin::of(k, "file") })
    }

    /// The rows as seconds and values, at least one, times rising. Every problem is noted; nothing comes back then.
    ///
    /// A row holds for as long as the one before it did, the only row of a trace for ever. A trace that begins after
    /// the run's start or ends before `duration_s` is refused.
    pub fn load(&self, duration_s: f64, files: &Files<'_>, findings: &Findings) -> Option<Vec<(f64, f64)>> {
        let text = files.read(&self.file).map_err(|message| self.at.refuse(findings, message)).ok()?;
        let faults = Faults::new(&self.file, findings);
        let rows = self.rows(&text, &faults).filter(|rows| Self::covers(rows, duration_s, &faults));
        faults.finish();
        rows
    }

    fn rows(&self, text: &str, faults: &Faults<'_>) -> Option<Vec<(f64, f64)>> {
        let table = Table::open(text, 0, true, faults)?;
        let columns = (table.need(TIME, "", faults), table.need(&self.column, "column", faults));
        let (Some(time), Some(column)) = columns else { return None };
        let mut rows: Vec<(f64, f64)> = vec![];
        let mut sound = true;
        table.rows(time.max(column), faults, |row| {
            let (at_s, value) = (finite(row, time, TIME, faults), finite(row, column, &self.column, faults));
            let (Some(at_s), Some(value)) = (at_s, value) else {
                sound = false;
                return;
            };
            if rows.last().is_some_and(|(before_s, _)| at_s <= *before_s) {
                faults.note_kind("order", row.line, TIME, format!("{at_s} is not after the row before it"));
                sound = false;
            }
            if value < self.low {
                let message = format!("{value} is out of range; it must be {} or more", self.low);
                faults.note_kind("range", row.line, &self.column, message);
                sound = false;
            }
            rows.push((at_s, value));
        });
        if rows.is_empty() && sound {
            faults.note(0, "", "the trace has no rows below its column names");
        }
        (sound && !rows.is_empty()).then_some(rows)
    }

    /// Whether the rows reach from the run's start to its end.
    fn covers(rows: &[(f64, f64)], duration_s: f64, faults: &Faults<'_>) -> bool {
        let (first_s, last_s) = (rows[0].0, rows[rows.len() - 1].0);
        if first_s > 0.0 {
            faults.note(0, TIME, format!("the trace begins at {first_s} s; the run begins at 0"));
            return false;
        }
        let held_s = if rows.len() > 1 { last_s - rows[rows.len() - 2].0 } else { f64::INFINITY };
        let end_s = last_s + held_s;
        let covers = end_s >= duration_s * (1.0 - 1e-9);
        if !covers {
            let rows = counted(rows.len(), "row");
            let message = format!(
                "{rows} reach to {end_s} s, the run to {duration_s} s; lengthen the trace or shorten run.duration_s"
            );
            faults.note(0, TIME, message);
        }
        covers
    }
}

/// The number in a cell; noted and none where it is missing or no number.
fn finite(row: &Row<'_>, column: usize, name: &str, faults: &Faults<'_>) -> Option<f64> {
    match row.number(column) {
        Some(value) if value.is_nan() => {
            faults.note_kind(name, row.line, name, "the value is missing; a trace must be whole");
            None
        }
        Some(value) => Some(value),
        None => {
            row.number_or_note(column, name, faults);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &'static str, duration_s: f64) -> Result<Vec<(f64, f64)>, String> {
        let plan = TracePlan { file: "pvess:t.csv".into(), column: "load_kw".into(), low: 0.0, at: Origin::default() };
        let findings = Findings::default();
        let shipped = move |_: &str| Some(text.as_bytes());
        let rows = plan.load(duration_s, &Files::new(None, &shipped), &findings);
        findings.conclude(rows).map(|(rows, _)| rows.unwrap()).map_err(|p| p.to_string())
    }

    #[test]
    fn rows_are_seconds_and_values_and_the_last_holds_as_long_as_the_one_before() {
        assert_eq!(load("time_s,load_kw\n0,1\n10,2\n", 20.0), Ok(vec![(0.0, 1.0), (10.0, 2.0)]));
        assert_eq!(load("time_s;load_kw\n-1,5;1,25\n", 1e6), Ok(vec![(-1.5, 1.25)]));
        let short = load("time_s,load_kw\n0,1\n10,2\n", 20.1).unwrap_err();
        assert!(short.contains("2 rows reach to 20 s, the run to 20.1 s"), "{short}");
    }

    #[test]
    fn what_is_wrong_with_a_trace_is_told_with_its_line() {
        let says = |text, wanted: &str| {
            let refused = load(text, 1.0).unwrap_err();
            assert!(refused.contains(wanted), "{refused}\n  does not say\n{wanted}");
        };
        says("time_s,load_kw\n", "the trace has no rows");
        says("", "the file is empty");
        says("time_s,kw\n0,1\n", "there is no column `load_kw` (key column)");
        says("seconds,load_kw\n0,1\n", "there is no column `time_s`");
        says("time_s,load_kw\n0,1\n0,2\n", "t.csv:3: time_s: 0 is not after the row before it");
        says("time_s,load_kw\n0,1\n1,-2\n", "t.csv:3: load_kw: -2 is out of range; it must be 0 or more");
        says("time_s,load_kw\n0,\n1,2\n", "t.csv:2: load_kw: the value is missing");
        says("time_s,load_kw\n0,1\n1,x\n", "t.csv:3: load_kw: `x` is not a number");
        says("time_s,load_kw\n5,1\n", "the trace begins at 5 s");
    }
}
