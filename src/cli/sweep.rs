//! `pvess sweep`: many scenarios of a plant side by side, one row each.

mod scenarios;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::error::{Problem, Problems};
use crate::inputs::sha256;
use crate::project::Project;
use crate::results::Results;
use crate::sweep::{
    Design, Fingerprint, Journal, Keep as KeepRow, Layout, Quantity, Start, Sweep as Scenarios, files_at,
};
use crate::time::MOST_YEARS;
use crate::uncertainty::names_weather;
use clap::{Args, ValueEnum};
use indicatif::{HumanDuration, ProgressBar, ProgressStyle};
use rayon::ThreadPoolBuilder;

use super::draws::sum_up;
use super::kept::KeptSteps;
use super::{Done, Failure, STOPPED, check_no_input, default_output, parse_patch, say, say_error, say_warnings};

/// What is kept of every scenario besides its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Keep {
    /// Nothing more.
    Summary,
    /// Its time series, a file each.
    Timeseries,
}

/// How samples are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Method {
    /// Latin hypercube.
    #[value(alias = "latin_hypercube")]
    Lhs,
    /// Each value by itself.
    Random,
}

/// More draws than this are no better: the P99 of so many is sure to a thousandth of the spread.
const MOST_DRAWS: i64 = 10_000_000;

#[derive(Debug, Args)]
// Each is a flag of the command line.
#[allow(clippy::struct_excessive_bools)]
pub(super) struct Sweep {
    /// Plant file, or the name of a shipped plant; the demonstration plant when left out.
    plant: Option<PathBuf>,
    /// Vary a key: `key=1,2,5`, `key=from:to:count`, or `key=low..high` with --sample; may be repeated.
    #[arg(long = "vary", value_name = "KEY=VALUES", conflicts_with = "scenarios")]
    vary: Vec<String>,
    /// A CSV file with one scenario in each row and the keys in the header; a column `label` names them.
    #[arg(long, value_name = "FILE")]
    scenarios: Option<PathBuf>,
    /// Take so many samples of the varied keys instead of every combination.
    #[arg(long, value_name = "COUNT", requires = "vary", conflicts_with = "scenarios", group = "drawing", value_parser = clap::value_parser!(u32).range(1..))]
    sample: Option<u32>,
    /// Draw so many times from the distributions in the plant file's [uncertainty]; every scenario that is varied gets the
    /// same draws.
    #[arg(long, value_name = "COUNT", group = "drawing", value_parser = clap::value_parser!(u32).range(2..=MOST_DRAWS))]
    monte_carlo: Option<u32>,
    /// How samples are taken.
    #[arg(long, value_enum, default_value_t = Method::Lhs, requires = "drawing")]
    method: Method,
    /// Seed of samples and draws; the same seed gives the same.
    #[arg(long, default_value_t = 0, requires = "drawing")]
    seed: u64,
    /// Change a key of the plant file for all scenarios; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = parse_patch)]
    patches: Vec<(String, String)>,
    /// File for the rows, .csv or .parquet [default: results/<plant name>-sweep.csv].
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Only these figures instead of all, separated by commas.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    figures: Vec<String>,
    /// What to keep of every scenario besides its row.
    #[arg(long, value_enum, default_value_t = Keep::Summary)]
    keep: Keep,
    /// Number of years of each scenario, up to 50; the battery's state and fade carry over.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_YEARS)))]
    years: u32,
    /// Number of threads; as many as there are cores when left out. The results are the same.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// Go on with a sweep that was broken off.
    #[arg(long, conflicts_with = "force")]
    resume: bool,
    /// Replace a file that is there, and begin an unfinished sweep anew.
    #[arg(long)]
    force: bool,
    /// Do more than ten million scenarios.
    #[arg(long)]
    yes: bool,
    /// Print nothing but problems.
    #[arg(long, short)]
    quiet: bool,
}

