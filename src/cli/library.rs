//! `pvess library`: what is shipped with the program.

use std::fmt::Write;

use clap::{Args, Subcommand};

use crate::keys::{Node, Value, nearest};
use crate::project::library::{self, Entry, SHELVES};

use super::{Done, Failure, say};

#[derive(Debug, Args)]
pub(super) struct Library {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List all names, or those of one shelf (plants, modules, inverters, batteries, transformers, controls, data).
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

/// The shipped data, listed beside the shelves; they are used by name, not shown.
const DATA: &str = "data";

fn list(only: Option<&str>) -> Done {
    let shelves = [&SHELVES[..], &[DATA]].concat();
    if let Some(shelf) = only.filter(|shelf| !shelves.contains(shelf)) {
        return Err(Failure(format!("there is no shelf \"{shelf}\"; {}", nearest(shelf, &shelves))));
    }
    let mut text = String::new();
    for shelf in shelves.into_iter().filter(|shelf| only.is_none_or(|only| only == *shelf)) {
        let _ = writeln!(text, "{shelf}:");
        for entry in library::entries(shelf) {
            let _ = writeln!(text, "  {:36} {}", entry.name, describe(shelf, &entry));
        }
        for name in library::data_names().iter().filter(|_| shelf == DATA) {
            let _ = writeln!(text, "  {name}");
        }
    }
    say(&text);
    Ok(())
}

/// One line on an entry: its key figures where it has some, else its first comment line.
fn describe(shelf: &str, entry: &Entry) -> String {
    let comment = entry.text.lines().find_map(|line| line.strip_prefix('#')).map_or("", str::trim);
    let Ok(node) = Node::parse(entry.text, entry.name) else { return comment.to_owned() };
    let text = |key: &str| match node.get(key).map(|n| &n.value) {
        Some(Value::Text(text)) => text.clone(),
        Some(Value::Number(x)) => format!("{x:.0}"),
        _ => String::new(),
    };
    let maker = format!("{} {}", text("manufacturer"), text("model"));
    match shelf {
        "modules" => format!("{maker}, {} W, {}", text("power_stc_w"), text("technology")),
        "inverters" => format!("{maker}, {} W AC", text("ac_power_max_w")),
        _ => comment.to_owned(),
    }
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
