//! What is wrong with one data file: each with its line, the first ten shown, the rest counted.

use std::cell::Cell;

use crate::error::Findings;

const SHOWN: usize = 10;

/// The problems of one data file.
pub(super) struct Faults<'a> {
    file: &'a str,
    findings: &'a Findings,
    noted: Cell<usize>,
}

impl<'a> Faults<'a> {
    pub(super) fn new(file: &'a str, findings: &'a Findings) -> Self {
        Self { file, findings, noted: Cell::new(0) }
    }

    /// Notes a problem in a line (0: the whole file) and column (empty: the whole line).
    pub(super) fn note(&self, line: u32, column: &str, message: impl Into<String>) {
        let before = self.noted.replace(self.noted.get() + 1);
        if before < SHOWN {
            self.findings.problem(self.place(line), column, message);
        }
    }

    pub(super) fn warn(&self, message: &str) {
        self.findings.warn(format!("{}: {message}", self.file));
    }

    /// Whether nothing was noted so far.
    pub(super) fn is_clean(&self) -> bool {
        self.noted.get() == 0
    }

    /// Says how many problems were not shown.
    pub(super) fn finish(&self) {
        if let more @ 1.. = self.noted.get().saturating_sub(SHOWN) {
            self.findings.problem(self.file, "", format!("and {more} more problems in this file"));
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
        assert_eq!(problems[10].to_string(), "a.csv: and 4 more problems in this file");
    }
}