impl Sweep {
    pub(super) fn execute(&self) -> Done {
        let started = Instant::now();
        let (plant, design) = self.read()?;
        // A draw is one run; how surely figures are reached, all of them tell together.
        let base = if self.monte_carlo.is_some() { plant.for_draws() } else { plant.clone() };
        let count = self.check_count(design.count())?;
        let layout = Layout::new(&design, self.figures(&base)?);
        let (target, start) = (self.target(&base), self.start());
        let files = files_of(&base, &design);
        let kept = match self.keep {
            Keep::Summary => None,
            Keep::Timeseries => Some(KeptSteps::prepare(&target, start)?),
        };
        let named = files.iter().filter_map(|(name, _)| base.path_of(name));
        let read = self.plant.clone().into_iter().chain(self.scenarios.clone()).chain(named);
        let series = kept.iter().filter(|_| start != Start::Resume).flat_map(KeptSteps::replaced);
        check_no_input(&series.chain(files_at(&target)).collect::<Vec<_>>(), read)?;
        let of = self.fingerprint(&plant, &design, &layout, files);
        let mut journal = Journal::open(&target, layout, &of, start)?;
        if let Some(kept) = &kept {
            kept.begin(journal.done())?;
        }
        if !self.quiet {
            say_warnings(&base.warnings);
            say_warnings(self.doubt(&design).as_slice());
        }
        let (from, failed_before) = (journal.done(), journal.failed());
        let warned = self.run(&base, &design, &mut journal, kept.as_ref(), count)?;
        if journal.done() < count {
            let (done, left) = (journal.done(), journal.partial().display());
            say_error(&format!("stopped; {done} of {count} scenarios are kept in {left}; --resume goes on"));
            std::process::exit(STOPPED.into());
        }
        let summed_up = sum_up(&journal, &design, &plant, !self.figures.is_empty())?;
        let failed = journal.failed();
        let place = journal.publish(summed_up.is_some())?;
        if failed == count {
            return Err(Failure(format!("all {count} scenarios failed; their rows in {} say why", place.display())));
        }
        if self.quiet && failed > 0 {
            say_warnings(&[format!("{failed} of {count} scenarios failed; their rows say why")]);
        }
        if !self.quiet {
            say(&rate_words(count - from, started.elapsed(), [failed - failed_before, warned]));
            if let Some((_, table)) = &summed_up {
                say(&format!("\n{table}"));
            }
            say(&format!("Rows in {}\n", place.display()));
            if let Some((percentiles, _)) = &summed_up {
                say(&format!("Percentiles in {}\n", percentiles.display()));
            }
            if let Some(kept) = &kept {
                say(&format!("Time series in {}\n", kept.folder.display()));
            }
        }
        Ok(())
    }

    /// What is doubtful about the draws, if anything is.
    fn doubt(&self, design: &Design) -> Option<String> {
        let years = self.years;
        let repeats = self.monte_carlo.is_some() && years > 1 && design.keys().into_iter().any(names_weather);
        repeats.then(|| {
            format!(
                "--years {years}: every draw repeats its weather year {years} times, so that good and bad years do not even \
                 out and the spread is that of single years"
            )
        })
    }

    /// Where the rows go.
    fn target(&self, base: &Project) -> PathBuf {
        self.out.clone().unwrap_or_else(|| {
            let mut name = default_output(&base.name).into_os_string();
            name.push("-sweep.csv");
            name.into()
        })
    }

    fn start(&self) -> Start {
        match (self.resume, self.force) {
            (true, _) => Start::Resume,
            (_, true) => Start::Force,
            _ => Start::New,
        }
    }

    fn figures(&self, base: &Project) -> Result<Vec<Quantity>, Failure> {
        let all = Quantity::all(base);
        if self.figures.is_empty() {
            return Ok(all);
        }
        let names: Vec<_> = all.iter().map(Quantity::name).collect();
        let look_up = |name: &String| {
            let name = name.trim();
            all.iter().find(|known| known.name() == name).cloned().ok_or_else(|| Problem {
                place: "--figures".to_owned(),
                key: name.to_owned(),
                message: format!("there is no such figure; {}", crate::keys::nearest(name, &names)),
            })
        };
        let (found, refused): (Vec<_>, Vec<_>) = self.figures.iter().map(look_up).partition(Result::is_ok);
        let refused: Vec<_> = refused.into_iter().filter_map(Result::err).collect();
        let mut found: Vec<Quantity> = found.into_iter().flatten().collect();
        let mut seen = std::collections::HashSet::new();
        found.retain(|figure| seen.insert(figure.name().to_owned()));
        if refused.is_empty() { Ok(found) } else { Err(Problems(refused).into()) }
    }

