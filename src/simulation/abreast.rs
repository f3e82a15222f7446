//! Plants that differ in numbers alone, walked side by side: figures only, the same as one by one.

use std::sync::Arc;

use super::{Alone, Rooms};
use crate::inputs::Prices;
use crate::lanes::{LANES, Real};
use crate::losses::Loss;
use crate::plant::{Condition, Grid, GridNode, Passage, PvCondition};
use crate::project::Project;
use crate::pv::PvYear;
use crate::results::{Billed, Closing, Flows, Months, Results, Tally, month_hours};
use crate::solar::Sky;
use crate::storage::{Abreast, AbreastStep, AbreastView, BatteryState, LimitTracer, Plan, StorageLosses};
use crate::time::Moment;

/// What is asked of a run of several plants.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Number of years.
    pub years: u32,
    /// As in [`super::Simulation::limit_approximation`].
    pub limit_approximation: bool,
}

/// The results of several plants without their steps, the same as [`super::Simulation::run`] gives for each, as many as `N`
/// is for; none where they cannot be walked side by side: other calendars, vehicles, limits per phase, demand charges, plants
/// that change over the years, storage that looks beyond the step, or equipment of other kinds.
pub(super) fn run_abreast<N: Real>(
    projects: [&Project; LANES],
    settings: Settings,
    rooms: &Rooms,
    mut done: impl FnMut(u32),
) -> Option<Vec<Results>> {
    let Settings { years, limit_approximation } = settings;
    let plants = Plants::<N>::new(projects)?;
    let exact = if limit_approximation { plants.storage.with_exact_limits() } else { None };
    let mut state = plants.storage.initial_state();
    let mut results: Vec<_> = projects[..N::PLANTS]
        .iter()
        .map(|project| Results::new(&project.name, &project.axis, project.nameplate(), false))
        .collect();
    for number in 0..years {
        let pv = projects.map(|project| rooms.pv_year(project, number));
        let alone: [_; LANES] = std::array::from_fn(|i| rooms.walk(projects[i], &pv[i]));
        let conditions = projects.map(|project| rooms.conditions(project));
        let year = AbreastYear::new(&plants, &alone, &pv, &conditions);
        let end = year.walk(state, exact.as_ref());
        for (i, results) in results.iter_mut().enumerate() {
            let sky = rooms.sky(projects[i]);
            let array = sky.as_ref().as_ref().map(|sky| (sky, &*pv[i]));
            results.close(&plants.closing(i, projects[i], &alone[i].months, array, &end));
        }
        state = end.state;
        done(number + 1);
    }
    Some(results.into_iter().map(Results::finish).collect())
}

/// What is the same in every year.
pub(super) struct Plants<'a, N> {
    calendar: &'a [Moment],
    equipment: Vec<Loss<N>>,
    storage: Abreast<'a, N>,
    prices: Option<[&'a Prices; LANES]>,
    step_h: f64,
    month_hours: [f64; 12],
}

impl<'a, N: Real> Plants<'a, N> {
    pub(super) fn new(projects: [&'a Project; LANES]) -> Option<Self> {
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
            month_hours: month_hours(&first.calendar, step_h),
        })
    }

    /// What remains of a year of one of the plants; `array` is a modeled one under its sky.
    fn closing<'y>(
        &self,
        place: usize,
        project: &'y Project,
        alone: &Months,
        array: Option<(&Sky, &'y PvYear)>,
        end: &End<N>,
    ) -> Closing<'y> {
        Closing {
            months: end.tally.months(place, alone, self.step_h),
            hours: project.axis.hours(),
            month_hours: self.month_hours,
            nameplate: project.nameplate(),
            renewal: None,
            month_capacity_wh: end.month_capacity_wh.map(|wh| wh.one(place)),
            capacity_wh: end.capacity_wh.one(place),
            losses: end.losses.one(place),
            stages: array.map(|(_, pv)| &pv.stages),
            closure: array.and_then(|(sky, _)| sky.closure),
            currency: project.prices.as_deref().map(|prices| prices.currency.as_str()),
        }
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
fn equipment<N: Real>(grids: [&Grid; LANES]) -> Option<Vec<Loss<N>>> {
    let len = grids[0].equipment.len();
    if grids.iter().any(|grid| grid.equipment.len() != len) {
        return None;
    }
    (0..len).map(|i| Loss::abreast(grids.map(|grid| &grid.equipment[i]))).collect()
}

/// What a year comes to.
struct End<N> {
    tally: Tally<N>,
    state: BatteryState<N>,
    /// Battery capacity in the last step, of the year and of each month, Wh.
    capacity_wh: N,
    month_capacity_wh: [N; 12],
    losses: StorageLosses<N>,
}

