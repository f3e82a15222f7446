//! The plant of each year of a run: what holds at its connection may change, all else stays.

use std::borrow::Cow;
use std::sync::Arc;

use super::Project;
use crate::plant::{Grid, LimitYear};

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
}
