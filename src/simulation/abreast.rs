//! Plants that differ in numbers alone, walked side by side: figures only, the same as one by one.

use std::sync::Arc;

use super::{Alone, Rooms};
use crate::ev::Draw;
use crate::lanes::{LANES, Lanes, Real};
use crate::losses::Loss;
use crate::plant::{Grid, GridNode, Passage};
use crate::project::Project;
use crate::pv::PvYear;
use crate::results::{Billed, Figures, Flows, Summary, Tally};
use crate::storage::{self, Abreast, AbreastView, BatteryState};
use crate::time::Moment;

/// The figures of `years` of several plants, the same as [`super::Simulation::run_beside`] gives for each; none where they
/// cannot be walked side by side: other calendars, vehicles, limits per phase, demand charges, storage that looks beyond
/// the step, or equipment of other kinds.
pub fn run_abreast(projects: [&Project; LANES], years: u32, rooms: &Rooms) -> Option<[Figures; LANES]> {
    let plants = Plants::new(projects)?;
    let exact = plants.storage.with_exact_limits();
    let mut state = plants.storage.initial_state();
    let mut done = [const { vec![] }; LANES];
    for number in 0..years {
        let before = projects.map(|project| Before::new(project, number, rooms));
        let (tally, end) = plants.walk(&before, state, exact.as_ref());
        for (i, years) in done.iter_mut().enumerate() {
            let months = tally.months(&before[i].alone.months, plants.step_h, |sum| sum.to_array()[i]);
            years.push((months, end.capacity_wh.to_array()[i]));
        }
        state = end.state;
    }
    let hours = projects[0].axis.hours();
    Some(std::array::from_fn(|i| Summary::total_of(projects[i].nameplate(), hours, &done[i])))
}

/// What comes before the storage in one of the plants.
struct Before {
    pv: Arc<PvYear>,
    alone: Arc<Alone>,
}

impl Before {
    fn new(project: &Project, number: u32, rooms: &Rooms) -> Self {
        let pv = rooms.pv_year(project, number);
        Self { alone: rooms.walk(project, &pv), pv }
    }
}

/// The batteries at the end of a year.
struct End {
    state: BatteryState<Lanes>,
    capacity_wh: Lanes,
}

/// What is the same in every year.
struct Plants<'a> {
    projects: [&'a Project; LANES],
    calendar: &'a [Moment],
    equipment: Vec<Loss<Lanes>>,
    storage: Abreast<'a>,
    /// Whether any of them has an import limit.
    limits_import: bool,
    step_h: f64,
}

