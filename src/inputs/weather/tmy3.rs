//! TMY3: one line of site, one of column names, hours stamped at their end from 01:00 to 24:00.

use super::super::faults::Faults;
use super::super::site::Header;
use super::super::stamp::{Label, Stamp, parse_clock, parse_date};
use super::super::table::{Row, Table, first_rows, short};
use super::raw::{PerQuantity, RawWeather, Wanted, read_rows};
use super::sam::{hours_s, number_in};

/// Names of the columns without their units, and SI units per unit of the file, in the order of the quantities.
const COLUMNS: [(&str, f64); 7] =
    [("ghi", 1.0), ("dni", 1.0), ("dhi", 1.0), ("dry-bulb", 1.0), ("wspd", 1.0), ("pressure", 100.0), ("alb", 1.0)];

/// Reads a TMY3 file.
pub(super) fn read(text: &str, faults: &Faults<'_>) -> Option<RawWeather> {
    let table = Table::open(text, 1, false, faults)?;
    let named = |name: &str| table.find_any(&[name]);
    let (Some(date), Some(time)) = (named("date"), named("time")) else {
        let message = "a TMY3 file has columns `Date (MM/DD/YYYY)` and `Time (HH:MM)` in its second line";
        faults.note(table.header_line, "", message);
        return None;
    };
    let wanted: PerQuantity<Wanted> = COLUMNS.map(|(name, factor)| named(name).map(|column| Wanted { column, factor }));
    let (stamps, columns) = read_rows(&table, wanted, date.max(time), |row| stamp(row, date, time), faults);
    Some(RawWeather { header: header(text, faults), stamps, label: Label::End, columns })
}

fn stamp(row: &Row<'_>, date: usize, time: usize) -> Result<Stamp, String> {
    let (day, clock) = (row.cell(date), row.cell(time));
    let both = parse_date(day).zip(parse_clock(clock));
    both.map(|(midnight_s, clock_s)| Stamp { civil_s: midnight_s + clock_s, offset_s: None })
        .ok_or_else(|| format!("`{} {}` is not a time written MM/DD/YYYY HH:MM", short(day), short(clock)))
}

/// Station, name, state, time zone, latitude, longitude, elevation.
fn header(text: &str, faults: &Faults<'_>) -> Header {
    let rows = first_rows(text, 1);
    let number = |at: usize, name| rows.first().and_then(|cells| number_in(cells.get(at)?, 1, name, faults));
    Header {
        utc_offset_s: number(3, "time zone").and_then(|h| hours_s(h, 1, faults)),
        latitude_deg: number(4, "latitude"),
        longitude_deg: number(5, "longitude"),
        elevation_m: number(6, "elevation"),
        local_offset_s: None,
    }
}
