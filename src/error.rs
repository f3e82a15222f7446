//! What can be wrong with an input: problems with their place, collected and reported together.

use std::cell::RefCell;
use std::fmt;

/// One thing that is wrong with an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// File and line (`plant.toml:12`), or where else the value came from (`--set`).
    pub place: String,
    /// The dotted key or the CSV column; empty when the whole file is meant.
    pub key: String,
    /// The value, why it is refused and what would be right.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.place.is_empty(), self.key.is_empty()) {
            (true, true) => write!(f, "{}", self.message),
            (true, false) => write!(f, "{}: {}", self.key, self.message),
            (false, true) => write!(f, "{}: {}", self.place, self.message),
            (false, false) => write!(f, "{}: {}: {}", self.place, self.key, self.message),
        }
    }
}

/// Everything that is wrong with an input, in the order it was found. Never empty when returned as an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// A single problem with no key.
    pub fn one(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self(vec![Problem { place: place.into(), key: String::new(), message: message.into() }])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// The sheet at the front door on which problems and warnings are noted while the input is read.
///
/// Reading goes on after a problem, so that the user sees all of them at once.
#[derive(Debug, Default)]
pub struct Findings {
    problems: RefCell<Vec<Problem>>,
    warnings: RefCell<Vec<String>>,
}

impl Findings {
    /// Notes a problem; the input will be refused.
    pub fn problem(&self, place: impl Into<String>, key: impl Into<String>, message: impl Into<String>) {
        let problem = Problem { place: place.into(), key: key.into(), message: message.into() };
        let mut problems = self.problems.borrow_mut();
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }

    /// Notes something the user should know; the input is still accepted.
    pub fn warn(&self, warning: impl Into<String>) {
        let warning = warning.into();
        let mut warnings = self.warnings.borrow_mut();
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }

    /// Whether this was warned of.
    pub fn has_warning(&self, warning: &str) -> bool {
        self.warnings.borrow().iter().any(|known| known == warning)
    }

    /// Whether a key, or one below it, was refused so far.
    pub fn is_refused(&self, key: &str) -> bool {
        let at_or_below = |k: &str| k.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        self.problems.borrow().iter().any(|problem| at_or_below(&problem.key))
    }

    /// Whether nothing refused so far.
    pub fn is_clean(&self) -> bool {
        self.problems.borrow().is_empty()
    }

    /// The value with the warnings, or all problems if there is one.
    ///
    /// # Errors
    /// All problems noted, in order.
    pub fn conclude<T>(self, value: T) -> Result<(T, Vec<String>), Problems> {
        let problems = self.problems.into_inner();
        if problems.is_empty() { Ok((value, self.warnings.into_inner())) } else { Err(Problems(problems)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_problems_are_reported_together_and_once() {
        let findings = Findings::default();
        findings.problem("plant.toml:3", "a", "bad");
        findings.problem("plant.toml:3", "a", "bad");
        findings.problem("", "b", "worse");
        let refused = findings.conclude(()).unwrap_err();
        assert_eq!(refused.to_string(), "plant.toml:3: a: bad\nb: worse");
    }

    #[test]
    fn a_refused_key_refuses_those_above_it_and_no_namesake() {
        let findings = Findings::default();
        findings.problem("plant.toml:3", "plant.import_limit.kw", "bad");
        assert!(findings.is_refused("plant.import_limit") && findings.is_refused("plant.import_limit.kw"));
        assert!(!findings.is_refused("plant.import") && !findings.is_refused("plant.import_limit.kw.x"));
    }

    #[test]
    fn warnings_do_not_refuse() {
        let findings = Findings::default();
        findings.warn("windless");
        assert_eq!(findings.conclude(7).unwrap(), (7, vec!["windless".to_owned()]));
    }
}
