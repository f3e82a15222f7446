//! `pvess validate`: compare with the reference cases.

use std::path::PathBuf;

use clap::Args;

use crate::report;
use crate::validation::{self, Verdict};

use super::{Done, Failure, say};

#[derive(Debug, Args)]
pub(super) struct Validate {
    /// Cases to run; all when none is named.
    #[arg(value_name = "CASE")]
    cases: Vec<String>,
    /// Run the cases of this folder, one folder each, instead of the shipped ones.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// A line for every output, with error quantiles and the worst row.
    #[arg(long, short)]
    verbose: bool,
}

impl Validate {
    pub(super) fn execute(&self) -> Done {
        let cases = match &self.dir {
            Some(dir) => validation::of_folder(dir),
            None => Ok(validation::shipped()),
        };
        let cases =
            cases.and_then(|cases| validation::named(cases, &self.cases)).map_err(|p| Failure(p.to_string()))?;
        let verdicts: Vec<_> = cases.iter().map(Verdict::of).collect();
        say(&report::validation(&verdicts, self.verbose));
        let failing: Vec<_> = verdicts.iter().filter(|v| !v.passes()).map(|v| v.case.as_str()).collect();
        match failing.len() {
            0 => Ok(()),
            n => Err(Failure(format!("{n} of {} cases fall short: {}", verdicts.len(), failing.join(", ")))),
        }
    }
}
