//! The rows of a sweep that were simulated, and the selections from them.

use std::path::Path;

use polars::prelude::{BooleanChunked, DataFrame, DataType, IdxCa, IdxSize, PolarsError, SortMultipleOptions};

use crate::error::{Problem, Problems};
use crate::keys::nearest;
use crate::results::Figures;
use crate::uncertainty::Column;

use super::super::journal::TEXTS;
use super::super::table::LABEL;
use super::{Condition, Goal, Sense, file, front};

/// Rows of a sweep.
#[derive(Debug, Clone)]
pub struct Rows {
    pub(super) frame: DataFrame,
    /// The file they are of.
    pub(super) file: String,
}

/// A selection of rows.
#[derive(Debug, Clone)]
pub struct Picked {
    /// The rows, in the order asked for.
    pub rows: Rows,
    /// How many rows there were to select from.
    pub of: usize,
    /// How many more were left out because they lack a value.
    pub without: usize,
}

/// What a column is named for.
#[derive(Debug, Clone, Copy)]
pub struct Use<'a> {
    /// Where it is named, such as `--max`.
    pub place: &'a str,
    /// Its name.
    pub column: &'a str,
    /// Whether it has to hold numbers.
    pub is_number: bool,
}

impl Rows {
    /// Reads the file of a sweep, CSV or Parquet; of one that is still on its way (`.partial`) the whole rows. Also gives
    /// the number of rows that are left out because they have an error.
    ///
    /// # Errors
    /// Why it is no such file, or that no row is without error.
    pub fn read(path: &Path) -> Result<(Self, usize), Problems> {
        let all = Self { frame: file::read(path)?, file: path.display().to_string() };
        if all.is_empty() {
            return Err(all.refused("has no rows".to_owned()));
        }
        let errors = all.words("error");
        let rows = all.those(&errors.iter().map(String::is_empty).collect::<Vec<_>>())?;
        if rows.is_empty() {
            let first = &errors[0];
            return Err(all.refused(format!("all its {} rows have errors; the first: {first}", all.len())));
        }
        let failed = all.len() - rows.len();
        Ok((rows, failed))
    }

    /// Whether a file is that of a sweep that is not finished.
    pub fn is_unfinished(path: &Path) -> bool {
        file::is_partial(path)
    }

