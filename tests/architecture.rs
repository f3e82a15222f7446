//! The house rule: a room uses the rooms before it, never those behind it.

use std::fs;
use std::path::{Path, PathBuf};

/// Rooms in import order: left may never use right.
const ORDER: [&str; 16] = [
    "error",
    "units",
    "keys",
    "time",
    "losses",
    "inputs",
    "solar",
    "pv",
    "plant",
    "storage",
    "results",
    "project",
    "simulation",
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

/// The rooms a source uses by `crate::`, alone or in a group.
fn used(text: &str) -> Vec<&str> {
    let mut rooms = vec![];
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        rooms.push(&rest[..end]);
    }
    rooms
}

#[test]
fn rooms_use_only_the_rooms_before_them() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = vec![];
    sources(&src, &mut files);
    assert!(files.len() > 40, "only {} sources found", files.len());
    let mut wrong = vec![];
    for file in files {
        let inside = file.strip_prefix(&src).unwrap();
        let room = inside.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs");
        if matches!(room, "lib" | "main") {
            continue;
        }
        let place = |name: &str| ORDER.iter().position(|r| *r == name);
        let here = place(room).unwrap_or_else(|| panic!("{room} has no place in the order"));
        let text = fs::read_to_string(&file).unwrap();
        for other in used(&text) {
            match place(other) {
                Some(there) if there <= here => {}
                Some(_) => wrong.push(format!("{}: uses crate::{other}", inside.display())),
                None => wrong.push(format!("{}: crate::{other} is no room", inside.display())),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
