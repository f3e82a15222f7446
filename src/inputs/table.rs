//! A CSV table whose cells know their line: header, units row, separator, decimal comma, missing values.

use csv::{ReaderBuilder, StringRecord};

use super::faults::Faults;
use crate::keys::nearest;

/// A table in a text, read row by row.
pub(super) struct Table<'t> {
    /// The text from the header on.
    body: &'t str,
    /// Lines of the file above the text.
    skipped: usize,
    /// The header's line in the file.
    pub header_line: u32,
    /// Column names, trimmed.
    pub header: Vec<String>,
    separator: u8,
    units: bool,
}

/// One row of a table.
pub(super) struct Row<'r> {
    /// Its line in the file.
    pub line: u32,
    cells: &'r StringRecord,
    decimal_comma: bool,
}

/// Numbers that weather files write where a value is missing; no quantity reaches any of them.
const MARKERS: [f64; 4] = [-99.0, -999.0, -9900.0, -9999.0];

impl<'t> Table<'t> {
    /// Opens the table whose header stands below `skipped` lines. `units` says whether a row of units may follow it.
    pub(super) fn open(text: &'t str, skipped: usize, units: bool, faults: &Faults<'_>) -> Option<Self> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let body = after_lines(text, skipped);
        let separator = separator_of(body);
        let mut records = records(body, separator);
        let mut header = StringRecord::new();
        if !records.read_record(&mut header).unwrap_or(false) {
            faults.note(0, "", "the file ends before the row of column names");
            return None;
        }
        let header_line = line_of(&header, body, skipped);
        let names = header.iter().map(|name| name.trim().to_owned()).collect();
        let mut rows = [StringRecord::new(), StringRecord::new()];
        let two = rows.iter_mut().all(|row| records.read_record(row).unwrap_or(false));
        let units = units && two && is_units(&rows[0], &rows[1]);
        Some(Self { body, skipped, header_line, header: names, separator, units })
    }

    /// The column of a name, compared without regard to case.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        let exact = self.header.iter().position(|h| h == name);
        exact.or_else(|| self.header.iter().position(|h| h.eq_ignore_ascii_case(name)))
    }

    /// The first column that has one of these names, compared without case and without a unit in parentheses.
    pub(super) fn find_any(&self, names: &[&str]) -> Option<usize> {
        let bare = |header: &str| header.split('(').next().unwrap_or("").trim().to_ascii_lowercase();
        let headers: Vec<_> = self.header.iter().map(|h| bare(h)).collect();
        names.iter().find_map(|name| headers.iter().position(|h| h == name))
    }

    /// The column of a name that must be there; `named_by` is the plant file's key that names it, if any.
    pub(super) fn need(&self, name: &str, named_by: &str, faults: &Faults<'_>) -> Option<usize> {
        let found = self.find(name);
        if found.is_none() {
            let known: Vec<_> = self.header.iter().map(String::as_str).filter(|h| !h.is_empty()).collect();
            let by = if named_by.is_empty() { String::new() } else { format!(" (key {named_by})") };
            let hint = if known.is_empty() { "no column has a name".to_owned() } else { nearest(name, &known) };
            faults.note(self.header_line, "", format!("there is no column `{name}`{by}; {hint}"));
        }
        found
    }

    /// Gives every row that is not blank to `take`; a row must reach up to column `last`.
    pub(super) fn rows(&self, last: usize, faults: &Faults<'_>, mut take: impl FnMut(&Row<'_>)) {
        let mut records = records(self.body, self.separator);
        let mut cells = StringRecord::new();
        let mut ahead = 1 + usize::from(self.units);
        while records.read_record(&mut cells).unwrap_or(false) {
            if ahead > 0 {
                ahead -= 1;
                continue;
            }
            if cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let line = line_of(&cells, self.body, self.skipped);
            let row = Row { line, cells: &cells, decimal_comma: self.separator == b';' };
            if self.fits(&row, last, faults) {
                take(&row);
            }
        }
    }

    fn fits(&self, row: &Row<'_>, last: usize, faults: &Faults<'_>) -> bool {
        let (found, named) = (row.cells.len(), self.header.len());
        if found <= last {
            faults.note_kind("short", row.line, "", format!("the row ends after {found} of {named} cells"));
            return false;
        }
        let extra = found > named && row.cells.iter().skip(named).any(|cell| !cell.trim().is_empty());
        if extra {
            let advice = "numbers with a decimal comma need `;` between the columns";
            faults.note_kind("long", row.line, "", format!("{found} cells where the header names {named}; {advice}"));
        }
        !extra
    }
}

