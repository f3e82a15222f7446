//! How surely figures are reached: the plant in every year of its weather set, and what follows in closed form.

use super::abreast::{Plants, every, run_abreast};
use super::{Rooms, Settings, Simulation};
use crate::lanes::{LANES, Lanes};
use crate::project::Project;
use crate::results::{Figures, Results};
use crate::uncertainty::{Assessment, Plan};

impl Simulation<'_> {
    /// Walks the rooms of every year of the weather set, and tells how surely the figures are reached.
    pub(super) fn assessed(self, mut results: Results, rooms: &Rooms) -> Results {
        let Some(plan) = closed_form(self.project) else { return results };
        // No exceedance value is of the figure for which exact limits are tried, too.
        let year = Simulation { keep_steps: false, against_optimal: false, limit_approximation: false, ..self };
        let in_weather = |project| Simulation { project, ..year }.run_plain(rooms, |_| {}).summary.total;
        let set: Vec<_> = self.project.weather_years.iter().map(|project| in_weather(project)).collect();
        results.summary.uncertainty = Some(assess(plan, &results.summary.total, &set, self.years));
        results
    }
}

/// The results of several plants without their steps, the same as [`Simulation::run_beside`] gives for each; none where they
/// or their weather years cannot be walked side by side.
pub fn run_side_by_side(projects: [&Project; LANES], settings: Settings, rooms: &Rooms) -> Option<Vec<Results>> {
    let run = |projects, settings| run_abreast::<Lanes>(projects, settings, rooms, |_| {});
    let mut results = run(projects, settings)?;
    let mut sets = [const { vec![] }; LANES];
    let most = projects.iter().map(|project| project.weather_years.len()).max().unwrap_or(0);
    for number in 0..most {
        let years = every(projects.map(|project| project.weather_years.get(number).map(|year| &**year)))?;
        let of_year = run(years, Settings { limit_approximation: false, ..settings })?;
        sets.iter_mut().zip(of_year).for_each(|(set, results)| set.push(results.summary.total));
    }
    for ((project, results), set) in projects.into_iter().zip(&mut results).zip(sets) {
        let summary = &mut results.summary;
        summary.uncertainty = closed_form(project).map(|plan| assess(plan, &summary.total, &set, settings.years));
    }
    Some(results)
}

/// Whether a plant's storage can be walked beside that of others like it.
pub fn walks_side_by_side(project: &Project) -> bool {
    Plants::<Lanes>::new([project; LANES]).is_some()
}

fn closed_form(project: &Project) -> Option<&Plan> {
    project.uncertainty().filter(|plan| plan.has_closed_form())
}

/// Of a run's figures and those of every year of its weather set, over so many years each.
fn assess(plan: &Plan, run: &Figures, set: &[Figures], years: u32) -> Assessment {
    let per_year = |of: &Figures, name| of.get(name).unwrap_or(f64::NAN) / f64::from(years);
    plan.assess(years, |name| (per_year(run, name), set.iter().map(|year| per_year(year, name)).collect()))
}
