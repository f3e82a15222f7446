//! Whether keys that are varied or drawn are keys of the plant file, and which of them take whole numbers only.

use serde_json::Value;

use crate::error::{Problem, Problems};
use crate::keys::nearest;

use super::schema;

/// Looks up the keys of a sweep, which `place` names; for each, whether it takes whole numbers only.
///
/// # Errors
/// All that no plant file can have, those named twice, and those that lie within another.
pub fn check_keys(place: &str, keys: &[&str]) -> Result<Vec<bool>, Problems> {
    look_up(keys).map_err(|refused| {
        let problem =
            |(at, message): (usize, String)| Problem { place: place.to_owned(), key: keys[at].to_owned(), message };
        Problems(refused.into_iter().map(problem).collect())
    })
}

/// As [`check_keys`]; what is refused with the number of its key.
pub(super) fn look_up(keys: &[&str]) -> Result<Vec<bool>, Vec<(usize, String)>> {
    let schema = schema();
    let (mut whole, mut problems) = (vec![], vec![]);
    for (at, key) in keys.iter().enumerate() {
        let mut refuse = |message: String| problems.push((at, message));
        let path: Vec<_> = key.split('.').collect();
        match find(&[&schema], &path) {
            Ok(found) => whole.push(!found.is_empty() && found.iter().all(|entry| entry["type"] == "integer")),
            Err(message) => refuse(message),
        }
        for other in &keys[..at] {
            if key == other {
                refuse("is varied twice; give all its values at once".to_owned());
            } else if overlap(key, other) {
                refuse(format!("is varied together with {other}, and one lies within the other"));
            }
        }
    }
    if problems.is_empty() { Ok(whole) } else { Err(problems) }
}

/// Whether two keys are the same, or one lies within the other.
pub fn overlap(a: &str, b: &str) -> bool {
    let within = |a: &str, b: &str| a.strip_prefix(b).is_some_and(|rest| rest.starts_with('.'));
    a == b || within(a, b) || within(b, a)
}

/// The descriptions of a key in all variants of the tables that may hold it.
fn find<'s>(tables: &[&'s Value], path: &[&str]) -> Result<Vec<&'s Value>, String> {
    let Some((head, rest)) = path.split_first() else { return Ok(tables.to_vec()) };
    let tables: Vec<&Value> = tables.iter().flat_map(|table| variants(table)).collect();
    // An item of a list is named by its number or its name.
    let items: Vec<&Value> = tables.iter().filter(|t| t["items"].is_object()).map(|t| &t["items"]).collect();
    if !items.is_empty() {
        return find(&items, rest);
    }
    let entries: Vec<&Value> =
        tables.iter().map(|table| &table["properties"][*head]).filter(|e| !e.is_null()).collect();
    if !entries.is_empty() {
        return find(&entries, rest);
    }
    let mut known: Vec<&str> = tables
        .iter()
        .filter_map(|table| table["properties"].as_object())
        .flat_map(|properties| properties.keys().map(String::as_str))
        .collect();
    known.sort_unstable();
    known.dedup();
    if known.is_empty() {
        Err(format!("has no key `{head}` in it"))
    } else {
        Err(format!("unknown key; {}", nearest(head, &known)))
    }
}

/// A description, or those among which it chooses.
fn variants(entry: &Value) -> Vec<&Value> {
    match entry["anyOf"].as_array() {
        Some(all) => all.iter().flat_map(variants).collect(),
        None => vec![entry],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_any_variant_are_found_by_number_and_name_and_whole_ones_told() {
        let keys = [
            "storage.nameplate_mwh",
            "pv.block.0.count",
            "pv.block.A.mount.tilt_deg",
            "pv.block.0.module",
            "storage.dispatch.threshold_kw",
            "storage.dispatch.discharge_hours",
            "plant.equipment.1.length_km",
            "weather.file",
            "name",
        ];
        let whole = check_keys("--vary", &keys).unwrap();
        assert_eq!(whole, [false, true, false, false, false, false, false, false, false]);
    }

    #[test]
    fn what_is_no_key_is_refused_with_the_nearest_and_all_at_once() {
        let keys = ["storage.nameplat_mwh", "pv.block.0.conut", "storage.units.x", "ev", "ev.source", "name", "name"];
        let refused: Vec<_> = check_keys("--vary", &keys).unwrap_err().0.iter().map(ToString::to_string).collect();
        assert_eq!(refused.len(), 5, "{refused:#?}");
        assert!(refused[0].starts_with("--vary: storage.nameplat_mwh: unknown key; did you mean nameplate_mwh"));
        assert!(refused[1].starts_with("--vary: pv.block.0.conut: unknown key; did you mean"));
        assert!(refused[2].starts_with("--vary: storage.units.x: has no key `x` in it"));
        assert!(refused[3].contains("ev.source: is varied together with ev, and one lies within the other"));
        assert!(refused[4].contains("name: is varied twice"));
    }
}
