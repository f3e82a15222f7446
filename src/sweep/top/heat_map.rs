//! A table over two keys: a figure for each pair of their values.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use polars::prelude::{Column, DataFrame, IntoColumn, NamedFrom, Series};

use crate::error::Problems;

use super::{Rows, file};

/// More cells than this are no table that anyone reads.
const MOST_CELLS: usize = 1_000_000;

/// What stands in a cell that several rows share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// Their mean.
    Mean,
    /// The least.
    Min,
    /// The largest.
    Max,
}

/// A figure over two keys.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatMap {
    /// The keys down and across, and the figure.
    pub names: [String; 3],
    /// Values of the key down: numbers from the least, text as it comes in the file.
    pub down: Vec<String>,
    /// Values of the key across, likewise.
    pub across: Vec<String>,
    /// The figure, down by down and across by across; NaN where no row is.
    pub cells: Vec<Vec<f64>>,
    /// How many rows are in it.
    pub rows: usize,
    /// How many are in its fullest cell.
    pub most: usize,
    /// How many rows were left out because they lack one of the three values.
    pub without: usize,
}

/// What is known of a cell.
#[derive(Clone, Copy)]
struct Shared {
    sum: f64,
    least: f64,
    largest: f64,
    count: usize,
}

impl Shared {
    const NONE: Self = Self { sum: 0.0, least: f64::INFINITY, largest: f64::NEG_INFINITY, count: 0 };

    fn add(&mut self, x: f64) {
        self.sum += x;
        self.least = self.least.min(x);
        self.largest = self.largest.max(x);
        self.count += 1;
    }

    fn value(&self, cell: Cell) -> f64 {
        match cell {
            _ if self.count == 0 => f64::NAN,
            Cell::Mean => self.sum / self.count as f64,
            Cell::Min => self.least,
            Cell::Max => self.largest,
        }
    }
}

impl Rows {
    /// A table of a figure over two keys.
    ///
    /// # Errors
    /// That no row has all three values, or that the keys have too many.
    pub fn heat_map(&self, names: &[String; 3], cell: Cell) -> Result<HeatMap, Problems> {
        let all = self.with_values(&[&names[0], &names[1], &names[2]])?;
        let (down, across) = (all.distinct(&names[0]), all.distinct(&names[1]));
        if down.len().saturating_mul(across.len()) > MOST_CELLS {
            let (n, m) = (down.len(), across.len());
            let message = format!("has {n} values of {} and {m} of {}: too many for a table", names[0], names[1]);
            return Err(self.refused(message));
        }
        let place = |values: &[String], column: &str| -> Vec<usize> {
            let places: HashMap<&str, usize> =
                values.iter().enumerate().map(|(at, value)| (value.as_str(), at)).collect();
            all.words(column).iter().filter_map(|value| places.get(value.as_str()).copied()).collect()
        };
        let mut sums = vec![vec![Shared::NONE; across.len()]; down.len()];
        let figures = all.numbers(&names[2]).unwrap_or_default();
        let places = place(&down, &names[0]).into_iter().zip(place(&across, &names[1]));
        places.zip(figures).for_each(|((i, j), x)| sums[i][j].add(x));
        let most = sums.iter().flatten().map(|sum| sum.count).max().unwrap_or(0);
        let cells = sums.iter().map(|row| row.iter().map(|sum| sum.value(cell)).collect()).collect();
        let (rows, without) = (all.len(), self.len() - all.len());
        Ok(HeatMap { names: names.clone(), down, across, cells, rows, most, without })
    }

    /// The values of a column, each once: numbers from the least, text as it comes.
    fn distinct(&self, column: &str) -> Vec<String> {
        if let Some(mut numbers) = self.numbers(column) {
            numbers.sort_by(f64::total_cmp);
            numbers.dedup();
            return numbers.iter().map(ToString::to_string).collect();
        }
        let mut seen = HashSet::new();
        self.words(column).into_iter().filter(|value| seen.insert(value.clone())).collect()
    }
}

impl HeatMap {
    /// Cells with a value.
    pub fn filled(&self) -> usize {
        self.cells.iter().flatten().filter(|x| !x.is_nan()).count()
    }

    /// Writes it, as Parquet if the name says so, else as CSV: a column with the values of the key down, and one for each
    /// value of the key across, named `key=value`.
    ///
    /// # Errors
    /// What is in the way, unless it may be replaced, and what goes wrong in writing.
    pub fn write(&self, target: &Path, force: bool) -> Result<(), Problems> {
        let frame = self.frame().map_err(|e| Problems::one(target.display().to_string(), file::said(&e)))?;
        file::write(&frame, target, force)
    }

    fn frame(&self) -> Result<DataFrame, polars::prelude::PolarsError> {
        let first = Series::new(self.names[0].as_str().into(), &self.down).into_column();
        let mut columns: Vec<Column> = vec![file::typed(&first)?];
        for (at, value) in self.across.iter().enumerate() {
            let name = format!("{}={value}", self.names[1]);
            let cells: Vec<Option<f64>> = self.cells.iter().map(|row| Some(row[at]).filter(|x| !x.is_nan())).collect();
            columns.push(Series::new(name.as_str().into(), cells).into_column());
        }
        DataFrame::new_infer_height(columns)
    }
}
