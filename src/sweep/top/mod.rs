//! What the rows of a sweep tell: the best by a figure, the front between two, a table over two keys.
//!
//! All columns are numbers or text: a column whose every value is a number holds numbers, whatever the kind of file. An empty
//! cell and one that is not a number (NaN) are missing. Rows with an error are left out from the beginning.

mod columns;
mod condition;
mod file;
mod front;
mod heat_map;
mod rows;

pub use condition::Condition;
pub use front::front;
pub use heat_map::{Cell, HeatMap};
pub use rows::{Picked, Rows, Use};

/// Which values of a column are better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    /// Larger ones.
    Max,
    /// Smaller ones.
    Min,
}

/// A column, and which of its values are better.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goal {
    /// The column: a figure or a varied key.
    pub column: String,
    /// Which of its values are better.
    pub sense: Sense,
}

impl Goal {
    /// Reads `max:export_mwh` or `min:storage.units`.
    ///
    /// # Errors
    /// How it is written, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (sense, column) = text.split_once(':').unwrap_or((text, ""));
        let sense = match sense.trim() {
            "max" => Sense::Max,
            "min" => Sense::Min,
            _ => return Err(format!("`{text}` is no goal; write max:COLUMN or min:COLUMN, such as max:export_mwh")),
        };
        match column.trim() {
            "" => Err(format!("`{text}` names no column; write it behind the colon, such as max:export_mwh")),
            column => Ok(Self { column: column.to_owned(), sense }),
        }
    }

    /// A value of the column turned so that larger is better.
    fn turned(&self, value: f64) -> f64 {
        match self.sense {
            Sense::Max => value,
            Sense::Min => -value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_a_sense_and_a_column() {
        let goal = |column: &str, sense| Ok(Goal { column: column.to_owned(), sense });
        assert_eq!(Goal::parse("max:export_mwh"), goal("export_mwh", Sense::Max));
        assert_eq!(Goal::parse(" min : storage.units "), goal("storage.units", Sense::Min));
        assert!(Goal::parse("export_mwh").unwrap_err().contains("`export_mwh` is no goal; write max:COLUMN"));
        assert!(Goal::parse("most:bill").is_err());
        assert!(Goal::parse("max:").unwrap_err().contains("names no column"));
    }
}
