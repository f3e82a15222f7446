//! One row of a function case, as the function sees it.

use std::cell::RefCell;

use jiff::Timestamp;

use crate::error::Findings;
use crate::keys::{Node, Value, nearest};

use super::table::Table;

/// What the functions of a case asked for.
#[derive(Default)]
pub(super) struct Asked {
    names: RefCell<Vec<&'static str>>,
}

impl Asked {
    /// Notes that a name is used.
    pub fn note(&self, name: &'static str) {
        let mut names = self.names.borrow_mut();
        if !names.contains(&name) {
            names.push(name);
        }
    }

    /// Whether a column or parameter of this name was asked for.
    pub fn has(&self, name: &str) -> bool {
        self.names.borrow().contains(&name)
    }
}

/// The inputs in one row: the columns of expected.csv and the case's parameters, which are the same in every row.
///
/// Asking never fails: what is missing is noted and NaN given, so that all that is missing is told together.
pub(super) struct Row<'c> {
    pub table: &'c Table,
    pub parameters: Option<&'c Node>,
    pub index: usize,
    pub asked: &'c Asked,
    pub findings: &'c Findings,
}

impl Row<'_> {
    /// An input.
    pub fn number(&self, name: &'static str) -> f64 {
        self.asked.note(name);
        let column = self.table.numbers(name).map(|numbers| numbers[self.index]);
        column.or_else(|| self.parameter(name)).unwrap_or_else(|| {
            self.missing(name);
            f64::NAN
        })
    }

    /// An input in every row of the table.
    pub fn series(&self, name: &'static str) -> Vec<f64> {
        self.asked.note(name);
        let column = self.table.numbers(name).map(<[f64]>::to_vec);
        column.unwrap_or_else(|| vec![self.number(name); self.table.lines.len()])
    }

    /// Several inputs.
    pub fn numbers<const N: usize>(&self, names: [&'static str; N]) -> [f64; N] {
        names.map(|name| self.number(name))
    }

    /// An input that is an instant, UTC seconds since 1970.
    pub fn instant_utc_s(&self, name: &'static str) -> i64 {
        self.asked.note(name);
        let Some(texts) = self.table.texts(name) else {
            self.missing(name);
            return 0;
        };
        let text = &texts[self.index];
        text.parse().map_or_else(
            |_| {
                let message = format!("\"{text}\" is not an instant; write it like 2021-06-01T12:00:00Z");
                self.findings.problem(self.table.place(self.index), name, message);
                0
            },
            Timestamp::as_second,
        )
    }

    /// Names that a case may give and the function has no use for: constants of its equations, which the comparison
    /// itself tests, and quantities that make no difference.
    pub fn may_have(&self, names: &[&'static str]) {
        for name in names {
            self.asked.note(name);
        }
    }

    fn parameter(&self, name: &str) -> Option<f64> {
        match self.parameters?.get(name)?.value {
            Value::Integer(n) => Some(n as f64),
            Value::Number(x) => Some(x),
            _ => None,
        }
    }

    fn missing(&self, name: &str) {
        let message = format!("there is no column `{name}`, and no parameter; {}", nearest(name, &self.table.names()));
        self.findings.problem(&self.table.source, "", message);
    }
}
