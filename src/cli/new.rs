//! `pvess new`: a ready-to-run project in a new directory.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use jiff::civil::date;

use crate::ev::{self, GeneratorSettings};
use crate::project::library;
use crate::results::OutputDirectory;
use crate::time::TimeAxis;

use super::{Done, Failure, say};

#[derive(Debug, Args)]
pub(super) struct New {
    /// Directory to make.
    dir: PathBuf,
    /// A charging site with PV, battery, load and vehicles instead of a plant; its charging sessions are made up.
    #[arg(long)]
    site: bool,
    /// Seed of the made-up sessions: the same seed gives the same sessions.
    #[arg(long, default_value_t = 1, requires = "site")]
    seed: u64,
    /// Made-up sessions on a mean weekday.
    #[arg(long, default_value_t = 40.0, requires = "site", value_parser = per_day)]
    sessions_per_weekday: f64,
    /// Made-up sessions on a mean day of the weekend.
    #[arg(long, default_value_t = 15.0, requires = "site", value_parser = per_day)]
    sessions_per_weekend_day: f64,
}

/// A number of sessions that a site may have in a day.
fn per_day(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| format!("{text} is not a number"))?;
    if (0.0..=10_000.0).contains(&number) { Ok(number) } else { Err("must be from 0 to 10000".to_owned()) }
}

/// The files of a new project with what goes into them.
type Contents = Vec<(&'static str, Vec<u8>)>;

impl New {
    pub(super) fn execute(&self) -> Done {
        let dir = &self.dir;
        if dir.exists() && fs::read_dir(dir).map_or(true, |mut entries| entries.next().is_some()) {
            return Err(Failure(format!("{}: exists and is not an empty directory; name another", dir.display())));
        }
        if self.site && self.sessions_per_weekday + self.sessions_per_weekend_day <= 0.0 {
            return Err(Failure("without any session there is nothing to charge; give more than 0 a day".to_owned()));
        }
        let out = OutputDirectory::prepare(dir, false)?;
        let files = if self.site { self.site() } else { plant() };
        for (name, bytes) in &files {
            out.write(name, |file| file.write_all(bytes))?;
        }
        let shown = out.publish()?;
        let shown = shown.display();
        let names: Vec<_> = files.iter().map(|(name, _)| *name).collect();
        say(&format!("Made {shown}: {}\nNext: pvess run {shown}/plant.toml\n", names.join(", ")));
        Ok(())
    }

    fn site(&self) -> Contents {
        // The year of load and prices.
        let start = date(2018, 1, 1).at(0, 0, 0, 0);
        let axis = TimeAxis { start, step_s: 900, len: 35_040, utc_offset_s: 3600, leap_days: true };
        let settings =
            GeneratorSettings::mixed_site(self.seed, self.sessions_per_weekday, self.sessions_per_weekend_day);
        let sessions = ev::csv(&ev::generate(&settings, &axis), &axis);
        vec![
            ("plant.toml", include_bytes!("new/site.toml").to_vec()),
            ("weather.csv", shipped("weather/aachen-dwd-2023-15min.csv")),
            ("load.csv", shipped("load/commercial-2018-15min.csv")),
            ("ev_sessions.csv", sessions.into_bytes()),
            ("prices.csv", shipped("prices/de-lu-day-ahead-2018.csv")),
            ("README.md", include_bytes!("new/SITE.md").to_vec()),
        ]
    }
}

fn plant() -> Contents {
    vec![
        ("plant.toml", include_bytes!("new/plant.toml").to_vec()),
        ("weather.csv", shipped("weather/daggett-ca-nsrdb-psm3-tmy.csv")),
        ("README.md", include_bytes!("new/README.md").to_vec()),
    ]
}

fn shipped(name: &str) -> Vec<u8> {
    library::data(name).unwrap_or_default().to_vec()
}
