//! The house rule: a room uses the rooms before it, never those behind it.

use std::fs;
use std::path::{Path, PathBuf};

/// Rooms in import order: left may never use right.
const ORDER: [&str; 21] = [
    "error",
    "units",
    "lanes",
    "keys",
    "time",
    "losses",
    "inputs",
    "solar",
    "pv",
    "ev",
    "plant",
    "storage",
    "uncertainty",
    "results",
    "project",
    "simulation",
    "sweep",
    "control",
    "validation",
    "report",
    "cli",
];

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => sources(&path, found),
            false if path.extension().is_some_and(|e| e == "rs") => found.push(path),
            false => {}
        }
    }
}

/// The names after `crate::`, and after any chain of `super::`, in a source.
fn used(text: &str) -> Vec<(bool, &str)> {
    let mut names = vec![];
    for (path, is_crate) in [("crate::", true), ("super::", false)] {
        for (at, _) in text.match_indices(path) {
            let rest = &text[at + path.len()..];
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            names.push((is_crate, &rest[..end]));
        }
    }
    names
}

/// Whether a name behind `super::` is a file or folder of the room itself and not another room.
fn is_own(room_dir: &Path, name: &str) -> bool {
    room_dir.join(name).is_dir() || room_dir.join(format!("{name}.rs")).is_file()
}

/// Uses of a source that break the order.
fn breaks(src: &Path, file: &Path, text: &str) -> Vec<String> {
    let inside = file.strip_prefix(src).unwrap();
    let room = inside.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs");
    let place = |name: &str| ORDER.iter().position(|r| *r == name);
    let here = place(room).unwrap_or_else(|| panic!("{room} has no place in the order"));
    let one = |(is_crate, name): (bool, &str)| match place(name) {
        Some(there) if there <= here => None,
        Some(_) if is_crate || file.parent() == Some(src) || !is_own(file.parent().unwrap(), name) => {
            Some(format!("{}: uses {name}", inside.display()))
        }
        None if is_crate => Some(format!("{}: crate::{name} is no room", inside.display())),
        _ => None,
    };
    used(text).into_iter().filter_map(one).collect()
}

#[test]
fn rooms_use_only_the_rooms_before_them() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = vec![];
    sources(&src, &mut files);
    assert!(files.len() > 40, "only {} sources found", files.len());
    let is_room = |file: &&PathBuf| !matches!(file.file_stem().unwrap().to_str(), Some("lib" | "main"));
    let wrong: Vec<_> =
        files.iter().filter(is_room).flat_map(|file| breaks(&src, file, &fs::read_to_string(file).unwrap())).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_use_of_a_later_room_is_found_by_crate_and_by_super() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let found = |file: &str, text: &str| breaks(&src, &src.join(file), text).len();
    assert_eq!(found("simulation.rs", "use crate::cli::main;"), 1);
    assert_eq!(found("simulation.rs", "use super::cli;"), 1);
    assert_eq!(found("plant/grid.rs", "use super::super::storage::Limits;"), 1);
    assert_eq!(found("plant/grid.rs", "use crate::losses::Loss;\nuse super::limit::Limit;"), 0);
    assert_eq!(found("pv/mod.rs", "use crate::nowhere;"), 1);
}

#[test]
fn every_room_is_in_the_order() {
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    for line in lib.lines() {
        if let Some(room) = line.strip_prefix("pub mod ").and_then(|l| l.strip_suffix(';')) {
            assert!(ORDER.contains(&room), "{room} has no place in the order");
        }
    }
}