impl<'a> Plants<'a> {
    fn new(projects: [&'a Project; LANES]) -> Option<Self> {
        let [first, ..] = projects;
        let alike = |p: &Project| {
            let same_axis = Arc::ptr_eq(&p.calendar, &first.calendar) && p.axis == first.axis;
            same_axis && p.prices.is_some() == first.prices.is_some() && is_simple(p)
        };
        if !projects.iter().all(|p| alike(p)) {
            return None;
        }
        let plans: [&storage::Plan; LANES] = match projects.map(|p| p.storage.as_deref()) {
            [Some(a), Some(b), Some(c), Some(d)] => [a, b, c, d],
            _ => return None,
        };
        let step_h = first.axis.step_h();
        let grids = projects.map(|p| &*p.grid);
        Some(Self {
            projects,
            calendar: &first.calendar,
            equipment: equipment(grids)?,
            storage: Abreast::new(plans, step_h)?,
            limits_import: grids.iter().any(|grid| grid.import.lowest_w() < f64::INFINITY),
            step_h,
        })
    }

    /// A year from a state, with the one of exact limits beside it.
    fn walk(
        &self,
        before: &[Before; LANES],
        start: BatteryState<Lanes>,
        exact: Option<&Abreast<'_>>,
    ) -> (Tally<Lanes>, End) {
        let storage = &self.storage;
        let tracer = storage.tracer(&self.equipment);
        let mut exact = exact.map(|storage| (storage, storage.tracer(&self.equipment), start));
        let mut tally = Tally::new(self.projects[0].prices.is_some());
        let mut end = End { state: start, capacity_wh: Lanes::of(0.0) };
        let mut today = None;
        for (i, moment) in self.calendar.iter().enumerate() {
            let new_day = today.replace(moment.day) != Some(moment.day);
            let step = self.step(before, i);
            let passage = self.passage(&step, i);
            let least_output_w = self.limits_import.then(|| step.load_w - step.import_limit_w);
            let view = AbreastView { moment, new_day, passage: &passage, pv: &step.pv, least_output_w };
            let stored_before_wh = end.state.stored_wh;
            let done = storage.step(&tracer, &mut end.state, &view);
            end.capacity_wh = done.done.capacity_wh;
            let second = step.second(&passage, &done);
            let mut exact_poi_w = second.poi_w;
            if let Some((storage, tracer, state)) = &mut exact {
                let other = storage.step(tracer, state, &view);
                if other.at_mv.mv_w != done.at_mv.mv_w {
                    exact_poi_w = step.second(&passage, &other).poi_w;
                }
            }
            let flows = Flows {
                pv_mv_w: step.pv.mv_w,
                second,
                charge_w: done.done.charge_w,
                discharge_w: done.done.discharge_w,
                storage_loss_w: storage.loss_wh(&done) / Lanes::of(self.step_h),
                stored_w: (end.state.stored_wh - stored_before_wh) / Lanes::of(self.step_h),
                load_w: step.load_w,
                ev_w: Lanes::of(0.0),
                overload_w: (-second.poi_w - step.import_limit_w).or_zero(),
                not_firm_w: (second.poi_w - self.each(|p| p.grid.export.firm_w[i])).or_zero(),
                asymmetry_w: Lanes::of(0.0),
                exact_poi_w,
            };
            let month0 = usize::from(moment.month0);
            tally.add(month0, &flows);
            tally.bill(month0, || self.billed(before, i, second.poi_w));
        }
        (tally, end)
    }

    /// One number of each plant.
    #[inline]
    fn each(&self, of: impl Fn(&Project) -> f64) -> Lanes {
        Lanes::each(|lane| of(self.projects[lane]))
    }

    #[inline]
    fn step(&self, before: &[Before; LANES], i: usize) -> Step {
        let nodes = |of: fn(&Alone) -> &[f64]| Lanes::each(|lane| of(&before[lane].alone)[i]);
        let runs = Lanes::each(|lane| f64::from(u8::from(before[lane].pv.running[i])));
        Step {
            pv: GridNode {
                mv_w: nodes(|a| &a.nodes.mv_w),
                after_hv_w: nodes(|a| &a.nodes.after_hv_w),
                before_limit_w: nodes(|a| &a.nodes.before_limit_w),
                curtailed_w: nodes(|a| &a.nodes.curtailed_w),
                poi_w: nodes(|a| &a.nodes.poi_w),
                headroom_w: nodes(|a| &a.nodes.headroom_w),
            },
            pv_runs: runs.positive(),
            load_w: self.each(|p| p.grid.load_w[i]),
            import_limit_w: self.each(|p| p.grid.import.limit_w[i]),
        }
    }

    /// The passages of the plants in a step as one.
    #[inline]
    fn passage(&self, step: &Step, i: usize) -> Passage<'_, Lanes> {
        Passage {
            equipment: &self.equipment,
            sold: self.each(|p| 1.0 - p.grid.availability_loss[i]),
            demand_w: step.load_w,
            export_cap_w: self.each(|p| p.grid.export_cap_w(i, &p.grid.demand(i, &Draw::default()))),
            export_limit_w: self.each(|p| p.grid.export_limit_w(i)),
        }
    }

    fn billed(&self, before: &[Before; LANES], i: usize, poi_w: Lanes) -> Billed<Lanes> {
        let price = |of: fn(&crate::inputs::Prices) -> &[f64]| {
            self.each(|p| p.prices.as_deref().map_or(0.0, |prices| of(prices)[i]))
        };
        Billed {
            buy_per_kwh: price(|p| &p.buy_per_kwh),
            sell_per_kwh: price(|p| &p.sell_per_kwh),
            poi_w,
            alone_poi_w: Lanes::each(|lane| before[lane].alone.nodes.poi_w[i]),
            perfect_poi_w: poi_w,
        }
    }
}

/// What a step finds.
struct Step {
    pv: GridNode<Lanes>,
    pv_runs: <Lanes as Real>::Mask,
    load_w: Lanes,
    import_limit_w: Lanes,
}

impl Step {
    /// The second walk: PV and storage together.
    #[inline]
    fn second(&self, passage: &Passage<'_, Lanes>, done: &storage::AbreastStep) -> GridNode<Lanes> {
        let running = Lanes::either(self.pv_runs, done.done.runs());
        passage.flow(self.pv.mv_w + done.at_mv.mv_w, running, Lanes::of(f64::INFINITY))
    }
}

/// Whether nothing but load and storage stands between PV and the grid, on balanced phases, billed by energy.
fn is_simple(p: &Project) -> bool {
    let grid = &p.grid;
    let balanced = !(grid.export_per_phase || grid.import_per_phase) && grid.load_phases_w.is_empty();
    let by_energy = p.prices.as_deref().is_none_or(|prices| prices.demand_charge_per_kw.is_none());
    balanced && by_energy && p.ev.is_none()
}

/// The HV equipment side by side, if it is of the same kinds.
fn equipment(grids: [&Grid; LANES]) -> Option<Vec<Loss<Lanes>>> {
    let len = grids[0].equipment.len();
    if grids.iter().any(|grid| grid.equipment.len() != len) {
        return None;
    }
    (0..len).map(|i| Loss::abreast(grids.map(|grid| &grid.equipment[i]))).collect()
}
