//! Plants that differ in numbers alone, walked side by side: figures only, the same as one by one.

use std::sync::Arc;

use super::{Alone, Rooms};
use crate::inputs::Prices;
use crate::lanes::{LANES, Lanes, Real};
use crate::losses::Loss;
use crate::plant::{Condition, Grid, GridNode, Passage};
use crate::project::Project;
use crate::results::{Billed, Figures, Flows, Summary, Tally};
use crate::storage::{Abreast, AbreastStep, AbreastView, BatteryState, LimitTracer, Plan};
use crate::time::Moment;

/// What is asked of a run of several plants.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Number of years.
    pub years: u32,
    /// As in [`super::Simulation::limit_approximation`].
    pub limit_approximation: bool,
}

/// The figures of several plants, the same as [`super::Simulation::run_beside`] gives for each; none where they
/// cannot be walked side by side: other calendars, vehicles, limits per phase, demand charges, plants that change over the
/// years, storage that looks beyond the step, or equipment of other kinds.
pub fn run_abreast(projects: [&Project; LANES], settings: Settings, rooms: &Rooms) -> Option<[Figures; LANES]> {
    let Settings { years, limit_approximation } = settings;
    let plants = Plants::new(projects)?;
    let exact = if limit_approximation { plants.storage.with_exact_limits() } else { None };
    let mut state = plants.storage.initial_state();
    let mut done = [const { vec![] }; LANES];
    for number in 0..years {
        let pv = projects.map(|project| rooms.pv_year(project, number));
        let alone: [_; LANES] = std::array::from_fn(|i| rooms.walk(projects[i], &pv[i]));
        let conditions = std::array::from_fn(|i| alone[i].conditions(projects[i], &pv[i]));
        let year = AbreastYear::new(&plants, &alone, conditions);
        let (tally, end) = year.walk(state, exact.as_ref());
        for (i, years) in done.iter_mut().enumerate() {
            let months = tally.months(&alone[i].months, plants.step_h, |sum| sum.to_array()[i]);
            years.push((months, end.capacity_wh.to_array()[i]));
        }
        state = end.state;
    }
    let hours = projects[0].axis.hours();
    Some(std::array::from_fn(|i| Summary::total_of(projects[i].nameplate(), hours, &done[i])))
}

/// What is the same in every year.
struct Plants<'a> {
    calendar: &'a [Moment],
    equipment: Vec<Loss<Lanes>>,
    storage: Abreast<'a>,
    prices: Option<[&'a Prices; LANES]>,
    step_h: f64,
}

