//! The plant file as read, and the step from there to years on the axis.

use std::sync::Arc;

use crate::error::Findings;
use crate::ev::{self, Ev};
use crate::inputs::{
    AxisSeriesPlan, Files, Prices, PricesPlan, SeriesColumn, Site, SitePlan, Weather, WeatherPlan, load_axis_series,
    load_weather,
};
use crate::keys::{Keys, Node, Variant};
use crate::losses::Loss;
use crate::plant::{self, Grid, Limit, LimitContext, Load, LoadPlan, NoExport};
use crate::pv;
use crate::solar;
use crate::storage::{self, Dispatch, GridCharging, Objective};
use crate::time::{Moment, TimeAxis};
use crate::uncertainty;
use crate::units::{KILO, MEGA};

use super::years::Grids;
use super::{Project, PvSource, lookup};

/// Everything a plant file says, a part per table. Plans of varied plants share the parts that are the same.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    pub name: String,
    site: Arc<SitePlan>,
    weather: Arc<Option<WeatherPlan>>,
    solar: Arc<solar::Plan>,
    pv: Arc<PvPlan>,
    plant: Arc<plant::Plan>,
    load: Arc<Option<LoadPlan>>,
    ev: Arc<Option<ev::Plan>>,
    prices: Arc<Option<PricesPlan>>,
    storage: Arc<Option<storage::Plan>>,
    pub uncertainty: Arc<Option<uncertainty::Plan>>,
}

#[derive(Debug, Clone, PartialEq)]
enum PvPlan {
    Model(Arc<pv::Plan>),
    Series { series: AxisSeriesPlan, degradation_per_year: f64 },
}

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

const SOURCES: &[Variant<PvPlan>] = &[
    Variant { name: "model", doc: "PV simulated from weather", read: |k| PvPlan::Model(Arc::new(pv::Plan::read(k))) },
    Variant {
        name: "series",
        doc: "PV power given at the MV bus",
        read: |k| PvPlan::Series {
            series: AxisSeriesPlan::read(k, PV_COLUMN),
            degradation_per_year: pv::read_degradation(k),
        },
    },
];

/// The import limit below which a charging site's control is warned of, W.
const LEAST_CONNECTION_W: f64 = 100e3;

/// Air temperature for the checks of an array whose weather could not be read, °C.
const MILD_C: f64 = 25.0;

const ANY: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

const fn column(key: &'static str, doc: &'static str, default: &'static str, (low, high): (f64, f64)) -> SeriesColumn {
    SeriesColumn { key, doc, default: Some(default), low, high }
}

const PV_COLUMN: SeriesColumn =
    column("column", "column of the PV power at the MV bus, kW; negative at night", "pv_mv_kw", ANY);

