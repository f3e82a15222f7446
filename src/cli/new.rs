//! `pvess new`: a ready-to-run project in a new directory.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use crate::project::library;
use crate::results::OutputDirectory;

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
        let out = OutputDirectory::prepare(dir, false)?;
        let weather = library::data(WEATHER).unwrap_or_default();
        for (name, bytes) in
            [("plant.toml", PLANT.as_bytes()), ("weather.csv", weather), ("README.md", README.as_bytes())]
        {
            out.write(name, |file| file.write_all(bytes))?;
        }
        let shown = out.publish()?;
        let shown = shown.display();
        say(&format!("Made {shown}: plant.toml, weather.csv, README.md\nNext: pvess run {shown}/plant.toml\n"));
        Ok(())
    }
}
