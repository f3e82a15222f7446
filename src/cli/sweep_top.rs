//! `pvess sweep-top`: the best rows of a sweep, its front between two figures, a heat map over two keys.

use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args, ValueEnum};

use crate::error::Problems;
use crate::report::{Column, rounded, table};
use crate::sweep::top::{Cell as InCell, Condition, Goal, HeatMap, Picked, Rows, Sense, Use};

use super::{Done, Failure, check_no_input, say, say_warnings};

/// What stands in a cell of a heat map that several rows share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Cell {
    /// Their mean.
    Mean,
    /// The least.
    Min,
    /// The largest.
    Max,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("ask").required(true))]
pub(super) struct SweepTop {
    /// Rows that `pvess sweep` wrote, .csv or .parquet; of an unfinished sweep, its .partial file.
    file: PathBuf,
    /// The rows with the largest values of a figure or key.
    #[arg(long, value_name = "COLUMN", group = "ask")]
    max: Option<String>,
    /// The rows with the smallest values of a figure or key.
    #[arg(long, value_name = "COLUMN", group = "ask")]
    min: Option<String>,
    /// The Pareto front: the rows that no other beats in one column without losing in the other.
    #[arg(long, value_name = "max:COLUMN,min:COLUMN", group = "ask", value_parser = parse_goals)]
    pareto: Option<[Goal; 2]>,
    /// A table of a figure over two keys.
    #[arg(long, value_name = "DOWN,ACROSS,FIGURE", group = "ask", value_parser = parse_names)]
    pivot: Option<[String; 3]>,
    /// How many of the best rows.
    #[arg(long, value_name = "COUNT", default_value_t = 10, conflicts_with_all = ["pareto", "pivot"], value_parser = clap::value_parser!(u32).range(1..))]
    count: u32,
    /// What stands in a cell of the table that several rows share.
    #[arg(long, value_enum, default_value_t = Cell::Mean, conflicts_with_all = ["max", "min", "pareto"])]
    cell: Cell,
    /// Figures to show besides, separated by commas.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', conflicts_with = "pivot")]
    figures: Vec<String>,
    /// Only rows that meet this: `key=value`, or with != < <= > >=; may be repeated.
    #[arg(long = "where", value_name = "CONDITION", value_parser = Condition::parse)]
    conditions: Vec<Condition>,
    /// Write the rows with all columns, or the heat map, to a file, .csv or .parquet.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace a file that is there.
    #[arg(long, requires = "out")]
    force: bool,
}

