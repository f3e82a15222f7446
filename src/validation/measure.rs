//! Catalogue of the ways in which an output is judged, each with its table in case.toml.

use crate::keys::Keys;

/// How an output is judged, and how far it may be off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Measure {
    /// Every row on its own.
    Rows {
        /// Allowed difference in the unit of the value.
        absolute: f64,
        /// Allowed difference as a fraction of the expected value, on top.
        relative: f64,
    },
    /// The sum of all rows.
    Sum {
        /// Allowed difference as a fraction of the expected sum.
        relative: f64,
    },
    /// The root mean square of the differences.
    Rmse {
        /// Allowed as a fraction of the largest expected value.
        of_max: f64,
    },
}

/// A table of case.toml and how its lines are read.
pub(super) type Section = (&'static str, fn(&mut Keys<'_>) -> Measure);

/// The tables of case.toml that judge outputs.
pub(super) const SECTIONS: [Section; 3] = [
    ("tolerance", |k| Measure::Rows {
        absolute: k.number("absolute", "allowed difference in the unit of the value").at_least(0.0).required(),
        relative: k.number("relative", "allowed difference as a fraction of the value").at_least(0.0).required(),
    }),
    ("annual", |k| Measure::Sum {
        relative: k.number("relative", "allowed difference as a fraction of the sum").at_least(0.0).required(),
    }),
    ("rmse", |k| Measure::Rmse {
        of_max: k.number("of_max", "allowed as a fraction of the largest expected value").at_least(0.0).required(),
    }),
];

impl Measure {
    /// Allowed difference at an expected value: of a row, the sum, or the largest of all.
    pub(super) fn allowed(self, expected: f64) -> f64 {
        match self {
            Self::Rows { absolute, relative } => absolute + relative * expected.abs(),
            Self::Sum { relative } => relative * expected.abs(),
            Self::Rmse { of_max } => of_max * expected.abs(),
        }
    }

    /// What the measure is called behind the name of an output; every row needs no name.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Rows { .. } => "",
            Self::Sum { .. } => " (sum)",
            Self::Rmse { .. } => " (rmse)",
        }
    }
}
