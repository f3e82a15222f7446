//! `pvess library`: what is shipped with the program.

use std::fmt::Write;

use clap::{Args, Subcommand};

use crate::keys::nearest;
use crate::project::library::{self, SHELVES};

use super::{Done, Failure, say};

#[derive(Debug, Args)]
pub(super) struct Library {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List all names, or those of one shelf (plants, modules, inverters, batteries, transformers).
    List {
        /// Shelf to list.
        shelf: Option<String>,
    },
    /// Print a shipped file.
    Show {
        /// Name from the list.
        name: String,
    },
}

impl Library {
    pub(super) fn execute(&self) -> Done {
        match &self.action {
            Action::List { shelf } => list(shelf.as_deref()),
            Action::Show { name } => show(name),
        }
    }
}

fn list(only: Option<&str>) -> Done {
    if let Some(shelf) = only.filter(|shelf| !SHELVES.contains(shelf)) {
        return Err(Failure(format!("there is no shelf \"{shelf}\"; {}", nearest(shelf, &SHELVES))));
    }
    let mut text = String::new();
    for shelf in SHELVES.into_iter().filter(|shelf| only.is_none_or(|only| only == *shelf)) {
        let _ = writeln!(text, "{shelf}:");
        for entry in library::entries(shelf) {
            let _ = writeln!(text, "  {:28} {}", entry.name, first_comment(entry.text));
        }
    }
    say(&text);
    Ok(())
}

/// The first comment line of a file says what it is.
fn first_comment(text: &str) -> &str {
    text.lines().find_map(|line| line.strip_prefix('#')).map_or("", str::trim)
}

fn show(name: &str) -> Done {
    let found = SHELVES.iter().find_map(|shelf| library::find(shelf, name));
    let Some(entry) = found else {
        let names: Vec<_> = SHELVES.iter().flat_map(|shelf| library::entries(shelf)).map(|e| e.name).collect();
        return Err(Failure(format!("there is no \"{name}\" in the library; {}", nearest(name, &names))));
    };
    say(entry.text);
    Ok(())
}
