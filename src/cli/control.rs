//! `pvess control`: the dynamics of an export or import limiter, or the bounds of its stability.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::{Args, ValueEnum};
use serde_json::json;

use crate::control::{self, Compared, Metrics, Opened};
use crate::error::Problems;
use crate::results::OutputDirectory;

use super::{Done, Failure, default_output, parse_patch, say, say_warnings};

/// Delays and numbers of inverters for which stability is shown.
const DELAYS: std::ops::RangeInclusive<usize> = 0..=4;
const LOOPS: [(usize, bool); 5] = [(1, true), (2, false), (4, false), (8, false), (8, true)];
/// What the demonstration is compared with.
const CURE: (&str, &str) = ("controller.coordinated", "true");

/// What is printed about control files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Print {
    /// A control file to start from.
    Example,
    /// Every key, as Markdown.
    Keys,
    /// The JSON schema, for editors.
    Schema,
}

/// Which steps are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Steps {
    All,
    None,
}

#[derive(Debug, Args)]
pub(super) struct Control {
    /// Control file, or the name of a shipped limiter standard for the demonstration site; without it, the
    /// demonstration: hunting and its cure.
    #[arg(value_name = "FILE|PRESET")]
    file: Option<PathBuf>,
    /// Directory for the results [default: results/<name of the case>].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Change a key of the control file, such as `controller.gain=0.2`; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = parse_patch)]
    patches: Vec<(String, String)>,
    /// Run a second time with this key changed too and show both side by side; may be repeated.
    #[arg(long = "compare", value_name = "KEY=VALUE", value_parser = parse_patch)]
    compare: Vec<(String, String)>,
    /// Whether to write every step.
    #[arg(long, value_enum, default_value_t = Steps::All)]
    steps: Steps,
    /// Show the largest stable gains, by theory and by simulation, and run nothing else.
    #[arg(long, conflicts_with_all = ["file", "out", "patches", "compare", "print"])]
    stability: bool,
    /// Print a control file to start from, its keys or its schema, and run nothing.
    #[arg(long, value_enum, conflicts_with_all = ["file", "out", "patches", "compare"])]
    print: Option<Print>,
    /// Replace what stands at the output's place even if it is no pvess result.
    #[arg(long)]
    force: bool,
    /// Print nothing but problems.
    #[arg(long, short)]
    quiet: bool,
}

impl Control {
    pub(super) fn execute(&self) -> Done {
        if self.stability {
            let row = |delay| LOOPS.iter().map(|(n, one)| control::stability(delay, *n, *one)).collect();
            say(&control::stability_table(&DELAYS.map(row).collect::<Vec<_>>()));
            return Ok(());
        }
        match self.print {
            Some(Print::Example) => say(control::EXAMPLE),
            Some(Print::Keys) => say(&control::reference()),
            Some(Print::Schema) => say(&format!("{:#}\n", control::schema())),
            None => return self.run(),
        }
        Ok(())
    }

    fn run(&self) -> Done {
        let started = Instant::now();
        let compare = self.compared_with();
        let first = open(self.file.as_deref(), &self.patches)?;
        let second = match compare.as_slice() {
            [] => None,
            changes => Some(open(self.file.as_deref(), &[&self.patches[..], changes].concat())?),
        };
        let target = self.out.clone().unwrap_or_else(|| default_output(&first.name));
        let out = OutputDirectory::prepare(&target, self.force)?;
        let runs = self.simulate_both(&first, second.as_ref(), &out)?;
        let figures = control::record(&first.name, &runs);
        out.write("control.json", |f| Ok(serde_json::to_writer_pretty(f, &figures)?))?;
        out.write("control.toml", |f| f.write_all(first.effective_toml().as_bytes()))?;
        let record = self.record(&first, &compare, started);
        out.write("run.json", |f| Ok(serde_json::to_writer_pretty(f, &record)?))?;
        let place = out.publish()?;
        if !self.quiet {
            say_warnings(&warnings(&first, second.as_ref()));
            say(&format!("{}\nResults in {}\n", control::table(&first.name, &runs), place.display()));
        }
        Ok(())
    }

