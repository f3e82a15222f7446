//! `pvess check`: read and check everything, simulate nothing.

use std::path::PathBuf;

use clap::Args;

use super::{Done, open, parse_patch, say, say_warnings};

#[derive(Debug, Args)]
pub(super) struct Check {
    /// Plant file, or the name of a shipped plant.
    plant: PathBuf,
    /// Change a key of the plant file before checking; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = parse_patch)]
    patches: Vec<(String, String)>,
}

impl Check {
    pub(super) fn execute(&self) -> Done {
        let project = open(Some(&self.plant), &self.patches)?;
        say_warnings(&project.warnings);
        let warnings = match project.warnings.len() {
            0 => "no warnings".to_owned(),
            1 => "1 warning".to_owned(),
            n => format!("{n} warnings"),
        };
        say(&format!("{}: ready to run, {warnings}\n{}", project.source, project.describe()));
        Ok(())
    }
}
