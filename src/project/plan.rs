//! The plant file as read: a part per table, and what only shows when several are seen together.

use std::sync::Arc;

use crate::error::Findings;
use crate::ev;
use crate::inputs::{AxisSeriesPlan, PricesPlan, SeriesColumn, SitePlan, WeatherPlan};
use crate::keys::{Keys, Node, Variant};
use crate::plant::{self, Limit, LoadPlan};
use crate::pv;
use crate::solar;
use crate::storage::{self, GridCharging};
use crate::uncertainty;

use super::{Project, lookup};

/// Everything a plant file says, a part per table. Plans of varied plants share the parts that are the same.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    pub name: String,
    pub(super) site: Arc<SitePlan>,
    pub(super) weather: Arc<Option<WeatherPlan>>,
    pub(super) solar: Arc<solar::Plan>,
    pub(super) pv: Arc<PvPlan>,
    pub(super) plant: Arc<plant::Plan>,
    pub(super) load: Arc<Option<LoadPlan>>,
    pub(super) ev: Arc<Option<ev::Plan>>,
    pub(super) prices: Arc<Option<PricesPlan>>,
    pub(super) storage: Arc<Option<storage::Plan>>,
    pub uncertainty: Arc<Option<uncertainty::Plan>>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum PvPlan {
    Model(Arc<pv::Plan>),
    Series { series: AxisSeriesPlan, degradation_per_year: f64 },
}

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
            k.reject("uncertainty.weather_files", "of no use where PV is given as a series; take the list out");
        }
        if uncertainty.figures.contains(&"revenue") && !k.has("prices") {
            k.reject("uncertainty.figures", "lists revenue, and there is no [prices]");
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
    pub(super) fn check_drawn(&self, findings: &Findings, before: Option<&Project>) {
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

    /// The limits at the connection.
    pub fn limits(&self) -> impl Iterator<Item = &Limit> {
        [&self.plant.export_limit, &self.plant.import_limit].into_iter()
    }
}
