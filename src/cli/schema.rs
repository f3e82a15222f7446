//! `pvess schema`: the keys of the plant file, for editors and for readers.

use clap::{Args, ValueEnum};

use crate::project;

use super::say;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    Json,
    Markdown,
}

#[derive(Debug, Args)]
pub(super) struct Schema {
    /// JSON schema for editors, or a table of keys for readers.
    #[arg(long, value_enum, default_value_t = Form::Json)]
    format: Form,
}

impl Schema {
    pub(super) fn execute(&self) {
        say(&match self.format {
            Form::Json => format!("{:#}\n", project::schema()),
            Form::Markdown => project::reference(),
        });
    }
}
