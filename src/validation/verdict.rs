//! How a case came out.

use crate::error::Problems;

use super::case::Case;
use super::compare::Output;

/// A case that was run.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Name of the case.
    pub case: String,
    /// Every output compared, or why nothing could be.
    pub result: Result<Vec<Output>, Problems>,
}

impl Verdict {
    /// Runs a case.
    pub fn of(case: &Case) -> Self {
        Self { case: case.name().to_owned(), result: case.run() }
    }

    /// Whether something was compared, and all of it is within its tolerance.
    pub fn passes(&self) -> bool {
        !self.outputs().is_empty() && self.outputs().iter().all(Output::passes)
    }

    /// The outputs compared; none where the case could not be.
    pub fn outputs(&self) -> &[Output] {
        self.result.as_deref().unwrap_or_default()
    }

    /// The output that comes closest to its tolerance, or leaves it the furthest.
    pub fn worst(&self) -> Option<&Output> {
        self.outputs().iter().reduce(|worst, o| if o.worst.share > worst.worst.share { o } else { worst })
    }
}
