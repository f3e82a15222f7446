//! Scenarios from a file: one row each, columns named by the keys they change.

use std::collections::HashMap;
use std::path::Path;

use crate::error::{Problem, Problems};
use crate::project::check_keys;

/// The column that names a scenario.
pub(super) const LABEL: &str = "label";

/// Rows of values.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The keys, by column.
    pub keys: Vec<String>,
    /// The values, row by row; an empty one leaves the plant file's.
    pub rows: Vec<Vec<String>>,
    /// Where each row stands: file and line.
    pub places: Vec<String>,
    /// The label of each row; empty where the file has no such column.
    pub labels: Vec<String>,
}

impl Table {
    /// Reads a CSV file whose columns are keys of a plant file.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(path: &Path) -> Result<Self, Problems> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|e| Problems::one(&shown, format!("cannot read it: {e}")))?;
        Self::parse(&text, &shown)
    }

    fn parse(text: &str, file: &str) -> Result<Self, Problems> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
        let header: Vec<String> = match reader.headers() {
            Ok(header) => header.iter().map(str::to_owned).collect(),
            Err(e) => return Err(Problems::one(file, format!("is no CSV file: {e}"))),
        };
        if let [only] = &header[..]
            && let Some(separator) = only.chars().find(|c| [';', '\t'].contains(c))
        {
            let name = if separator == ';' { "semicolons" } else { "tabs" };
            let message = format!("separates by {name}; separate by commas, and write decimals with points");
            return Err(Problems::one(format!("{file}:1"), message));
        }
        let mut problems = vec![];
        let mut refuse = |line: u64, key: &str, message: String| {
            problems.push(Problem { place: format!("{file}:{line}"), key: key.to_owned(), message });
        };
        // Programs leave commas behind the last column.
        let width = header.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
        let label = header.iter().position(|name| name.eq_ignore_ascii_case(LABEL));
        for (at, name) in header[..width].iter().enumerate() {
            if name.is_empty() {
                refuse(1, "", format!("column {} has no name; name the key that it changes", at + 1));
            } else if header[..at].contains(name) {
                refuse(1, name, "stands twice in the header".to_owned());
            }
        }
        let columns: Vec<usize> = (0..width).filter(|at| Some(*at) != label).collect();
        if columns.is_empty() {
            refuse(
                1,
                "",
                "there is no key in the header; the first line names the keys, such as storage.nameplate_mwh"
                    .to_owned(),
            );
        }
        let is_first = |at: &&usize| !header[**at].is_empty() && !header[..**at].contains(&header[**at]);
        let keys: Vec<_> = columns.iter().filter(is_first).map(|at| header[*at].as_str()).collect();
        let unknown = check_keys(&format!("{file}:1"), &keys).err();
        let (mut rows, mut places, mut labels, mut seen) = (vec![], vec![], vec![], HashMap::new());
        for record in reader.records() {
            let record = match record {
                Ok(record) => record,
                Err(e) => {
                    refuse(e.position().map_or(0, csv::Position::line), "", format!("is no row of CSV: {e}"));
                    continue;
                }
            };
            let line = record.position().map_or(0, csv::Position::line);
            let filled = (0..record.len()).rev().find(|at| !record[*at].is_empty()).map_or(0, |last| last + 1);
            if filled == 0 {
                continue;
            }
            if filled > width {
                refuse(line, "", format!("has {filled} values and the header {width} names"));
            }
            if let Some(at) = (0..filled.min(width)).find(|at| record[*at].contains(['\n', '\r'])) {
                refuse(line, &header[at], "has a line break in it; is a quote left open?".to_owned());
                continue;
            }
            places.push(format!("{file}:{line}"));
            let cell = |at: usize| record.get(at).unwrap_or_default().to_owned();
            rows.push(columns.iter().map(|at| cell(*at)).collect());
            if let Some(label) = label {
                let name = cell(label);
                if name.is_empty() {
                    refuse(line, LABEL, "is empty; every scenario needs its label".to_owned());
                } else if let Some(first) = seen.insert(name.clone(), line) {
                    refuse(line, LABEL, format!("`{name}` is the label of line {first}, too; give each its own"));
                }
                labels.push(name);
            }
        }
        if rows.is_empty() {
            refuse(1, "", "there are no scenarios; write one row each below the header".to_owned());
        }
        problems.extend(unknown.map_or(vec![], |unknown| unknown.0));
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
        let keys = columns.iter().map(|at| header[*at].clone()).collect();
        Ok(Self { keys, rows, places, labels })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> Vec<String> {
        Table::parse(text, "s.csv").unwrap_err().0.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn rows_are_scenarios_and_empty_cells_leave_the_plant_s_value() {
        let text = "\u{feff}Label,storage.nameplate_mwh,weather.file,\r\nsmall, 10 ,a.csv,\r\nlarge,200,\"b,c.csv\"\r\n,,\r\nas is,,\r\n";
        let table = Table::parse(text, "s.csv").unwrap();
        assert_eq!(table.keys, ["storage.nameplate_mwh", "weather.file"]);
        assert_eq!(table.rows, [["10", "a.csv"], ["200", "b,c.csv"], ["", ""]]);
        assert_eq!(table.labels, ["small", "large", "as is"]);
        assert!(Table::parse("name\n1\n", "s.csv").unwrap().labels.is_empty());
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_all_at_once() {
        let text = "label,name,name,,b\nx,1,2,3,4\nx,1,2,3,4,5\n,1\ny,\"2\nz,3";
        assert_eq!(
            refused(text),
            [
                "s.csv:1: name: stands twice in the header",
                "s.csv:1: column 4 has no name; name the key that it changes",
                "s.csv:3: has 6 values and the header 5 names",
                "s.csv:3: label: `x` is the label of line 2, too; give each its own",
                "s.csv:4: label: is empty; every scenario needs its label",
                "s.csv:5: name: has a line break in it; is a quote left open?",
                "s.csv:1: b: unknown key; choose one of ev, load, name, plant, prices, pv, site, solar, storage, \
                 uncertainty, weather",
            ]
        );
        assert!(refused("label;name\nx;1\n")[0].starts_with("s.csv:1: separates by semicolons; separate by commas"));
        assert!(refused("label\tname\nx\t1\n")[0].contains("tabs"));
        assert!(refused("label\nx\n")[0].contains("there is no key in the header"));
        assert!(refused("name\n")[0].contains("there are no scenarios"));
        assert!(refused("")[0].contains("there is no key"));
    }
}