impl<'a> Plants<'a> {
    fn new(projects: [&'a Project; LANES]) -> Option<Self> {
        let [first, ..] = projects;
        let alike = |p: &&Project| {
            let same_axis = Arc::ptr_eq(&p.calendar, &first.calendar) && p.axis == first.axis;
            same_axis && p.prices.is_some() == first.prices.is_some() && is_simple(p)
        };
        if !projects.iter().all(alike) {
            return None;
        }
        let plans: [&Plan; LANES] = every(projects.map(|p| p.storage.as_deref()))?;
        let step_h = first.axis.step_h();
        Some(Self {
            calendar: &first.calendar,
            equipment: equipment(projects.map(|p| &*p.grid))?,
            storage: Abreast::new(plans, step_h)?,
            prices: every(projects.map(|p| p.prices.as_deref())),
            step_h,
        })
    }
}

/// All of them, if there is none missing.
pub(super) fn every<T>(all: [Option<T>; LANES]) -> Option<[T; LANES]> {
    let [Some(a), Some(b), Some(c), Some(d)] = all else { return None };
    Some([a, b, c, d])
}

/// Whether nothing but load and storage stands between PV and the grid, in all years alike, on balanced phases, billed by
/// energy.
fn is_simple(p: &Project) -> bool {
    let grid = &p.grid;
    let balanced = !(grid.export_per_phase || grid.import_per_phase) && grid.load_phases_w.is_empty();
    let by_energy = p.prices.as_deref().is_none_or(|prices| prices.demand_charge_per_kw.is_none());
    let stays = p.later_grids.is_empty() && p.storage.as_deref().is_none_or(|plan| plan.life.is_empty());
    balanced && by_energy && stays && p.ev.is_none()
}

/// The HV equipment side by side, if it is of the same kinds.
fn equipment(grids: [&Grid; LANES]) -> Option<Vec<Loss<Lanes>>> {
    let len = grids[0].equipment.len();
    if grids.iter().any(|grid| grid.equipment.len() != len) {
        return None;
    }
    (0..len).map(|i| Loss::abreast(grids.map(|grid| &grid.equipment[i]))).collect()
}

/// The batteries at the end of a year.
struct End {
    state: BatteryState<Lanes>,
    capacity_wh: Lanes,
}

/// A year of plants side by side.
struct AbreastYear<'a> {
    plants: &'a Plants<'a>,
    alone: [&'a Alone; LANES],
    conditions: [&'a [Condition]; LANES],
    /// Whether all of them find the same.
    alike: bool,
}

impl<'a> AbreastYear<'a> {
    fn new(plants: &'a Plants<'a>, alone: &'a [Arc<Alone>; LANES], conditions: [&'a [Condition]; LANES]) -> Self {
        let alike = alone.iter().all(|other| Arc::ptr_eq(other, &alone[0]));
        Self { plants, alone: std::array::from_fn(|i| &*alone[i]), conditions, alike }
    }

    /// The year from a state, with the one of exact limits beside it.
    fn walk(&self, start: BatteryState<Lanes>, exact: Option<&Abreast<'_>>) -> (Tally<Lanes>, End) {
        let Plants { storage, equipment, .. } = self.plants;
        let tracer = storage.tracer(equipment);
        let mut exact = exact.map(|storage| Twin { storage, tracer: storage.tracer(equipment), state: start });
        let mut tally = Tally::new(self.plants.prices.is_some());
        let mut end = End { state: start, capacity_wh: Lanes::of(0.0) };
        let mut today = None;
        for (i, moment) in self.plants.calendar.iter().enumerate() {
            let new_day = today.replace(moment.day) != Some(moment.day);
            let here = self.here(i);
            let view = here.view(*moment, new_day);
            let stored_before_wh = end.state.stored_wh;
            let done = storage.step(&tracer, &mut end.state, &view);
            end.capacity_wh = done.done.capacity_wh;
            let second = here.second(equipment, &done);
            let exact_poi_w = exact.as_mut().map_or(second.poi_w, |twin| {
                let other = twin.storage.step(&twin.tracer, &mut twin.state, &view);
                // Where both do the same, so does the plant.
                if other.at_mv.mv_w == done.at_mv.mv_w { second.poi_w } else { here.second(equipment, &other).poi_w }
            });
            let stored_wh = end.state.stored_wh - stored_before_wh;
            let flows = self.flows(&here, &done, second, stored_wh, exact_poi_w);
            let month0 = usize::from(moment.month0);
            tally.add(month0, &flows);
            tally.bill(month0, || self.billed(i, second.poi_w));
        }
        (tally, end)
    }

    /// What the plants find in a step.
    #[inline]
    fn here(&self, i: usize) -> Here {
        let [a, b, c, d] = self.conditions;
        if self.alike { Here::same(&a[i]) } else { Here::gathered([&a[i], &b[i], &c[i], &d[i]]) }
    }

    #[inline]
    fn flows(
        &self,
        here: &Here,
        done: &AbreastStep,
        second: GridNode<Lanes>,
        stored_wh: Lanes,
        exact_poi_w: Lanes,
    ) -> Flows<Lanes> {
        let step_h = Lanes::of(self.plants.step_h);
        Flows {
            pv_mv_w: here.pv.mv_w,
            second,
            charge_w: done.done.charge_w,
            discharge_w: done.done.discharge_w,
            storage_loss_w: self.plants.storage.loss_wh(done) / step_h,
            stored_w: stored_wh / step_h,
            load_w: here.load_w,
            ev_w: Lanes::of(0.0),
            overload_w: (-second.poi_w - here.import_limit_w).or_zero(),
            not_firm_w: (second.poi_w - here.export_firm_w).or_zero(),
            asymmetry_w: Lanes::of(0.0),
            exact_poi_w,
        }
    }

    fn billed(&self, i: usize, poi_w: Lanes) -> Billed<Lanes> {
        let price = |of: fn(&Prices) -> &[f64]| {
            self.plants.prices.map_or(Lanes::of(0.0), |prices| Lanes::each(|lane| of(prices[lane])[i]))
        };
        Billed {
            buy_per_kwh: price(|p| &p.buy_per_kwh),
            sell_per_kwh: price(|p| &p.sell_per_kwh),
            poi_w,
            alone_poi_w: Lanes::each(|lane| self.alone[lane].nodes.poi_w[i]),
            perfect_poi_w: poi_w,
        }
    }
}

/// The same storages with exact limits.
struct Twin<'a> {
    storage: &'a Abreast<'a>,
    tracer: LimitTracer<'a, Lanes>,
    state: BatteryState<Lanes>,
}

