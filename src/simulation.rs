//! The corridor that joins the rooms.

use crate::plant::GridNodes;
use crate::project::Project;
use crate::pv::PvYear;
use crate::results::{Results, Year};
use crate::storage::{self, BatteryState, Dispatch, LimitMode, StorageNodes};
use crate::time::Moment;

/// A simulation of a project: how many years, and whether to keep every step.
#[derive(Debug, Clone, Copy)]
pub struct Simulation<'a> {
    project: &'a Project,
    years: u32,
    keep_steps: bool,
}

impl<'a> Simulation<'a> {
    /// One pass over the project's axis, every step kept.
    pub fn new(project: &'a Project) -> Self {
        Self { project, years: 1, keep_steps: true }
    }

    /// Repeats the axis this many times; battery state, fade and PV degradation carry over from year to year.
    #[must_use]
    pub fn years(self, years: u32) -> Self {
        Self { years, ..self }
    }

    /// Whether every step is kept in the results, or only the figures.
    #[must_use]
    pub fn keep_steps(self, keep_steps: bool) -> Self {
        Self { keep_steps, ..self }
    }

    /// Walks the rooms.
    pub fn run(self) -> Results {
        self.run_with(|_| {})
    }

    /// Walks the rooms and calls `done` after every year with the number of years done.
    pub fn run_with(self, mut done: impl FnMut(u32)) -> Results {
        let p = self.project;
        let calendar = p.axis.moments();
        let sky = p.sky();
        let mut results = Results::new(&p.name, &p.axis, p.nameplate(), self.keep_steps);
        let mut battery = p.storage.as_ref().map(|s| s.battery.initial_state());
        for number in 0..self.years {
            let pv = p.pv_year(sky.as_ref(), number);
            let first = p.grid.walk(&pv.mv_w, &pv.running);
            let stored = Stored::new(p, &calendar, &pv, &first, battery, None);
            let exact = Stored::exact(p, &calendar, &pv, &first, battery);
            let year = Year {
                number,
                axis: &p.axis,
                calendar: &calendar,
                sky: p.weather().zip(sky.as_ref()),
                pv: &pv,
                grid: &p.grid,
                first: &first,
                storage: &stored.nodes,
                battery: battery.zip(stored.end),
                second: &stored.second,
                exact_poi_w: exact.as_ref().map(|e| e.second.poi_w.as_slice()),
                prices: p.prices.as_ref(),
            };
            results.add(&year);
            battery = stored.end;
            done(number + 1);
        }
        results.finish()
    }
}

/// The storage's year and the second walk that follows from it.
struct Stored {
    nodes: StorageNodes,
    end: Option<BatteryState>,
    second: GridNodes,
}

impl Stored {
    fn new(
        p: &Project,
        calendar: &[Moment],
        pv: &PvYear,
        first: &GridNodes,
        start: Option<BatteryState>,
        limits: Option<LimitMode>,
    ) -> Self {
        let Some((plan, start)) = p.storage.as_ref().zip(start) else {
            return Self {
                nodes: StorageNodes::none(pv.mv_w.len()),
                end: None,
                second: p.grid.walk(&pv.mv_w, &pv.running),
            };
        };
        let limits = limits.unwrap_or(plan.limits);
        let (nodes, end) = storage::run(plan, limits, &p.grid, first, (calendar, p.axis.step_h()), start);
        let combined: Vec<f64> = pv.mv_w.iter().zip(&nodes.mv_w).map(|(pv_w, ess_w)| pv_w + ess_w).collect();
        let running: Vec<bool> = pv.running.iter().enumerate().map(|(i, pv_runs)| *pv_runs || nodes.runs(i)).collect();
        let second = p.grid.walk(&combined, &running);
        Self { nodes, end: Some(end), second }
    }

    /// The same year with exact limits, where the documented ones were used and make a difference.
    fn exact(
        p: &Project,
        calendar: &[Moment],
        pv: &PvYear,
        first: &GridNodes,
        start: Option<BatteryState>,
    ) -> Option<Self> {
        let plan = p.storage.as_ref().filter(|s| s.limits == LimitMode::Documented)?;
        match plan.dispatch {
            Dispatch::LgiaExcess(_) | Dispatch::EnergyAvailable(_) => {
                Some(Self::new(p, calendar, pv, first, start, Some(LimitMode::Exact)))
            }
            Dispatch::None | Dispatch::Custom(_) => None,
        }
    }
}
