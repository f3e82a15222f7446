//! Every node at every step: named columns on the run's axis.

use ndarray::{Array2, ArrayView1};

use crate::storage::planner::PlannedSlot;
use crate::storage::{Dispatch, Reason};
use crate::time::TimeAxis;
use crate::units::KILO;

use super::Year;

/// Columns of equal length; missing values (no limit) are NaN in memory and empty in files.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeSeries {
    /// Start of every step, ISO 8601 with offset; repeated for every year of a run of several years.
    pub stamps: Vec<String>,
    /// Number of simulated years, 0 when no steps are kept.
    pub years: usize,
    columns: Vec<&'static str>,
    /// One row per column name, one column per step.
    values: Array2<f64>,
    filling: Vec<Vec<f64>>,
    /// Why the storage did what it did, per row; empty where its algorithm gives no reasons.
    reasons: Vec<Reason>,
    keep: bool,
}

impl TimeSeries {
    pub(super) fn new(axis: &TimeAxis, keep: bool) -> Self {
        let stamps = if keep { axis.stamps() } else { vec![] };
        Self {
            stamps,
            years: 0,
            columns: vec![],
            values: Array2::default((0, 0)),
            filling: vec![],
            reasons: vec![],
            keep,
        }
    }

    /// Column names in the order of the files.
    pub fn columns(&self) -> &[&'static str] {
        &self.columns
    }

    /// One column by name.
    pub fn column(&self, name: &str) -> Option<ArrayView1<'_, f64>> {
        let row = self.columns.iter().position(|c| *c == name)?;
        Some(self.values.row(row))
    }

    /// All values: one row per column name, one column per step, years one after the other.
    pub fn values(&self) -> &Array2<f64> {
        &self.values
    }

    /// Why the storage did what it did, per row: the last column of the files. Empty where its algorithm gives no reasons.
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }

    /// Number of rows in the files.
    pub fn len(&self) -> usize {
        self.values.ncols()
    }

    /// Whether no steps were kept.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Stamp of a row.
    pub fn stamp(&self, row: usize) -> &str {
        &self.stamps[row % self.stamps.len()]
    }

    /// Year number of a row, from 1.
    pub fn year(&self, row: usize) -> usize {
        row / self.stamps.len() + 1
    }

    pub(super) fn add(&mut self, year: &Year<'_>) {
        if !self.keep {
            return;
        }
        let columns = columns(year);
        if self.years == 0 {
            self.columns = columns.iter().map(|(name, _)| *name).collect();
            self.filling = vec![vec![]; columns.len()];
        }
        for (kept, (_, values)) in self.filling.iter_mut().zip(columns) {
            kept.extend(values);
        }
        if year.dispatch.is_some_and(Dispatch::gives_reasons) {
            self.reasons.extend(&year.storage.reason);
        }
        self.years += 1;
    }

    pub(super) fn finish(&mut self) {
        let rows = std::mem::take(&mut self.filling);
        let shape = (rows.len(), rows.first().map_or(0, Vec::len));
        let flat = rows.into_iter().flatten().collect();
        self.values = Array2::from_shape_vec(shape, flat).expect("all columns have the axis' length");
    }
}

