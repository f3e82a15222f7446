//! The rows of expected.csv.

use crate::error::Findings;

/// Columns of text; all others are numbers.
const TEXT: [&str; 2] = ["time", "time_utc"];

/// A column by its name.
pub(super) struct Column {
    pub name: String,
    pub cells: Cells,
}

/// The cells of a column.
pub(super) enum Cells {
    /// Finite numbers.
    Numbers(Vec<f64>),
    /// Times as written.
    Texts(Vec<String>),
}

/// A table with a header, its cells separated by commas and never quoted.
pub(super) struct Table {
    /// Name of the file in messages.
    pub source: String,
    pub columns: Vec<Column>,
    /// Line of every row in the file.
    pub lines: Vec<usize>,
}

impl Table {
    /// Reads a table; what is wrong with it is noted, the first wrong cell of each column.
    pub fn read(text: &str, source: &str, findings: &Findings) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut rows = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let header: Vec<_> = rows.next().map_or(vec![], |(_, line)| split(line));
        let rows: Vec<_> = rows.map(|(i, line)| (i + 1, split(line))).collect();
        let mut table = Self { source: source.to_owned(), columns: vec![], lines: vec![] };
        if rows.is_empty() {
            findings.problem(source, "", "has no rows; a case that compares nothing fails");
        }
        if let Some((line, row)) = rows.iter().find(|(_, row)| row.len() != header.len()) {
            let message = format!("has {} cells where the header names {}", row.len(), header.len());
            findings.problem(format!("{source}:{line}"), "", message);
            return table;
        }
        for (i, name) in header.iter().enumerate() {
            if name.is_empty() || header[..i].contains(name) {
                findings.problem(source, *name, format!("column {} has no name of its own", i + 1));
            }
            let cells = rows.iter().map(|(line, row)| (*line, row[i]));
            table.columns.push(Column { name: (*name).to_owned(), cells: Cells::read(name, cells, source, findings) });
        }
        table.lines = rows.iter().map(|(line, _)| *line).collect();
        table
    }

    /// The cells of a column.
    pub fn cells(&self, name: &str) -> Option<&Cells> {
        self.columns.iter().find(|column| column.name == name).map(|column| &column.cells)
    }

    /// The numbers of a column.
    pub fn numbers(&self, name: &str) -> Option<&[f64]> {
        match self.cells(name)? {
            Cells::Numbers(numbers) => Some(numbers),
            Cells::Texts(_) => None,
        }
    }

    /// The texts of a column.
    pub fn texts(&self, name: &str) -> Option<&[String]> {
        match self.cells(name)? {
            Cells::Numbers(_) => None,
            Cells::Texts(texts) => Some(texts),
        }
    }

    /// The names of all columns.
    pub fn names(&self) -> Vec<&str> {
        self.columns.iter().map(|column| column.name.as_str()).collect()
    }

    /// File and line of a row.
    pub fn place(&self, row: usize) -> String {
        format!("{}:{}", self.source, self.lines[row])
    }
}

fn split(line: &str) -> Vec<&str> {
    line.split(',').map(str::trim).collect()
}

impl Cells {
    fn read<'t>(name: &str, cells: impl Iterator<Item = (usize, &'t str)>, source: &str, findings: &Findings) -> Self {
        if TEXT.contains(&name) {
            return Self::Texts(cells.map(|(_, cell)| cell.to_owned()).collect());
        }
        let mut wrong = None;
        let mut number = |(line, cell): (usize, &'t str)| {
            let value = cell.parse().ok().filter(|value: &f64| value.is_finite());
            if value.is_none() && wrong.is_none() {
                wrong = Some((line, cell));
            }
            value.unwrap_or(f64::NAN)
        };
        let numbers = cells.map(&mut number).collect();
        if let Some((line, cell)) = wrong {
            findings.problem(format!("{source}:{line}"), name, format!("\"{cell}\" is not a finite number"));
        }
        Self::Numbers(numbers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> Vec<String> {
        let findings = Findings::default();
        Table::read(text, "expected.csv", &findings);
        findings.conclude(()).err().map_or(vec![], |p| p.0.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn rows_know_their_lines_whatever_blank_lines_stand_between() {
        let findings = Findings::default();
        let table = Table::read("\u{feff}time,x\r\n\r\nnoon,1e-3\r\n\r\nnight,-2\r\n", "expected.csv", &findings);
        assert!(findings.is_clean());
        assert_eq!((table.numbers("x").unwrap(), table.lines.as_slice()), ([1e-3, -2.0].as_slice(), [3, 5].as_slice()));
        assert_eq!((table.texts("time").unwrap()[1].as_str(), table.place(1)), ("night", "expected.csv:5".to_owned()));
        assert_eq!(table.names(), ["time", "x"]);
    }

    #[test]
    fn an_empty_table_and_cells_that_are_no_numbers_are_refused() {
        assert_eq!(refused(""), ["expected.csv: has no rows; a case that compares nothing fails"]);
        assert_eq!(refused("x,y\n"), ["expected.csv: has no rows; a case that compares nothing fails"]);
        assert_eq!(refused("x,y\n1,\n1,b\n"), ["expected.csv:2: y: \"\" is not a finite number"]);
        assert_eq!(refused("x\nnan\n"), ["expected.csv:2: x: \"nan\" is not a finite number"]);
        assert_eq!(refused("x,y\n1,2\n3\n"), ["expected.csv:3: has 1 cells where the header names 2"]);
        assert_eq!(refused("x,x\n1,2\n"), ["expected.csv: x: column 2 has no name of its own"]);
    }
}
