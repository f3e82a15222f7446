//! The step from a plant file as read to years on the axis: every file it names, and what must fit together.

use std::sync::Arc;

use crate::error::Findings;
use crate::ev::Ev;
use crate::inputs::{AxisSeriesPlan, Files, Prices, Site, Weather, load_axis_series, load_weather};
use crate::losses::Loss;
use crate::plant::{Grid, Limit, LimitContext, Load, NoExport};
use crate::pv;
use crate::storage::{self, Dispatch, Objective};
use crate::time::{Moment, TimeAxis};
use crate::units::{KILO, MEGA};

use super::plan::{Plan, PvPlan};
use super::years::Grids;
use super::{Project, PvSource};

/// The plan with its data on the axis.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Loaded {
    pub axis: TimeAxis,
    pub calendar: Arc<[Moment]>,
    pub pv: Arc<PvSource>,
    pub grids: Grids,
    pub ev: Arc<Ev>,
    pub storage: Option<Arc<storage::Plan>>,
    pub prices: Option<Arc<Prices>>,
}

/// PV with its axis and calendar.
type PvOnAxis = (TimeAxis, Arc<[Moment]>, Arc<PvSource>);

/// The import limit below which a charging site's control is warned of, W.
const LEAST_CONNECTION_W: f64 = 100e3;

/// Air temperature for the checks of an array whose weather could not be read, °C.
const MILD_C: f64 = 25.0;

/// The PV of a project whose series is the same and stands there as the file has it, W.
fn series_from<'b>(plan: &AxisSeriesPlan, before: &'b Project) -> Option<(TimeAxis, &'b [f64])> {
    match (&*before.plan.pv, &*before.pv) {
        (PvPlan::Series { series: old, .. }, PvSource::Series { mv_w, .. })
            if old.factor == 1.0 && plan.reads_as(old) =>
        {
            Some((before.axis.clone(), mv_w))
        }
        _ => None,
    }
}

impl Plan {
    /// Reads every file the plan names and brings it onto the axis. Problems are noted; nothing comes back then. What is as
    /// it was before is not read again.
    pub fn load(&self, files: &Files<'_>, findings: &Findings, before: Option<&Project>) -> Option<Loaded> {
        self.check_limits(findings);
        self.check_drawn(findings, before);
        let Some((axis, calendar, pv)) = self.load_pv(files, findings, before) else {
            self.probe(files, findings);
            return None;
        };
        let before = before.filter(|b| Arc::ptr_eq(&calendar, &b.calendar));
        self.check_carries(&pv, findings);
        let prices = match (before, &*self.prices) {
            (Some(b), _) if Arc::ptr_eq(&self.prices, &b.plan.prices) => Ok(b.prices.clone()),
            (_, None) => Ok(None),
            (_, Some(plan)) => plan.load((&axis, &calendar), files, findings).map(|p| Some(Arc::new(p))).ok_or(()),
        };
        let known_prices = prices.as_ref().ok().and_then(Option::as_ref);
        let grids = self.load_grids((&axis, &calendar), &pv, known_prices, files, findings, before);
        let storage = self.load_storage(&axis, &pv, files, findings, before);
        let ev = match (before, &*self.ev) {
            (Some(b), _) if Arc::ptr_eq(&self.ev, &b.plan.ev) => Some(Arc::clone(&b.ev)),
            (_, None) => Some(Arc::new(Ev::none())),
            (_, Some(plan)) => plan.load(&axis, files, findings).map(Arc::new),
        };
        let prices = prices.ok()?;
        let mut grids = grids?;
        Self::settle(&mut grids, storage.as_deref(), prices.as_deref(), findings);
        Some(Loaded { axis, calendar, pv, grids, ev: ev?, storage, prices })
    }

    fn load_storage(
        &self,
        axis: &TimeAxis,
        pv: &PvSource,
        files: &Files<'_>,
        findings: &Findings,
        before: Option<&Project>,
    ) -> Option<Arc<storage::Plan>> {
        let plan = (*self.storage).as_ref()?;
        let rated_w = pv.rated_ac_w();
        if let Some(b) = before
            && b.pv.rated_ac_w() == rated_w
            && let (Some(old), Some(loaded)) = (&*b.plan.storage, &b.storage)
            && old.dispatch == plan.dispatch
        {
            let same = Arc::ptr_eq(&self.storage, &b.plan.storage);
            let again = || Arc::new(storage::Plan { dispatch: loaded.dispatch.clone(), ..plan.clone() });
            return Some(if same { Arc::clone(loaded) } else { again() });
        }
        let mut plan = plan.clone();
        plan.dispatch.load(axis, rated_w, files, findings);
        Some(Arc::new(plan))
    }

