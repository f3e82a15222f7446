//! A file of keys as the user has it: opened with its changes, and written down again so that it runs from anywhere.

use crate::error::{Problem, Problems};
use crate::inputs::{Folder, SHIPPED};
use crate::keys::Node;

use super::library;

/// Parses TOML text and makes the changes of `patches`, each a key and its value; `source` names the text in messages.
///
/// # Errors
/// What is wrong with the text, or all patches that are.
pub fn open(text: &str, source: &str, patches: &[(String, String)]) -> Result<Node, Problems> {
    change(Node::parse(text, source).map_err(Problems)?, patches)
}

/// Makes changes in a document, each a key and its value.
///
/// # Errors
/// All changes that are no values or lead nowhere.
pub fn change(mut document: Node, patches: &[(String, String)]) -> Result<Node, Problems> {
    let patch = |(key, value): &(String, String)| {
        let set = Node::typed(value, "--set").and_then(|value| document.set(key, value));
        set.err().map(|message| Problem { place: "--set".to_owned(), key: key.clone(), message })
    };
    let refused: Vec<_> = patches.iter().filter_map(patch).collect();
    if refused.is_empty() { Ok(document) } else { Err(Problems(refused)) }
}

/// A document as TOML, with its files named by their full paths.
pub fn effective_toml(document: &Node, folder: &Folder) -> String {
    let document = document.map_texts(&|key, text| {
        // Of values to draw, those that name a file beside the plant file are files.
        let is_file = matches!(key, "file" | "weather_files")
            || library::is_file(text) && key != "name"
            || key == "values" && folder.has(text);
        if !is_file || text.starts_with(SHIPPED) {
            return text.to_owned();
        }
        folder.full_path(text).map_or_else(|| text.to_owned(), |path| path.display().to_string())
    });
    // A document that was read from TOML can be written as TOML.
    toml::to_string_pretty(&document.to_toml()).unwrap_or_default()
}