impl Row<'_> {
    /// A cell without the spaces around it.
    pub(super) fn cell(&self, column: usize) -> &str {
        self.cells.get(column).unwrap_or("").trim_ascii()
    }

    /// The number in a cell, NaN where it is missing; none where it is no number.
    pub(super) fn number(&self, column: usize) -> Option<f64> {
        let cell = self.cell(column);
        if let Ok(value) = cell.parse::<f64>() {
            return match value {
                _ if MARKERS.contains(&value) || value.is_nan() => Some(f64::NAN),
                _ => value.is_finite().then_some(value),
            };
        }
        if cell.is_empty() || ["na", "n/a", "null", "-"].iter().any(|m| cell.eq_ignore_ascii_case(m)) {
            return Some(f64::NAN);
        }
        // With `;` between columns a comma is the decimal point, but only alone: 1.234,5 is not guessed.
        let comma = self.decimal_comma && !cell.contains('.') && cell.matches(',').count() == 1;
        comma.then(|| cell.replace(',', ".").parse().ok()).flatten().filter(|v: &f64| v.is_finite())
    }

    /// The number in a cell, as [`Row::number`]; NaN and a note where it is no number.
    pub(super) fn number_or_note(&self, column: usize, name: &str, faults: &Faults<'_>) -> f64 {
        self.number(column).unwrap_or_else(|| {
            let advice =
                if self.cell(column).contains(',') { "; thousands are written without a separator" } else { "" };
            faults.note_kind(name, self.line, name, format!("`{}` is not a number{advice}", short(self.cell(column))));
            f64::NAN
        })
    }
}

/// At most forty characters of a text, for a message.
pub(super) fn short(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// The text below its first lines.
pub(super) fn after_lines(text: &str, lines: usize) -> &str {
    let mut rest = text;
    for _ in 0..lines {
        rest = rest.split_once('\n').map_or("", |(_, below)| below);
    }
    rest
}

/// The cells of the first lines, trimmed.
pub(super) fn first_rows(text: &str, rows: usize) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let trimmed = |record: StringRecord| record.iter().map(|cell| cell.trim().to_owned()).collect();
    records(text, separator_of(text)).into_records().take(rows).filter_map(Result::ok).map(trimmed).collect()
}

/// The separator of the first line that is neither blank nor a comment.
fn separator_of(body: &str) -> u8 {
    let line = body.lines().find(|l| !l.trim().is_empty() && !l.starts_with('#')).unwrap_or("");
    let count = |c: char| line.matches(c).count();
    if count(';') > count(',') { b';' } else { b',' }
}

fn records(body: &str, separator: u8) -> csv::Reader<&[u8]> {
    let mut builder = ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(separator).comment(Some(b'#'));
    builder.from_reader(body.as_bytes())
}

/// The line of a record in the file. The reader's own position may lie on blank lines that it skipped.
fn line_of(record: &StringRecord, body: &str, skipped: usize) -> u32 {
    let Some(position) = record.position() else { return 0 };
    let from = &body.as_bytes()[(position.byte() as usize).min(body.len())..];
    let mut line = position.line() as usize;
    let mut rest = from;
    loop {
        match rest.first() {
            Some(b'\n') => line += 1,
            Some(b'\r') => {}
            Some(b'#') => {
                rest = &rest[rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len())..];
                continue;
            }
            _ => break,
        }
        rest = &rest[1..];
    }
    (line + skipped) as u32
}

