//! The file of a sweep on its way: rows are added as they come, so that a sweep that was broken off goes on.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::results::push_number;

use super::place::{MARK, PARTIAL, PERCENTILES, STAGING, beside, check_place, is_parquet, is_unfinished, locked};
use super::table::LABEL;
use super::{Design, Quantity, Row, parquet};

/// What a sweep is of. One that goes on must be of the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// Version of the program.
    pub pvess_version: String,
    /// Commit it was built from.
    pub commit: String,
    /// SHA-256 of the plant file with all changes.
    pub plant: String,
    /// SHA-256 of every file it names.
    pub files: Vec<(String, String)>,
    /// SHA-256 of all that makes the scenarios.
    pub scenarios: String,
    /// Years of each.
    pub years: u32,
    /// Columns of the file.
    pub columns: Vec<String>,
}

impl Fingerprint {
    /// What differs, in words.
    fn differences(&self, other: &Self) -> String {
        let build = |f: &Self| (f.pvess_version.clone(), f.commit.clone());
        let sha256 = |name: &String| other.files.iter().find(|(other, _)| other == name).map(|(_, sha256)| sha256);
        let files = self.files.iter().filter(|(name, mine)| sha256(name).is_some_and(|theirs| theirs != mine));
        let mut said: Vec<&str> = [
            (build(self) != build(other), "the version of pvess"),
            (self.plant != other.plant, "the plant file"),
            (self.scenarios != other.scenarios, "the scenarios"),
            (self.years != other.years, "the number of years"),
            (self.columns != other.columns, "the columns"),
        ]
        .into_iter()
        .filter_map(|(differs, what)| differs.then_some(what))
        .chain(files.map(|(name, _)| name.as_str()))
        .collect();
        if said.is_empty() {
            said.push("the files it reads");
        }
        said.join(", ")
    }
}

/// What to do with what stands at the file's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Begin; refuse if anything is there.
    New,
    /// Go on with an unfinished sweep, or begin if there is none.
    Resume,
    /// Begin anew, whatever is there.
    Force,
}

/// The columns behind the figures.
pub(super) const TEXTS: [&str; 2] = ["warnings", "error"];

/// The columns of a sweep's file.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// Varied keys, and whether all values of each are numbers.
    pub keys: Vec<(String, bool)>,
    /// Figures.
    pub figures: Vec<Quantity>,
}

impl Layout {
    /// The columns of a design with all figures, or with the named ones.
    pub fn new(design: &Design, figures: Vec<Quantity>) -> Self {
        let keys = design.keys().into_iter().enumerate().map(|(i, key)| (key.to_owned(), design.is_numeric(i)));
        Self { keys: keys.collect(), figures }
    }

    /// All column names: label, keys, figures, warnings and error.
    pub fn columns(&self) -> Vec<String> {
        let keys = self.keys.iter().map(|(key, _)| key.clone());
        let figures = self.figures.iter().map(|figure| figure.name().to_owned());
        let texts = TEXTS.map(str::to_owned);
        std::iter::once(LABEL.to_owned()).chain(keys).chain(figures).chain(texts).collect()
    }

    /// Which of them hold numbers.
    pub(super) fn numeric(&self) -> Vec<bool> {
        let keys = self.keys.iter().map(|(_, numeric)| *numeric);
        let figures = self.figures.iter().map(|_| true);
        std::iter::once(false).chain(keys).chain(figures).chain(TEXTS.map(|_| false)).collect()
    }

    fn header(&self) -> String {
        let mut line = vec![];
        for (at, column) in self.columns().iter().enumerate() {
            push_cell(&mut line, at, column);
        }
        line.push(b'\n');
        String::from_utf8_lossy(&line).into_owned()
    }

    fn push(&self, line: &mut Vec<u8>, design: &Design, row: &Row) {
        push_cell(line, 0, &design.label(row.number));
        for value in design.values(row.number) {
            push_cell(line, 1, &value);
        }
        let error = row.outcome.as_ref().err().map_or_else(String::new, ToString::to_string);
        for figure in &self.figures {
            line.push(b',');
            let written = push_number(line, figure.of(row));
            debug_assert!(written.is_ok(), "a vector takes all");
        }
        push_cell(line, 1, &row.warnings.join("; "));
        push_cell(line, 1, &error);
        line.push(b'\n');
    }
}

