//! The keys of the plant file described: a JSON schema for editors, a table for readers.

use std::fmt::Write;

use serde_json::Value;

use crate::keys::Keys;

use super::plan::Plan;

/// JSON schema (draft 2020-12) of the plant file.
pub fn schema() -> Value {
    let mut schema = Keys::describe(|k| Plan::read(k, None)).into_object("pvess plant file");
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    schema["title"] = "pvess plant file".into();
    schema
}

/// Every key with its range, default and meaning, as Markdown tables: one per table of the plant file.
pub fn reference() -> String {
    markdown(&schema())
}

/// The reference of any file of keys, from its JSON schema.
pub fn markdown(schema: &Value) -> String {
    let mut text = String::new();
    section(&mut text, "", schema);
    text
}

/// One table of keys, then the tables inside it.
fn section(text: &mut String, path: &str, schema: &Value) {
    if let Some(variants) = schema["anyOf"].as_array() {
        // A name from the library, or a table: the table is described.
        for variant in variants.iter().filter(|v| v["properties"].is_object() || v["anyOf"].is_array()) {
            section(text, path, variant);
        }
        return;
    }
    let Some(properties) = schema["properties"].as_object() else { return };
    let tag =
        properties.iter().find_map(|(key, entry)| entry["const"].as_str().map(|name| format!("{key} = \"{name}\"")));
    let heading = match (path.is_empty(), &tag) {
        (true, _) => "Top level".to_owned(),
        (false, None) => format!("`{path}`"),
        (false, Some(tag)) => format!("`{path}` with `{tag}`"),
    };
    let description = schema["description"].as_str().unwrap_or_default();
    let _ = writeln!(
        text,
        "### {heading}\n\n{}.\n\n| key | value | default | meaning |\n|---|---|---|---|",
        capital(description)
    );
    // Where a base may give the keys, they are required without it.
    let required = if schema["required"].is_array() { &schema["required"] } else { &schema["else"]["required"] };
    let required: Vec<_> = required.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (key, entry) in properties {
        row(text, key, entry, required.contains(&key.as_str()));
    }
    text.push('\n');
    for (key, entry) in properties {
        let inner = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        let items = &entry["items"];
        if items["properties"].is_object() || items["anyOf"][0]["properties"].is_object() {
            section(text, &format!("{inner}[]"), items);
        } else {
            section(text, &inner, entry);
        }
    }
}

fn row(text: &mut String, key: &str, entry: &Value, required: bool) {
    let default = match (&entry["default"], required) {
        (Value::Null, true) => "**required**".to_owned(),
        (Value::Null, false) => "—".to_owned(),
        (Value::Number(n), _) => n.as_f64().map_or_else(|| n.to_string(), |x| x.to_string()),
        (default, _) => default.to_string(),
    };
    let meaning = entry["description"].as_str().unwrap_or_default().replace('|', "\\|");
    let _ = writeln!(text, "| `{key}` | {} | {default} | {meaning} |", kind(entry));
}

/// What may stand there, in a few words.
fn kind(entry: &Value) -> String {
    if let Some(options) = entry["enum"].as_array() {
        return options.iter().map(|o| format!("`{o}`")).collect::<Vec<_>>().join(" or ");
    }
    if !entry["const"].is_null() {
        return format!("`{}`", entry["const"]);
    }
    if let Some(options) = entry["anyOf"].as_array() {
        let mut kinds: Vec<_> = options.iter().map(kind).collect();
        kinds.dedup();
        return kinds.join(" or ");
    }
    match entry["type"].as_str() {
        Some("number" | "integer") => number(entry),
        Some("string") => "text".to_owned(),
        Some("boolean") => "true or false".to_owned(),
        Some("array") => match entry["minItems"].as_u64() {
            Some(n) if n == entry["maxItems"] => format!("list of {n}"),
            _ => "list".to_owned(),
        },
        _ => "table".to_owned(),
    }
}

fn number(entry: &Value) -> String {
    let whole = if entry["type"] == "integer" { "whole number" } else { "number" };
    let bound = |key: &str| entry[key].as_f64();
    match (bound("minimum"), bound("exclusiveMinimum"), bound("maximum")) {
        (Some(low), _, Some(high)) => format!("{whole}, {low} to {high}"),
        (_, Some(low), Some(high)) => format!("{whole}, above {low} to {high}"),
        (Some(low), _, None) => format!("{whole}, {low} or more"),
        (_, Some(low), None) => format!("{whole}, above {low}"),
        (None, None, Some(high)) => format!("{whole}, up to {high}"),
        (None, None, None) => whole.to_owned(),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + chars.as_str())
}
