//! Catalogue of the functions that cases compare, by name: the inputs of a row to the outputs with their names.
//!
//! Each calls what the simulation calls; no equation is written here.

mod electrical;
mod losses;
mod optical;
mod solar;

use super::row::Row;

/// A function of a row.
pub(super) type Function = fn(&Row<'_>) -> Outputs;

/// Outputs by name, the same names in every row.
type Outputs = Vec<(&'static str, f64)>;

/// Functions by name.
type Shelf = &'static [(&'static str, Function)];

const SHELVES: [Shelf; 4] = [solar::FUNCTIONS, optical::FUNCTIONS, electrical::FUNCTIONS, losses::FUNCTIONS];

/// The function of a name.
pub(super) fn find(name: &str) -> Option<Function> {
    SHELVES.into_iter().flatten().find(|(known, _)| *known == name).map(|(_, function)| *function)
}

/// The names of all functions.
pub(super) fn names() -> Vec<&'static str> {
    SHELVES.into_iter().flatten().map(|(name, _)| *name).collect()
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
