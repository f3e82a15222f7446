//! Which format a weather file has, from its first lines.

use super::super::table::first_rows;
use super::Format;

/// What a file looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looks {
    /// A format that is read.
    Known(Format),
    /// A weather format that is not read, by its name.
    Foreign(&'static str),
}

/// Tells a file's format; whatever is not recognized is plain CSV.
pub(super) fn looks(text: &str) -> Looks {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(name) = foreign(text) {
        return Looks::Foreign(name);
    }
    let rows = first_rows(text, 2);
    let cell = |row: usize, at: usize| rows.get(row).and_then(|cells| cells.get(at)).map_or("", String::as_str);
    if cell(1, 0).to_ascii_lowercase().starts_with("date (mm/dd/yyyy)") {
        return Looks::Known(Format::Tmy3);
    }
    let labels: Vec<_> = rows.first().into_iter().flatten().map(|label| label.to_ascii_lowercase()).collect();
    let has = |names: &[&str]| labels.iter().any(|label| names.contains(&label.as_str()));
    if has(super::sam::LATITUDE) && has(super::sam::LONGITUDE) && has(super::sam::TIME_ZONE) {
        let nsrdb = cell(1, 0).eq_ignore_ascii_case("nsrdb") || has(super::sam::LOCAL_TIME_ZONE);
        return Looks::Known(if nsrdb { Format::Nsrdb } else { Format::Sam });
    }
    Looks::Known(Format::Csv)
}

fn foreign(text: &str) -> Option<&'static str> {
    let first = text.lines().next().unwrap_or("").to_ascii_lowercase();
    if first.starts_with("location,") {
        return Some("EPW");
    }
    if first.starts_with("latitude (decimal degrees)") || first.contains("pvgis") || first.starts_with("{\"inputs\"") {
        return Some("PVGIS");
    }
    is_tmy2(&first).then_some("TMY2")
}

/// A TMY2 file begins with the station's number, and its position in degrees and minutes, without separators.
fn is_tmy2(first: &str) -> bool {
    let words: Vec<_> = first.split_whitespace().collect();
    let number = |at: usize| words.get(at).is_some_and(|w| w.parse::<i32>().is_ok());
    let station = words.first().is_some_and(|w| w.len() == 5) && number(0);
    let north = words.iter().position(|w| *w == "n" || *w == "s");
    !first.contains([',', ';']) && station && north.is_some_and(|at| number(at + 1) && number(at + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_is_told_from_its_first_lines() {
        let known = |text: &str, format| assert_eq!(looks(text), Looks::Known(format), "{text}");
        known("723170,\"X\",NC,-5.0,36.1,-79.95,273\nDate (MM/DD/YYYY),Time (HH:MM)\n", Format::Tmy3);
        known("Source,Latitude,Longitude,Time Zone,Elevation\nNSRDB,1,2,0,3\nYear\n", Format::Nsrdb);
        known("Source,Latitude,Longitude,Time Zone,Local Time Zone\nX,1,2,0,3\nYear\n", Format::Nsrdb);
        known("\u{feff}lat,lon,tz,elev\r\n1,2,0,3\r\nYear\r\n", Format::Sam);
        known("time,ghi,temp_air\n2021-01-01T00:00,0,1\n", Format::Csv);
        known("", Format::Csv);
    }

    #[test]
    fn formats_that_are_not_read_are_known_by_name() {
        assert_eq!(looks("LOCATION,Denver,CO,USA\nDESIGN CONDITIONS,0\n"), Looks::Foreign("EPW"));
        assert_eq!(looks("Latitude (decimal degrees): 45.000\r\n"), Looks::Foreign("PVGIS"));
        assert_eq!(looks(" 94702 BRIDGEPORT  CT  -5 N 41 10 W  73  8     2\n"), Looks::Foreign("TMY2"));
    }
}