    /// How many they are.
    pub fn len(&self) -> usize {
        self.frame.height()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The varied keys: the columns between the label and the first figure, or exceedance value of one.
    pub fn keys(&self) -> Vec<&str> {
        let figures = Figures::names();
        let behind = self.columns().into_iter().skip_while(|name| *name != LABEL).skip(1);
        let is_other = |name: &str| TEXTS.contains(&name) || Column::is_name(name);
        behind.take_while(|name| !is_other(name) && !figures.contains(name)).collect()
    }

    /// All columns.
    pub fn columns(&self) -> Vec<&str> {
        self.frame.columns().iter().map(|column| column.name().as_str()).collect()
    }

    /// The values of a column as numbers, NaN where they are missing; none where it holds text or is not there.
    pub fn numbers(&self, column: &str) -> Option<Vec<f64>> {
        let numbers = self.frame.column(column).ok()?.f64().ok()?;
        Some(numbers.iter().map(|x| x.unwrap_or(f64::NAN)).collect())
    }

    /// The values of a column as they are written; empty where they are missing, and of a column that is not there.
    pub fn words(&self, column: &str) -> Vec<String> {
        self.frame.column(column).map_or_else(|_| vec![String::new(); self.len()], file::words)
    }

    /// Whether all columns that are named are there and hold what they are named for.
    ///
    /// # Errors
    /// All that are not or do not.
    pub fn check(&self, uses: &[Use<'_>], conditions: &[Condition]) -> Result<(), Problems> {
        let of_order = |c: &Condition| self.numbers(&c.column).is_some() || c.is_of_order();
        let held = conditions.iter().map(|c| Use { place: "--where", column: &c.column, is_number: of_order(c) });
        let columns = uses.iter().copied().chain(held).filter_map(|named| self.slip(named));
        let values = conditions.iter().filter(|c| c.number().is_none() && of_order(c)).filter_map(|c| {
            self.numbers(&c.column)?;
            let message = format!("`{}` is no number, and the column holds numbers", c.value());
            Some(Problem { place: "--where".to_owned(), key: c.column.clone(), message })
        });
        let problems: Vec<_> = columns.chain(values).collect();
        if problems.is_empty() { Ok(()) } else { Err(Problems(problems)) }
    }

    fn slip(&self, named: Use<'_>) -> Option<Problem> {
        let message = match self.frame.column(named.column) {
            Err(_) => format!("there is no such column in {}; {}", self.file, nearest(named.column, &self.columns())),
            Ok(column) if named.is_number && column.dtype() == &DataType::String => {
                let is_word = |text: &String| !text.trim().is_empty() && text.trim().parse::<f64>().is_err();
                let word = file::words(column).into_iter().find(is_word);
                let word = word.map_or_else(String::new, |word| format!(", such as `{word}`"));
                format!("holds text{word}, and numbers are needed here")
            }
            Ok(_) => return None,
        };
        Some(Problem { place: named.place.to_owned(), key: named.column.to_owned(), message })
    }

    /// The rows that meet all conditions.
    ///
    /// # Errors
    /// That there are none.
    pub fn keep(&self, conditions: &[Condition]) -> Result<Self, Problems> {
        let mut meets = vec![true; self.len()];
        for condition in conditions {
            let met: Vec<bool> = match self.numbers(&condition.column) {
                Some(numbers) => numbers.into_iter().map(|x| condition.is_met_by_number(x)).collect(),
                None => self.words(&condition.column).iter().map(|text| condition.is_met_by_text(text)).collect(),
            };
            meets.iter_mut().zip(met).for_each(|(all, this)| *all &= this);
        }
        let kept = self.those(&meets)?;
        if kept.is_empty() {
            let texts: Vec<_> = conditions.iter().map(|condition| condition.text.as_str()).collect();
            return Err(self.refused(format!(
                "none of the {} rows without error meets {}",
                self.len(),
                texts.join(" and ")
            )));
        }
        Ok(kept)
    }

    /// The best rows by a goal, the best first, equal ones in the order of the file.
    ///
    /// # Errors
    /// That no row has a value of it.
    pub fn best(&self, goal: &Goal, count: usize) -> Result<Picked, Problems> {
        let all = self.with_values(&[&goal.column])?;
        let order =
            SortMultipleOptions::default().with_order_descending(goal.sense == Sense::Max).with_maintain_order(true);
        let sorted = all.frame.sort([&goal.column], order).map_err(|e| self.failed(&e))?;
        Ok(self.picked(&all, sorted.head(Some(count))))
    }

    /// The front between two goals: the rows of which no other is better in one and as good in the other; the best in
    /// the first goal first.
    ///
    /// # Errors
    /// That no row has a value of both.
    pub fn front(&self, goals: &[Goal; 2]) -> Result<Picked, Problems> {
        let all = self.with_values(&[&goals[0].column, &goals[1].column])?;
        let turned = |goal: &Goal| -> Vec<f64> {
            all.numbers(&goal.column).unwrap_or_default().into_iter().map(|x| goal.turned(x)).collect()
        };
        let found: IdxCa =
            front(&turned(&goals[0]), &turned(&goals[1])).into_iter().map(|row| Some(row as IdxSize)).collect();
        let rows = all.frame.take(&found).map_err(|e| self.failed(&e))?;
        Ok(self.picked(&all, rows))
    }

    /// Writes them with all columns, as Parquet if the name says so, else as CSV: a file like that of a sweep.
    ///
    /// # Errors
    /// What is in the way, unless it may be replaced, and what goes wrong in writing.
    pub fn write(&self, target: &Path, force: bool) -> Result<(), Problems> {
        file::write(&self.frame, target, force)
    }

    /// The rows that have values in all these columns.
    pub(super) fn with_values(&self, columns: &[&str]) -> Result<Self, Problems> {
        let frame = self.frame.drop_nulls(Some(columns)).map_err(|e| self.failed(&e))?;
        if frame.height() == 0 {
            return Err(self.refused(format!(
                "none of the {} rows has a value of {}",
                self.len(),
                columns.join(" and ")
            )));
        }
        Ok(self.like(frame))
    }

    fn those(&self, which: &[bool]) -> Result<Self, Problems> {
        let mask: BooleanChunked = which.iter().map(|is| Some(*is)).collect();
        self.frame.filter(&mask).map(|frame| self.like(frame)).map_err(|e| self.failed(&e))
    }

    fn picked(&self, of: &Self, frame: DataFrame) -> Picked {
        Picked { rows: self.like(frame), of: of.len(), without: self.len() - of.len() }
    }

    fn like(&self, frame: DataFrame) -> Self {
        Self { frame, file: self.file.clone() }
    }

    pub(super) fn refused(&self, message: String) -> Problems {
        Problems::one(&self.file, message)
    }

    fn failed(&self, error: &PolarsError) -> Problems {
        self.refused(file::said(error))
    }
}

#[cfg(test)]
mod tests;
