//! NSRDB (PSM3, PSM4) and SAM CSV: two lines of site, one of column names; the stamp is the instant of the values.

use super::super::faults::Faults;
use super::super::site::Header;
use super::super::stamp::Label;
use super::super::table::{Table, first_rows, short};
use super::raw::{DateColumns, PerQuantity, RawWeather, Wanted, read_rows};

pub(super) const LATITUDE: &[&str] = &["latitude", "lat"];
pub(super) const LONGITUDE: &[&str] = &["longitude", "lon", "long", "lng"];
pub(super) const TIME_ZONE: &[&str] = &["time zone", "timezone", "tz"];
pub(super) const LOCAL_TIME_ZONE: &[&str] = &["local time zone"];
const ELEVATION: &[&str] = &["elevation", "elev", "el", "site elevation"];
const PRESSURE_UNITS: &[&str] = &["pressure units"];

/// Names of the quantities' columns, in their order: NSRDB's first, then SAM's.
const COLUMNS: [&[&str]; 7] = [
    &["ghi", "gh", "global", "global horizontal"],
    &["dni", "dn", "beam", "direct normal"],
    &["dhi", "df", "diffuse", "diffuse horizontal"],
    &["temperature", "tdry", "dry bulb", "dry bulb temperature", "temp", "ambient temperature"],
    &["wind speed", "wspd", "windspeed"],
    &["pressure", "pres"],
    &["surface albedo", "albedo", "alb"],
];
const PRESSURE: usize = 5;

/// Reads an NSRDB or SAM CSV file.
///
/// Without a `Minute` column (SAM, hourly) the sun is computed at mid-hour.
pub(super) fn read(text: &str, faults: &Faults<'_>) -> Option<RawWeather> {
    let site = SiteRows::read(text);
    let table = Table::open(text, 2, true, faults)?;
    let date = [&["year", "yr"], &["month", "mo"], &["day", "day"], &["hour", "hr"]].map(|names| table.find_any(names));
    let [Some(year), Some(month), Some(day), Some(hour)] = date else {
        faults.note(table.header_line, "", "the columns Year, Month, Day and Hour are needed in the third line");
        return None;
    };
    let minute = table.find_any(&["minute", "min"]);
    let mut wanted: PerQuantity<Wanted> =
        COLUMNS.map(|names| table.find_any(names).map(|column| Wanted { column, factor: 1.0 }));
    if let Some(pressure) = &mut wanted[PRESSURE] {
        pressure.factor = site.pressure_factor(&table.header[pressure.column], faults);
    }
    let date = DateColumns { year_month_day_hour: [year, month, day, hour], minute };
    let (stamps, columns) = read_rows(&table, wanted, date.last(), |row| date.stamp(row), faults);
    let label = if minute.is_some() { Label::Middle } else { Label::Start };
    Some(RawWeather { header: site.header(faults), stamps, label, columns })
}

/// The labels and values of the two lines of site.
struct SiteRows {
    labels: Vec<String>,
    values: Vec<String>,
}

impl SiteRows {
    fn read(text: &str) -> Self {
        let mut rows = first_rows(text, 2).into_iter();
        let labels = rows.next().unwrap_or_default().iter().map(|label| label.to_ascii_lowercase()).collect();
        Self { labels, values: rows.next().unwrap_or_default() }
    }

    fn value(&self, names: &[&str]) -> Option<&str> {
        let at = names.iter().find_map(|name| self.labels.iter().position(|label| label == name))?;
        self.values.get(at).map(String::as_str)
    }

    fn header(&self, faults: &Faults<'_>) -> Header {
        let number = |names: &[&str]| self.value(names).and_then(|cell| number_in(cell, 2, names[0], faults));
        let offset_s = |names| number(names).and_then(|h| hours_s(h, 2, faults));
        Header {
            latitude_deg: number(LATITUDE),
            longitude_deg: number(LONGITUDE),
            elevation_m: number(ELEVATION),
            utc_offset_s: offset_s(TIME_ZONE),
            local_offset_s: offset_s(LOCAL_TIME_ZONE),
        }
    }

    /// Pascals per unit of pressure: mbar unless a unit is written.
    fn pressure_factor(&self, column_name: &str, faults: &Faults<'_>) -> f64 {
        let in_name = column_name.split_once('(').map(|(_, unit)| unit.trim_end_matches(')').trim());
        let unit = self.value(PRESSURE_UNITS).or(in_name).unwrap_or("mbar");
        match unit.to_ascii_lowercase().as_str() {
            "mbar" | "hpa" | "millibar" => 100.0,
            "kpa" => 1000.0,
            "pa" => 1.0,
            _ => {
                faults.note(0, column_name, format!("pressure in `{}`; write mbar, hPa, kPa or Pa", short(unit)));
                100.0
            }
        }
    }
}

/// The number in a cell of a header line; none where the file leaves it out.
pub(super) fn number_in(cell: &str, line: u32, name: &str, faults: &Faults<'_>) -> Option<f64> {
    if cell.is_empty() || cell == "-" || cell.eq_ignore_ascii_case("n/a") {
        return None;
    }
    let limit = match name {
        "latitude" => 90.0,
        "longitude" => 180.0,
        "elevation" => 9000.0,
        _ => f64::MAX,
    };
    let value = cell.parse::<f64>().ok().filter(|v| v.is_finite() && v.abs() <= limit);
    if value.is_none() {
        faults.note(line, name, format!("`{}` is not a {name}", short(cell)));
    }
    value
}

/// A time zone in hours as seconds.
pub(super) fn hours_s(hours: f64, line: u32, faults: &Faults<'_>) -> Option<i32> {
    let fits = (-12.0..=14.0).contains(&hours);
    if !fits {
        faults.note(line, "time zone", format!("{hours} h from UTC; it must be from -12 to 14"));
    }
    fits.then_some((hours * 3600.0).round() as i32)
}