/// A cell behind the one before it; a row stays on one line.
fn push_cell(line: &mut Vec<u8>, at: usize, text: &str) {
    if at > 0 {
        line.push(b',');
    }
    if text.contains([',', '"', '\n', '\r']) {
        let text = text.replace('"', "\"\"").replace("\r\n", "; ").replace(['\n', '\r'], "; ");
        line.extend_from_slice(format!("\"{text}\"").as_bytes());
    } else {
        line.extend_from_slice(text.as_bytes());
    }
}

/// The file of a sweep on its way, beside its place: `FILE.partial`, and `FILE.partial.json` with what it is of.
#[derive(Debug)]
pub struct Journal {
    target: PathBuf,
    partial: PathBuf,
    file: File,
    /// Locked as long as this sweep is at it.
    mark: File,
    layout: Layout,
    rows: Rows,
}

/// The rows in a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Rows {
    done: usize,
    /// Those of them that have an error.
    failed: usize,
}

impl Journal {
    /// The figures it has columns for, and exceedance values.
    pub fn figures(&self) -> Vec<&str> {
        self.layout.figures.iter().map(Quantity::name).collect()
    }

    /// Opens the file of a sweep.
    ///
    /// # Errors
    /// In words: something is in the way, another program is at it, the sweep that should go on is of something else, or
    /// nothing can be written.
    pub fn open(target: &Path, layout: Layout, of: &Fingerprint, start: Start) -> Result<Self, String> {
        let shown = target.display();
        check_place(target)?;
        let failed = |e: io::Error| format!("{shown}: cannot write there: {e}");
        if let Some(folder) = target.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let partial = beside(target, PARTIAL);
        let is_there = is_unfinished(target);
        if start == Start::New && is_there {
            locked(target)?;
            let left = partial.display();
            return Err(format!("{left}: is an unfinished sweep; --resume goes on with it, --force begins anew"));
        }
        let goes_on = start == Start::Resume && is_there;
        if start != Start::Force && !goes_on {
            check_free(target, start)?;
        }
        let mut mark = locked(target)?;
        if goes_on {
            let mut found = String::new();
            mark.read_to_string(&mut found).map_err(failed)?;
            let found: Fingerprint = serde_json::from_str(&found).map_err(|e| {
                format!("{}: is no record of a sweep: {e}; --force begins anew", beside(target, MARK).display())
            })?;
            if found != *of {
                let what = of.differences(&found);
                return Err(format!(
                    "{}: the sweep that was broken off was of something else: {what}; --force begins anew",
                    partial.display()
                ));
            }
            let (file, rows) = go_on(&partial, &layout.header()).map_err(failed)?;
            return Ok(Self { target: target.to_owned(), partial, file, mark, layout, rows });
        }
        let text = serde_json::to_string_pretty(of).unwrap_or_default();
        mark.set_len(0).and_then(|()| mark.write_all(text.as_bytes())).map_err(failed)?;
        let mut file = File::create(&partial).map_err(failed)?;
        file.write_all(layout.header().as_bytes()).map_err(failed)?;
        Ok(Self { target: target.to_owned(), partial, file, mark, layout, rows: Rows::default() })
    }

    /// Rows that are in it.
    pub fn done(&self) -> usize {
        self.rows.done
    }

    /// Rows in it that have an error.
    pub fn failed(&self) -> usize {
        self.rows.failed
    }

    /// Adds rows, which follow those that are in it.
    ///
    /// # Errors
    /// In words, such as a full disk; what was added before stays.
    pub fn add(&mut self, design: &Design, rows: &[Row]) -> Result<(), String> {
        let mut text = vec![];
        for row in rows {
            self.layout.push(&mut text, design, row);
        }
        self.file.write_all(&text).map_err(|e| {
            let (left, done) = (self.partial.display(), self.rows.done);
            format!("{left}: cannot write: {e}; its first {done} scenarios are kept, --resume goes on")
        })?;
        self.rows.done += rows.len();
        self.rows.failed += rows.iter().filter(|row| row.outcome.is_err()).count();
        Ok(())
    }