/// [`Condition`] of several plants.
struct Here {
    pv: GridNode<Lanes>,
    pv_runs: <Lanes as Real>::Mask,
    sold: Lanes,
    load_w: Lanes,
    export_cap_w: Lanes,
    export_limit_w: Lanes,
    export_firm_w: Lanes,
    import_limit_w: Lanes,
    cap_mv_w: Lanes,
    least_mv_w: Lanes,
}

/// Reads every field of [`Here`]: `$read!(field)` makes [`Lanes`] of a field of [`Condition`].
macro_rules! here {
    ($read:ident, $runs:expr) => {
        Here {
            pv: GridNode {
                mv_w: $read!(pv_mv_w),
                after_hv_w: $read!(pv_after_hv_w),
                headroom_w: $read!(pv_headroom_w),
                ..GridNode::default()
            },
            pv_runs: $runs,
            sold: $read!(sold),
            load_w: $read!(load_w),
            export_cap_w: $read!(export_cap_w),
            export_limit_w: $read!(export_limit_w),
            export_firm_w: $read!(export_firm_w),
            import_limit_w: $read!(import_limit_w),
            cap_mv_w: $read!(cap_mv_w),
            least_mv_w: $read!(least_mv_w),
        }
    };
}

impl Here {
    #[inline]
    fn same(at: &Condition) -> Self {
        macro_rules! read {
            ($field:ident) => {
                Lanes::splat(at.$field)
            };
        }
        here!(read, Lanes::mask(at.pv_runs))
    }

    #[inline]
    fn gathered([a, b, c, d]: [&Condition; LANES]) -> Self {
        macro_rules! read {
            ($field:ident) => {
                Lanes::new([a.$field, b.$field, c.$field, d.$field])
            };
        }
        let runs = |at: &Condition| f64::from(u8::from(at.pv_runs));
        here!(read, Lanes::new([runs(a), runs(b), runs(c), runs(d)]).positive())
    }

    #[inline]
    fn view(&self, moment: Moment, new_day: bool) -> AbreastView<'_> {
        AbreastView { moment, new_day, pv: &self.pv, cap_mv_w: self.cap_mv_w, least_mv_w: self.least_mv_w }
    }

    /// The second walk: PV and storage together.
    #[inline]
    fn second(&self, equipment: &[Loss<Lanes>], done: &AbreastStep) -> GridNode<Lanes> {
        let passage = Passage {
            equipment,
            sold: self.sold,
            demand_w: self.load_w,
            export_cap_w: self.export_cap_w,
            export_limit_w: self.export_limit_w,
        };
        let running = Lanes::either(self.pv_runs, done.done.runs());
        passage.flow(self.pv.mv_w + done.at_mv.mv_w, running, Lanes::of(f64::INFINITY))
    }
}