    /// What the storage's strategy means for the connection, and what it needs of it.
    fn settle(grids: &mut Grids, storage: Option<&storage::Plan>, prices: Option<&Prices>, findings: &Findings) {
        let len = grids.first.len();
        let no_export = storage.and_then(|storage| match (&storage.dispatch, prices) {
            (Dispatch::Sell(_), Some(prices)) => Some(NoExport::at_negative_prices(&prices.sell_per_kwh)),
            (Dispatch::Site(s), _) if s.objective == Objective::ZeroFeedIn => Some(NoExport::always(len)),
            _ => None,
        });
        for grid in grids.iter_mut().filter(|grid| grid.no_export != no_export) {
            Arc::make_mut(grid).no_export.clone_from(&no_export);
        }
        let Some(storage) = storage else { return };
        let Dispatch::Site(site) = &storage.dispatch else { return };
        // The least of each year that differs.
        let lowest_w: Vec<f64> = grids.iter().map(|grid| grid.import.lowest_w()).collect();
        for lowest_w in &lowest_w {
            site.warn(*lowest_w, storage.converter.rated_w, findings);
        }
        if site.objective == Objective::GridCapacityExpansion && lowest_w.contains(&f64::INFINITY) {
            if !findings.is_refused("plant.import_limit") {
                findings.problem(
                    "",
                    "plant.import_limit",
                    "missing; grid_capacity_expansion holds the import below it",
                );
            }
            return;
        }
        for lowest in lowest_w.iter().filter(|lowest_w| **lowest_w < LEAST_CONNECTION_W).map(|w| w / KILO) {
            findings.warn(format!(
                "plant.import_limit: falls to {lowest} kW; below {} kW the steps of single vehicles are too coarse for a site \
                 battery's control",
                LEAST_CONNECTION_W / KILO
            ));
        }
    }

    /// Notes limits that ask for something the plant does not have.
    fn check_limits(&self, findings: &Findings) {
        let has = (matches!(*self.pv, PvPlan::Model(_)), self.prices.is_some());
        self.limits().for_each(|limit| limit.check(has, findings));
    }

    /// Looks at what can be looked at without an axis, so that the user sees more than the first problem.
    fn probe(&self, files: &Files<'_>, findings: &Findings) {
        let plant = &self.plant;
        let dispatch = (*self.storage).as_ref().and_then(|s| s.dispatch.series());
        let load = (*self.load).as_ref().map(|load| &load.series);
        let series = [load, dispatch, plant.availability.series()].into_iter().flatten();
        series.chain(self.limits().flat_map(Limit::series_plans)).for_each(|plan| plan.probe(files, findings));
        self.prices.iter().for_each(|plan| plan.probe(files, findings));
        self.ev.iter().for_each(|plan| plan.probe(files, findings));
        if let PvPlan::Model(pv) = &*self.pv {
            pv::check(pv, MILD_C, findings);
        }
    }

    fn load_pv(&self, files: &Files<'_>, findings: &Findings, before: Option<&Project>) -> Option<PvOnAxis> {
        let before = before.filter(|b| Arc::ptr_eq(&self.site, &b.plan.site));
        let (axis, pv) = match (&*self.pv, before) {
            (PvPlan::Model(plan), _) => {
                let (weather, site) = if let Some(kept) = before.and_then(|b| self.weather_from(b)) {
                    kept
                } else {
                    let (weather, site) = load_weather((*self.weather).as_ref()?, &self.site, files, findings)?;
                    (Arc::new(weather), site)
                };
                let same = |b: &&Project| {
                    b.pv.weather().is_some_and(|old| Arc::ptr_eq(old, &weather))
                        && Arc::ptr_eq(&self.pv, &b.plan.pv)
                        && self.solar == b.plan.solar
                };
                if let Some(b) = before.filter(same) {
                    return Some((b.axis.clone(), Arc::clone(&b.calendar), Arc::clone(&b.pv)));
                }
                pv::check(plan, weather.coldest_daylight_c, findings);
                let axis = weather.axis.clone();
                (axis, PvSource::Model { weather, site, solar: *self.solar, pv: Arc::clone(plan) })
            }
            (PvPlan::Series { .. }, Some(b)) if Arc::ptr_eq(&self.pv, &b.plan.pv) => {
                return Some((b.axis.clone(), Arc::clone(&b.calendar), Arc::clone(&b.pv)));
            }
            (PvPlan::Series { series, degradation_per_year }, _) => {
                let (axis, mv_w) = if let Some((axis, mv_w)) = before.and_then(|b| series_from(series, b)) {
                    (axis, mv_w.to_vec())
                } else {
                    let (axis, kw) = load_axis_series(series, &self.site, files, findings)?;
                    (axis, kw.into_iter().map(|kw| kw * KILO).collect())
                };
                let mv_w = mv_w.into_iter().map(|w| w * series.factor).collect();
                (axis, PvSource::Series { mv_w, degradation_per_year: *degradation_per_year })
            }
        };
        let calendar = match before.filter(|b| b.axis == axis) {
            Some(b) => Arc::clone(&b.calendar),
            None => axis.moments().into(),
        };
        Some((axis, calendar, Arc::new(pv)))
    }

