//! The plant file as read, and the step from there to years on the axis.

use std::sync::Arc;

use crate::error::Findings;
use crate::ev::{self, Ev};
use crate::inputs::{
    AxisSeriesPlan, Files, Prices, PricesPlan, SeriesColumn, SitePlan, WeatherPlan, load_axis_series, load_weather,
};
use crate::keys::{Keys, Variant};
use crate::losses::Loss;
use crate::plant::{self, Grid, LimitContext, Load, LoadPlan, NoExport};
use crate::pv;
use crate::solar;
use crate::storage::{self, Dispatch, GridCharging, Objective};
use crate::time::{Moment, TimeAxis};
use crate::units::{KILO, MEGA};

use super::PvSource;

/// Everything a plant file says.
pub(super) struct Plan {
    pub name: String,
    site: SitePlan,
    weather: Option<WeatherPlan>,
    solar: solar::Plan,
    pv: PvPlan,
    plant: plant::Plan,
    load: Option<LoadPlan>,
    ev: Option<ev::Plan>,
    prices: Option<PricesPlan>,
    storage: Option<storage::Plan>,
}

enum PvPlan {
    Model(pv::Plan),
    Series(AxisSeriesPlan),
}

/// The plan with its data on the axis.
pub(super) struct Loaded {
    pub axis: TimeAxis,
    pub pv: PvSource,
    pub grid: Grid,
    pub ev: Ev,
    pub storage: Option<storage::Plan>,
    pub prices: Option<Prices>,
}

