//! `pvess new`: a ready-to-run project in a new directory.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::project::library;

use super::{Done, Failure, say};

const PLANT: &str = include_str!("new/plant.toml");
const README: &str = include_str!("new/README.md");
/// Shipped weather that the new project starts with.
const WEATHER: &str = "weather/daggett-ca-nsrdb-psm3-tmy.csv";

#[derive(Debug, Args)]
pub(super) struct New {
    /// Directory to make.
    dir: PathBuf,
}

impl New {
    pub(super) fn execute(&self) -> Done {
        let dir = &self.dir;
        if dir.exists() && fs::read_dir(dir).map_or(true, |mut entries| entries.next().is_some()) {
            return Err(Failure(format!("{}: exists and is not an empty directory; name another", dir.display())));
        }
        let weather = library::data(WEATHER).unwrap_or_default();
        let files: [(&str, &[u8]); 3] =
            [("plant.toml", PLANT.as_bytes()), ("weather.csv", weather), ("README.md", README.as_bytes())];
        write_all(dir, &files).map_err(|e| format!("{}: cannot write there: {e}", dir.display()))?;
        let shown = dir.display();
        say(&format!("Made {shown}: plant.toml, weather.csv, README.md\nNext: pvess run {shown}/plant.toml\n"));
        Ok(())
    }
}

/// All files or none: they are made beside and moved in whole.
fn write_all(dir: &Path, files: &[(&str, &[u8])]) -> std::io::Result<()> {
    let staging = dir.with_extension(format!("{}.tmp", std::process::id()));
    fs::create_dir_all(&staging)?;
    let written = files.iter().try_for_each(|(name, bytes)| fs::write(staging.join(name), bytes));
    let moved = written.and_then(|()| fs::rename(&staging, dir));
    if moved.is_err() {
        let _ = fs::remove_dir_all(&staging);
    }
    moved
}
