//! What is shipped inside the program: equipment, example plants and their data, found by name.

use std::path::Path;

use include_dir::{Dir, include_dir};

use crate::error::Problem;
use crate::inputs::{Folder, SHIPPED};
use crate::keys::{Node, nearest};

static MODELS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/models");
static DATA: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/data");

/// The shelves of the library, in the order they are listed.
pub const SHELVES: [&str; 6] = ["plants", "modules", "inverters", "batteries", "transformers", "controls"];

/// One shipped document.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// Name by which it is found.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// What is on a shelf, by name.
pub fn entries(shelf: &str) -> Vec<Entry> {
    let files = MODELS.get_dir(shelf).into_iter().flat_map(Dir::files);
    let entry = |file: &'static include_dir::File<'static>| {
        let path = file.path();
        let is_toml = path.extension().is_some_and(|e| e == "toml");
        let name = path.file_stem().and_then(|stem| stem.to_str()).filter(|_| is_toml)?;
        Some(Entry { name, text: file.contents_utf8()? })
    };
    let mut entries: Vec<_> = files.filter_map(entry).collect();
    entries.sort_by_key(|e| e.name);
    entries
}

/// A shipped document by shelf and name.
pub fn find(shelf: &str, name: &str) -> Option<Entry> {
    entries(shelf).into_iter().find(|e| e.name == name)
}

/// Shipped data by its name after `pvess:`, such as `weather/daggett-ca-nsrdb-psm3-tmy.csv`.
pub fn data(name: &str) -> Option<&'static [u8]> {
    DATA.get_file(name).map(include_dir::File::contents)
}

/// Names of the shipped data, as a plant file writes them.
pub fn data_names() -> Vec<String> {
    let files = DATA.find("**/*.csv").into_iter().flatten();
    let mut names: Vec<_> = files.map(|entry| format!("{SHIPPED}{}", entry.path().display())).collect();
    names.sort();
    names
}

/// Whether a name of equipment means a file beside the plant file.
pub fn is_file(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|e| e.eq_ignore_ascii_case("toml"))
}

/// Equipment for a plant file: a shipped name, or a TOML file in the plant file's folder.
///
/// # Errors
/// What is wrong with the name or the file; the nearest names for an unknown one.
pub fn equipment(folder: &Folder, shelf: &str, name: &str) -> Result<Node, Vec<Problem>> {
    let problem = |message: String| vec![Problem { place: String::new(), key: String::new(), message }];
    if is_file(name) {
        let bytes = folder.read(name).map_err(|e| problem(format!("\"{name}\": {e}")))?;
        let text = std::str::from_utf8(&bytes).map_err(|e| problem(format!("\"{name}\": not UTF-8 text: {e}")))?;
        return Node::parse(text, name);
    }
    if let Some(entry) = find(shelf, name) {
        return Node::parse(entry.text, &format!("models/{shelf}/{name}.toml"));
    }
    let names: Vec<_> = entries(shelf).iter().map(|e| e.name).collect();
    let near = nearest(name, &names);
    Err(problem(format!("\"{name}\" is not in models/{shelf}; {near} (or name a .toml file beside the plant file)")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_offers_the_nearest() {
        let problems = equipment(&None.into(), "modules", "cs6x-310").unwrap_err();
        assert!(problems[0].message.contains("did you mean cs6x-310p"), "{problems:?}");
    }

    #[test]
    fn every_shelf_has_its_equipment_and_every_document_parses() {
        for shelf in SHELVES {
            let entries = entries(shelf);
            assert!(entries.len() >= 3, "{shelf} has {} entries", entries.len());
            for entry in entries {
                assert!(Node::parse(entry.text, entry.name).is_ok(), "{shelf}/{}", entry.name);
            }
        }
    }
}