const SOURCES: &[Variant<PvPlan>] = &[
    Variant { name: "model", doc: "PV simulated from weather", read: |k| PvPlan::Model(pv::Plan::read(k)) },
    Variant {
        name: "series",
        doc: "PV power given at the MV bus",
        read: |k| PvPlan::Series(AxisSeriesPlan::read(k, PV_COLUMN)),
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

impl Plan {
    /// Reads the whole file.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let name = k.required_text("name", "name of the plant");
        if k.has("name") && name.trim().is_empty() {
            k.reject("name", "is empty; give the plant a name");
        }
        let site =
            k.section_or_default("site", "where the plant stands; defaults come from the weather file", SitePlan::read);
        let weather = k.section("weather", "the weather file", WeatherPlan::read);
        let solar = k.section_or_default("solar", "models of sun and sky", solar::Plan::read);
        let source = "where PV power comes from";
        let pv = k.required_section("pv", "the PV array", |k| k.tagged("source", source, SOURCES, Some("model")));
        let plant = k.section_or_default("plant", "from the MV bus to the grid", plant::Plan::read);
        let load = k.section("load", "site load at the POI", LoadPlan::read);
        let ev = k.section("ev", "vehicles that charge at the site", ev::Plan::read);
        let prices = k.section("prices", "energy prices and demand charge", PricesPlan::read);
        let storage = {
            // The usable energy written here stands against the base's nameplate, not its usable factor.
            let base = ("batteries", &[("usable_mwh", "usable_factor")][..]);
            k.section_on_base("storage", base, "battery storage on the MV bus", storage::Plan::read)
        };
        let plan = Self { name, site, weather, solar, pv, plant, load, ev, prices, storage };
        plan.check(k);
        plan
    }

    /// What only shows when several tables are seen together.
    fn check(&self, k: &Keys<'_>) {
        match (&self.pv, &self.weather) {
            (PvPlan::Model(_), None) if !k.has("weather") => {
                k.reject("weather", "missing; PV is simulated from weather (or give [pv] source = \"series\")");
            }
            (PvPlan::Series(_), Some(_)) => {
                k.reject("weather", "not used when PV is given as a series; take the table out");
            }
            _ => {}
        }
        if matches!(self.pv, PvPlan::Series(_)) && k.has("solar") {
            k.reject("solar", "not used when PV is given as a series; take the table out");
        }
        let gate = self.storage.as_ref().and_then(|s| s.grid_charging.as_ref()).is_some_and(GridCharging::needs_prices);
        if gate && !k.has("prices") {
            k.reject("storage", "grid_charging.buy_below_per_kwh needs prices, and there is no [prices]");
        }
        if self.storage.as_ref().is_some_and(|s| s.dispatch.needs_prices()) && !k.has("prices") {
            k.reject("prices", "missing; storage.dispatch.strategy = \"sell_to_grid\" plans by prices");
        }
    }

    /// Reads every file the plan names and brings it onto the axis. Problems are noted; nothing comes back then.
    pub fn load(&self, files: &Files<'_>, findings: &Findings) -> Option<Loaded> {
        self.check_limits(findings);
        let Some((axis, pv)) = self.load_pv(files, findings) else {
            self.probe(files, findings);
            return None;
        };
        let calendar = axis.moments();
        let at = (&axis, calendar.as_slice());
        self.check_carries(&pv, findings);
        let prices = self.prices.as_ref().map(|plan| plan.load(at, files, findings));
        let grid = self.load_grid(at, &pv, prices.as_ref().and_then(Option::as_ref), files, findings);
        let storage = self.storage.clone().map(|mut storage| {
            storage.dispatch.load(&axis, pv.rated_ac_w(), files, findings);
            storage
        });
        let ev = self.ev.as_ref().map_or(Some(Ev::none()), |plan| plan.load(&axis, files, findings));
        let prices = match prices {
            Some(prices) => Some(prices?),
            None => None,
        };
        let mut grid = grid?;
        if let Some(storage) = &storage {
            Self::settle(&mut grid, storage, prices.as_ref(), findings);
        }
        Some(Loaded { axis, pv, grid, ev: ev?, storage, prices })
    }

    /// What the storage's strategy means for the connection, and what it needs of it.
    fn settle(grid: &mut Grid, storage: &storage::Plan, prices: Option<&Prices>, findings: &Findings) {
        if let (Dispatch::Sell(_), Some(prices)) = (&storage.dispatch, prices) {
            grid.no_export = Some(NoExport::at_negative_prices(&prices.sell_per_kwh));
        }
        let Dispatch::Site(site) = &storage.dispatch else { return };
        site.warn(grid.import.lowest_w(), storage.converter.rated_w, findings);
        if site.objective == Objective::ZeroFeedIn {
            grid.no_export = Some(NoExport::always(grid.len()));
        }
        let lowest_w = grid.import.lowest_w();
        if site.objective == Objective::GridCapacityExpansion && lowest_w == f64::INFINITY {
            if !findings.is_refused("plant.import_limit") {
                findings.problem(
                    "",
                    "plant.import_limit",
                    "missing; grid_capacity_expansion holds the import below it",
                );
            }
        } else if lowest_w < LEAST_CONNECTION_W {
            let lowest = lowest_w / KILO;
            findings.warn(format!(
                "plant.import_limit: falls to {lowest} kW; below {} kW the steps of single vehicles are too coarse for a site \
                 battery's control",
                LEAST_CONNECTION_W / KILO
            ));
        }
    }

    /// Notes limits that ask for something the plant does not have.
    fn check_limits(&self, findings: &Findings) {
        let has = (matches!(self.pv, PvPlan::Model(_)), self.prices.is_some());
        self.plant.export_limit.check(has, findings);
        self.plant.import_limit.check(has, findings);
    }

    /// Looks at what can be looked at without an axis, so that the user sees more than the first problem.
    fn probe(&self, files: &Files<'_>, findings: &Findings) {
        let plant = &self.plant;
        let dispatch = self.storage.as_ref().and_then(|s| s.dispatch.series());
        let load = self.load.as_ref().map(|load| &load.series);
        let series = [load, dispatch, plant.availability.series()].into_iter().flatten();
        let limits = plant.export_limit.series_plans().chain(plant.import_limit.series_plans());
        series.chain(limits).for_each(|plan| plan.probe(files, findings));
        self.prices.iter().for_each(|plan| plan.probe(files, findings));
        self.ev.iter().for_each(|plan| plan.probe(files, findings));
        if let PvPlan::Model(pv) = &self.pv {
            pv::check(pv, MILD_C, findings);
        }
    }

    fn load_pv(&self, files: &Files<'_>, findings: &Findings) -> Option<(TimeAxis, PvSource)> {
        match &self.pv {
            PvPlan::Model(pv) => {
                let (weather, site) = load_weather(self.weather.as_ref()?, &self.site, files, findings)?;
                pv::check(pv, weather.coldest_daylight_c(), findings);
                let axis = weather.axis.clone();
                Some((axis, PvSource::Model { weather: Arc::new(weather), site, solar: self.solar, pv: pv.clone() }))
            }
            PvPlan::Series(plan) => {
                let (axis, kw) = load_axis_series(plan, &self.site, files, findings)?;
                Some((axis, PvSource::Series(kw.into_iter().map(|kw| kw * KILO).collect())))
            }
        }
    }

    /// Refuses HV equipment that cannot carry the plant's highest power, or its lowest.
    fn check_carries(&self, pv: &PvSource, findings: &Findings) {
        // What a modeled array draws at night is far below a fifth of its rating, and that is checked.
        let (lowest_w, pv_w) = match pv {
            PvSource::Model { pv, .. } => (0.0, pv.rated_ac_w()),
            PvSource::Series(mv_w) => mv_w.iter().fold((0.0, 0.0), |(low, high), w| (w.min(low), w.max(high))),
        };
        let rated_w = pv_w + self.storage.as_ref().map_or(0.0, |s| s.converter.rated_w);
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

    fn load_grid(
        &self,
        at: (&TimeAxis, &[Moment]),
        pv: &PvSource,
        prices: Option<&Prices>,
        files: &Files<'_>,
        findings: &Findings,
    ) -> Option<Grid> {
        let nominal_dc_w = match pv {
            PvSource::Model { pv, .. } => pv.nominal_dc_w(),
            PvSource::Series(_) => 0.0,
        };
        let availability_loss = self.plant.availability.load(at, files, findings);
        let ctx = LimitContext { axis: at.0, calendar: at.1, nominal_dc_w, prices };
        let export = self.plant.export_limit.load(&ctx, files, findings);
        let import = self.plant.import_limit.load(&ctx, files, findings);
        let load = self.load.as_ref().map_or(Some(Load::none(at.0.len)), |plan| plan.load(at.0, files, findings));
        let load = load?;
        Some(Grid {
            equipment: self.plant.equipment.clone(),
            availability_loss: availability_loss?,
            export: export?,
            import: import?,
            export_is_static: self.plant.export_limit.is_static(),
            export_per_phase: self.plant.export_limit.is_per_phase(),
            no_export: None,
            import_per_phase: self.plant.import_limit.is_per_phase(),
            load_w: load.total_w,
            load_phases_w: load.phases_w,
        })
    }
}