/// The columns of a year by name, in walking order.
fn columns(y: &Year<'_>) -> Vec<(&'static str, Vec<f64>)> {
    let mut table = vec![];
    if let Some((weather, sky)) = y.sky {
        table.extend([
            ("ghi_w_m2", sky.ghi_w_m2.clone()),
            ("dni_w_m2", sky.dni_w_m2.clone()),
            ("dhi_w_m2", sky.dhi_w_m2.clone()),
            ("temp_air_c", weather.temp_air_c.clone()),
            ("wind_m_s", weather.wind_speed_m_s.clone()),
            ("solar_zenith_deg", sky.zenith_deg.clone()),
            ("solar_azimuth_deg", sky.azimuth_deg()),
            ("tracker_angle_deg", y.pv.tracker_angle_deg.clone()),
            ("poa_w_m2", y.pv.poa_w_m2.clone()),
            ("poa_effective_w_m2", y.pv.poa_effective_w_m2.clone()),
            ("temp_cell_c", y.pv.temp_cell_c.clone()),
            ("dc_kw", kilo(&y.pv.dc_w)),
            ("inverter_ac_kw", kilo(&y.pv.inverter_ac_w)),
            ("inverter_clipped_kw", kilo(&y.pv.inverter_clipped_w)),
        ]);
    }
    table.extend([
        ("pv_mv_kw", kilo(&y.first.mv_w)),
        ("hv_loss_kw", kilo_of(y, |i| y.first.mv_w[i] - y.first.after_hv_w[i])),
        ("pv_avail_kw", kilo(&y.first.before_limit_w)),
        ("pv_only_poi_kw", kilo(&y.first.poi_w)),
        ("limit_export_kw", kilo_of(y, |i| known(y.grid.export_limit_w(i)))),
        ("limit_import_kw", kilo_of(y, |i| known(y.import_limit_w(i)))),
        ("load_kw", kilo(&y.grid.load_w)),
        ("ev_request_kw", kilo_of(y, |i| y.ev.request(i).total_w())),
        ("ev_kw", kilo_of(y, |i| y.ev.served(i).total_w())),
        ("charge_limit_kw", kilo(&y.storage.charge_limit_w)),
        ("discharge_limit_kw", kilo(&y.storage.discharge_limit_w)),
        ("charge_dc_kw", kilo(&y.storage.charge_dc_w)),
        ("discharge_dc_kw", kilo(&y.storage.discharge_dc_w)),
        ("soc_kwh", kilo(&y.storage.stored_wh)),
        ("capacity_kwh", kilo(&y.storage.capacity_wh)),
        ("roundtrip_efficiency", y.storage.roundtrip_efficiency.clone()),
        ("ess_ac_kw", kilo(&y.storage.ac_w)),
        ("ess_mv_kw", kilo(&y.storage.mv_w)),
        ("combined_mv_kw", kilo(&y.second.mv_w)),
        ("combined_hv_loss_kw", kilo_of(y, |i| y.second.mv_w[i] - y.second.after_hv_w[i])),
        ("before_limit_kw", kilo(&y.second.before_limit_w)),
        ("curtailed_kw", kilo(&y.second.curtailed_w)),
        ("poi_kw", kilo(&y.second.poi_w)),
        ("export_kw", kilo_of(y, |i| y.second.poi_w[i].max(0.0))),
        ("import_kw", kilo_of(y, |i| (-y.second.poi_w[i]).max(0.0))),
    ]);
    if y.dispatch.is_some_and(Dispatch::switches_pv_off) {
        table.push(("pv_off_kw", kilo(&y.storage.pv_off_w)));
    }
    let planned = &y.storage.planned;
    if !planned.is_empty() {
        let of = |value: fn(&PlannedSlot) -> f64| planned.iter().map(|slot| value(slot) / KILO).collect();
        table.extend([
            ("planned_pv_charge_kw", of(|p| p.charge_pv_w)),
            ("planned_grid_charge_kw", of(|p| p.charge_grid_w)),
            ("planned_self_supply_kw", of(|p| p.self_supply_w)),
            ("planned_sale_surplus_kw", of(|p| p.sale_surplus_w)),
            ("planned_sale_arbitrage_kw", of(|p| p.sale_arbitrage_w)),
            ("planned_import_kw", of(|p| p.import_w)),
            ("planned_export_kw", of(|p| p.export_w)),
            ("planned_soc_kwh", of(|p| p.stored_end_wh)),
        ]);
    }
    if let Some(prices) = y.prices {
        table.push(("buy_per_kwh", prices.buy_per_kwh.clone()));
        table.push(("sell_per_kwh", prices.sell_per_kwh.clone()));
        let step_h = y.axis.step_h();
        let bill = (0..y.axis.len).map(|i| y.billed(prices, i).cost(y.second.poi_w[i]) * step_h);
        table.push(("bill", bill.collect()));
    }
    table
}

fn known(limit_w: f64) -> f64 {
    if limit_w.is_finite() { limit_w } else { f64::NAN }
}

fn kilo(w: &[f64]) -> Vec<f64> {
    w.iter().map(|w| w / KILO).collect()
}

fn kilo_of(y: &Year<'_>, w: impl Fn(usize) -> f64) -> Vec<f64> {
    (0..y.first.mv_w.len()).map(|i| w(i) / KILO).collect()
}
