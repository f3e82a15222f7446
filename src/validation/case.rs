//! One case: a folder with a `case.toml` and an `expected.csv`.

use crate::error::{Findings, Problems};
use crate::inputs::Folder;
use crate::keys::{Door, Keys, Node, nearest};

use super::compare::Output;
use super::functions;
use super::plan::{Plan, Subject};
use super::plant;
use super::row::{Asked, Row};
use super::table::Table;

const CASE: &str = "case.toml";
const EXPECTED: &str = "expected.csv";

/// Our values, by the name of their column.
pub(super) type Columns = Vec<(String, Vec<f64>)>;

/// A case that was found and not yet read.
#[derive(Debug, Clone)]
pub struct Case {
    name: String,
    folder: Folder,
}

impl Case {
    /// The case in a folder, if it has a `case.toml`.
    pub(super) fn found(name: &str, folder: Folder) -> Option<Self> {
        folder.has(CASE).then(|| Self { name: name.to_owned(), folder })
    }

    /// Its folder's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs the case: every output that has a tolerance, compared. Never empty.
    ///
    /// # Errors
    /// All that keeps the case from being compared: a malformed file, an unknown function, a missing column, a column
    /// that is neither input nor compared, or nothing to compare.
    pub fn run(&self) -> Result<Vec<Output>, Problems> {
        let plan = self.plan()?;
        let findings = Findings::default();
        let table = Table::read(&self.text(EXPECTED)?, &self.place(EXPECTED), &findings);
        let (table, _) = findings.conclude(table)?;
        let findings = Findings::default();
        let asked = Asked::default();
        let ours = match &plan.subject {
            Subject::Function(name) => self.evaluate(name, &plan, &table, &asked, &findings),
            Subject::Plant(file) => self.simulate(file, &table, &asked, &findings)?,
        };
        self.refuse_idle(&plan, &table, &asked, &findings);
        let compared = self.compare(&plan, &table, &ours, &findings);
        findings.conclude(compared).map(|(outputs, _)| outputs)
    }

    fn place(&self, file: &str) -> String {
        format!("{}/{file}", self.name)
    }

    fn text(&self, file: &str) -> Result<String, Problems> {
        let refused = |message: String| Problems::one(self.place(file), message);
        let bytes = self.folder.read(file).map_err(refused)?;
        String::from_utf8(bytes.into_owned()).map_err(|e| refused(format!("is not UTF-8 text: {e}")))
    }

    fn plan(&self) -> Result<Plan, Problems> {
        let node = Node::parse(&self.text(CASE)?, &self.place(CASE)).map_err(Problems)?;
        let findings = Findings::default();
        let door = Door { findings: &findings, shelf: &|_, _| Err(vec![]) };
        let plan = Keys::read(&node, &door, |k| Plan::read(k, &door));
        findings.conclude(plan).map(|(plan, _)| plan)
    }

    fn evaluate(&self, name: &str, plan: &Plan, table: &Table, asked: &Asked, findings: &Findings) -> Columns {
        let row = |index| Row { table, parameters: plan.parameters.as_ref(), index, asked, findings };
        if let Some(function) = functions::find_of_table(name) {
            return function(&row(0));
        }
        let Some(function) = functions::find(name) else {
            let message = format!("\"{name}\" is not known here; {}", nearest(name, &functions::names()));
            findings.problem(self.place(CASE), "function", message);
            return vec![];
        };
        let mut columns = Columns::new();
        for index in 0..table.lines.len() {
            for (i, (name, value)) in function(&row(index)).into_iter().enumerate() {
                if index == 0 {
                    columns.push((name.to_owned(), vec![]));
                }
                columns[i].1.push(value);
            }
        }
        columns
    }

    fn simulate(&self, file: &str, table: &Table, asked: &Asked, findings: &Findings) -> Result<Columns, Problems> {
        asked.note("time");
        plant::run(&self.text(file)?, &self.place(file), &self.folder, table, findings)
    }

    /// Refuses what would be given and never used, so that a forgotten tolerance or a misspelt input is not overlooked.
    fn refuse_idle(&self, plan: &Plan, table: &Table, asked: &Asked, findings: &Findings) {
        if !findings.is_clean() {
            return;
        }
        let outputs = plan.outputs();
        for name in table.names().iter().filter(|name| !asked.has(name) && !outputs.contains(name)) {
            findings.problem(&table.source, *name, "this column is no input and has no tolerance");
        }
        for name in plan.parameter_names().iter().filter(|name| !asked.has(name)) {
            findings.problem(self.place(CASE), *name, "this parameter is no input");
        }
    }

    fn compare(&self, plan: &Plan, table: &Table, ours: &Columns, findings: &Findings) -> Vec<Output> {
        if !findings.is_clean() {
            return vec![];
        }
        let own: Vec<_> = ours.iter().map(|(name, _)| name.as_str()).collect();
        let one = |name: &str| {
            let values = ours.iter().find(|(own, _)| own == name).map(|(_, values)| values);
            let expected = table.numbers(name);
            if values.is_none() {
                findings.problem(
                    self.place(CASE),
                    name,
                    format!("has a tolerance and is no output; {}", nearest(name, &own)),
                );
            } else if expected.is_none() {
                let message = format!("has a tolerance and no column; {}", nearest(name, &table.names()));
                findings.problem(&table.source, name, message);
            }
            let pairs = table.lines.iter().zip(values?.iter().zip(expected?));
            Some(pairs.map(|(line, (ours, expected))| (*line, *ours, *expected)).collect::<Vec<_>>())
        };
        let outputs = plan.measures.iter().filter_map(|(name, t)| Output::judge(name, *t, &one(name)?));
        outputs.collect()
    }
}
