//! Reading the keys of a plant file: range checks, unknown keys, and the schema, all from one description of each key.
//!
//! A part of the plan reads itself through [`Keys`]. Reading never stops: a bad key is noted at the [`Door`] and the
//! reader goes on with a stand-in (the default, or NaN), which is never simulated because the input is then refused.
//! The same calls, made on no document at all, describe the keys: that is the schema.

mod document;
mod equipment;
mod number;
mod origin;
mod schema;
mod variant;

pub use document::{Node, Place, Value};
pub use number::Number;
pub use origin::Origin;
pub use schema::Schema;
pub use variant::Variant;

use crate::error::{Findings, Problem};

/// Finds a document by shelf (`modules`, `inverters`, …) and name; the names offered when there is none.
pub type Shelf<'d> = dyn Fn(&str, &str) -> Result<Node, Vec<Problem>> + 'd;

/// What the readers share: where to note problems, and where named equipment is found.
pub struct Door<'d> {
    /// Problems and warnings of the whole input.
    pub findings: &'d Findings,
    /// Equipment by name.
    pub shelf: &'d Shelf<'d>,
}

/// A table of the plant file that is being read.
pub struct Keys<'d> {
    door: &'d Door<'d>,
    node: Option<&'d Node>,
    path: String,
    known: Vec<&'static str>,
    silent: bool,
    schema: Option<Schema>,
}

