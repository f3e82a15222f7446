//! Where in the plant file a data file is named, for problems that show when it is read.

use crate::error::Findings;
use crate::keys::Keys;

/// Place and dotted path of a key. Any two are equal: a plan says the same wherever it was written.
#[derive(Debug, Clone, Default)]
pub(super) struct At {
    place: String,
    key: String,
}

impl PartialEq for At {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl At {
    /// Where a key stands; the table itself for an empty key.
    pub(super) fn of(k: &Keys<'_>, key: &str) -> Self {
        let (place, key) = k.locate(key);
        Self { place, key }
    }

    /// Notes a problem with the key.
    pub(super) fn refuse(&self, findings: &Findings, message: impl Into<String>) {
        self.problem(findings, &self.key, message);
    }

    /// Notes a problem with another key of the same place.
    pub(super) fn problem(&self, findings: &Findings, key: &str, message: impl Into<String>) {
        findings.problem(self.place.clone(), key, message);
    }
}
