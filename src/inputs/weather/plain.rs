//! Plain CSV: a column map, stamps in one column or in year, month, day, hour and minute.

use super::super::faults::Faults;
use super::super::site::Header;
use super::super::stamp::Label;
use super::super::table::Table;
use super::raw::{DateColumns, PerQuantity, QUANTITIES, RawWeather, Wanted, read_rows, stamp_in};
use crate::keys::Keys;

/// The `[weather.columns]` section: the names that are given; the others are called like their key.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ColumnMap {
    time: Option<String>,
    date: [Option<String>; 5],
    quantities: PerQuantity<String>,
}

const DATE: [&str; 5] = ["year", "month", "day", "hour", "minute"];
const NAMES: [&str; 7] = ["ghi", "dni", "dhi", "temp_air", "wind_speed", "pressure", "albedo"];
const DOCS: [&str; 7] = [
    "column of global horizontal irradiance, W/m²; default `ghi`",
    "column of direct normal irradiance, W/m²; default `dni`",
    "column of diffuse horizontal irradiance, W/m²; default `dhi`",
    "column of air temperature, °C; default `temp_air`",
    "column of wind speed, m/s; default `wind_speed`",
    "column of air pressure, Pa; default `pressure`",
    "column of ground albedo; default `albedo`",
];

impl ColumnMap {
    /// Reads the keys of `[weather.columns]`.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let time = k.text("time", "column of time stamps; default `time`");
        let date = DATE.map(|key| k.text(key, "column of that part of the stamp, where no column has the whole stamp"));
        let mut pairs = NAMES.into_iter().zip(DOCS);
        let quantities = QUANTITIES.map(|_| pairs.next().and_then(|(key, doc)| k.text(key, doc)));
        Self { time, date, quantities }
    }

    /// Whether any name is given.
    pub(super) fn is_given(&self) -> bool {
        *self != Self::default()
    }

    fn wanted(&self, table: &Table<'_>, faults: &Faults<'_>) -> PerQuantity<Wanted> {
        let mut wanted: PerQuantity<Wanted> = [None; QUANTITIES.len()];
        for (i, given) in self.quantities.iter().enumerate() {
            let column = match given {
                Some(name) => table.need(name, &format!("weather.columns.{}", NAMES[i]), faults),
                None => table.find(NAMES[i]),
            };
            wanted[i] = column.map(|column| Wanted { column, factor: 1.0 });
        }
        wanted
    }

    fn date_columns(&self, table: &Table<'_>) -> Option<DateColumns> {
        let mut names = DATE.into_iter().zip(&self.date);
        let found = DATE.map(|_| names.next().and_then(|(key, given)| table.find(given.as_deref().unwrap_or(key))));
        let [Some(year), Some(month), Some(day), Some(hour), minute] = found else { return None };
        Some(DateColumns { year_month_day_hour: [year, month, day, hour], minute })
    }
}

/// Reads a plain CSV file.
pub(super) fn read(text: &str, map: &ColumnMap, faults: &Faults<'_>) -> Option<RawWeather> {
    let table = Table::open(text, 0, true, faults)?;
    let wanted = map.wanted(&table, faults);
    let named = map.time.as_deref();
    // A data frame's index comes without a name in the first column.
    let time =
        table.find(named.unwrap_or("time")).or_else(|| (table.header[0].is_empty() && named.is_none()).then_some(0));
    let date = if named.is_some() { None } else { map.date_columns(&table) };
    let (stamps, columns) = match (time, date) {
        (Some(time), _) => read_rows(&table, wanted, time, |row| stamp_in(row, time), faults),
        (None, Some(date)) => read_rows(&table, wanted, date.last(), |row| date.stamp(row), faults),
        (None, None) => {
            table.need(named.unwrap_or("time"), "weather.columns.time", faults)?;
            return None;
        }
    };
    Some(RawWeather { header: Header::default(), stamps, label: Label::Start, columns })
}