impl<'d> Keys<'d> {
    /// Reads a whole document.
    pub fn read<T>(node: &'d Node, door: &'d Door<'d>, read: impl FnOnce(&mut Keys<'_>) -> T) -> T {
        Keys { door, node: Some(node), path: String::new(), known: vec![], silent: false, schema: None }.finish(read)
    }

    /// Describes the keys that `read` would read.
    pub fn describe<T>(read: impl FnOnce(&mut Keys<'_>) -> T) -> Schema {
        let findings = Findings::default();
        let shelf = |_: &str, _: &str| Err(vec![]);
        let door = Door { findings: &findings, shelf: &shelf };
        let mut keys = Keys::absent(&door, String::new(), true);
        read(&mut keys);
        keys.schema.unwrap_or_default()
    }

    fn absent(door: &'d Door<'d>, path: String, describe: bool) -> Self {
        Keys { door, node: None, path, known: vec![], silent: true, schema: describe.then(Schema::default) }
    }

    fn finish<T>(mut self, read: impl FnOnce(&mut Keys<'_>) -> T) -> T {
        if self.node.is_some_and(|n| !matches!(n.value, Value::Table(_))) {
            let found = self.node.map_or("nothing", |n| n.value.kind());
            let once = if matches!(self.node, Some(Node { value: Value::List(_), .. })) {
                format!("; there is one only: write [{0}] once, not [[{0}]]", self.path)
            } else {
                String::new()
            };
            self.note(self.place(), self.path.clone(), format!("must be a table of keys, not {found}{once}"));
            self = Keys::absent(self.door, self.path, false);
        }
        let value = read(&mut self);
        self.refuse_unknown();
        value
    }

    fn refuse_unknown(&self) {
        let Some(Node { value: Value::Table(entries), .. }) = self.node else { return };
        if self.silent {
            return;
        }
        for (key, node) in entries.iter().filter(|(key, _)| !self.known.contains(&key.as_str())) {
            self.note(node.place.to_string(), self.path_of(key), format!("unknown key; {}", nearest(key, &self.known)));
        }
    }

    fn note(&self, place: String, key: String, message: String) {
        if !self.silent {
            self.door.findings.problem(place, key, message);
        }
    }

    fn place(&self) -> String {
        self.node.map_or_else(String::new, |n| n.place.to_string())
    }

    fn path_of(&self, key: &str) -> String {
        match (self.path.as_str(), key) {
            ("", key) => key.to_owned(),
            (table, "") => table.to_owned(),
            (table, key) => format!("{table}.{key}"),
        }
    }

    /// Registers a key and gives its node, if it is in the document.
    fn take(&mut self, key: &'static str) -> Option<&'d Node> {
        if !self.known.contains(&key) {
            self.known.push(key);
        }
        self.node.and_then(|n| n.get(key))
    }

    /// Whether a schema is being made.
    fn describes(&self) -> bool {
        self.schema.is_some()
    }

    /// Adds a key to the schema, if one is being made.
    fn describe_key(&mut self, key: &'static str, required: bool, entry: impl FnOnce() -> serde_json::Value) {
        if let Some(schema) = &mut self.schema {
            schema.add(key, required, entry());
        }
    }

    /// Whether a key is the same in this document and in another one, in value and place.
    pub fn is_unchanged(&mut self, key: &'static str, other: &Node) -> bool {
        self.node.is_some() && self.take(key) == other.get(key)
    }

    /// Whether the document has the key.
    pub fn has(&self, key: &str) -> bool {
        self.node.is_some_and(|n| n.get(key).is_some())
    }

    /// Notes that a value is refused, at its place; `message` says why and what would be right. `key` may be a path.
    pub fn reject(&self, key: &str, message: impl Into<String>) {
        let node = self.node.and_then(|n| key.split('.').try_fold(n, |n, part| n.get(part)));
        let place = node.map_or_else(|| self.place(), |n| n.place.to_string());
        self.note(place, self.path_of(key), message.into());
    }

    /// Notes a warning about this part.
    pub fn warn(&self, key: &str, message: &str) {
        if !self.silent {
            self.door.findings.warn(format!("{}: {message}", self.path_of(key)));
        }
    }

    /// The dotted path of this table with its place, for problems that show only later, when data are read.
    fn locate(&self, key: &str) -> (String, String) {
        let node = self.node.and_then(|n| n.get(key)).or(self.node);
        (node.map_or_else(String::new, |n| n.place.to_string()), self.path_of(key))
    }

    fn missing(&self, key: &str, doc: &str) {
        self.note(self.place(), self.path_of(key), format!("missing; it is required: {doc}"));
    }

    fn wrong_type(&self, key: &str, node: &Node, wanted: &str) {
        let message = format!("{} is {}; it must be {wanted}", node.value, node.value.kind());
        self.note(node.place.to_string(), self.path_of(key), message);
    }

    /// A number, to be bounded and finished: `.within(0.0, 100.0).or(2.0)`.
    pub fn number(&mut self, key: &'static str, doc: &'static str) -> Number<'_, 'd> {
        Number::new(self, key, doc)
    }

    /// A text, if given.
    pub fn text(&mut self, key: &'static str, doc: &'static str) -> Option<String> {
        self.describe_key(key, false, || serde_json::json!({ "type": "string", "description": doc }));
        let node = self.take(key)?;
        if let Value::Text(text) = &node.value {
            return Some(text.clone());
        }
        self.wrong_type(key, node, "text in quotes");
        None
    }

    /// A text that must be given.
    pub fn required_text(&mut self, key: &'static str, doc: &'static str) -> String {
        let text = self.text(key, doc);
        if let Some(schema) = &mut self.schema {
            schema.require(key);
        }
        if text.is_none() && !self.has(key) {
            self.missing(key, doc);
        }
        text.unwrap_or_default()
    }

    /// true or false.
    pub fn flag(&mut self, key: &'static str, doc: &'static str, default: bool) -> bool {
        let entry = || serde_json::json!({ "type": "boolean", "description": doc, "default": default });
        self.describe_key(key, false, entry);
        let Some(node) = self.take(key) else { return default };
        if let Value::Flag(value) = node.value {
            return value;
        }
        self.wrong_type(key, node, "true or false");
        default
    }

    /// One of a list of names.
    pub fn choice<T: Copy + PartialEq>(
        &mut self,
        key: &'static str,
        doc: &'static str,
        options: &[(&'static str, T)],
        default: T,
    ) -> T {
        let names = || options.iter().map(|(name, _)| *name).collect::<Vec<_>>();
        self.describe_key(key, false, || {
            let mut entry = serde_json::json!({ "enum": names(), "description": doc });
            if let Some((name, _)) = options.iter().find(|(_, option)| *option == default) {
                entry["default"] = (*name).into();
            }
            entry
        });
        let Some(node) = self.take(key) else { return default };
        let found = options.iter().find(|(name, _)| matches!(&node.value, Value::Text(text) if text == name));
        if found.is_none() {
            self.note(node.place.to_string(), self.path_of(key), not_one_of(node, &names()));
        }
        found.map_or(default, |(_, option)| *option)
    }

    /// A table of keys, if given.
    pub fn section<T>(
        &mut self,
        key: &'static str,
        doc: &'static str,
        read: impl FnOnce(&mut Keys<'_>) -> T,
    ) -> Option<T> {
        if self.schema.is_some() {
            self.describe_section(key, doc, false, read);
            return None;
        }
        let node = self.take(key)?;
        Some(self.child(node, self.path_of(key)).finish(read))
    }

    /// A table of keys that must be given.
    pub fn required_section<T>(
        &mut self,
        key: &'static str,
        doc: &'static str,
        read: impl FnOnce(&mut Keys<'_>) -> T,
    ) -> T {
        self.whole_section(key, doc, true, read)
    }

    /// A table of keys in which every key has a default, so that it may be left out whole.
    pub fn section_or_default<T>(
        &mut self,
        key: &'static str,
        doc: &'static str,
        read: impl FnOnce(&mut Keys<'_>) -> T,
    ) -> T {
        self.whole_section(key, doc, false, read)
    }

    fn whole_section<T>(
        &mut self,
        key: &'static str,
        doc: &'static str,
        required: bool,
        read: impl FnOnce(&mut Keys<'_>) -> T,
    ) -> T {
        if self.schema.is_some() {
            return self.describe_section(key, doc, required, read);
        }
        if let Some(node) = self.take(key) {
            return self.child(node, self.path_of(key)).finish(read);
        }
        if required {
            self.missing(key, doc);
        }
        // Of a table that is missing, the keys inside are not also reported.
        let mut keys = Keys::absent(self.door, self.path_of(key), false);
        keys.silent = required || self.silent;
        read(&mut keys)
    }

    fn describe_section<T>(
        &mut self,
        key: &'static str,
        doc: &'static str,
        required: bool,
        read: impl FnOnce(&mut Keys<'_>) -> T,
    ) -> T {
        let mut keys = Keys::absent(self.door, self.path_of(key), true);
        let value = read(&mut keys);
        let entry = keys.schema.unwrap_or_default().into_object(doc);
        self.describe_key(key, required, || entry);
        value
    }

    /// A list of tables, `[[key]]`; empty when not given.
    pub fn sections<T>(
        &mut self,
        key: &'static str,
        doc: &'static str,
        mut read: impl FnMut(&mut Keys<'_>) -> T,
    ) -> Vec<T> {
        if self.schema.is_some() {
            let mut keys = Keys::absent(self.door, self.path_of(key), true);
            read(&mut keys);
            let items = keys.schema.unwrap_or_default().into_object(doc);
            self.describe_key(
                key,
                false,
                || serde_json::json!({ "type": "array", "description": doc, "items": items }),
            );
            return vec![];
        }
        let path = self.path_of(key);
        let items = self.take_list(key);
        items.iter().enumerate().map(|(i, item)| self.child(item, format!("{path}.{i}")).finish(&mut read)).collect()
    }

    /// The items of a list of tables; none when it is not given.
    fn take_list(&mut self, key: &'static str) -> &'d [Node] {
        match self.take(key) {
            Some(Node { value: Value::List(items), .. }) => items,
            Some(node) => {
                self.wrong_type(key, node, &format!("a list of tables, [[{}]]", self.path_of(key)));
                &[]
            }
            None => &[],
        }
    }

    fn child<'c>(&self, node: &'c Node, path: String) -> Keys<'c>
    where
        'd: 'c,
    {
        Keys { door: self.door, node: Some(node), path, known: vec![], silent: self.silent, schema: None }
    }

    /// The raw node of a key whose shape the caller reads itself; `entry` is its JSON schema.
    pub fn raw(&mut self, key: &'static str, entry: impl FnOnce() -> serde_json::Value) -> Option<&'d Node> {
        self.describe_key(key, false, entry);
        self.take(key)
    }
}

fn not_one_of(node: &Node, names: &[&str]) -> String {
    let near = match &node.value {
        Value::Text(text) => nearest(text, names),
        _ => one_of(names),
    };
    format!("{} is not known here; {near}", node.value)
}

fn one_of(names: &[&str]) -> String {
    format!("choose one of {}", names.join(", "))
}

/// The known names closest to what was typed, as the end of a message.
pub fn nearest(typed: &str, known: &[&str]) -> String {
    let mut ranked: Vec<_> =
        known.iter().map(|name| (strsim::normalized_damerau_levenshtein(typed, name), *name)).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    let near: Vec<_> = ranked.iter().take_while(|(score, _)| *score >= 0.5).take(3).map(|(_, name)| *name).collect();
    match near.as_slice() {
        [] if known.len() <= 12 => one_of(known),
        [] => format!("the nearest known are {}", ranked.iter().take(3).map(|r| r.1).collect::<Vec<_>>().join(", ")),
        near => format!("did you mean {}?", near.join(" or ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused<T>(text: &str, read: impl FnOnce(&mut Keys<'_>) -> T) -> Vec<String> {
        let node = Node::parse(text, "plant.toml").unwrap();
        let findings = Findings::default();
        let shelf = |shelf: &str, name: &str| match name {
            "known" => Ok(Node::parse("power_w = -1", "models/modules/known.toml").unwrap()),
            _ => Err(vec![Problem {
                place: String::new(),
                key: String::new(),
                message: format!("no `{name}` in {shelf}"),
            }]),
        };
        Keys::read(&node, &Door { findings: &findings, shelf: &shelf }, read);
        findings.conclude(()).err().map_or(vec![], |p| p.0.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line_and_the_nearest_known() {
        let problems = refused("tilt_deg = 3\ntilt_dge = 4", |k| k.number("tilt_deg", "tilt").or(0.0));
        assert_eq!(problems, ["plant.toml:2: tilt_dge: unknown key; did you mean tilt_deg?"]);
    }

    #[test]
    fn all_problems_of_all_sections_come_together() {
        let text = "[site]\nlatitude_deg = 95\nextra = 1\n[pv]\nsource = \"modle\"\n[[b]]\nn = true\n[[b]]\nn = 1.5\n";
        let problems = refused(text, |k| {
            k.section("site", "", |k| {
                k.reject("", "does not fit the plant");
                k.number("latitude_deg", "latitude").within(-90.0, 90.0).required()
            });
            k.section("pv", "", |k| k.choice("source", "", &[("model", 1), ("series", 2)], 1));
            k.sections("b", "", |k| k.number("n", "how many").whole().required());
            k.required_section("plant", "the plant", |k| k.number("inner", "").required());
        });
        assert_eq!(
            problems,
            [
                "plant.toml:1: site: does not fit the plant",
                "plant.toml:2: site.latitude_deg: 95 is out of range; it must be from -90 to 90 (latitude)",
                "plant.toml:3: site.extra: unknown key; choose one of latitude_deg",
                "plant.toml:5: pv.source: \"modle\" is not known here; did you mean model?",
                "plant.toml:7: b.0.n: true is true or false; it must be a number",
                "plant.toml:9: b.1.n: 1.5 is out of range; it must be a whole number (how many)",
                "plant.toml: plant: missing; it is required: the plant",
            ]
        );
    }

    #[test]
    fn equipment_is_found_by_name_and_its_own_problems_name_its_file() {
        let read = |k: &mut Keys<'_>| {
            k.equipment("module", "modules", "PV module", |k| k.number("power_w", "power").above(0.0).required());
        };
        assert_eq!(refused("module = \"other\"", read), ["plant.toml:1: module: no `other` in modules"]);
        assert_eq!(
            refused("module = \"known\"", read),
            ["models/modules/known.toml:1: module.power_w: -1 is out of range; it must be above 0 (power)"]
        );
        assert!(refused("module = { power_w = 5 }", read).is_empty());
        assert!(refused("module = { base = \"known\", power_w = 5 }", read).is_empty());
        assert_eq!(
            refused("module = { base = \"other\" }", read),
            ["plant.toml:1: module.base: no `other` in modules"]
        );
    }

    #[test]
    fn a_variant_accepts_its_own_keys_and_no_others() {
        let read = |k: &mut Keys<'_>| {
            let fixed = Variant { name: "fixed", doc: "", read: |k| k.number("tilt_deg", "tilt").required() };
            let free = Variant { name: "free", doc: "", read: |k| k.number("axis_deg", "axis").required() };
            k.tagged("kind", "kind of mount", &[fixed, free], None);
        };
        assert!(refused("kind = \"fixed\"\ntilt_deg = 3", read).is_empty());
        assert_eq!(refused("kind = \"fixed\"\ntilt_deg = 3\naxis_deg = 3", read).len(), 1);
        assert_eq!(
            refused("kind = \"fixd\"", read),
            ["plant.toml:1: kind: \"fixd\" is not known here; did you mean fixed?"]
        );
        assert_eq!(refused("", read), ["plant.toml: kind: missing; it is required: kind of mount"]);
    }

    #[test]
    fn the_schema_comes_from_the_same_calls() {
        let schema = Keys::describe(|k| {
            k.required_section("site", "where", |k| k.number("latitude_deg", "north").within(-90.0, 90.0).required());
        });
        let json = schema.into_object("a plant");
        assert_eq!(json["properties"]["site"]["properties"]["latitude_deg"]["maximum"], 90.0);
        assert_eq!(json["required"][0], "site");
        assert_eq!(json["additionalProperties"], false);
    }
}
