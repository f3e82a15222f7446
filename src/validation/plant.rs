//! A plant case: a project run as it is, and its time series.

use std::collections::HashMap;

use crate::error::{Findings, Problems};
use crate::inputs::Folder;
use crate::project::Project;
use crate::simulation::Simulation;

use super::case::Columns;
use super::table::Table;

/// Runs the plant of a text, called `source` in messages, and gives every column of its time series in the rows of the
/// table, which are found by their time.
///
/// # Errors
/// What is wrong with the plant file.
pub(super) fn run(
    text: &str,
    source: &str,
    folder: &Folder,
    table: &Table,
    findings: &Findings,
) -> Result<Columns, Problems> {
    let project = Project::from_folder(text, source, folder, &[])?;
    let results = Simulation::new(&project).run();
    let series = &results.timeseries;
    let steps: HashMap<_, _> = series.stamps.iter().enumerate().map(|(i, stamp)| (stamp.as_str(), i)).collect();
    let Some(times) = table.texts("time") else {
        findings.problem(&table.source, "", "there is no column `time`; it finds the rows of the run");
        return Ok(vec![]);
    };
    let found: Vec<_> = times.iter().map(|time| steps.get(time.as_str()).copied()).collect();
    if let Some(row) = found.iter().position(Option::is_none) {
        let message = format!("the run has no step {}; its first is {}", times[row], series.stamp(0));
        findings.problem(table.place(row), "time", message);
        return Ok(vec![]);
    }
    let rows = |name: &&str| {
        let values = series.column(name)?;
        Some(((*name).to_owned(), found.iter().flatten().map(|&step| values[step]).collect()))
    };
    Ok(series.columns().iter().filter_map(rows).collect())
}
