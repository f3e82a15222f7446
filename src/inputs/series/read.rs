//! The rows of a series file: stamps where it has them, and checked values.

use super::super::clock::Stamps;
use super::super::faults::Faults;
use super::super::stamp::{FORMS, Stamp};
use super::super::table::{Row, Table, short};
use super::{Column, Gaps, SeriesPlan};
use crate::keys::nearest;

/// What the cells of a column are.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// Numbers; a missing one is refused or kept as NaN, as the plan's gaps say.
    Number,
    /// Numbers, 1 where the cell is empty or the file has no such column.
    OneIfEmpty,
    /// One of these words; its value is the word's index.
    Word(&'static [&'static str]),
}

/// Rows of a series.
#[derive(Debug)]
pub(super) struct Rows {
    /// Stamps, if the file has a column of them.
    pub stamps: Option<Stamps>,
    /// Number of rows.
    pub len: usize,
    /// Values of each planned column.
    pub columns: Vec<Vec<f64>>,
}

impl Rows {
    /// Reads the planned columns; `kinds` has one entry per column.
    pub(super) fn read(text: &str, plan: &SeriesPlan, kinds: &[Kind], faults: &Faults<'_>) -> Option<Self> {
        let words = kinds.iter().any(|kind| matches!(kind, Kind::Word(_)));
        let table = Table::open(text, 0, !words, faults)?;
        let time = match &plan.time_column {
            Some(name) => Some(table.need(name, "time_column", faults)?),
            None => table.find("time"),
        };
        let found = plan.columns.iter().zip(kinds).map(|(column, kind)| match kind {
            Kind::OneIfEmpty if table.find(&column.name).is_none() => Some(None),
            _ => table.need(&column.name, column.key, faults).map(Some),
        });
        // All columns are looked for before giving up, so that all that are missing are named.
        let found: Vec<_> = found.collect();
        let found: Option<Vec<Option<usize>>> = found.into_iter().collect();
        Some(Self::read_cells(&table, time, &found?, plan, kinds, faults))
    }

    fn read_cells(
        table: &Table<'_>,
        time: Option<usize>,
        found: &[Option<usize>],
        plan: &SeriesPlan,
        kinds: &[Kind],
        faults: &Faults<'_>,
    ) -> Self {
        let mut rows = Self { stamps: time.map(|_| Stamps::default()), len: 0, columns: vec![vec![]; found.len()] };
        let last = found.iter().copied().flatten().chain(time).max().unwrap_or(0);
        table.rows(last, faults, |row| {
            if let (Some(stamps), Some(time)) = (&mut rows.stamps, time) {
                let Some(stamp) = Stamp::parse(row.cell(time)) else {
                    let message = format!("`{}` is not a time stamp; {FORMS}", short(row.cell(time)));
                    return faults.note_kind("stamp", row.line, &table.header[time], message);
                };
                stamps.push(row.line, stamp);
            }
            rows.len += 1;
            for (i, values) in rows.columns.iter_mut().enumerate() {
                values.push(
                    found[i].map_or(1.0, |cell| value(row, cell, (&plan.columns[i], kinds[i], plan.gaps), faults)),
                );
            }
        });
        rows
    }
}

/// The value of a cell; 0 where it was refused, NaN where it is missing and may be.
fn value(row: &Row<'_>, cell: usize, (column, kind, gaps): (&Column, Kind, Gaps), faults: &Faults<'_>) -> f64 {
    let refuse = |message: String| faults.note_kind(&column.name, row.line, &column.name, message);
    if let Kind::Word(words) = kind {
        let text = row.cell(cell);
        return words.iter().position(|word| word.eq_ignore_ascii_case(text)).map_or_else(
            || {
                refuse(format!("`{}` is not known here; {}", short(text), nearest(text, words)));
                0.0
            },
            |index| index as f64,
        );
    }
    match row.number(cell) {
        Some(value) if value.is_nan() && matches!(kind, Kind::OneIfEmpty) => 1.0,
        Some(value) if value.is_nan() => match gaps {
            Gaps::Kept => f64::NAN,
            Gaps::Refused(advice) => {
                refuse(format!("the value is missing; {advice}"));
                0.0
            }
        },
        Some(value) if value < column.low || value > column.high => {
            refuse(format!("{value} is out of range; it must be {}", range(column)));
            0.0
        }
        Some(value) => value,
        None => {
            row.number_or_note(cell, &column.name, faults);
            0.0
        }
    }
}

fn range(column: &Column) -> String {
    let (low, high) = (column.low, column.high);
    match (low.is_finite(), high.is_finite()) {
        (true, true) => format!("from {low} to {high}"),
        (true, false) => format!("{low} or more"),
        (false, _) => format!("{high} or less"),
    }
}