/// A year of plants side by side.
struct AbreastYear<'a, N> {
    plants: &'a Plants<'a, N>,
    alone: [&'a Alone; LANES],
    pv: [&'a [PvCondition]; LANES],
    /// Whether all of them have the same PV.
    same_pv: bool,
    conditions: [&'a [Condition]; LANES],
    /// Whether all of them stand behind the same connection.
    same_conditions: bool,
}

impl<'a, N: Real> AbreastYear<'a, N> {
    fn new(
        plants: &'a Plants<'a, N>,
        alone: &'a [Arc<Alone>; LANES],
        pv: &'a [Arc<PvYear>; LANES],
        conditions: &'a [Arc<Vec<Condition>>; LANES],
    ) -> Self {
        let [first, ..] = conditions;
        Self {
            plants,
            alone: std::array::from_fn(|i| &*alone[i]),
            pv: std::array::from_fn(|i| alone[i].conditions(&pv[i])),
            same_pv: alone.iter().all(|other| Arc::ptr_eq(other, &alone[0])),
            conditions: std::array::from_fn(|i| conditions[i].as_slice()),
            same_conditions: conditions.iter().all(|other| Arc::ptr_eq(other, first)),
        }
    }

    /// The year from a state, with the one of exact limits beside it.
    fn walk(&self, start: BatteryState<N>, exact: Option<&Abreast<'_, N>>) -> End<N> {
        let Plants { storage, equipment, .. } = self.plants;
        let tracer = storage.tracer(equipment);
        let mut exact = exact.map(|storage| Twin { storage, tracer: storage.tracer(equipment), state: start });
        let none = N::of(0.0);
        let mut end = End {
            tally: Tally::new(self.plants.prices.is_some()),
            state: start,
            capacity_wh: none,
            month_capacity_wh: [none; 12],
            losses: StorageLosses::default(),
        };
        let mut today = None;
        for (i, moment) in self.plants.calendar.iter().enumerate() {
            let new_day = today.replace(moment.day) != Some(moment.day);
            let here = self.here(i);
            let view = here.view(*moment, new_day);
            let stored_before_wh = end.state.stored_wh;
            let done = storage.step(&tracer, &mut end.state, &view);
            let (month0, losses) = (usize::from(moment.month0), storage.losses(&done));
            end.capacity_wh = done.done.capacity_wh;
            end.month_capacity_wh[month0] = end.capacity_wh;
            end.losses.add(&losses);
            let second = here.second(equipment, &done);
            let exact_poi_w = exact.as_mut().map_or(second.poi_w, |twin| {
                let other = twin.storage.step(&twin.tracer, &mut twin.state, &view);
                // Where both do the same, so does the plant.
                if other.at_mv.mv_w == done.at_mv.mv_w { second.poi_w } else { here.second(equipment, &other).poi_w }
            });
            let changes_wh = (losses.total_wh(), end.state.stored_wh - stored_before_wh);
            end.tally.add(month0, &self.flows(&here, &done, second, changes_wh, exact_poi_w));
            end.tally.bill(month0, || self.billed(i, second.poi_w));
        }
        end
    }

    /// What the plants find in a step.
    #[inline]
    fn here(&self, i: usize) -> Here<N> {
        let [a, b, c, d] = self.pv;
        let (pv, pv_runs) = if self.same_pv { same_pv(&a[i]) } else { gathered_pv([&a[i], &b[i], &c[i], &d[i]]) };
        let [a, b, c, d] = self.conditions;
        let there =
            if self.same_conditions { There::same(&a[i]) } else { There::gathered([&a[i], &b[i], &c[i], &d[i]]) };
        Here { pv, pv_runs, there }
    }

    #[inline]
    fn flows(
        &self,
        here: &Here<N>,
        done: &AbreastStep<N>,
        second: GridNode<N>,
        (loss_wh, stored_wh): (N, N),
        exact_poi_w: N,
    ) -> Flows<N> {
        let per_h = N::of(1.0 / self.plants.step_h);
        Flows {
            pv_mv_w: here.pv.mv_w,
            second,
            charge_w: done.done.charge_w,
            discharge_w: done.done.discharge_w,
            storage_loss_w: loss_wh * per_h,
            stored_w: stored_wh * per_h,
            load_w: here.there.load_w,
            ev_w: N::of(0.0),
            overload_w: (-second.poi_w - here.there.import_limit_w).or_zero(),
            not_firm_w: (second.poi_w - here.there.export_firm_w).or_zero(),
            asymmetry_w: N::of(0.0),
            exact_poi_w,
        }
    }

    fn billed(&self, i: usize, poi_w: N) -> Billed<N> {
        let price = |of: fn(&Prices) -> &[f64]| {
            self.plants.prices.map_or(N::of(0.0), |prices| N::each(|lane| of(prices[lane])[i]))
        };
        Billed {
            buy_per_kwh: price(|p| &p.buy_per_kwh),
            sell_per_kwh: price(|p| &p.sell_per_kwh),
            poi_w,
            alone_poi_w: N::each(|lane| self.alone[lane].nodes.poi_w[i]),
            perfect_poi_w: poi_w,
        }
    }
}

/// The same storages with exact limits.
struct Twin<'a, N> {
    storage: &'a Abreast<'a, N>,
    tracer: LimitTracer<'a, N>,
    state: BatteryState<N>,
}

/// What several plants find in a step.
struct Here<N: Real> {
    pv: GridNode<N>,
    pv_runs: N::Mask,
    there: There<N>,
}

/// [`Condition`] of several plants.
struct There<N> {
    sold: N,
    load_w: N,
    export_cap_w: N,
    export_limit_w: N,
    export_firm_w: N,
    import_limit_w: N,
    cap_mv_w: N,
    least_mv_w: N,
}

/// The first walk as far as a storage looks at it, and whether a PV inverter runs.
#[inline]
fn same_pv<N: Real>(at: &PvCondition) -> (GridNode<N>, N::Mask) {
    let PvCondition { mv_w, after_hv_w, headroom_w, runs } = *at;
    let [mv_w, after_hv_w, headroom_w] = [mv_w, after_hv_w, headroom_w].map(N::of);
    (GridNode { mv_w, after_hv_w, headroom_w, ..GridNode::default() }, N::mask(runs))
}

/// [`same_pv`] of plants that have each their own.
#[inline]
fn gathered_pv<N: Real>(at: [&PvCondition; LANES]) -> (GridNode<N>, N::Mask) {
    let pv = GridNode {
        mv_w: N::each(|i| at[i].mv_w),
        after_hv_w: N::each(|i| at[i].after_hv_w),
        headroom_w: N::each(|i| at[i].headroom_w),
        ..GridNode::default()
    };
    (pv, N::which(|i| at[i].runs))
}

/// Reads every field of [`There`]: `$read!(field)` makes a number of a field of [`Condition`].
macro_rules! there {
    ($read:ident) => {
        There {
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

impl<N: Real> There<N> {
    #[inline]
    fn same(at: &Condition) -> Self {
        macro_rules! read {
            ($field:ident) => {
                N::of(at.$field)
            };
        }
        there!(read)
    }

    #[inline]
    fn gathered(at: [&Condition; LANES]) -> Self {
        macro_rules! read {
            ($field:ident) => {
                N::each(|i| at[i].$field)
            };
        }
        there!(read)
    }
}

impl<N: Real> Here<N> {
    #[inline]
    fn view(&self, moment: Moment, new_day: bool) -> AbreastView<'_, N> {
        AbreastView { moment, new_day, pv: &self.pv, cap_mv_w: self.there.cap_mv_w, least_mv_w: self.there.least_mv_w }
    }

    /// The second walk: PV and storage together.
    #[inline]
    fn second(&self, equipment: &[Loss<N>], done: &AbreastStep<N>) -> GridNode<N> {
        let passage = Passage {
            equipment,
            sold: self.there.sold,
            demand_w: self.there.load_w,
            export_cap_w: self.there.export_cap_w,
            export_limit_w: self.there.export_limit_w,
        };
        let running = N::either(self.pv_runs, done.done.runs());
        passage.flow(self.pv.mv_w + done.at_mv.mv_w, running, N::of(f64::INFINITY))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::Simulation;

    #[test]
    fn a_run_without_its_steps_has_the_summary_and_the_losses_of_one_with_them() {
        let plants = ["daggett-lgia-excess", "daggett-evening-peak", "moffat-series"];
        for project in plants.map(|name| Project::shipped(name, &[]).unwrap()) {
            let simulation = Simulation::new(&project).years(2);
            let settings = Settings { years: 2, limit_approximation: true };
            assert!(run_abreast::<f64>([&project; LANES], settings, &Rooms::new(1), |_| {}).is_some());
            let (lean, full) = (simulation.keep_steps(false).run(), simulation.run());
            // NaN, where there is no array, equals itself in words only.
            assert_eq!(format!("{:?}", lean.summary), format!("{:?}", full.summary), "{}", project.name);
            assert_eq!(lean.losses.stages(), full.losses.stages());
            assert!(lean.losses.residual_mwh().abs() < 1e-6 && full.losses.residual_mwh().abs() < 1e-6);
            assert_eq!((lean.currency, lean.vehicles), (full.currency, full.vehicles));
        }
    }
}
