//! The time series that `pvess sweep --keep timeseries` leaves beside its rows.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::results::{Results, write_parquet, write_timeseries};
use crate::sweep::{Start, is_parquet, is_unfinished};

use super::Failure;

/// The folder with the time series of all scenarios, beside the rows.
pub(super) struct KeptSteps {
    pub folder: PathBuf,
    parquet: bool,
}

impl KeptSteps {
    /// The folder, if nothing of another sweep is in it.
    pub fn prepare(target: &Path, start: Start) -> Result<Self, Failure> {
        let folder = target.with_extension("timeseries");
        let shown = folder.display();
        if folder.exists() && !folder.is_dir() {
            return Err(Failure(format!("{shown}: is in the way of the time series; name another --out")));
        }
        let is_filled = fs::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_some());
        if is_filled && start != Start::Force && !is_unfinished(target) {
            return Err(Failure(format!(
                "{shown}: is in the way; name another --out, or --force to replace what is in it"
            )));
        }
        Ok(Self { folder, parquet: is_parquet(target) })
    }

    /// Makes the folder for a sweep of which so many rows are done; one that begins finds no series in it.
    pub fn begin(&self, done: usize) -> Result<(), Failure> {
        let shown = self.folder.display();
        if done > 0 && !self.folder.is_dir() {
            return Err(Failure(format!("{shown}: the time series of the rows so far are gone; --force begins anew")));
        }
        let failed = |e: io::Error| Failure(format!("{shown}: cannot make the folder: {e}"));
        fs::create_dir_all(&self.folder).map_err(failed)?;
        if done == 0 {
            for series in self.replaced() {
                fs::remove_file(series).map_err(failed)?;
            }
        }
        Ok(())
    }

    /// What a sweep that begins takes away: files in the folder that may be series of an earlier one.
    pub fn replaced(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let is_series = |e: &std::ffi::OsStr| e == "csv" || e == "parquet" || e == "tmp";
        entries.filter(|path| path.extension().is_some_and(is_series) && path.is_file()).collect()
    }

    /// Writes a scenario's series beside its place and moves it there.
    ///
    /// The scenario's number stands before its label, so that labels which are alike on a disk keep their own files.
    pub fn write(&self, number: usize, label: &str, results: &Results) -> Result<(), String> {
        let number = (number + 1).to_string();
        let keep = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '_' };
        // File systems take names of 255 bytes; fifty letters of any script stay below.
        let safe = if label == number {
            number
        } else {
            format!("{number}-{}", label.chars().take(50).map(keep).collect::<String>())
        };
        let place = self.folder.join(format!("{safe}.{}", if self.parquet { "parquet" } else { "csv" }));
        let staging = self.folder.join(format!(".{safe}.tmp"));
        let write = || -> io::Result<()> {
            let mut file = BufWriter::with_capacity(1 << 18, File::create(&staging)?);
            if self.parquet {
                write_parquet(&results.timeseries, &mut file).map_err(io::Error::other)?;
            } else {
                write_timeseries(&results.timeseries, &mut file)?;
            }
            file.flush()?;
            fs::rename(&staging, &place)
        };
        write().map_err(|e| {
            let _ = fs::remove_file(&staging);
            format!("{}: cannot write: {e}", place.display())
        })
    }
}
