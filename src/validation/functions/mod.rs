//! Catalogue of the functions that cases compare, by name: the inputs of a row, or of all rows, to the outputs with their
//! names.
//!
//! Each calls what the simulation calls; no equation is written here.

mod electrical;
mod losses;
mod optical;
mod optimum;
mod solar;

use super::case::Columns;
use super::row::Row;

/// A function of a row.
pub(super) type Function = fn(&Row<'_>) -> Outputs;

/// A function of all rows, which asks the first for its series.
pub(super) type TableFunction = fn(&Row<'_>) -> Columns;

/// Outputs by name, the same names in every row.
type Outputs = Vec<(&'static str, f64)>;

/// Functions by name.
type Shelf = &'static [(&'static str, Function)];

const SHELVES: [Shelf; 4] = [solar::FUNCTIONS, optical::FUNCTIONS, electrical::FUNCTIONS, losses::FUNCTIONS];

/// The function of a name.
pub(super) fn find(name: &str) -> Option<Function> {
    SHELVES.into_iter().flatten().find(|(known, _)| *known == name).map(|(_, function)| *function)
}

/// The function of all rows of a name.
pub(super) fn find_of_table(name: &str) -> Option<TableFunction> {
    optimum::FUNCTIONS.iter().find(|(known, _)| *known == name).map(|(_, function)| *function)
}

/// The names of all functions.
pub(super) fn names() -> Vec<&'static str> {
    let of_rows = SHELVES.into_iter().flatten().map(|(name, _)| *name);
    of_rows.chain(optimum::FUNCTIONS.iter().map(|(name, _)| *name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_functions_have_one_name() {
        let mut names = names();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