    fn fingerprint(
        &self,
        base: &Project,
        design: &Design,
        layout: &Layout,
        files: Vec<(String, String)>,
    ) -> Fingerprint {
        let hash = |text: &str| sha256(text.as_bytes());
        Fingerprint {
            pvess_version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: env!("PVESS_COMMIT").to_owned(),
            plant: hash(&base.effective_toml()),
            files,
            scenarios: hash(&format!("{} {:?}", design.identity(), self.keep)),
            years: self.years,
            columns: layout.columns(),
        }
    }

    /// Runs what is left; how many of these scenarios have warnings of their own.
    fn run(
        &self,
        base: &Project,
        design: &Design,
        journal: &mut Journal,
        kept: Option<&KeptSteps>,
        count: usize,
    ) -> Result<usize, Failure> {
        let stop = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&stop);
        // Without a handler Ctrl-C ends the program at once, and the rows so far are there all the same.
        let _ = ctrlc::set_handler(move || {
            if flag.swap(true, Ordering::Relaxed) {
                std::process::exit(STOPPED.into());
            }
            say_warnings(&["stopping behind the scenarios in hand; Ctrl-C again leaves them".to_owned()]);
        });
        let bar = self.bar(count, journal.done());
        let mut warned = 0;
        let keep =
            kept.map(|kept| move |number: usize, results: &Results| kept.write(number, &design.label(number), results));
        let keep = keep.as_ref().map(|keep| keep as &KeepRow<'_, String>);
        let from = journal.done();
        let sweep = Scenarios::new(base, design, self.years).only(&journal.figures());
        let mut take = |rows: Vec<crate::sweep::Row>| {
            warned += rows.iter().filter(|row| !row.warnings.is_empty()).count();
            journal.add(design, &rows)?;
            bar.set_position(journal.done() as u64);
            Ok(())
        };
        // More threads than this only cost memory.
        let most = (4 * std::thread::available_parallelism().map_or(1, usize::from)).min(count.max(1));
        let pool = ThreadPoolBuilder::new().num_threads(self.threads.map_or(0, |n| usize::from(n).min(most))).build();
        let pool = pool.map_err(|e| format!("cannot start the threads: {e}"))?;
        let (rows, done) = std::sync::mpsc::sync_channel(2);
        // Rows are written while the next ones are computed. The sender goes with the worker: its end is the end of them.
        let result = std::thread::scope(|scope| {
            let stop = &stop;
            let worker = scope.spawn(move || {
                let send = |batch| rows.send(batch).map_err(|_| "the rows can no longer be written".to_owned());
                pool.install(|| sweep.run(from, stop, keep, send))
            });
            let mut written = Ok(());
            for batch in done {
                written = written.and_then(|()| take(batch));
                if written.is_err() {
                    stop.store(true, Ordering::Relaxed);
                }
            }
            written.and(worker.join().unwrap_or_else(|_| Err("a scenario broke off".to_owned())))
        });
        bar.finish_and_clear();
        result?;
        Ok(warned)
    }

    fn bar(&self, count: usize, done: usize) -> ProgressBar {
        if self.quiet || !std::io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(count as u64).with_position(done as u64);
        let template = "{bar:40} {human_pos} of {human_len} scenarios, {per_sec}, {left} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.with_key("left", |state: &indicatif::ProgressState, w: &mut dyn std::fmt::Write| {
                let _ = write!(w, "{}", HumanDuration(state.eta()));
            }));
        }
        bar.reset_eta();
        bar
    }
}

/// The files that scenarios read, each with its SHA-256: those of the plant, and those that varied values name.
fn files_of(base: &Project, design: &Design) -> Vec<(String, String)> {
    let varied = design.texts().into_iter().flat_map(|text| base.files_named(text));
    let mut files: Vec<_> = base.files.iter().cloned().chain(varied).map(|file| (file.name, file.sha256)).collect();
    files.sort();
    files.dedup();
    files
}

/// How many scenarios were done, how fast, and what is to be seen of them.
fn rate_words(done: usize, took: Duration, [failed, warned]: [usize; 2]) -> String {
    let seconds = took.as_secs_f64();
    let rate = done as f64 / seconds;
    let say = |count: usize, what: [&str; 2]| match count {
        0 => String::new(),
        1 => format!("; 1 {}", what[0]),
        n => format!("; {n} {}", what[1]),
    };
    let failed = say(failed, ["failed, its row says why", "failed, their rows say why"]);
    let warned = say(warned, ["has warnings, see its row", "have warnings, see their rows"]);
    format!("{done} scenarios in {seconds:.2} s ({rate:.0} a second){failed}{warned}\n")
}
