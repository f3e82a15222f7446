//! The front door for people at a terminal: one file per subcommand.

mod check;
mod control;
mod draws;
mod kept;
mod library;
mod new;
mod run;
mod schema;
mod sweep;
#[cfg(feature = "polars")]
mod sweep_top;
#[cfg(not(feature = "polars"))]
#[path = "sweep_top_missing.rs"]
mod sweep_top;
mod validate;

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::Problems;
use crate::project::Project;

/// Plant-level PV + storage energy yield simulator.
#[derive(Debug, Parser)]
#[command(name = "pvess", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Simulate a plant; without a file, the demonstration plant.
    Run(run::Run),
    /// Simulate many scenarios of a plant side by side, one row each.
    Sweep(sweep::Sweep),
    /// Show the best rows of a sweep, its Pareto front, or a heat map (in builds with the feature polars).
    SweepTop(sweep_top::SweepTop),
    /// Read and check everything, simulate nothing; list all problems.
    Check(check::Check),
    /// List or show the equipment and example plants shipped with pvess.
    Library(library::Library),
    /// Make a ready-to-run project in a new directory.
    New(new::New),
    /// Print the JSON schema of the plant file.
    Schema(schema::Schema),
    /// Simulate the control loop of an export or import limiter, in fractions of a second.
    Control(control::Control),
    /// Compare with the reference cases; exit status 1 if one falls short.
    Validate(validate::Validate),
}

/// The exit status of what was stopped by Ctrl-C.
const STOPPED: u8 = 130;

/// Runs the command line; the exit status is 0 done, 1 the input is wrong, 2 wrong usage, 130 stopped by Ctrl-C.
pub fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Run(run) => run.execute(),
        Command::Sweep(sweep) => sweep.execute(),
        Command::SweepTop(top) => top.execute(),
        Command::Check(check) => check.execute(),
        Command::Library(library) => library.execute(),
        Command::New(new) => new.execute(),
        Command::Schema(schema) => {
            schema.execute();
            Ok(())
        }
        Command::Control(control) => control.execute(),
        Command::Validate(validate) => validate.execute(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(message)) => {
            say_error(&message);
            ExitCode::from(1)
        }
    }
}

/// Why a command failed, in words for the user.
#[derive(Debug)]
struct Failure(String);

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self(message)
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        let count = problems.0.len();
        Self(format!("{problems}\n{count} problem{} found; nothing was simulated", if count == 1 { "" } else { "s" }))
    }
}

type Done = Result<(), Failure>;

/// Prints to standard output. A reader that went away (`| head`) is no error; a full disk behind it is.
fn say(text: &str) {
    let mut stdout = std::io::stdout();
    if let Err(e) = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush())
        && e.kind() != ErrorKind::BrokenPipe
    {
        say_error(&format!("cannot write to the standard output: {e}"));
        std::process::exit(1);
    }
}

fn say_error(text: &str) {
    let mut stderr = std::io::stderr();
    let _ = text.lines().try_for_each(|line| writeln!(stderr, "error: {line}"));
}

fn say_warnings(warnings: &[String]) {
    let mut stderr = std::io::stderr();
    let _ = warnings.iter().try_for_each(|warning| writeln!(stderr, "warning: {warning}"));
}

/// A `key=value` of `--set`.
fn parse_patch(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_owned(), value.trim().to_owned())),
        _ => Err("write key=value, such as storage.inverter.rated_mw=30".to_owned()),
    }
}

/// The project of a plant file, of a shipped plant's name, or the demonstration.
fn open(plant: Option<&Path>, patches: &[(String, String)]) -> Result<Project, Problems> {
    match plant {
        None => Project::demonstration(patches),
        Some(path) if path.is_dir() => {
            Err(Problems::one(path.display().to_string(), "is a folder; name the plant file in it, such as plant.toml"))
        }
        Some(path) if path.exists() => Project::from_file(path, patches),
        Some(path) => match path.to_str().filter(|name| !name.contains(['/', '\\', '.'])) {
            Some(name) => Project::shipped(name, patches),
            None => Err(Problems::one(path.display().to_string(), "there is no such file")),
        },
    }
}

/// Refuses outputs of which one is a file that they are made from, whatever may be replaced.
fn check_no_input(outputs: &[PathBuf], inputs: impl Iterator<Item = PathBuf>) -> Result<(), Failure> {
    let inputs: Vec<_> = inputs.filter_map(|input| input.canonicalize().ok()).collect();
    let is_read = |output: &&PathBuf| output.canonicalize().is_ok_and(|place| inputs.contains(&place));
    match outputs.iter().find(is_read) {
        Some(output) => {
            Err(Failure(format!("{}: is read, so it cannot be written; name another --out", output.display())))
        }
        None => Ok(()),
    }
}

/// Where results go unless told otherwise: `results/<plant name>`.
fn default_output(name: &str) -> PathBuf {
    let keep = |c: char| if c.is_alphanumeric() { c.to_lowercase().next().unwrap_or(c) } else { '-' };
    let slug: String = name.chars().map(keep).collect();
    let words: Vec<_> = slug.split('-').filter(|word| !word.is_empty()).collect();
    // File systems take names of 255 bytes; fifty letters of any script stay below, with room for a suffix.
    let slug = if words.is_empty() { "plant".to_owned() } else { words.join("-").chars().take(50).collect() };
    Path::new("results").join(slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_output_directory_is_a_safe_name() {
        assert_eq!(default_output("Solar Valley (2)"), Path::new("results/solar-valley-2"));
        assert_eq!(default_output("../.."), Path::new("results/plant"));
    }

    #[test]
    fn a_patch_splits_at_the_first_equals_sign() {
        assert_eq!(parse_patch("a.b = c=d").unwrap(), ("a.b".into(), "c=d".into()));
        assert!(parse_patch("nonsense").is_err() && parse_patch("=1").is_err());
    }

    #[test]
    fn the_command_line_is_sound() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}