/// What is asked for.
enum Ask<'a> {
    Best(Goal),
    Front(&'a [Goal; 2]),
    HeatMap(&'a [String; 3]),
}

impl SweepTop {
    pub(super) fn execute(&self) -> Done {
        check_no_input(self.out.as_slice(), std::iter::once(self.file.clone()))?;
        self.show().map_err(|problems| Failure(problems.to_string()))
    }

    fn show(&self) -> Result<(), Problems> {
        let ask = self.ask();
        let (all, failed) = Rows::read(&self.file)?;
        if Rows::is_unfinished(&self.file) {
            say_warnings(&[format!("{}: the sweep is not finished; these are its rows so far", self.file.display())]);
        }
        all.check(&self.uses(&ask), &self.conditions)?;
        let kept = all.keep(&self.conditions)?;
        let left = [(failed, "with errors"), (all.len() - kept.len(), "by --where")];
        match &ask {
            Ask::Best(goal) => {
                let picked = kept.best(goal, self.count as usize)?;
                let what = format!("{} of {} rows", picked.rows.len(), picked.of);
                self.tell_rows(&picked, &[&goal.column], &what, &left)
            }
            Ask::Front(goals) => {
                let picked = kept.front(goals)?;
                let what = format!("{} of {} rows are on the front", picked.rows.len(), picked.of);
                self.tell_rows(&picked, &[&goals[0].column, &goals[1].column], &what, &left)
            }
            Ask::HeatMap(names) => {
                let cell = match self.cell {
                    Cell::Mean => InCell::Mean,
                    Cell::Min => InCell::Min,
                    Cell::Max => InCell::Max,
                };
                self.tell_heat_map(&kept.heat_map(names, cell)?, &left)
            }
        }
    }

    fn ask(&self) -> Ask<'_> {
        let best = |column: &str, sense| Ask::Best(Goal { column: column.trim().to_owned(), sense });
        match (&self.max, &self.min, &self.pareto, &self.pivot) {
            (_, _, _, Some(names)) => Ask::HeatMap(names),
            (_, _, Some(goals), _) => Ask::Front(goals),
            (Some(column), ..) => best(column, Sense::Max),
            (_, column, ..) => best(column.as_deref().unwrap_or_default(), Sense::Min),
        }
    }

    /// All columns that are named.
    fn uses<'a>(&'a self, ask: &'a Ask<'_>) -> Vec<Use<'a>> {
        let named = |place, column: &'a String, is_number| Use { place, column, is_number };
        let mut uses = match ask {
            Ask::Best(Goal { column, sense: Sense::Max }) => vec![named("--max", column, true)],
            Ask::Best(Goal { column, .. }) => vec![named("--min", column, true)],
            Ask::Front(goals) => goals.iter().map(|goal| named("--pareto", &goal.column, true)).collect(),
            Ask::HeatMap(names) => {
                names.iter().zip([false, false, true]).map(|(n, is)| named("--pivot", n, is)).collect()
            }
        };
        uses.extend(self.figures.iter().map(|name| Use { place: "--figures", column: name.trim(), is_number: false }));
        uses
    }

    fn tell_rows(&self, picked: &Picked, goals: &[&str], what: &str, left: &[(usize, &str)]) -> Result<(), Problems> {
        let rows = &picked.rows;
        let keys = rows.keys();
        let mut shown = [&["label"][..], &keys, goals].concat();
        shown.extend(self.figures.iter().map(|name| name.trim()));
        let mut columns: Vec<Column> = vec![];
        for name in shown {
            if columns.iter().any(|column| column.name == name) {
                continue;
            }
            let numbers = rows.numbers(name);
            let is_number = numbers.is_some();
            // Keys are shown as they were given, figures for a reader.
            let cells = match numbers {
                Some(numbers) if !keys.contains(&name) => rounded(&numbers),
                _ => rows.words(name),
            };
            columns.push(Column { name: name.to_owned(), cells, is_number });
        }
        let without = format!("without {}", goals.join(" or "));
        let left = [left, &[(picked.without, without.as_str())]].concat();
        self.tell("Rows", |out| rows.write(out, self.force), &table(&columns), what, &left)
    }

    fn tell_heat_map(&self, map: &HeatMap, left: &[(usize, &str)]) -> Result<(), Problems> {
        let [down, across, figure] = &map.names;
        let is_number = map.down.iter().all(|value| value.parse::<f64>().is_ok());
        let mut columns = vec![Column { name: down.clone(), cells: map.down.clone(), is_number }];
        let cells = rounded(&map.cells.concat());
        for (at, value) in map.across.iter().enumerate() {
            let cells = cells.iter().skip(at).step_by(map.across.len()).cloned().collect();
            columns.push(Column { name: value.clone(), cells, is_number: true });
        }
        let shared = match self.cell {
            _ if map.most <= 1 => String::new(),
            Cell::Mean => format!(", means of up to {} rows", map.most),
            Cell::Min => format!(", the least of up to {} rows", map.most),
            Cell::Max => format!(", the largest of up to {} rows", map.most),
        };
        let (filled, all) = (map.filled(), map.down.len() * map.across.len());
        let what = format!("{} rows in {filled} of {all} cells{shared}", map.rows);
        let without = (map.without, "without one of the three");
        let text = format!("{figure}; across: {across}\n\n{}", table(&columns));
        self.tell("Table", |out| map.write(out, self.force), &text, &what, &[left, &[without]].concat())
    }

    /// Writes the file if one is asked for; then the table, and below it what is in it and what was left out.
    fn tell(
        &self,
        kind: &str,
        write: impl FnOnce(&Path) -> Result<(), Problems>,
        table: &str,
        what: &str,
        left: &[(usize, &str)],
    ) -> Result<(), Problems> {
        let left: Vec<_> = left.iter().filter(|(n, _)| *n > 0).map(|(n, why)| format!("{n} {why}")).collect();
        let left = if left.is_empty() { String::new() } else { format!("; left out: {}", left.join(", ")) };
        let written = match &self.out {
            Some(out) => {
                write(out)?;
                format!("{kind} in {}\n", out.display())
            }
            None => String::new(),
        };
        say(&format!("{table}\n{what}{left}\n{written}"));
        Ok(())
    }
}

/// The two goals of `--pareto`.
fn parse_goals(text: &str) -> Result<[Goal; 2], String> {
    let goals = text.split(',').map(Goal::parse).collect::<Result<Vec<_>, _>>()?;
    goals.try_into().map_err(|_| "name two goals, such as max:export_mwh,min:storage.nameplate_mwh".to_owned())
}

/// The three columns of `--pivot`.
fn parse_names(text: &str) -> Result<[String; 3], String> {
    let names: Vec<_> = text.split(',').map(|name| name.trim().to_owned()).collect();
    let form =
        "name the key down, the key across and the figure, such as storage.nameplate_mwh,storage.units,export_mwh";
    names.try_into().map_err(|_| form.to_owned())
}
