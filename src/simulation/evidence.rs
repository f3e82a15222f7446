//! A run with evidence of its limits: the run itself, and the same plant under other conditions.

use std::sync::Arc;

use super::Simulation;
use crate::plant::LimitYear;
use crate::project::Project;
use crate::results::Results;
use crate::results::evidence::{Case, CaseFigures, Causes, Evidence, Sheet};

impl Simulation<'_> {
    /// As [`Simulation::run_with`], with the evidence of the plant's limits, for which every counterfactual is run in full.
    pub fn run_with_evidence(self, mut done: impl FnMut(u32)) -> (Results, Evidence) {
        let mut sheet = Sheet::default();
        let results = self.run_watched(|year| {
            sheet.add(year);
            done(year.number + 1);
        });
        let others: Vec<_> = cases(self.project).into_iter().map(|case| (case, self.run_case(case))).collect();
        let evidence = sheet.close(&self.project.grid, &results, &others);
        (results, evidence)
    }

    fn run_case(self, case: Case) -> CaseFigures {
        let project = under(self.project, case);
        let mut causes = Causes::default();
        let other = Simulation { project: &project, ..self.keep_steps(false).against_optimal(false) };
        let results = other.run_watched(|year| causes.add(year));
        CaseFigures::of(&results, &causes)
    }
}

/// The counterfactuals that make a difference to a plant, or may.
fn cases(project: &Project) -> Vec<Case> {
    let grid = &project.grid;
    let (export, import) = (grid.export.lowest_w().is_finite(), grid.import.lowest_w().is_finite());
    let other_mode = if grid.export_is_static { Case::DynamicLimit } else { Case::StaticLimit };
    let all = [
        (Case::NoExportLimit, export),
        (Case::NoImportLimit, import),
        (Case::NoBattery, project.storage.is_some()),
        (other_mode, export),
    ];
    all.into_iter().filter_map(|(case, applies)| applies.then_some(case)).collect()
}

/// The project under the conditions of a case.
fn under(project: &Project, case: Case) -> Project {
    let mut project = project.clone();
    let grid = Arc::make_mut(&mut project.grid);
    let none = || LimitYear::standing(vec![f64::INFINITY; project.axis.len]);
    match case {
        Case::AsRun => {}
        Case::NoExportLimit => grid.export = none(),
        Case::NoImportLimit => grid.import = none(),
        Case::NoBattery => project.storage = None,
        Case::StaticLimit => grid.export_is_static = true,
        Case::DynamicLimit => grid.export_is_static = false,
    }
    project
}