/// Whether a row below the header holds units: nothing in it begins like a number or a stamp, and the next row has one.
fn is_units(row: &StringRecord, next: &StringRecord) -> bool {
    let begins = |cell: &str| cell.trim().trim_start_matches(['-', '+', '.']).starts_with(|c: char| c.is_ascii_digit());
    !row.iter().any(begins) && next.iter().any(begins)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Findings;

    /// Reads columns `a` and `b` with lines, and the problems.
    fn read(text: &str) -> (Vec<(u32, f64, f64)>, Vec<String>) {
        let findings = Findings::default();
        let faults = Faults::new("t.csv", &findings);
        let mut rows = vec![];
        if let Some(table) = Table::open(text, 0, true, &faults)
            && let (Some(a), Some(b)) = (table.need("a", "", &faults), table.need("b", "x.b", &faults))
        {
            let number = |row: &Row<'_>, column, name| row.number_or_note(column, name, &faults);
            table.rows(a.max(b), &faults, |row| rows.push((row.line, number(row, a, "a"), number(row, b, "b"))));
        }
        let problems = findings.conclude(()).err().map_or(vec![], |p| p.0.iter().map(ToString::to_string).collect());
        (rows, problems)
    }

    fn clean(text: &str) -> Vec<(u32, f64, f64)> {
        let (rows, problems) = read(text);
        assert_eq!(problems, [] as [String; 0]);
        rows
    }

    #[test]
    fn rows_know_their_line_whatever_stands_between_them() {
        let wanted = [(2, 1.0, 2.0), (3, 3.0, 4.0)];
        assert_eq!(clean("a,b\n1,2\n3,4\n"), wanted);
        assert_eq!(clean("\u{feff}a,b\r\n1,2\r\n3,4\r\n\r\n\r\n"), wanted);
        assert_eq!(clean("a,b,,\n1,2,,\n3,4,,\n,,,\n"), wanted);
        assert_eq!(clean(" A , B \n 1 , 2 \n\"3\",\" 4\"\n"), wanted);
        assert_eq!(clean("# made by hand\n\na,b\n\n1,2\n# and\n\n3,4"), [(5, 1.0, 2.0), (8, 3.0, 4.0)]);
        assert_eq!(clean("a,b\r\n\r\n1,2\r\n,\r\n3,4"), [(3, 1.0, 2.0), (5, 3.0, 4.0)]);
    }

    #[test]
    fn a_units_row_is_skipped_and_a_row_of_text_is_not() {
        assert_eq!(clean("a,b\nW/m2,°C\n1,2\n"), [(3, 1.0, 2.0)]);
        let (rows, problems) = read("a,b\nx,y\nz,z\n");
        assert_eq!(rows.len(), 2);
        assert_eq!(problems[0], "t.csv:2: a: `x` is not a number");
        let stamps = "time,a,b\n2021-01-01 00:00,,\n2021-01-01 01:00,1,2\n";
        assert_eq!(clean(stamps).len(), 2);
    }

    #[test]
    fn semicolons_bring_decimal_commas() {
        assert_eq!(clean("a;b\n1,5;-2,25\n3.5;4\n"), [(2, 1.5, -2.25), (3, 3.5, 4.0)]);
        let (_, problems) = read("a;b\n1.234,5;2\n");
        assert_eq!(problems, ["t.csv:2: a: `1.234,5` is not a number; thousands are written without a separator"]);
    }

    #[test]
    fn missing_values_are_nan_in_all_their_spellings() {
        for cell in ["", "NaN", "nan", "NA", "N/A", "null", "-", "-9999", "-9999.0", "-99", "-999", "-9900"] {
            let rows = clean(&format!("a,b\n1,{cell}\n"));
            assert!(rows[0].2.is_nan(), "{cell}");
        }
        assert_eq!(read("a,b\n1,inf\n").1, ["t.csv:2: b: `inf` is not a number"]);
        assert_eq!(read("a,b\n1,#REF!\n").1, ["t.csv:2: b: `#REF!` is not a number"]);
    }

    #[test]
    fn rows_of_the_wrong_width_are_refused() {
        assert_eq!(read("a,b\n1,2\n3\n").1, ["t.csv:3: the row ends after 1 of 2 cells"]);
        let message =
            "t.csv:2: 4 cells where the header names 2; numbers with a decimal comma need `;` between the columns";
        assert_eq!(read("a,b\n1,5,2,5\n").1, [message]);
    }

    #[test]
    fn a_missing_column_is_named_with_the_nearest() {
        let (_, problems) = read("a,bb\n1,2\n");
        assert_eq!(problems, ["t.csv:1: there is no column `b` (key x.b); did you mean bb?"]);
        assert_eq!(read("\n").1, ["t.csv: the file ends before the row of column names"]);
    }
}
