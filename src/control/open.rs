//! The front door: a control file, a preset or the demonstration in, a loop ready to run out.

use std::path::Path;

use crate::error::{Findings, Problems};
use crate::inputs::{FileRecord, Files, Folder};
use crate::keys::{Door, Keys, Node, nearest};
use crate::project::{document, library, markdown};

use super::Case;
use super::plan::Plan;

/// The control file of the demonstration, to start one's own from.
pub const EXAMPLE: &str = include_str!("demonstration.toml");

/// The shelf of the library on which the limiter standards are.
const SHELF: &str = "controls";

/// A control file that was read and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// Name of the case.
    pub name: String,
    /// The file as named by the user.
    pub source: String,
    /// The loop.
    pub case: Case,
    /// What the user should know.
    pub warnings: Vec<String>,
    /// Every data file that was read.
    pub files: Vec<FileRecord>,
    document: Node,
    folder: Folder,
}

impl Opened {
    /// Reads a control file and the traces it names; `patches` are `(key, value)` changes on top.
    ///
    /// # Errors
    /// All problems of the file and its traces together.
    pub fn from_file(path: &Path, patches: &[(String, String)]) -> Result<Self, Problems> {
        let shown = path.display().to_string();
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let files = Files::new(path.parent(), &library::data);
        let text = files.read(&name).map_err(|message| Problems::one(&shown, message))?;
        Self::from_text(&text, &shown, &path.parent().into(), patches)
    }

    /// The demonstration site under a limiter standard of the library.
    ///
    /// # Errors
    /// The nearest names if there is none, or what a patch breaks.
    pub fn preset(name: &str, patches: &[(String, String)]) -> Result<Self, Problems> {
        let entries = library::entries(SHELF);
        if !entries.iter().any(|entry| entry.name == name) {
            let names: Vec<_> = entries.iter().map(|entry| entry.name).collect();
            let near = nearest(name, &names);
            return Err(Problems::one(
                name,
                format!("there is no such file, and no shipped control of this name; {near}"),
            ));
        }
        let own = [("limiter.base", name.to_owned()), ("name", format!("Demonstration site, {name}"))];
        let own = own.map(|(key, value)| (key.to_owned(), value));
        let patches: Vec<_> = own.into_iter().chain(patches.iter().cloned()).collect();
        Self::demonstration(&patches)
    }

    /// The demonstration.
    ///
    /// # Errors
    /// What a patch breaks.
    pub fn demonstration(patches: &[(String, String)]) -> Result<Self, Problems> {
        Self::from_text(EXAMPLE, "demonstration", &None.into(), patches)
    }

    /// Reads a control file from TOML text; files in it are in `folder`, `source` names the text in messages.
    ///
    /// # Errors
    /// As [`Opened::from_file`].
    pub fn from_text(
        text: &str,
        source: &str,
        folder: &Folder,
        patches: &[(String, String)],
    ) -> Result<Self, Problems> {
        let document = document::open(text, source, patches)?;
        let findings = Findings::default();
        let shelf = |shelf: &str, name: &str| library::equipment(folder, shelf, name);
        let plan = Keys::read(&document, &Door { findings: &findings, shelf: &shelf }, Plan::read);
        let files = Files::within(folder.clone(), &library::data);
        let case = plan.load(&files, &findings);
        let (case, warnings) = findings.conclude(case)?;
        // Every refusal is noted; this stands for one that was forgotten.
        let case = case.ok_or_else(|| Problems::one(source, "the control file could not be read"))?;
        let (name, source, folder) = (plan.name, source.to_owned(), folder.clone());
        Ok(Self { name, source, case, warnings, files: files.records(), document, folder })
    }

    /// The control file after all changes, as TOML. Files are named by their full paths, so that it runs from anywhere.
    pub fn effective_toml(&self) -> String {
        document::effective_toml(&self.document, &self.folder)
    }
}

/// JSON schema (draft 2020-12) of the control file.
pub fn schema() -> serde_json::Value {
    let mut schema = Keys::describe(Plan::read).into_object("pvess control file");
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    schema["title"] = "pvess control file".into();
    schema
}

/// Every key of the control file with its range, default and meaning, as Markdown tables.
pub fn reference() -> String {
    markdown(&schema())
}