    /// The columns.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Puts what the draws give together beside the rows, in one step; the file.
    ///
    /// # Errors
    /// In words, such as a full disk.
    pub fn put_percentiles(&self, text: &str) -> Result<PathBuf, String> {
        let (place, staging) = (beside(&self.target, PERCENTILES), beside(&self.target, STAGING));
        let put = || {
            fs::write(&staging, text)?;
            fs::rename(&staging, &place)
        };
        put().map_err(|e: io::Error| format!("{}: cannot write: {e}", place.display()))?;
        Ok(place)
    }

    /// The unfinished file.
    pub fn partial(&self) -> &Path {
        &self.partial
    }

    /// Puts the finished file into its place, as CSV or, by its name, as Parquet. What an earlier sweep of this name told of
    /// its draws is taken away where this one `has_draws` not.
    ///
    /// # Errors
    /// In words; the unfinished file is then still there.
    pub fn publish(self, has_draws: bool) -> Result<PathBuf, String> {
        let finish = || {
            self.file.sync_all()?;
            if is_parquet(&self.target) {
                let staging = beside(&self.target, STAGING);
                parquet::convert(&self.partial, &staging, &self.layout)?;
                fs::rename(&staging, &self.target)?;
                fs::remove_file(&self.partial)?;
            } else {
                fs::rename(&self.partial, &self.target)?;
            }
            if !has_draws {
                let _ = fs::remove_file(beside(&self.target, PERCENTILES));
            }
            drop(self.mark);
            fs::remove_file(beside(&self.target, MARK))
        };
        finish().map_err(|e| format!("{}: cannot put the rows there: {e}", self.target.display()))?;
        Ok(self.target)
    }
}

/// Refuses a place where something stands that a new sweep would overwrite.
fn check_free(target: &Path, start: Start) -> Result<(), String> {
    let advice = "name another --out, or --force to replace it";
    if target.exists() {
        let done = if start == Start::Resume { "is there already, finished" } else { "is in the way" };
        return Err(format!("{}: {done}; {advice}", target.display()));
    }
    // A record without rows is what a kill in the first moment leaves.
    let is_record = |path: &Path| {
        fs::read_to_string(path).is_ok_and(|text| text.is_empty() || serde_json::from_str::<Fingerprint>(&text).is_ok())
    };
    for suffix in [PARTIAL, MARK, PERCENTILES] {
        let path = beside(target, suffix);
        if path.exists() && !(suffix == MARK && is_record(&path)) {
            return Err(format!("{}: is in the way; {advice}", path.display()));
        }
    }
    Ok(())
}

/// Opens an unfinished file behind its last whole row; the rows in it.
fn go_on(partial: &Path, header: &str) -> io::Result<(File, Rows)> {
    let mut file = OpenOptions::new().read(true).write(true).open(partial)?;
    let (mut rows, mut whole, mut line) = (Rows::default(), 0, vec![]);
    let mut reader = BufReader::with_capacity(1 << 18, &file);
    loop {
        line.clear();
        let read = reader.read_until(b'\n', &mut line)?;
        if line.last() != Some(&b'\n') {
            break;
        }
        if whole == 0 && line != header.as_bytes() {
            return Err(io::Error::other("its first line is not that of this sweep"));
        }
        if whole > 0 {
            rows.done += 1;
            // The error comes last, and where it ends in a comma it stands in quotes.
            rows.failed += usize::from(!line.ends_with(b",\n"));
        }
        whole += read as u64;
    }
    file.set_len(whole)?;
    file.seek(SeekFrom::End(0))?;
    if whole == 0 {
        file.write_all(header.as_bytes())?;
    }
    Ok((file, rows))
}

