//! The plant of each year of a run: what holds at its connection may change, all else stays.

use std::borrow::Cow;
use std::sync::Arc;

use super::Project;
use crate::plant::{Grid, LimitYear};
use crate::units::MEGA;

/// The plant between the MV bus and the grid in the first year, and from later ones on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Grids {
    pub first: Arc<Grid>,
    pub later: Vec<(u32, Arc<Grid>)>,
}

impl Grids {
    /// A plant in its first year and the limits that begin in later ones, in rising order.
    pub fn new(first: Grid, export: &[(u32, LimitYear)], import: &[(u32, LimitYear)]) -> Self {
        let mut changes: Vec<u32> = export.iter().chain(import).map(|(from_year, _)| *from_year).collect();
        changes.sort_unstable();
        changes.dedup();
        let of = |year| {
            let export = begun(export, year).unwrap_or(&first.export).clone();
            let import = begun(import, year).unwrap_or(&first.import).clone();
            (year, Arc::new(Grid { export, import, ..first.clone() }))
        };
        let later = changes.into_iter().map(of).collect();
        Self { first: Arc::new(first), later }
    }

    pub fn iter(&self) -> impl Iterator<Item = &Arc<Grid>> {
        std::iter::once(&self.first).chain(self.later.iter().map(|(_, grid)| grid))
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Arc<Grid>> {
        std::iter::once(&mut self.first).chain(self.later.iter_mut().map(|(_, grid)| grid))
    }
}

/// What of those that begin in rising years has begun last by a year.
fn begun<T>(later: &[(u32, T)], year: u32) -> Option<&T> {
    later.iter().rev().find(|(from_year, _)| *from_year <= year).map(|(_, begun)| begun)
}

impl Project {
    /// The plant as it is in a year of the run, counted from 1, until something is done to its battery.
    pub fn in_year(&self, year: u32) -> Cow<'_, Self> {
        match begun(&self.later_grids, year) {
            Some(grid) => Cow::Owned(Self { grid: Arc::clone(grid), ..self.clone() }),
            None => Cow::Borrowed(self),
        }
    }

    /// What stands between the MV bus and the grid in the first year, then all that it changes to.
    pub fn grids(&self) -> impl Iterator<Item = &Grid> {
        std::iter::once(&self.grid).chain(self.later_grids.iter().map(|(_, grid)| grid)).map(|grid| &**grid)
    }

    /// Changes what stands between the MV bus and the grid in all years.
    pub fn change_grids(&mut self, change: impl Fn(&mut Grid)) {
        let later = self.later_grids.iter_mut().map(|(_, grid)| grid);
        std::iter::once(&mut self.grid).chain(later).for_each(|grid| change(Arc::make_mut(grid)));
    }

    /// What the plant file plans for years that a run of so many does not reach, in words.
    pub fn never_reached(&self, years: u32) -> Vec<String> {
        let limits = self.plan.limits().flat_map(|limit| limit.never_reached(years));
        let storage = self.storage.iter().flat_map(|storage| storage.life.never_reached(years));
        limits.chain(storage).collect()
    }

    /// The highest power that a limit allows, a line for the first year and one for each in which that changes.
    pub(super) fn describe_limit(&self, name: &str, limit: impl Fn(&Grid) -> LimitYear) -> Vec<String> {
        let highest = |grid: &Grid| {
            let highest_w = limit(grid).limit_w.into_iter().fold(0.0, f64::max);
            if highest_w.is_finite() {
                format!("at most {:.3} MW at the POI", highest_w / MEGA)
            } else {
                "no limit".to_owned()
            }
        };
        let mut last = highest(&self.grid);
        let mut lines = vec![format!("  {name:9} {last}")];
        for (year, grid) in &self.later_grids {
            let now = highest(grid);
            if now != last {
                lines.push(format!("            from year {year}: {now}"));
                last = now;
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    const LIMITS: &[(&str, &str)] = &[
        ("plant.export_limit.by_year", "[{from_year=3,kw=16000},{from_year=6,kw=18000}]"),
        ("plant.import_limit", "{by_year=[{from_year=4,kw=900}]}"),
    ];

    #[test]
    fn the_plant_of_a_year_has_the_limits_that_began_last() {
        let project = Project::shipped("moffat-series", &changes(LIMITS)).unwrap();
        let limits = |year| {
            let grid = &project.in_year(year).grid;
            (grid.export.limit_w[0] / 1e3, grid.import.limit_w[0] / 1e3)
        };
        let none = f64::INFINITY;
        assert_eq!(
            [1, 2, 3, 4, 5].map(limits),
            [(15e3, none), (15e3, none), (16e3, none), (16e3, 900.0), (16e3, 900.0)]
        );
        assert_eq!((limits(6), limits(50), project.grids().count()), ((18e3, 900.0), (18e3, 900.0), 4));
        assert!(Arc::ptr_eq(&project.in_year(7).grid, &project.in_year(50).grid));
        let described = project.describe();
        assert!(described.contains("15.000 MW at the POI\n            from year 3: at most 16.000 MW at the POI\n"));
        assert!(described.contains("  import    no limit\n            from year 4: at most 0.900 MW at the POI\n"));
    }

    #[test]
    fn plants_that_differ_in_storage_share_the_grids_of_all_years() {
        let base = Project::shipped("moffat-series", &changes(LIMITS)).unwrap();
        let varied = base.vary(&changes(&[("storage.nameplate_mwh", "30")])).unwrap();
        for year in 1..8 {
            assert!(Arc::ptr_eq(&base.in_year(year).grid, &varied.in_year(year).grid), "year {year}");
        }
        let other = base.vary(&changes(&[("plant.export_limit.by_year.1.kw", "17000")])).unwrap();
        assert_eq!(other.in_year(6).grid.export.limit_w[0], 17e6);
        assert_eq!(base.in_year(6).grid.export.limit_w[0], 18e6);
    }

    #[test]
    fn what_a_strategy_means_for_the_connection_holds_in_all_years() {
        let later = changes(&[("plant.import_limit.by_year", "[{from_year=2,kw=90}]")]);
        let project = Project::shipped("aachen-self-sufficiency-zero-feed-in", &later).unwrap();
        assert!(project.grids().all(|grid| grid.no_export.is_some()));
        assert!(
            project.warnings.iter().any(|w| w.contains("plant.import_limit: falls to 90 kW")),
            "{:?}",
            project.warnings
        );
    }
}
