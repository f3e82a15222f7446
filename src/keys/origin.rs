//! Where a key was written, for problems that show only later, when data are read.

use crate::error::Findings;

use super::Keys;

/// Place and dotted path of a key. Any two are equal: a plan says the same wherever it was written.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// File and line.
    pub place: String,
    /// Dotted path in the plant file.
    pub key: String,
}

impl PartialEq for Origin {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Origin {
    /// The origin of a key of the table that is being read; the table's own place where the key is not given.
    pub fn of(k: &Keys<'_>, key: &str) -> Self {
        let (place, key) = k.locate(key);
        Self { place, key }
    }

    /// Notes a problem with the key.
    pub fn refuse(&self, findings: &Findings, message: impl Into<String>) {
        self.problem(findings, &self.key, message);
    }

    /// Notes a problem with another key of the same place.
    pub fn problem(&self, findings: &Findings, key: &str, message: impl Into<String>) {
        findings.problem(self.place.clone(), key, message);
    }
}
