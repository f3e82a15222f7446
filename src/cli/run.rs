//! `pvess run`: simulate a plant and write its results.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::time::Instant;

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::project::Project;
use crate::report;
use crate::results::{
    Evidence, OutputDirectory, Results, write_figures, write_losses, write_parquet, write_sessions, write_timeseries,
};
use crate::simulation::Simulation;
use crate::time::MOST_YEARS;

use super::{Done, Failure, check_no_input, default_output, open, parse_patch, say, say_warnings};

/// Why `--evidence` is refused.
const NO_LIMIT: &str = "--evidence tells how limits were kept, and this plant has none in any step; give plant.export_limit \
                        or plant.import_limit";

/// Format of the time series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Csv,
    Parquet,
}

/// Which steps are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Steps {
    All,
    None,
}

#[derive(Debug, Args)]
// Each is a flag of the command line.
#[allow(clippy::struct_excessive_bools)]
pub(super) struct Run {
    /// Plant file, or the name of a shipped plant; the demonstration plant when left out.
    plant: Option<PathBuf>,
    /// Directory for the results [default: results/<plant name>].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Change a key of the plant file, such as `storage.inverter.rated_mw=30`; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = parse_patch)]
    patches: Vec<(String, String)>,
    /// Format of the time series.
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    format: Format,
    /// Whether to write every step.
    #[arg(long, value_enum, default_value_t = Steps::All)]
    steps: Steps,
    /// Number of years, up to 50; the battery's state and fade carry over, and what is planned for later years is done.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_YEARS)))]
    years: u32,
    /// Also hold the run against the best its battery could have done with everything known; for runs of one year.
    #[arg(long, conflicts_with = "years")]
    against_optimal: bool,
    /// Also write the evidence of the export and import limits, as Markdown and JSON; runs the plant under other
    /// conditions too.
    #[arg(long)]
    evidence: bool,
    /// Replace what stands at the output's place even if it is no pvess result.
    #[arg(long)]
    force: bool,
    /// Print nothing but problems.
    #[arg(long, short)]
    quiet: bool,
}

impl Run {
    pub(super) fn execute(&self) -> Done {
        let started = Instant::now();
        let mut project = open(self.plant.as_deref(), &self.patches)?;
        let never_reached = project.never_reached(self.years);
        project.warnings.extend(never_reached);
        if project.uncertainty().is_some_and(crate::uncertainty::Plan::is_for_draws_alone) {
            let hint = "uncertainty.distribution: a run draws nothing; pvess sweep --monte-carlo 1000 does";
            project.warnings.push(hint.to_owned());
        }
        if self.evidence && !project.grids().any(Evidence::has_subject) {
            return Err(Failure(format!("{}: {NO_LIMIT}", project.source)));
        }
        if self.against_optimal && project.storage.is_none() {
            return Err(Failure(format!(
                "{}: --against-optimal is about a battery, and there is no [storage]",
                project.source
            )));
        }
        let target = self.out.clone().unwrap_or_else(|| default_output(&project.name));
        let read = project.files.iter().filter_map(|file| project.path_of(&file.name));
        check_no_input(std::slice::from_ref(&target), self.plant.clone().into_iter().chain(read))?;
        let out = OutputDirectory::prepare(&target, self.force)?;
        let (results, evidence) = self.simulate(&project);
        self.write(&out, &project, &results, started)?;
        if let Some(evidence) = &evidence {
            out.write("export_evidence.json", |f| Ok(serde_json::to_writer_pretty(f, evidence)?))?;
            out.write("export_evidence.md", |f| std::io::Write::write_all(f, report::evidence(evidence).as_bytes()))?;
        }
        let place = out.publish()?;
        if !self.quiet {
            say_warnings(&project.warnings);
            say(&format!("{}\nResults in {}\n", report::summary(&results), place.display()));
            if evidence.is_some() {
                say(&format!("Evidence of its limits in {} and .json\n", place.join("export_evidence.md").display()));
            }
        }
        Ok(())
    }

    fn simulate(&self, project: &Project) -> (Results, Option<Evidence>) {
        let show = self.years > 1 && !self.quiet && std::io::stderr().is_terminal();
        let bar = if show { ProgressBar::new(u64::from(self.years)) } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{bar:40} year {pos} of {len}, {eta} left") {
            bar.set_style(style);
        }
        let simulation = Simulation::new(project).years(self.years).keep_steps(self.steps == Steps::All);
        let simulation = simulation.against_optimal(self.against_optimal);
        let done = |year| bar.set_position(u64::from(year));
        let (results, evidence) = if self.evidence {
            let (results, evidence) = simulation.run_with_evidence(done);
            (results, Some(evidence))
        } else {
            (simulation.run_with(done), None)
        };
        bar.finish_and_clear();
        (results, evidence)
    }

    fn write(
        &self,
        out: &OutputDirectory,
        project: &Project,
        results: &Results,
        started: Instant,
    ) -> Result<(), Failure> {
        match (self.steps, self.format) {
            (Steps::All, Format::Csv) => out.write("timeseries.csv", |f| write_timeseries(&results.timeseries, f))?,
            (Steps::All, Format::Parquet) => {
                out.write("timeseries.parquet", |f| {
                    write_parquet(&results.timeseries, f).map_err(std::io::Error::other)
                })?;
            }
            (Steps::None, _) => {}
        }
        out.write("summary.json", |f| Ok(serde_json::to_writer_pretty(f, &results.summary)?))?;
        out.write("monthly.csv", |f| write_figures(&results.summary, f))?;
        out.write("losses.csv", |f| write_losses(&results.losses, f))?;
        if results.vehicles.iter().any(|year| !year.sessions().is_empty()) {
            out.write("ev_sessions.csv", |f| write_sessions(&results.vehicles, &results.axis, f))?;
        }
        out.write("plant.toml", |f| std::io::Write::write_all(f, project.effective_toml().as_bytes()))?;
        let record = self.record(project, started);
        out.write("run.json", |f| Ok(serde_json::to_writer_pretty(f, &record)?))?;
        Ok(())
    }

    fn record(&self, project: &Project, started: Instant) -> serde_json::Value {
        let files: Vec<_> =
            project.files.iter().map(|f| json!({ "name": f.name, "sha256": f.sha256, "bytes": f.bytes })).collect();
        let patches: Vec<_> = self.patches.iter().map(|(key, value)| format!("{key}={value}")).collect();
        json!({
            "pvess_version": env!("CARGO_PKG_VERSION"),
            "commit": env!("PVESS_COMMIT"),
            "plant": project.source,
            "name": project.name,
            "set": patches,
            "years": self.years,
            "steps": project.axis.len,
            "step_min": project.axis.step_s / 60,
            "files": files,
            "warnings": project.warnings,
            "duration_s": started.elapsed().as_secs_f64(),
        })
    }
}
