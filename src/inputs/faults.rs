//! What is wrong with one data file: each with its line, the first ten shown (three of a kind), the rest counted.

use std::cell::{Cell, RefCell};

use crate::error::Findings;

const SHOWN: usize = 10;
const SHOWN_OF_A_KIND: usize = 3;

/// The problems of one data file.
pub(super) struct Faults<'a> {
    file: &'a str,
    findings: &'a Findings,
    noted: Cell<usize>,
    shown: Cell<usize>,
    kinds: RefCell<Vec<(String, usize)>>,
}

impl<'a> Faults<'a> {
    pub(super) fn new(file: &'a str, findings: &'a Findings) -> Self {
        Self { file, findings, noted: Cell::new(0), shown: Cell::new(0), kinds: RefCell::default() }
    }

    /// Notes a problem in a line (0: the whole file) and column (empty: the whole line).
    pub(super) fn note(&self, line: u32, column: &str, message: impl Into<String>) {
        self.noted.set(self.noted.get() + 1);
        if self.shown.get() < SHOWN {
            self.shown.set(self.shown.get() + 1);
            self.findings.problem(self.place(line), column, message);
        }
    }

    /// Notes a problem that may come in every row; only the first of its kind are shown.
    pub(super) fn note_kind(&self, kind: &str, line: u32, column: &str, message: impl Into<String>) {
        let mut kinds = self.kinds.borrow_mut();
        let at = kinds.iter().position(|(known, _)| known == kind).unwrap_or_else(|| {
            kinds.push((kind.to_owned(), 0));
            kinds.len() - 1
        });
        kinds[at].1 += 1;
        if kinds[at].1 <= SHOWN_OF_A_KIND {
            self.note(line, column, message);
        } else {
            self.noted.set(self.noted.get() + 1);
        }
    }

    pub(super) fn warn(&self, message: &str) {
        self.findings.warn(format!("{}: {message}", self.file));
    }

    /// Says how many problems were not shown.
    pub(super) fn finish(&self) {
        if let more @ 1.. = self.noted.get() - self.shown.get() {
            self.findings.problem(self.file, "", format!("and {} more in this file", counted(more, "problem")));
        }
    }

    fn place(&self, line: u32) -> String {
        if line == 0 { self.file.to_owned() } else { format!("{}:{line}", self.file) }
    }
}

/// `count` followed by a noun, in the plural unless one: `1 row`, `2 rows`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_problems_are_shown_and_the_rest_counted() {
        let findings = Findings::default();
        let faults = Faults::new("a.csv", &findings);
        (1..=14).for_each(|line| faults.note(line, "ghi", "bad"));
        faults.finish();
        let problems = findings.conclude(()).unwrap_err().0;
        assert_eq!(problems.len(), 11);
        assert_eq!(problems[9].to_string(), "a.csv:10: ghi: bad");
        assert_eq!(problems[10].to_string(), "a.csv: and 4 problems more in this file");
    }

    #[test]
    fn a_kind_that_comes_in_every_row_leaves_room_for_the_others() {
        let findings = Findings::default();
        let faults = Faults::new("a.csv", &findings);
        (2..=9).for_each(|line| faults.note_kind("ghi", line, "ghi", "bad"));
        faults.note(0, "dni", "worse");
        faults.finish();
        let problems = findings.conclude(()).unwrap_err().to_string();
        let wanted = "a.csv:2: ghi: bad\na.csv:3: ghi: bad\na.csv:4: ghi: bad\na.csv: dni: worse\n\
                      a.csv: and 5 problems more in this file";
        assert_eq!(problems, wanted);
    }
}
