//! Markdown tables that read well as plain text too.

/// A table: the first row is its head, the first column stands left, the others right.
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(head: &[&str]) -> Self {
        Self { rows: vec![head.iter().map(|cell| (*cell).to_owned()).collect()] }
    }

    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Without a blank line at its ends.
    pub(super) fn text(&self) -> String {
        let columns = self.rows[0].len();
        let width =
            |column: usize| self.rows.iter().filter_map(move |row| row.get(column)).map(|cell| cell.chars().count());
        let widths: Vec<usize> = (0..columns).map(|column| width(column).max().unwrap_or(0).max(3)).collect();
        let line = |row: &[String]| {
            let cell = |(column, width): (usize, &usize)| {
                let text = row.get(column).map_or("", String::as_str);
                if column == 0 { format!("{text:<width$}") } else { format!("{text:>width$}") }
            };
            let cells: Vec<String> = widths.iter().enumerate().map(cell).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let rule = |(column, width): (usize, &usize)| {
            if column == 0 { "-".repeat(*width) } else { format!("{}:", "-".repeat(width - 1)) }
        };
        let rules: Vec<String> = widths.iter().enumerate().map(rule).collect();
        let head = [line(&self.rows[0]), line(&rules)];
        head.into_iter().chain(self.rows[1..].iter().map(|row| line(row))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = Table::new(&["", "kWh"]);
        table.row(["Überlast".to_owned(), "1 234.5".to_owned()]);
        table.row(["none".to_owned()]);
        let wanted = "|          |     kWh |\n\
                      | -------- | ------: |\n\
                      | Überlast | 1 234.5 |\n\
                      | none     |         |\n";
        assert_eq!(table.text(), wanted);
    }
}
