//! The place of a sweep's file, and what stands beside it while the sweep is on its way.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

/// Behind the name of the rows' file: rows on their way, what they are of, a file that is being written, and what draws
/// give together.
pub(super) const PARTIAL: &str = ".partial";
pub(super) const MARK: &str = ".partial.json";
pub(super) const STAGING: &str = ".partial.tmp";
pub(super) const PERCENTILES: &str = ".percentiles.json";

/// Whether a sweep to this place was begun and not finished.
pub fn is_unfinished(target: &Path) -> bool {
    beside(target, PARTIAL).exists() && beside(target, MARK).exists()
}

/// All files that a sweep to a place may write or take away.
pub fn files_at(target: &Path) -> impl Iterator<Item = PathBuf> {
    ["", PARTIAL, MARK, STAGING, PERCENTILES].into_iter().map(|suffix| beside(target, suffix))
}

/// The record of the sweep to a place, made if need be and locked.
pub(super) fn locked(target: &Path) -> Result<File, String> {
    let mark = beside(target, MARK);
    let shown = mark.display();
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&mark);
    let file = file.map_err(|e| format!("{}: cannot write there: {e}", target.display()))?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            Err(format!("{shown}: another pvess is at this sweep; wait for it, or name another --out"))
        }
        // Where a disk knows no locks, there are none.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(file),
    }
}

/// Whether a file's name says that it is to be Parquet.
pub fn is_parquet(target: &Path) -> bool {
    target.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("parquet"))
}

/// Refuses a place that is a directory or a device: nobody's to replace.
pub(super) fn check_place(target: &Path) -> Result<(), String> {
    let shown = target.display();
    if target.is_dir() {
        return Err(format!("{shown}: is a directory; name a file, such as sweep.csv"));
    }
    if target.exists() && !target.is_file() {
        return Err(format!("{shown}: is no ordinary file; name another --out"));
    }
    Ok(())
}

/// The file of a name with something behind it.
pub(super) fn beside(target: &Path, suffix: &str) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
