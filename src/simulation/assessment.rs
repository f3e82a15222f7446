//! How surely figures are reached: the plant in every year of its weather set, and what follows in closed form.

use super::abreast::every;
use super::{Rooms, Settings, Simulation, run_abreast};
use crate::lanes::LANES;
use crate::project::Project;
use crate::results::{Figures, Results, Year};
use crate::uncertainty::{Assessment, Plan};

impl Simulation<'_> {
    /// Walks rooms, then those of every year of the weather set, and tells how surely the figures are reached.
    pub(super) fn run_assessed(self, rooms: &Rooms, watch: impl FnMut(&Year<'_>)) -> Results {
        let mut results = self.run_in(rooms, watch);
        let Some(plan) = closed_form(self.project) else { return results };
        // No exceedance value is of the figure for which exact limits are tried, too.
        let year = Simulation { keep_steps: false, against_optimal: false, limit_approximation: false, ..self };
        let in_weather = |project| Simulation { project, ..year }.run_in(rooms, |_| {}).summary.total;
        let set: Vec<_> = self.project.weather_years.iter().map(|project| in_weather(project)).collect();
        results.summary.uncertainty = Some(assess(plan, &results.summary.total, &set, self.years));
        results
    }
}

/// As [`run_abreast`], with how surely the figures of each are reached, where its plant says what is uncertain; none where
/// its weather years cannot be walked side by side.
pub fn run_abreast_assessed(
    projects: [&Project; LANES],
    settings: Settings,
    rooms: &Rooms,
) -> Option<[(Figures, Option<Assessment>); LANES]> {
    let figures = run_abreast(projects, settings, rooms)?;
    let mut sets = [const { vec![] }; LANES];
    let most = projects.iter().map(|project| project.weather_years.len()).max().unwrap_or(0);
    for number in 0..most {
        let years = every(projects.map(|project| project.weather_years.get(number).map(|year| &**year)))?;
        let of_year = run_abreast(years, Settings { limit_approximation: false, ..settings }, rooms)?;
        sets.iter_mut().zip(of_year).for_each(|(set, figures)| set.push(figures));
    }
    let mut lanes = projects.into_iter().zip(figures).zip(sets).map(|((project, figures), set)| {
        let assessment = closed_form(project).map(|plan| assess(plan, &figures, &set, settings.years));
        (figures, assessment)
    });
    every(std::array::from_fn(|_| lanes.next()))
}

fn closed_form(project: &Project) -> Option<&Plan> {
    project.uncertainty().filter(|plan| plan.has_closed_form())
}

/// Of a run's figures and those of every year of its weather set, over so many years each.
fn assess(plan: &Plan, run: &Figures, set: &[Figures], years: u32) -> Assessment {
    let per_year = |of: &Figures, name| of.get(name).unwrap_or(f64::NAN) / f64::from(years);
    plan.assess(|name| (per_year(run, name), set.iter().map(|year| per_year(year, name)).collect()))
}