#[cfg(test)]
mod tests {
    use super::super::axis::Axis;
    use super::*;
    use crate::error::Problems;
    use crate::results::Figures;

    fn design() -> Design {
        Design::Product(vec![Axis::parse("a=1,\"x,y\"").unwrap(), Axis::parse("b=1:3:3").unwrap()])
    }

    fn fingerprint(plant: &str) -> Fingerprint {
        Fingerprint {
            pvess_version: "1".into(),
            commit: "c".into(),
            plant: plant.into(),
            files: vec![("w.csv".into(), "0".into())],
            scenarios: "s".into(),
            years: 1,
            columns: vec![],
        }
    }

    fn row(number: usize) -> Row {
        let problems = Problems::one("p", "is bad,\nvery");
        let outcome = if number == 1 { Err(problems) } else { Ok(Figures::default()) };
        let warnings = if number == 2 { vec!["a: is much".to_owned(), "b, too".to_owned()] } else { vec![] };
        Row { number, outcome, uncertainty: None, warnings }
    }

    fn open(target: &Path, start: Start) -> Result<Journal, String> {
        Journal::open(target, Layout::new(&design(), vec![Quantity::Figure("export_mwh")]), &fingerprint("p"), start)
    }

    const WHOLE: &str = "label,a,b,export_mwh,warnings,error\n1,1,1,,,\n2,1,2,,,\"p: is bad,; very\"\n\
                         3,1,3,,\"a: is much; b, too\",\n4,\"\"\"x,y\"\"\",1,,,\n";

    #[test]
    fn rows_stand_in_the_file_in_order_and_the_finished_one_takes_its_place() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("out/s.csv");
        let mut journal = open(&target, Start::New).unwrap();
        journal.add(&design(), &[row(0), row(1)]).unwrap();
        journal.add(&design(), &[row(2), row(3)]).unwrap();
        assert_eq!(journal.publish(false).unwrap(), target);
        assert_eq!(fs::read_to_string(&target).unwrap(), WHOLE);
        assert_eq!(fs::read_dir(dir.path().join("out")).unwrap().count(), 1);
        assert!(open(&target, Start::New).unwrap_err().contains("is in the way"));
        assert!(open(&target, Start::Resume).unwrap_err().contains("finished"));
        assert_eq!(open(&target, Start::Force).unwrap().done(), 0);
        // A device or a directory is nobody's to replace.
        assert!(open(dir.path(), Start::Force).unwrap_err().contains("is a directory"));
        if Path::new("/dev/null").exists() {
            assert!(open(Path::new("/dev/null"), Start::Force).unwrap_err().contains("is no ordinary file"));
        }
    }

    #[test]
    fn a_sweep_goes_on_behind_its_last_whole_row_wherever_it_was_cut() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("s.csv");
        drop(open(&target, Start::New).unwrap());
        for cut in 0..WHOLE.len() {
            fs::write(beside(&target, ".partial"), &WHOLE[..cut]).unwrap();
            assert!(open(&target, Start::New).unwrap_err().contains("unfinished"));
            let mut journal = open(&target, Start::Resume).unwrap();
            let done = journal.done();
            assert_eq!(done, WHOLE[..cut].matches('\n').count().saturating_sub(1));
            assert_eq!(journal.failed(), usize::from(done >= 2));
            journal.add(&design(), &(done..4).map(row).collect::<Vec<_>>()).unwrap();
            assert_eq!((journal.done(), journal.failed()), (4, 1));
            assert_eq!(fs::read_to_string(journal.partial()).unwrap(), WHOLE, "cut at {cut}");
        }
    }

    #[test]
    fn a_sweep_of_something_else_is_not_gone_on_with() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("s.csv");
        drop(open(&target, Start::New).unwrap());
        let layout = Layout::new(&design(), vec![Quantity::Figure("export_mwh")]);
        let mut other = fingerprint("q");
        other.files[0].1 = "1".into();
        let refused = Journal::open(&target, layout, &other, Start::Resume).unwrap_err();
        assert!(refused.ends_with("of something else: the plant file, w.csv; --force begins anew"), "{refused}");
    }
}