/// A part of the plan as it was before, if its table did not change; else as `read` reads it.
fn part<T>(
    k: &mut Keys<'_>,
    key: &'static str,
    before: Option<(&Node, &Arc<T>)>,
    read: impl FnOnce(&mut Keys<'_>) -> T,
) -> Arc<T> {
    match before {
        Some((document, part)) if k.is_unchanged(key, document) => Arc::clone(part),
        _ => Arc::new(read(k)),
    }
}

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
    /// Reads the whole file; of a plant that was read before, only the tables that changed.
    pub fn read(k: &mut Keys<'_>, before: Option<&Project>) -> Self {
        let name = k.required_text("name", "name of the plant");
        if k.has("name") && name.trim().is_empty() {
            k.reject("name", "is empty; give the plant a name");
        }
        macro_rules! of {
            ($part:ident) => {
                before.map(|b| (&b.document, &b.plan.$part))
            };
        }
        let doc = "where the plant stands; defaults come from the weather file";
        let site = part(k, "site", of!(site), |k| k.section_or_default("site", doc, SitePlan::read));
        let doc = "the weather file";
        let weather = part(k, "weather", of!(weather), |k| k.section("weather", doc, WeatherPlan::read));
        let doc = "models of sun and sky";
        let solar = part(k, "solar", of!(solar), |k| k.section_or_default("solar", doc, solar::Plan::read));
        let (doc, source) = ("the PV array", "where PV power comes from");
        let pv = part(k, "pv", of!(pv), |k| {
            k.required_section("pv", doc, |k| k.tagged("source", source, SOURCES, Some("model")))
        });
        let doc = "from the MV bus to the grid";
        let plant = part(k, "plant", of!(plant), |k| k.section_or_default("plant", doc, plant::Plan::read));
        let load = part(k, "load", of!(load), |k| k.section("load", "site load at the POI", LoadPlan::read));
        let doc = "vehicles that charge at the site";
        let ev = part(k, "ev", of!(ev), |k| k.section("ev", doc, ev::Plan::read));
        let doc = "energy prices and demand charge";
        let prices = part(k, "prices", of!(prices), |k| k.section("prices", doc, PricesPlan::read));
        let storage = part(k, "storage", of!(storage), |k| {
            // The usable energy written here stands against the base's nameplate, not its usable factor.
            let base = ("batteries", &[("usable_mwh", "usable_factor")][..]);
            k.section_on_base("storage", base, "battery storage on the MV bus", storage::Plan::read)
        });
        let doc = "what is uncertain, for exceedance values and Monte Carlo";
        let uncertainty =
            part(k, "uncertainty", of!(uncertainty), |k| k.section("uncertainty", doc, uncertainty::Plan::read));
        let plan = Self { name, site, weather, solar, pv, plant, load, ev, prices, storage, uncertainty };
        plan.check(k);
        plan
    }

    /// What only shows when several tables are seen together.
    fn check(&self, k: &Keys<'_>) {
        match (&*self.pv, &*self.weather) {
            (PvPlan::Model(_), None) if !k.has("weather") => {
                k.reject("weather", "missing; PV is simulated from weather (or give [pv] source = \"series\")");
            }
            (PvPlan::Series { .. }, Some(_)) => {
                k.reject("weather", "not used when PV is given as a series; take the table out");
            }
            _ => {}
        }
        if matches!(*self.pv, PvPlan::Series { .. }) && k.has("solar") {
            k.reject("solar", "not used when PV is given as a series; take the table out");
        }
        let storage = (*self.storage).as_ref();
        let gate = storage.and_then(|s| s.grid_charging.as_ref()).is_some_and(GridCharging::needs_prices);
        if gate && !k.has("prices") {
            k.reject("storage", "grid_charging.buy_below_per_kwh needs prices, and there is no [prices]");
        }
        if storage.is_some_and(|s| s.dispatch.needs_prices()) && !k.has("prices") {
            k.reject("prices", "missing; storage.dispatch.strategy = \"sell_to_grid\" plans by prices");
        }
        let Some(uncertainty) = &*self.uncertainty else { return };
        if !uncertainty.weather_files.is_empty() && matches!(*self.pv, PvPlan::Series { .. }) {
            k.reject("uncertainty", "weather_files are of no use where PV is given as a series; take the list out");
        }
        if uncertainty.figures.contains(&"revenue") && !k.has("prices") {
            k.reject("uncertainty", "figures lists revenue, and there is no [prices]");
        }
    }

    /// Whether the weather is that of another plan, but for what it is multiplied with.
    pub fn has_weather_of(&self, other: &Self) -> bool {
        match (&*self.weather, &*other.weather) {
            (Some(weather), Some(other)) => weather.reads_as(other),
            (weather, other) => weather.is_none() && other.is_none(),
        }
    }

    /// The weather file of a modeled plant.
    pub fn weather_file(&self) -> Option<&str> {
        (*self.weather).as_ref().map(|weather| weather.file.as_str())
    }

    /// Refuses keys to draw that no plant file has. Those that were looked up before are not looked up again.
    fn check_drawn(&self, findings: &Findings, before: Option<&Project>) {
        let Some(uncertainty) = &*self.uncertainty else { return };
        if uncertainty.drawn.is_empty() || before.is_some_and(|b| Arc::ptr_eq(&self.uncertainty, &b.plan.uncertainty)) {
            return;
        }
        let drawn = &uncertainty.drawn;
        let keys: Vec<_> = drawn.iter().map(|drawn| drawn.key.as_str()).collect();
        let own = |key: &str| key == "uncertainty" || key.starts_with("uncertainty.");
        for drawn in drawn.iter().filter(|drawn| own(&drawn.key)) {
            drawn.at.refuse(findings, format!("{} says how draws fall out; it cannot be drawn itself", drawn.key));
        }
        for (at, message) in lookup::look_up(&keys).err().unwrap_or_default() {
            drawn[at].at.refuse(findings, format!("{}: {message}", keys[at]));
        }
    }

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

    /// The limits at the connection.
    pub fn limits(&self) -> impl Iterator<Item = &Limit> {
        [&self.plant.export_limit, &self.plant.import_limit].into_iter()
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
                pv::check(plan, weather.coldest_daylight_c(), findings);
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
            same_plan && same_prices && nominal_dc_w == b.pv.nominal_dc_w()
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
