//! A run with evidence of its limits: the run itself, and the same plant under other conditions.

use super::{Rooms, Simulation};
use crate::plant::LimitYear;
use crate::project::Project;
use crate::results::Results;
use crate::results::evidence::{Case, CaseFigures, Causes, Evidence, Sheet};

impl Simulation<'_> {
    /// As [`Simulation::run_with`], with the evidence of the plant's limits, for which every counterfactual is run in full.
    pub fn run_with_evidence(self, mut done: impl FnMut(u32)) -> (Results, Evidence) {
        let mut sheet = Sheet::default();
        let rooms = Rooms::new(1);
        let results = self.run_in(&rooms, |year| {
            sheet.add(year);
            done(year.number + 1);
        });
        let results = self.assessed(results, &rooms);
        let others: Vec<_> = cases(self.project).into_iter().map(|case| (case, self.run_case(case))).collect();
        let evidence = sheet.close(&results, &others);
        (results, evidence)
    }

    fn run_case(self, case: Case) -> CaseFigures {
        let project = under(self.project, case);
        let mut causes = Causes::default();
        let other = Simulation { project: &project, ..self.keep_steps(false).against_optimal(false) };
        let results = other.run_in(&Rooms::new(1), |year| causes.add(year));
        CaseFigures::of(&results, &causes)
    }
}

/// The counterfactuals that make a difference to a plant, or may.
fn cases(project: &Project) -> Vec<Case> {
    let export = project.grids().any(|grid| grid.export.lowest_w().is_finite());
    let import = project.grids().any(|grid| grid.import.lowest_w().is_finite());
    let other_mode = if project.grid.export_is_static { Case::DynamicLimit } else { Case::StaticLimit };
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
    let len = project.axis.len;
    let none = || LimitYear::standing(vec![f64::INFINITY; len]);
    match case {
        Case::AsRun => {}
        Case::NoExportLimit => project.change_grids(|grid| grid.export = none()),
        Case::NoImportLimit => project.change_grids(|grid| grid.import = none()),
        Case::NoBattery => project.storage = None,
        Case::StaticLimit => project.change_grids(|grid| grid.export_is_static = true),
        Case::DynamicLimit => project.change_grids(|grid| grid.export_is_static = false),
    }
    project
}
