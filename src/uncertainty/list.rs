//! Lists in the plant file, each item checked; what is wrong is noted at the list's line.

use serde_json::Value as Json;

use crate::keys::{Keys, Node, Value};

/// The items of a list, if given and not empty; `entry` is its JSON schema, `item` reads one or says what is wrong.
pub(super) fn read<'d, T: PartialEq>(
    k: &mut Keys<'d>,
    key: &'static str,
    entry: impl FnOnce() -> Json,
    item: impl Fn(&'d Node) -> Result<T, String>,
) -> Option<Vec<T>> {
    let node = k.raw(key, entry)?;
    let Value::List(items) = &node.value else {
        k.reject(key, format!("{} is {}; it must be a list, as in [1, 2]", node.value, node.value.kind()));
        return None;
    };
    if items.is_empty() {
        k.reject(key, "is empty; list something, or take the key out");
        return None;
    }
    let mut read = vec![];
    for node in items {
        match item(node) {
            Ok(value) if read.contains(&value) => k.reject(key, format!("{} is listed twice", node.value)),
            Ok(value) => read.push(value),
            Err(message) => k.reject(key, message),
        }
    }
    Some(read)
}

/// A number.
pub(super) fn number(node: &Node) -> Result<f64, String> {
    match node.value {
        Value::Integer(n) => Ok(n as f64),
        Value::Number(x) => Ok(x),
        _ => Err(format!("{} is {}; it must be a number", node.value, node.value.kind())),
    }
}

/// A text.
pub(super) fn text(node: &Node) -> Result<&str, String> {
    match &node.value {
        Value::Text(text) => Ok(text),
        other => Err(format!("{other} is {}; it must be text in quotes", other.kind())),
    }
}
