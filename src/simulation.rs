//! The corridor that joins the rooms.

mod abreast;
mod assessment;
mod evidence;
mod lifetime;
mod rooms;

pub use abreast::Settings;
pub use assessment::{run_side_by_side, walks_side_by_side};
pub use rooms::Rooms;

use std::sync::{Arc, OnceLock};

use abreast::run_abreast;
use lifetime::Lifetime;

use crate::ev::Ev;
use crate::lanes::LANES;
use crate::plant::{EvNodes, GridNodes, PvCondition};
use crate::project::Project;
use crate::pv::PvYear;
use crate::results::{Before, Months, Results, Yardstick, Year, months_alone};
use crate::storage::{self, Around, Dispatch, LimitMode, Optimal, State, StorageNodes};
use crate::time::Moment;

/// A simulation of a project: how many years, and whether to keep every step.
#[derive(Debug, Clone, Copy)]
pub struct Simulation<'a> {
    project: &'a Project,
    years: u32,
    keep_steps: bool,
    against_optimal: bool,
    limit_approximation: bool,
}

impl<'a> Simulation<'a> {
    /// One pass over the project's axis, every step kept.
    pub fn new(project: &'a Project) -> Self {
        Self { project, years: 1, keep_steps: true, against_optimal: false, limit_approximation: true }
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

    /// Whether the first year is also held against the best the battery could have done.
    #[must_use]
    pub fn against_optimal(self, against_optimal: bool) -> Self {
        Self { against_optimal, ..self }
    }

    /// Whether a run with documented limits is held against exact ones, which costs a second year of the storage; without
    /// it `limit_approximation_mwh` is zero.
    #[must_use]
    pub fn limit_approximation(self, limit_approximation: bool) -> Self {
        Self { limit_approximation, ..self }
    }

    /// Walks the rooms.
    pub fn run(self) -> Results {
        self.run_with(|_| {})
    }

    /// Walks the rooms and calls `done` after every year with the number of years done.
    pub fn run_with(self, done: impl FnMut(u32)) -> Results {
        let rooms = Rooms::new(1);
        self.assessed(self.run_plain(&rooms, done), &rooms)
    }

    /// As [`Simulation::run`], in rooms that remember what other projects had in common with this one.
    pub fn run_beside(self, rooms: &Rooms) -> Results {
        self.assessed(self.run_plain(rooms, |_| {}), rooms)
    }

    /// Walks the rooms; without vectors where no steps are kept and the storage looks at nothing but the step.
    fn run_plain(self, rooms: &Rooms, mut done: impl FnMut(u32)) -> Results {
        if !self.keep_steps && !self.against_optimal {
            let settings = Settings { years: self.years, limit_approximation: self.limit_approximation };
            let results = run_abreast::<f64>([self.project; LANES], settings, rooms, &mut done);
            if let Some(results) = results.and_then(|mut one| one.pop()) {
                return results;
            }
        }
        self.run_in(rooms, |year| done(year.number + 1))
    }

    /// Walks rooms that may have been walked for other projects.
    fn run_in(self, rooms: &Rooms, mut watch: impl FnMut(&Year<'_>)) -> Results {
        let p = self.project;
        let calendar = &p.calendar;
        let sky = rooms.sky(p);
        let mut results = Results::new(&p.name, &p.axis, p.nameplate(), self.keep_steps);
        let mut state = p.storage.as_deref().map(storage::Plan::initial_state);
        let mut lifetime = Lifetime::new(p);
        for number in 0..self.years {
            let (p, renewal) = lifetime.begin_year(number, &mut state);
            let p = &*p;
            let pv = rooms.pv_year(p, number);
            let course = Course { calendar, pv: &pv, start: state };
            let alone = rooms.walk(p, &pv);
            let stored = course.walk(p, &alone, p.storage.as_deref());
            let exact = p.storage.as_deref().filter(|_| self.limit_approximation).and_then(with_exact_limits);
            let exact = exact.map(|plan| course.walk(p, &alone, Some(&plan)));
            let perfect =
                p.storage.as_deref().and_then(with_perfect_forecast).map(|plan| course.walk(p, &alone, Some(&plan)));
            let year = Year {
                number,
                axis: &p.axis,
                calendar,
                sky: p.weather().zip(sky.as_ref().as_ref()),
                pv: &pv,
                grid: &p.grid,
                nameplate: p.nameplate(),
                renewal,
                first: &alone.nodes,
                vehicles: &p.ev,
                alone: &alone.months,
                storage: &stored.nodes,
                dispatch: p.storage.as_deref().map(|s| &s.dispatch),
                battery: state.zip(stored.end).map(|(start, end)| (start.battery, end.battery)),
                ev: &stored.ev,
                second: &stored.second,
                exact_poi_w: exact.as_ref().map(|e| e.second.poi_w.as_slice()),
                perfect_poi_w: perfect.as_ref().map(|e| e.second.poi_w.as_slice()),
                prices: p.prices.as_deref(),
            };
            results.add(&year);
            if self.against_optimal && number == 0 {
                results.yardstick = course.yardstick(p, &stored);
            }
            lifetime.end_year(year.battery);
            state = stored.end;
            watch(&year);
        }
        results.finish()
    }
}

/// The same plan with exact limits, where the documented ones are used and make a difference.
fn with_exact_limits(plan: &storage::Plan) -> Option<storage::Plan> {
    let differs = plan.limits == LimitMode::Documented && plan.dispatch.knows_limit_modes();
    differs.then(|| storage::Plan { limits: LimitMode::Exact, ..plan.clone() })
}

/// The same plan with a forecast that is always right, where it may be wrong.
fn with_perfect_forecast(plan: &storage::Plan) -> Option<storage::Plan> {
    let dispatch = plan.dispatch.with_perfect_forecast()?;
    Some(storage::Plan { dispatch, ..plan.clone() })
}

/// The first walk: PV and vehicles without storage.
#[derive(Debug)]
struct Alone {
    ev: EvNodes,
    nodes: GridNodes,
    /// Its figures by month.
    months: Months,
    /// What it leaves a storage in each step, where plants are walked side by side.
    conditions: OnceLock<Vec<PvCondition>>,
}

impl Alone {
    fn walk(p: &Project, pv: &PvYear) -> Self {
        let ev = p.grid.serve_alone(&pv.mv_w, &pv.running, &p.ev);
        let nodes = p.grid.walk(&pv.mv_w, &pv.running, &ev, &[]);
        let before = Before { pv, first: &nodes, ev: &ev };
        let months = months_alone(&p.axis, &p.calendar, &before);
        Self { ev, nodes, months, conditions: OnceLock::new() }
    }

    /// What it leaves a storage; `pv` is that of the walk.
    fn conditions(&self, pv: &PvYear) -> &[PvCondition] {
        self.conditions.get_or_init(|| self.nodes.conditions(&pv.running))
    }
}

/// The storage's year and the second walk that follows from it.
struct Stored {
    nodes: StorageNodes,
    ev: EvNodes,
    end: Option<State>,
    second: GridNodes,
}

/// What is the same for every walk of a year.
#[derive(Clone, Copy)]
struct Course<'a> {
    calendar: &'a [Moment],
    pv: &'a PvYear,
    start: Option<State>,
}

impl Course<'_> {
    fn walk(&self, p: &Project, alone: &Alone, plan: Option<&storage::Plan>) -> Stored {
        let pv = self.pv;
        let Some((plan, start)) = plan.zip(self.start) else {
            let second = p.grid.walk(&pv.mv_w, &pv.running, &alone.ev, &[]);
            return Stored { nodes: StorageNodes::none(pv.mv_w.len()), ev: alone.ev.clone(), end: None, second };
        };
        let around = Around {
            axis: &p.axis,
            calendar: self.calendar,
            grid: &p.grid,
            first: &alone.nodes,
            pv_running: &pv.running,
            ev: &p.ev,
            prices: p.prices.as_deref(),
        };
        let year = storage::run(plan, &around, start);
        let nodes = year.nodes;
        let combined: Vec<f64> = (0..pv.mv_w.len()).map(|i| pv.mv_w[i] - nodes.pv_off_w[i] + nodes.mv_w[i]).collect();
        let running: Vec<bool> = pv.running.iter().enumerate().map(|(i, pv_runs)| *pv_runs || nodes.runs(i)).collect();
        let mut second = p.grid.walk(&combined, &running, &year.ev, &nodes.output_cap_w);
        // What is switched off is given up like what a limit takes.
        second.curtailed_w.iter_mut().zip(&nodes.pv_off_w).for_each(|(curtailed_w, off_w)| *curtailed_w += off_w);
        Stored { nodes, ev: year.ev, end: Some(year.end), second }
    }

    /// Holds a year against the best its battery could have done for the same demand: same limits, same permission to
    /// charge from the grid, the same energy left at the end.
    fn yardstick(&self, p: &Project, stored: &Stored) -> Option<Yardstick> {
        let (plan, end) = (p.storage.as_deref()?, stored.end?);
        let mut best = p.clone();
        Arc::make_mut(&mut best.grid).serve_always(&stored.ev);
        best.ev = Arc::new(Ev::none());
        let optimal = Optimal { wear_per_kwh: 0.0, left_wh: Some(end.battery.stored_wh) };
        let plan = storage::Plan {
            dispatch: Dispatch::Optimal(optimal),
            grid_charging: Some(plan.grid_charging()),
            ..plan.clone()
        };
        let alone = Alone::walk(&best, self.pv);
        let optimum = self.walk(&best, &alone, Some(&plan));
        let walks = [&stored.second, &optimum.second, &alone.nodes].map(|nodes| nodes.poi_w.as_slice());
        Some(Yardstick::new(&p.axis, self.calendar, p.prices.as_deref(), &best.grid, walks))
    }
}
