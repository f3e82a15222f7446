//! A quantity that a series file gives as one column for all phases or as one column per phase.

use serde_json::json;

use super::{Column, FILE_DOC, SeriesColumn, SeriesPlan, read_time_keys};
use crate::keys::{Keys, Node, Origin, Value};

impl SeriesPlan {
    /// As [`SeriesPlan::read`], for the column `whole` or for three columns that the list under `key` names, L1 first;
    /// with it whether they are three.
    pub fn read_by_phase(k: &mut Keys<'_>, whole: &SeriesColumn, key: &'static str, doc: &'static str) -> (Self, bool) {
        let name = json!({ "type": "string" });
        let entry = json!({ "type": "array", "items": name, "minItems": 3, "maxItems": 3, "description": doc });
        let Some(names) = k.raw(key, || entry) else {
            return (Self::read(k, &[*whole]), false);
        };
        let names = three(names).unwrap_or_else(|| {
            k.reject(key, "must be a list of three column names: L1, L2, L3");
            Default::default()
        });
        if k.has(whole.key) {
            k.reject(whole.key, format!("given beside {key}; give one of the two"));
        }
        k.text(whole.key, whole.doc);
        let file = k.required_text("file", FILE_DOC);
        let columns = names.map(|name| Column { key, name, low: whole.low, high: whole.high }).into();
        let (time_column, label) = read_time_keys(k);
        (Self { file, columns, time_column, label, gaps: super::WHOLE, at: Origin::of(k, "file") }, true)
    }
}

fn three(names: &Node) -> Option<[String; 3]> {
    let Value::List(items) = &names.value else { return None };
    let text = |item: &Node| if let Value::Text(text) = &item.value { Some(text.clone()) } else { None };
    items.iter().map(text).collect::<Option<Vec<_>>>()?.try_into().ok()
}
