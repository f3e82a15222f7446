//! One simulated year as it lies before the porch: every room's vectors side by side.

use super::Nameplate;
use super::bill::import_above_w;
use super::flows::{Billed, Flows};
use super::sums::Months;
use crate::ev::Ev;
use crate::inputs::{Prices, Weather};
use crate::plant::{Demand, EvNodes, Grid, GridNodes};
use crate::pv::PvYear;
use crate::solar::Sky;
use crate::storage::{BatteryState, Dispatch, Renewal, StorageNodes};
use crate::time::{Moment, TimeAxis};

/// One simulated year.
#[derive(Debug, Clone)]
pub struct Year<'a> {
    /// Number of the year, from 0.
    pub number: u32,
    /// The axis.
    pub axis: &'a TimeAxis,
    /// Calendar of every step.
    pub calendar: &'a [Moment],
    /// Weather and sky, unless PV power was given as a series.
    pub sky: Option<(&'a Weather, &'a Sky)>,
    /// PV from the array to the MV bus; the series source fills `mv_w` only.
    pub pv: &'a PvYear,
    /// The plant's equipment, limits and load.
    pub grid: &'a Grid,
    /// Ratings that the year's figures refer to.
    pub nameplate: Nameplate,
    /// What was done to the battery at its start, where something may be.
    pub renewal: Option<Renewal>,
    /// First walk: PV alone.
    pub first: &'a GridNodes,
    /// The vehicles.
    pub vehicles: &'a Ev,
    /// The figures before the storage, by month.
    pub alone: &'a Months,
    /// The storage; all zero when there is none.
    pub storage: &'a StorageNodes,
    /// Battery before and after the year, if there is one.
    pub battery: Option<(BatteryState, BatteryState)>,
    /// The storage's dispatch algorithm.
    pub dispatch: Option<&'a Dispatch>,
    /// The vehicles in the second walk.
    pub ev: &'a EvNodes,
    /// Second walk: PV and storage together.
    pub second: &'a GridNodes,
    /// POI power with exact limits, for a run in documented mode.
    pub exact_poi_w: Option<&'a [f64]>,
    /// POI power with a forecast that is always right, for a run whose forecast may be wrong.
    pub perfect_poi_w: Option<&'a [f64]>,
    /// Prices, where given.
    pub prices: Option<&'a Prices>,
}

