//! The plant of each year of a run: the limits that hold in it, and the battery as it is by then.

use std::borrow::Cow;
use std::sync::Arc;

use crate::project::Project;
use crate::storage::{self, BatteryState, Fleet, Renewal, State};

/// A project on its way through the years.
pub(super) struct Lifetime<'a> {
    project: &'a Project,
    /// The battery's parts; none where nothing is ever done to it.
    fleet: Option<Fleet>,
    /// The storage of the year, once it is not the project's.
    renewed: Option<Arc<storage::Plan>>,
}

impl<'a> Lifetime<'a> {
    pub(super) fn new(project: &'a Project) -> Self {
        let fleet = project.storage.as_deref().and_then(|plan| Fleet::new(&plan.battery, &plan.life));
        Self { project, fleet, renewed: None }
    }

    /// The plant of pass `number` (from 0) over the axis, after what is due was done to its battery, whose state follows; and
    /// what that was, for a battery to which something may be done.
    pub(super) fn begin_year(&mut self, number: u32, state: &mut Option<State>) -> (Cow<'a, Project>, Option<Renewal>) {
        let renewal = self.renew(number + 1, state);
        let mut project = self.project.in_year(number + 1);
        if let Some(storage) = &self.renewed {
            project.to_mut().storage = Some(Arc::clone(storage));
        }
        (project, renewal)
    }

    fn renew(&mut self, year: u32, state: &mut Option<State>) -> Option<Renewal> {
        let (fleet, state) = (self.fleet.as_mut()?, state.as_mut()?);
        let (renewal, battery) = fleet.begin_year(year, state.battery);
        state.battery = battery;
        let (first, now) = (self.project.storage.as_ref()?, fleet.battery());
        if self.renewed.as_ref().unwrap_or(first).battery != now {
            self.renewed = Some(Arc::new(storage::Plan { battery: now, ..(**first).clone() }));
        }
        Some(renewal)
    }

    /// Ages the battery by a year that it began and ended in these states.
    pub(super) fn end_year(&mut self, battery: Option<(BatteryState, BatteryState)>) {
        if let (Some(fleet), Some((start, end))) = (&mut self.fleet, battery) {
            fleet.end_year(&start, &end);
        }
    }
}
