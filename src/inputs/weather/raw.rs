//! What every weather reader gives: stamps and columns as the file has them, in SI.

use super::super::clock::Stamps;
use super::super::faults::Faults;
use super::super::site::Header;
use super::super::stamp::{FORMS, Label, Stamp, clock_s};
use super::super::table::{Row, Table, short};

/// The quantities a run uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quantity {
    Ghi,
    Dni,
    Dhi,
    TempAir,
    WindSpeed,
    Pressure,
    Albedo,
}

/// All quantities, in the order of the arrays below.
pub(super) const QUANTITIES: [Quantity; 7] = {
    use Quantity::{Albedo, Dhi, Dni, Ghi, Pressure, TempAir, WindSpeed};
    [Ghi, Dni, Dhi, TempAir, WindSpeed, Pressure, Albedo]
};

/// One value per quantity.
pub(super) type PerQuantity<T> = [Option<T>; QUANTITIES.len()];

/// A quantity's values, one per row of the file; NaN where missing.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    /// The column's name in the file.
    pub name: String,
    /// Its values in SI.
    pub values: Vec<f64>,
}

/// Where a quantity stands in a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    /// The column.
    pub column: usize,
    /// SI units per unit of the file.
    pub factor: f64,
}

/// A weather file as read.
#[derive(Debug)]
pub(super) struct RawWeather {
    pub header: Header,
    pub stamps: Stamps,
    pub label: Label,
    pub columns: PerQuantity<Column>,
}

/// Where year, month, day, hour and minute stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct DateColumns {
    pub year_month_day_hour: [usize; 4],
    pub minute: Option<usize>,
}

impl DateColumns {
    /// The rightmost of them.
    pub(super) fn last(&self) -> usize {
        self.year_month_day_hour.into_iter().chain(self.minute).max().unwrap_or(0)
    }

    /// A row's stamp.
    pub(super) fn stamp(&self, row: &Row<'_>) -> Result<Stamp, String> {
        let whole = |column| row.number(column).filter(|n| n.fract() == 0.0).map(|n| n as i64);
        let stamp = || {
            let [year, month, day, hour] = self.year_month_day_hour.map(whole);
            let minute = self.minute.map_or(Some(0), whole);
            Stamp::from_parts(year?, month?, day?, clock_s(hour?, minute?)?)
        };
        stamp().ok_or_else(|| {
            let cells = self.year_month_day_hour.into_iter().chain(self.minute).map(|c| short(row.cell(c)));
            format!("`{}` is not a date with hour and minute", cells.collect::<Vec<_>>().join(" "))
        })
    }
}

/// The stamp in one column of a row.
pub(super) fn stamp_in(row: &Row<'_>, column: usize) -> Result<Stamp, String> {
    let text = row.cell(column);
    Stamp::parse(text).ok_or_else(|| format!("`{}` is not a time stamp; {FORMS}", short(text)))
}

/// Reads all rows of a table; `last_time` is the rightmost column that `stamp` looks at.
pub(super) fn read_rows(
    table: &Table<'_>,
    wanted: PerQuantity<Wanted>,
    last_time: usize,
    stamp: impl Fn(&Row<'_>) -> Result<Stamp, String>,
    faults: &Faults<'_>,
) -> (Stamps, PerQuantity<Column>) {
    let name = |w: Wanted| table.header[w.column].clone();
    let mut columns = wanted.map(|w| w.map(|w| Column { name: name(w), values: vec![] }));
    let mut stamps = Stamps::default();
    let last = wanted.iter().flatten().map(|w| w.column).fold(last_time, usize::max);
    table.rows(last, faults, |row| {
        match stamp(row) {
            Ok(stamp) => stamps.push(row.line, stamp),
            Err(message) => return faults.note_kind("stamp", row.line, "time", message),
        }
        for (column, w) in columns.iter_mut().zip(wanted) {
            if let (Some(column), Some(w)) = (column, w) {
                let value = row.number_or_note(w.column, &column.name, faults);
                column.values.push(value * w.factor);
            }
        }
    });
    (stamps, columns)
}