impl Year<'_> {
    /// What storing took from the MV bus in a step as a mean power, W: the rise of the stored energy.
    pub fn stored_w(&self, i: usize) -> f64 {
        let before_wh = match i {
            0 => self.battery.map_or(0.0, |(start, _)| start.stored_wh),
            _ => self.storage.stored_wh[i - 1],
        };
        (self.storage.stored_wh[i] - before_wh) * (1.0 / self.axis.step_h())
    }

    /// The powers of a step from which figures are summed.
    pub fn flows(&self, i: usize) -> Flows {
        let second = self.second.at(i);
        Flows {
            pv_mv_w: self.first.mv_w[i],
            second,
            charge_w: self.storage.charge_dc_w[i],
            discharge_w: self.storage.discharge_dc_w[i],
            storage_loss_w: self.storage.loss_wh[i] * (1.0 / self.axis.step_h()),
            stored_w: self.stored_w(i),
            load_w: self.grid.load_w[i],
            ev_w: self.ev.served(i).total_w(),
            overload_w: self.overload_w(i),
            not_firm_w: self.export_above_w(i, self.grid.export.firm_w[i]),
            asymmetry_w: self.asymmetry_w(i),
            exact_poi_w: self.exact_poi_w.map_or(second.poi_w, |exact| exact[i]),
        }
    }

    /// The prices of a step and what is billed at them.
    pub(super) fn billed(&self, prices: &Prices, i: usize) -> Billed {
        let poi_w = self.second.poi_w[i];
        Billed {
            buy_per_kwh: prices.buy_per_kwh[i],
            sell_per_kwh: prices.sell_per_kwh[i],
            poi_w,
            alone_poi_w: self.first.poi_w[i],
            perfect_poi_w: self.perfect_poi_w.map_or(poi_w, |perfect| perfect[i]),
        }
    }

    /// The demand on the POI bus in a step: load and the vehicles as served.
    pub fn demand(&self, i: usize) -> Demand {
        self.grid.demand(i, &self.ev.served(i))
    }

    /// What PV and storage put out on the POI bus in a step, W.
    pub fn output_w(&self, i: usize) -> f64 {
        // What is switched off never came as far as the limit, and is in the curtailment all the same.
        let off_w = self.storage.pv_off_w.get(i).copied().unwrap_or(0.0);
        self.second.before_limit_w[i] - (self.second.curtailed_w[i] - off_w)
    }

    /// Import by phase in a step, W; negative is export.
    pub fn import_phases_w(&self, i: usize) -> [f64; 3] {
        let output_w = self.output_w(i);
        self.grid.phases_w(i, &self.ev.served(i)).map(|w| w - output_w / 3.0)
    }

    /// The import limit of a step, W: the connection's, or what a peak shaver still allows below it.
    pub fn import_limit_w(&self, i: usize) -> f64 {
        self.grid.import.limit_w[i].min(self.storage.peak_import_w.get(i).copied().unwrap_or(f64::INFINITY))
    }

    /// Import beyond the connection's limit in a step, W.
    pub fn overload_w(&self, i: usize) -> f64 {
        self.import_above_w(i, self.grid.import.limit_w[i])
    }

    /// Import above a power in a step, W: of the sum, or of each phase where the import limit holds per phase.
    pub fn import_above_w(&self, i: usize, limit_w: f64) -> f64 {
        import_above_w(self.grid, i, (self.second.poi_w[i], limit_w), &self.ev.served(i))
    }

    /// Export above a power in a step, W: of the sum, or of each phase where the export limit holds per phase.
    pub fn export_above_w(&self, i: usize, limit_w: f64) -> f64 {
        if self.grid.export_per_phase {
            return self.import_phases_w(i).into_iter().map(|w| (-w - limit_w / 3.0).max(0.0)).sum();
        }
        (self.second.poi_w[i] - limit_w).max(0.0)
    }

    /// Mean import of a step's billing interval above the threshold of a peak shaver, W; 0 where none is set.
    pub fn above_threshold_w(&self, i: usize) -> f64 {
        let Some(shaver) = self.dispatch.and_then(Dispatch::shaver) else { return 0.0 };
        let steps = ((shaver.interval_h / self.axis.step_h()).round() as usize).max(1);
        let interval = &self.second.poi_w[i / steps * steps..self.second.poi_w.len().min((i / steps + 1) * steps)];
        let mean_w = interval.iter().map(|poi_w| (-poi_w).max(0.0)).sum::<f64>() / interval.len() as f64;
        (mean_w - shaver.threshold_w).max(0.0)
    }

    /// Power that flows in on some phases while as much flows out on others in a step, W.
    pub fn asymmetry_w(&self, i: usize) -> f64 {
        let (mut in_w, mut out_w) = (0.0, 0.0);
        for w in self.import_phases_w(i) {
            in_w += w.max(0.0);
            out_w += (-w).max(0.0);
        }
        f64::min(in_w, out_w)
    }

    /// The largest change of the output from step to step, W, where a strategy limits it.
    pub fn ramp_w(&self) -> Option<f64> {
        self.dispatch.and_then(|dispatch| dispatch.ramp_w(self.axis.step_h()))
    }

    /// Whether the output changes faster than the strategy's ramp from the step before. Never in the first step.
    pub fn exceeds_ramp(&self, i: usize) -> bool {
        let exceeds = |ramp_w: f64| i > 0 && (self.output_w(i) - self.output_w(i - 1)).abs() > ramp_w * (1.0 + 1e-9);
        self.ramp_w().is_some_and(exceeds)
    }
}
