//! Selling to the grid: the rolling planner put to work beside the plant's real powers.

use crate::error::Findings;
use crate::inputs::{Files, SeriesColumn, SeriesPlan, load_series};
use crate::keys::{Keys, Variant};
use crate::time::TimeAxis;
use crate::units::KILO;

use super::super::operation::Around;
use super::super::planner::{self, PlannedSlot, Rolling, Slot, Store, YearAhead};
use super::{Intent, Reason, View, Wish};

pub(super) const DOC: &str =
    "a rolling planner that serves the site at the least cost and sells what is left at the best prices";

/// Selling to the grid with its settings.
#[derive(Debug, Clone, PartialEq)]
pub struct Sell {
    /// How sales are planned.
    pub settings: planner::Settings,
    /// What is expected of PV and demand.
    pub forecast: Forecast,
}

/// Where the forecast comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Forecast {
    /// What really comes.
    Perfect,
    /// What came at the same time of the day before.
    Persistence,
    /// A file, then what it holds: PV and demand at the POI, W per step.
    Given {
        /// The file.
        series: SeriesPlan,
        /// PV at the POI.
        pv_w: Vec<f64>,
        /// Site load and vehicles.
        demand_w: Vec<f64>,
    },
}

const COLUMNS: [SeriesColumn; 2] = [
    SeriesColumn {
        key: "pv_column",
        doc: "column of the forecast of available PV at the POI, kW",
        default: Some("pv_kw"),
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
    },
    SeriesColumn {
        key: "demand_column",
        doc: "column of the forecast of site load and vehicles, kW",
        default: Some("demand_kw"),
        low: 0.0,
        high: f64::INFINITY,
    },
];

const FORECASTS: &[Variant<Forecast>] = &[
    Variant { name: "perfect", doc: "what really comes", read: |_| Forecast::Perfect },
    Variant {
        name: "persistence",
        doc: "what came at the same time of the day before",
        read: |_| Forecast::Persistence,
    },
    Variant {
        name: "csv",
        doc: "a CSV file of PV and demand",
        read: |k| Forecast::Given { series: SeriesPlan::read(k, &COLUMNS), pv_w: vec![], demand_w: vec![] },
    },
];

impl Sell {
    /// Reads the keys beside the strategy.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let settings = planner::Settings::read(k);
        let doc = "what the planner expects of PV and demand; prices are always known";
        Self { settings, forecast: k.tagged("forecast", doc, FORECASTS, Some("perfect")) }
    }

    /// The file of the forecast, if there is one.
    pub fn series(&self) -> Option<&SeriesPlan> {
        if let Forecast::Given { series, .. } = &self.forecast { Some(series) } else { None }
    }

    /// Reads the forecast onto the axis. Problems are noted; the forecast is then perfect.
    pub fn load(&mut self, axis: &TimeAxis, files: &Files<'_>, findings: &Findings) {
        let Forecast::Given { series, pv_w, demand_w } = &mut self.forecast else { return };
        let columns = load_series(series, axis, files, findings).unwrap_or_default();
        if let [pv_kw, demand_kw] = columns.as_slice() {
            let watts = |kw: &[f64]| kw.iter().map(|kw| kw * KILO).collect();
            (*pv_w, *demand_w) = (watts(pv_kw), watts(demand_kw));
        }
    }

    /// The same with a forecast that is always right.
    #[must_use]
    pub fn with_perfect_forecast(&self) -> Self {
        Self { settings: self.settings, forecast: Forecast::Perfect }
    }

    fn forecast(&self) -> planner::Forecast {
        match &self.forecast {
            Forecast::Given { pv_w, demand_w, .. } if !pv_w.is_empty() => {
                planner::Forecast::Given { pv_w: pv_w.clone(), demand_w: demand_w.clone() }
            }
            Forecast::Persistence => planner::Forecast::Persistence,
            Forecast::Perfect | Forecast::Given { .. } => planner::Forecast::Perfect,
        }
    }
}

/// The planner at work in a year.
pub(super) struct Seller {
    rolling: Rolling,
    /// The plan of the slot in which the last step lay.
    pub(super) planned: PlannedSlot,
}

impl Seller {
    /// Lays out the year; `open` tells in which steps the grid may charge the battery. Nothing is known without prices.
    pub(super) fn new(sell: &Sell, around: &Around<'_>, open: impl Fn(usize) -> bool) -> Self {
        let wanted_w = around.wanted_w();
        let slot = |i: usize| Slot {
            buy_per_kwh: around.prices.map_or(0.0, |p| p.buy_per_kwh[i]),
            sell_per_kwh: around.prices.map_or(0.0, |p| p.sell_per_kwh[i]),
            pv_w: around.first.before_limit_w[i],
            demand_w: wanted_w[i],
            import_limit_w: around.grid.import.limit_w[i],
            export_limit_w: around.grid.export_limit_w(i),
            grid_charge_allowed: open(i),
        };
        let steps: Vec<Slot> = (0..around.first.mv_w.len()).map(slot).collect();
        let forecast = sell.forecast();
        let year =
            YearAhead { steps: &steps, calendar: around.calendar, step_h: around.axis.step_h(), forecast: &forecast };
        Self { rolling: Rolling::new(sell.settings, &year), planned: PlannedSlot::IDLE }
    }

    /// Notes what came of the step last wished for: powers of battery and POI, W.
    pub(super) fn note(&mut self, battery_w: f64, poi_w: f64) {
        self.rolling.note(battery_w, poi_w);
    }

    /// The wish of a step, from the plan and what PV and demand really are.
    pub(super) fn wish(&mut self, view: &View<'_>, store: &Store, open: bool) -> Wish {
        let (buy_per_kwh, sell_per_kwh) = view.prices.unwrap_or_default();
        let actual = Slot {
            buy_per_kwh,
            sell_per_kwh,
            pv_w: view.pv.before_limit_w,
            demand_w: view.demand.total_w,
            import_limit_w: view.import_limit_w,
            export_limit_w: (view.export_cap_w - view.demand.total_w).max(0.0),
            grid_charge_allowed: open,
        };
        let decision = self.rolling.decide(view.step, store, view.state.battery.stored_wh, &actual);
        self.planned = decision.planned;
        let action = decision.action;
        let reason = Reason::Planned(action.reason);
        let pv_off = action.pv_off;
        if action.pb_w == 0.0 {
            return Wish { pv_off, ..Wish::idle(reason) };
        }
        let pv_w = if pv_off { 0.0 } else { view.pv.before_limit_w };
        Wish { pv_off, ..Wish::new(Intent::Output { output_w: pv_w + action.pb_w }, reason) }
    }
}
