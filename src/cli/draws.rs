//! Monte Carlo in `pvess sweep`: scenarios crossed with draws, and what the draws give together.

use std::path::PathBuf;

use crate::error::{Problem, Problems};
use crate::project::{Project, check_keys, overlap};
use crate::report;
use crate::sweep::{Axis, Design, Draws, Journal, Samples, Sampling, Values};

use super::Failure;

/// Every scenario of `outer` with the same draws from the plant's distributions.
pub(super) fn crossed(
    outer: Design,
    plant: &Project,
    count: u32,
    seed: u64,
    sampling: Sampling,
) -> Result<Design, Failure> {
    let draws = plant.uncertainty().map_or(vec![], crate::uncertainty::Plan::draws);
    if draws.is_empty() {
        return Err(Failure(format!(
            "{}: --monte-carlo draws from the distributions of the plant file, and there is no [[uncertainty.distribution]]",
            plant.source
        )));
    }
    let keys: Vec<_> = draws.iter().map(|(key, _)| key.as_str()).collect();
    let whole = check_keys(&plant.source, &keys)?;
    let outer_keys = outer.keys();
    let both = keys.iter().filter(|key| outer_keys.iter().any(|other| overlap(key, other)));
    let problems: Vec<_> = both
        .map(|key| Problem {
            place: "--monte-carlo".to_owned(),
            key: (*key).to_owned(),
            message: "is drawn and varied; leave its distribution out, or do not vary it".to_owned(),
        })
        .collect();
    if !problems.is_empty() {
        return Err(Problems(problems).into());
    }
    let axes = draws.into_iter().map(|(key, distribution)| Axis { key, values: Values::Drawn(distribution) }).collect();
    Ok(Design::Crossed(Box::new(outer), Samples::new(axes, whole, count as usize, seed, sampling)))
}

/// What the draws of finished rows give together, put beside the rows: the file and what to print; none of a sweep
/// without draws.
pub(super) fn sum_up(
    journal: &Journal,
    design: &Design,
    plant: &Project,
    chosen: bool,
) -> Result<Option<(PathBuf, String)>, Failure> {
    let levels = plant.uncertainty().map_or(&[][..], |uncertainty| &uncertainty.levels_pct);
    let partial = journal.partial();
    let read = Draws::read(partial, design, journal.layout(), chosen, levels);
    let read = read.map_err(|e| format!("{}: cannot read the rows again: {e}", partial.display()))?;
    let Some(draws) = read else { return Ok(None) };
    let json = serde_json::to_string_pretty(&draws).map_err(|e| format!("the percentiles cannot be written: {e}"))?;
    let place = journal.put_percentiles(&json)?;
    Ok(Some((place, report::draws(&draws))))
}
