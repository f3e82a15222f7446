//! The outside truth: functions and whole plants compared with numbers that did not come from this simulator.
//!
//! A case is a folder with a `case.toml`; it is found without code. See `validation/README.md`.

mod case;
mod compare;
mod functions;
mod measure;
mod plan;
mod plant;
mod row;
mod table;
mod verdict;

pub use case::Case;
pub use compare::{Output, Quantiles, Worst};
pub use measure::Measure;
pub use verdict::Verdict;

use std::path::Path;

use include_dir::{Dir, include_dir};

use crate::error::Problems;
use crate::inputs::Folder;
use crate::keys::nearest;

static SHIPPED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/validation");

/// The cases shipped with the program, by name.
pub fn shipped() -> Vec<Case> {
    let cases = SHIPPED.dirs().filter_map(|dir| {
        let name = dir.path().file_name()?.to_str()?;
        Case::found(name, Folder::Shipped(dir))
    });
    sorted(cases.collect())
}

/// The cases of a folder on the disk, by name: every folder in it with a `case.toml`.
///
/// # Errors
/// A folder that cannot be read or has no case.
pub fn of_folder(path: &Path) -> Result<Vec<Case>, Problems> {
    let shown = path.display().to_string();
    let entries =
        std::fs::read_dir(path).map_err(|e| Problems::one(&shown, format!("cannot read this folder: {e}")))?;
    let paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    let case = |path: &std::path::PathBuf| {
        let name = path.file_name()?.to_str()?;
        Case::found(name, Folder::from(Some(path.as_path())))
    };
    let cases: Vec<_> = paths.iter().filter_map(case).collect();
    if cases.is_empty() {
        return Err(Problems::one(shown, "no folder in it has a case.toml"));
    }
    Ok(sorted(cases))
}

fn sorted(mut cases: Vec<Case>) -> Vec<Case> {
    cases.sort_by(|a, b| a.name().cmp(b.name()));
    cases
}

/// The cases of these names, all when none is given.
///
/// # Errors
/// The nearest names for each one that there is not.
pub fn named(cases: Vec<Case>, names: &[String]) -> Result<Vec<Case>, Problems> {
    let known: Vec<_> = cases.iter().map(Case::name).collect();
    let unknown = names.iter().filter(|name| !known.contains(&name.as_str()));
    let unknown: Vec<_> = unknown
        .flat_map(|name| Problems::one("", format!("there is no case \"{name}\"; {}", nearest(name, &known))).0)
        .collect();
    if !unknown.is_empty() {
        return Err(Problems(unknown));
    }
    let wanted = |case: &Case| names.is_empty() || names.iter().any(|name| name == case.name());
    Ok(cases.into_iter().filter(wanted).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_case_offers_the_nearest() {
        let refused = named(shipped(), &["perze".to_owned()]).unwrap_err().to_string();
        assert_eq!(refused, "there is no case \"perze\"; did you mean perez?");
    }

    #[test]
    fn cases_are_found_by_their_folders_in_order() {
        let cases = named(shipped(), &["perez".to_owned(), "aoi".to_owned()]).unwrap();
        assert_eq!(cases.iter().map(Case::name).collect::<Vec<_>>(), ["aoi", "perez"]);
    }
}