    /// The weather of a project that reads the same data; nothing is read then.
    fn weather_from(&self, before: &Project) -> Option<(Arc<Weather>, Site)> {
        let PvSource::Model { weather, site, .. } = &*before.pv else { return None };
        let irradiance_factor = (*self.weather).as_ref()?.irradiance_factor;
        if !self.has_weather_of(&before.plan) {
            return None;
        }
        let same = irradiance_factor == weather.irradiance_factor;
        let again = || Arc::new(Weather { irradiance_factor, ..(**weather).clone() });
        Some((if same { Arc::clone(weather) } else { again() }, *site))
    }

    /// Refuses HV equipment that cannot carry the plant's highest power, or its lowest.
    fn check_carries(&self, pv: &PvSource, findings: &Findings) {
        // What a modeled array draws at night is far below a fifth of its rating, and that is checked.
        let (lowest_w, pv_w) = match pv {
            PvSource::Model { pv, .. } => (0.0, pv.rated_ac_w()),
            PvSource::Series { mv_w, .. } => mv_w.iter().fold((0.0, 0.0), |(low, high), w| (w.min(low), w.max(high))),
        };
        let rated_w = pv_w + (*self.storage).as_ref().map_or(0.0, |s| s.converter.rated_w);
        for (i, element) in self.plant.equipment.iter().enumerate() {
            let refuse = |message| findings.problem("", format!("plant.equipment.{i}"), message);
            let (least_w, highest_w) = element.input_range_w();
            if let Loss::Transformer(transformer) = element
                && transformer.rating_va() < 0.2 * rated_w
            {
                let (rating, rated) = (transformer.rating_va() / MEGA, rated_w / MEGA);
                refuse(format!("{rating} MVA is less than a fifth of the plant's {rated:.3} MW; check the units"));
            }
            if lowest_w < least_w {
                let (least, lowest) = (least_w / MEGA, lowest_w / MEGA);
                refuse(format!(
                    "carries an import of at most {:.3} MW, and the PV series draws {:.3} MW; check sign and units",
                    -least, -lowest
                ));
            }
            if rated_w > highest_w {
                let (highest, rated) = (highest_w / MEGA, rated_w / MEGA);
                let message = format!(
                    "loses so much that it carries at most {highest:.1} MW, and the plant gives up to {rated:.1} MW; \
                     check resistance, length and voltage"
                );
                refuse(message);
            }
        }
    }

    fn load_grids(
        &self,
        at: (&TimeAxis, &[Moment]),
        pv: &PvSource,
        prices: Option<&Arc<Prices>>,
        files: &Files<'_>,
        findings: &Findings,
        before: Option<&Project>,
    ) -> Option<Grids> {
        let nominal_dc_w = pv.nominal_dc_w();
        let same = |b: &&Project| {
            let same_plan = Arc::ptr_eq(&self.plant, &b.plan.plant) && Arc::ptr_eq(&self.load, &b.plan.load);
            let same_prices = match (prices, &b.prices) {
                (Some(new), Some(old)) => Arc::ptr_eq(new, old),
                (new, old) => new.is_none() && old.is_none(),
            };
            let same_dc = nominal_dc_w == b.pv.nominal_dc_w() || !self.limits().any(Limit::follows_dc);
            same_plan && same_prices && same_dc
        };
        if let Some(b) = before.filter(same) {
            return Some(Grids { first: Arc::clone(&b.grid), later: b.later_grids.clone() });
        }
        let prices = prices.map(|prices| &**prices);
        let availability_loss = self.plant.availability.load(at, files, findings);
        let ctx = LimitContext { axis: at.0, calendar: at.1, nominal_dc_w, prices };
        let export = self.plant.export_limit.load(&ctx, files, findings);
        let import = self.plant.import_limit.load(&ctx, files, findings);
        let load = (*self.load).as_ref().map_or(Some(Load::none(at.0.len)), |plan| plan.load(at.0, files, findings));
        let (load, availability_loss, export, import) = (load?, availability_loss?, export?, import?);
        let first = Grid {
            equipment: self.plant.equipment.clone(),
            availability_loss,
            export: export.first,
            import: import.first,
            export_is_static: self.plant.export_limit.is_static(),
            export_per_phase: self.plant.export_limit.is_per_phase(),
            no_export: None,
            import_per_phase: self.plant.import_limit.is_per_phase(),
            load_w: load.total_w,
            load_phases_w: load.phases_w,
        };
        Some(Grids::new(first, &export.later, &import.later))
    }
}
