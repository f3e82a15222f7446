//! What a case.toml says.

use serde_json::json;

use crate::keys::{Door, Keys, Node, Value};

use super::measure::{Measure, SECTIONS};

/// A case.toml that was read and checked.
pub(super) struct Plan {
    pub subject: Subject,
    /// Constants of the case, by name.
    pub parameters: Option<Node>,
    /// The outputs to compare and how; at least one.
    pub measures: Vec<(String, Measure)>,
}

/// What is compared.
pub(super) enum Subject {
    /// A function of the catalogue.
    Function(String),
    /// A plant file in the case's folder.
    Plant(String),
}

impl Plan {
    pub fn read(k: &mut Keys<'_>, door: &Door<'_>) -> Self {
        k.required_text("title", "what is compared");
        k.required_text("source", "where the expected numbers come from");
        let function = k.text("function", "function of the catalogue");
        let project = k.text("project", "plant file in this folder");
        let parameters = k.raw("parameters", || json!({ "type": "object" })).cloned();
        let measures = read_measures(k, door);
        match (&function, &project) {
            (None, None) => k.reject("function", "missing; give a function, or a plant file as project"),
            (Some(_), Some(_)) => k.reject("project", "there is a function too; a case has one of them"),
            (None, Some(_)) if parameters.is_some() => k.reject("parameters", "a plant file holds its own"),
            _ => {}
        }
        let subject = match (function, project) {
            (None, Some(file)) => Subject::Plant(file),
            (name, _) => Subject::Function(name.unwrap_or_default()),
        };
        Self { subject, parameters, measures }
    }

    /// Names of the outputs to compare.
    pub fn outputs(&self) -> Vec<&str> {
        self.measures.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// Names of the parameters.
    pub fn parameter_names(&self) -> Vec<&str> {
        match self.parameters.as_ref().map(|node| &node.value) {
            Some(Value::Table(entries)) => entries.iter().map(|(name, _)| name.as_str()).collect(),
            _ => vec![],
        }
    }
}

fn read_measures(k: &mut Keys<'_>, door: &Door<'_>) -> Vec<(String, Measure)> {
    let mut measures = vec![];
    for (section, read) in SECTIONS {
        match k.raw(section, || json!({ "type": "object" })).map(|node| &node.value) {
            Some(Value::Table(entries)) => {
                measures.extend(entries.iter().map(|(name, node)| (name.clone(), Keys::read(node, door, read))));
            }
            Some(_) => k.reject(section, "must be a table with a line for each output"),
            None => {}
        }
    }
    if measures.is_empty() {
        let tables = SECTIONS.map(|(section, _)| section).join(", ");
        k.reject("tolerance", format!("no output in {tables}; a case that compares nothing fails"));
    }
    measures
}
