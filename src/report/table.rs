//! A table with any columns on the terminal.

use super::terminal::grouped_to;

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What stands in it, row by row.
    pub cells: Vec<String>,
    /// Whether it holds numbers, which end below each other.
    pub is_number: bool,
}

/// Columns side by side below their names, two blanks apart; each line ends in a line break.
pub fn table(columns: &[Column]) -> String {
    let rows = columns.iter().map(|column| column.cells.len()).max().unwrap_or(0);
    let width = |column: &Column| {
        let cells = column.cells.iter().chain([&column.name]);
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = columns.iter().map(width).collect();
    let line = |cell: &dyn Fn(&Column) -> String| {
        let placed = columns.iter().zip(&widths).map(|(column, &width)| {
            let text = cell(column);
            if column.is_number { format!("{text:>width$}") } else { format!("{text:width$}") }
        });
        format!("{}\n", placed.collect::<Vec<_>>().join("  ").trim_end())
    };
    let names = line(&|column| column.name.clone());
    let rows = (0..rows).map(|row| line(&|column| column.cells.get(row).cloned().unwrap_or_default()));
    std::iter::once(names).chain(rows).collect()
}

/// Numbers of one kind for a reader: seven digits of the largest of them, one decimal at least and six at most, none where
/// all are whole, thousands apart. A missing one (NaN) is empty.
pub fn rounded(values: &[f64]) -> Vec<String> {
    let finite = || values.iter().copied().filter(|x| x.is_finite());
    let largest = finite().fold(0.0, |largest: f64, x| largest.max(x.abs()));
    let whole_digits = if largest >= 1.0 { largest.log10().floor() as usize + 1 } else { 0 };
    // No more than they have.
    let written = |x: f64| x.to_string().split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let decimals = 7_usize.saturating_sub(whole_digits).clamp(1, 6).min(finite().map(written).max().unwrap_or(0));
    values.iter().map(|x| if x.is_nan() { String::new() } else { grouped_to(*x, decimals) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, cells: &[&str], is_number: bool) -> Column {
        Column { name: name.to_owned(), cells: cells.iter().map(|cell| (*cell).to_owned()).collect(), is_number }
    }

    #[test]
    fn numbers_end_below_each_other_and_text_begins_so() {
        let columns = [
            column("größe", &["5", "1 200"], true),
            column("what", &["a", "längere"], false),
            column("x", &["", "9"], true),
        ];
        assert_eq!(table(&columns), "größe  what     x\n    5  a\n1 200  längere  9\n");
        assert_eq!(table(&[]), "\n");
        assert_eq!(table(&[column("alone", &[], true)]), "alone\n");
    }

    #[test]
    fn numbers_of_a_column_have_the_same_decimals_and_no_more_than_they_need() {
        assert_eq!(rounded(&[363_372.712_345, -5.0, f64::NAN]), ["363 372.7", "-5.0", ""]);
        assert_eq!(rounded(&[0.414_812_345, 0.0]), ["0.414812", "0.000000"]);
        assert_eq!(rounded(&[193.712_49, 2.5]), ["193.7125", "2.5000"]);
        assert_eq!(rounded(&[1000.0, 2.0]), ["1 000", "2"]);
        assert_eq!(rounded(&[0.5, f64::INFINITY]), ["0.5", "inf"]);
        assert_eq!(rounded(&[12_345_678.25]), ["12 345 678.2"]);
        assert!(rounded(&[]).is_empty());
    }
}
