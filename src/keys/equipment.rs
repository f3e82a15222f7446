//! Equipment in a plant file: a name from the library, its keys, or a name with some keys changed.

use serde_json::json;

use crate::error::Problem;

use super::{Keys, Node, Value};

const BASE: &str = "base";
const BASE_DOC: &str = "name from the library that gives the keys not written here";

impl Keys<'_> {
    /// Equipment: a name from models/`shelf`, or a table of its keys. Noted as missing if not given.
    pub fn equipment<T>(
        &mut self,
        key: &'static str,
        shelf: &'static str,
        doc: &'static str,
        read: impl FnOnce(&mut Keys<'_>) -> T,
    ) -> Option<T> {
        let given = self.has(key);
        let value = self.optional_equipment(key, shelf, doc, read);
        if let Some(schema) = &mut self.schema {
            schema.require(key);
        } else if !given {
            self.missing(key, doc);
        }
        value
    }

    /// Equipment that may be left out.
    pub fn optional_equipment<T>(
        &mut self,
        key: &'static str,
        shelf: &'static str,
        doc: &'static str,
        read: impl FnOnce(&mut Keys<'_>) -> T,
    ) -> Option<T> {
        if self.schema.is_some() {
            let (value, object) = self.describe_based(key, doc, read);
            let name = json!({ "type": "string", "description": format!("name from models/{shelf}, or a .toml file beside the plant file") });
            self.describe_key(key, false, || json!({ "description": doc, "anyOf": [name, object] }));
            return Some(value);
        }
        let path = self.path_of(key);
        let node = self.take(key)?;
        match &node.value {
            Value::Text(name) => {
                let found = self.find(shelf, name, node, &path)?;
                Some(self.child(&found, path).finish(read))
            }
            _ => self.read_based(node, path, (shelf, &[]), read),
        }
    }

    /// A table of keys, if given, that may stand on a `base` from models/`shelf`. Of each pair in `instead`, a first key
    /// written here keeps the second from being taken from the base.
    pub fn section_on_base<T>(
        &mut self,
        key: &'static str,
        (shelf, instead): (&'static str, &[(&str, &str)]),
        doc: &'static str,
        read: impl FnOnce(&mut Keys<'_>) -> T,
    ) -> Option<T> {
        if self.schema.is_some() {
            let (value, object) = self.describe_based(key, doc, read);
            self.describe_key(key, false, || object);
            return Some(value);
        }
        let path = self.path_of(key);
        let node = self.take(key)?;
        self.read_based(node, path, (shelf, instead), read)
    }

    /// A list of tables, `[[key]]`, each of which may stand on a `base` from models/`shelf`; empty when not given.
    pub fn sections_on_base<T>(
        &mut self,
        key: &'static str,
        shelf: &'static str,
        doc: &'static str,
        mut read: impl FnMut(&mut Keys<'_>) -> T,
    ) -> Vec<T> {
        if self.schema.is_some() {
            let (_, items) = self.describe_based(key, doc, read);
            self.describe_key(key, false, || json!({ "type": "array", "description": doc, "items": items }));
            return vec![];
        }
        let path = self.path_of(key);
        let items = self.take_list(key);
        let one = |(i, item)| self.read_based(item, format!("{path}.{i}"), (shelf, &[]), &mut read);
        items.iter().enumerate().filter_map(one).collect()
    }

    /// Reads a table with the keys of its base under its own. Nothing is read when the base is not found.
    fn read_based<T>(
        &self,
        node: &Node,
        path: String,
        (shelf, instead): (&str, &[(&str, &str)]),
        read: impl FnOnce(&mut Keys<'_>) -> T,
    ) -> Option<T> {
        let based = |k: &mut Keys<'_>| {
            k.text(BASE, BASE_DOC);
            read(k)
        };
        let Some((named_at, Value::Text(name))) = node.get(BASE).map(|n| (n, &n.value)) else {
            return Some(self.child(node, path).finish(based));
        };
        let found = self.find(shelf, name, named_at, &format!("{path}.{BASE}"))?;
        Some(self.child(&node.over(&found, instead), path).finish(based))
    }

    fn describe_based<T>(
        &mut self,
        key: &'static str,
        doc: &'static str,
        read: impl FnOnce(&mut Keys<'_>) -> T,
    ) -> (T, serde_json::Value) {
        let mut keys = Keys::absent(self.door, self.path_of(key), true);
        keys.text(BASE, BASE_DOC);
        let value = read(&mut keys);
        (value, keys.schema.unwrap_or_default().into_object_on_base(doc, BASE))
    }

    fn find(&self, shelf: &str, name: &str, named_at: &Node, path: &str) -> Option<Node> {
        let refuse = |problems: Vec<Problem>| {
            for p in problems {
                let place = if p.place.is_empty() { named_at.place.to_string() } else { p.place };
                self.note(place, path.to_owned(), p.message);
            }
        };
        (self.door.shelf)(shelf, name).map_err(refuse).ok()
    }
}