    /// The changes of the second run: those asked for, or the cure where the demonstration runs as it is.
    fn compared_with(&self) -> Vec<(String, String)> {
        if self.compare.is_empty() && self.file.is_none() && self.patches.is_empty() {
            return vec![(CURE.0.to_owned(), CURE.1.to_owned())];
        }
        self.compare.clone()
    }

    fn simulate_both<'o>(
        &self,
        first: &'o Opened,
        second: Option<&'o Opened>,
        out: &OutputDirectory,
    ) -> Result<Vec<Compared<'o>>, Failure> {
        let files = [Some(first), second].into_iter().flatten().zip(["control.csv", "control-compared.csv"]);
        let one = |((opened, file), label): ((&'o Opened, &str), String)| {
            Ok(Compared { label, case: &opened.case, metrics: self.simulate(opened, out, file)? })
        };
        files.zip(labels(first, second)).map(one).collect()
    }

    fn simulate(&self, opened: &Opened, out: &OutputDirectory, file: &str) -> Result<Metrics, Failure> {
        if self.steps == Steps::None {
            return Ok(opened.case.run(|_| {}));
        }
        let mut metrics = None;
        out.write(file, |f| {
            metrics = Some(control::write_steps(&opened.case, f)?);
            Ok(())
        })?;
        // Written without an error, there are figures.
        metrics.ok_or_else(|| Failure(format!("{file}: was not written")))
    }

    fn record(&self, first: &Opened, compare: &[(String, String)], started: Instant) -> serde_json::Value {
        let shown = |changes: &[(String, String)]| {
            changes.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>()
        };
        let files: Vec<_> =
            first.files.iter().map(|f| json!({ "name": f.name, "sha256": f.sha256, "bytes": f.bytes })).collect();
        json!({
            "pvess_version": env!("CARGO_PKG_VERSION"),
            "commit": env!("PVESS_COMMIT"),
            "control": self.file.as_ref().map_or_else(|| first.source.clone(), |file| file.display().to_string()),
            "name": first.name,
            "set": shown(&self.patches),
            "compare": shown(compare),
            "steps": first.case.limit_w.len(),
            "step_s": first.case.step_s,
            "files": files,
            "warnings": first.warnings,
            "duration_s": started.elapsed().as_secs_f64(),
        })
    }
}

/// What the runs are called: by their coordination where they differ in it.
fn labels(first: &Opened, second: Option<&Opened>) -> [String; 2] {
    let name = |opened: &Opened| if opened.case.controller.coordinated { "coordinated" } else { "uncoordinated" };
    match second {
        Some(second) if name(second) != name(first) => [first, second].map(|opened| name(opened).to_owned()),
        Some(_) => ["as given", "changed"].map(str::to_owned),
        None => [name(first).to_owned(), String::new()],
    }
}

/// The warnings of both runs, each once.
fn warnings(first: &Opened, second: Option<&Opened>) -> Vec<String> {
    let fresh = second.into_iter().flat_map(|opened| &opened.warnings).filter(|w| !first.warnings.contains(w));
    first.warnings.iter().chain(fresh).cloned().collect()
}

/// A control file, the demonstration site under a shipped standard, or the demonstration.
fn open(file: Option<&Path>, patches: &[(String, String)]) -> Result<Opened, Problems> {
    match file {
        None => Opened::demonstration(patches),
        Some(path) if path.is_dir() => {
            Err(Problems::one(path.display().to_string(), "is a folder; name the control file in it"))
        }
        Some(path) if path.exists() => Opened::from_file(path, patches),
        Some(path) => match path.to_str().filter(|name| !name.contains(['/', '\\', '.'])) {
            Some(name) => Opened::preset(name, patches),
            None => Err(Problems::one(path.display().to_string(), "there is no such file")),
        },
    }
}
