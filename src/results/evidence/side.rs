//! One side of the POI: export or import, held against its limit.

use serde::Serialize;

use crate::plant::Direction;
use crate::time::TimeAxis;
use crate::units::KILO;

use super::super::Year;
use super::duration::{DurationPoint, Ranked};
use super::excursions::{ExcursionSheet, Excursions};
use super::limit::{LimitInForce, LimitSheet};
use super::{At, TOLERANCE_W, When};

/// From this share of the limit on, the power is at the limit.
const AT_LIMIT: f64 = 0.99;

/// Export or import over the run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Side {
    /// The limit; none where no step has one.
    pub limit: Option<LimitInForce>,
    /// Energy, kWh.
    pub energy_kwh: f64,
    /// Energy above the firm part of the limit, kWh.
    pub above_firm_kwh: f64,
    /// The largest power; none where none flowed this way.
    pub maximum: Option<Peak>,
    /// The step in which least was left of the limit; none without a limit.
    pub least_margin: Option<Peak>,
    /// Not exceeded in 95 % of the steps, kW.
    pub p95_kw: f64,
    /// Not exceeded in 99 % of the steps, kW.
    pub p99_kw: f64,
    /// Time within 1 % of the limit or above it, h.
    pub at_limit_h: f64,
    /// Time above the limit, h.
    pub above_limit_h: f64,
    /// Energy beyond the limit, kWh; of an import it is the overload.
    pub above_limit_kwh: f64,
    /// Unbroken times above the limit.
    pub excursions: Excursions,
    /// The duration curve.
    pub duration: Vec<DurationPoint>,
}

/// A power in a step, and what its limit left.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Peak {
    /// Mean power over the step, kW; negative where it flowed the other way.
    pub kw: f64,
    /// When.
    pub at: When,
    /// The limit in that step, kW; none where there is none.
    pub limit_kw: Option<f64>,
    /// What the limit left, kW: of the sum, or three times that of the fullest phase where the limit holds per phase.
    pub margin_kw: Option<f64>,
}

/// What a step's power means for its limit, W.
#[derive(Debug, Clone, Copy)]
struct Flow {
    at: At,
    /// Positive this way.
    power_w: f64,
    /// What counts against the limit: the power, or three times the fullest phase.
    counted_w: f64,
    limit_w: f64,
    above_firm_w: f64,
    beyond_w: f64,
}

impl Flow {
    fn of(year: &Year<'_>, direction: Direction, i: usize) -> Self {
        let grid = year.grid;
        let (sign, limit_w, per_phase) = match direction {
            Direction::Export => (1.0, grid.export_limit_w(i), grid.export_per_phase),
            Direction::Import => (-1.0, grid.import.limit_w[i], grid.import_per_phase),
        };
        let power_w = sign * year.second.poi_w[i];
        let phases_w = if per_phase { year.import_phases_w(i).map(|w| -sign * w) } else { [power_w / 3.0; 3] };
        let counted_w = if per_phase { 3.0 * phases_w.into_iter().fold(f64::NEG_INFINITY, f64::max) } else { power_w };
        let (beyond_w, above_firm_w) = match direction {
            Direction::Import => (year.overload_w(i), year.import_above_w(i, grid.import.firm_w[i])),
            Direction::Export => (year.export_above_w(i, limit_w), year.export_above_w(i, grid.export.firm_w[i])),
        };
        Self { at: At::of(year, i), power_w, counted_w, limit_w, above_firm_w, beyond_w }
    }

    /// What the limit leaves; 0 within the tolerance.
    fn margin_w(&self) -> f64 {
        let margin_w = self.limit_w - self.counted_w;
        if margin_w.abs() <= TOLERANCE_W { 0.0 } else { margin_w }
    }

    fn is_at_limit(&self) -> bool {
        self.limit_w.is_finite() && self.counted_w >= AT_LIMIT * self.limit_w - TOLERANCE_W
    }

    fn peak(&self, axis: &TimeAxis) -> Peak {
        let known = |w: f64| w.is_finite().then_some(w / KILO);
        let (limit_kw, margin_kw) = (known(self.limit_w), known(self.margin_w()));
        Peak { kw: self.power_w / KILO, at: self.at.when(axis), limit_kw, margin_kw }
    }
}

/// One side while the run goes on.
#[derive(Debug, Clone)]
pub(super) struct SideSheet {
    direction: Direction,
    limit: LimitSheet,
    /// Power of every step, 0 where it flowed the other way, W.
    powers_w: Vec<f64>,
    largest: Option<Flow>,
    fullest: Option<Flow>,
    at_limit_steps: usize,
    above_firm_w: f64,
    excursions: ExcursionSheet,
}

impl SideSheet {
    pub(super) fn new(direction: Direction) -> Self {
        Self {
            direction,
            limit: LimitSheet::default(),
            powers_w: vec![],
            largest: None,
            fullest: None,
            at_limit_steps: 0,
            above_firm_w: 0.0,
            excursions: ExcursionSheet::default(),
        }
    }

    pub(super) fn add(&mut self, year: &Year<'_>) {
        let grid = year.grid;
        match self.direction {
            Direction::Export => {
                self.limit.add(grid.export_in_force(), (grid.export_is_static, grid.export_per_phase));
            }
            Direction::Import => self.limit.add(grid.import.clone(), (false, grid.import_per_phase)),
        }
        for i in 0..year.second.poi_w.len() {
            self.push(Flow::of(year, self.direction, i));
        }
    }

    /// Notes a step. Of steps that are equal within the tolerance the first counts, so that rounding picks none.
    fn push(&mut self, flow: Flow) {
        self.powers_w.push(flow.power_w.max(0.0));
        if flow.power_w > TOLERANCE_W + self.largest.map_or(0.0, |largest| largest.power_w) {
            self.largest = Some(flow);
        }
        if flow.margin_w() < self.fullest.map_or(f64::INFINITY, |fullest| fullest.margin_w()) - TOLERANCE_W {
            self.fullest = Some(flow);
        }
        self.at_limit_steps += usize::from(flow.is_at_limit());
        self.above_firm_w += if flow.above_firm_w > TOLERANCE_W { flow.above_firm_w } else { 0.0 };
        self.excursions.push(flow.beyond_w, flow.at);
    }

    pub(super) fn close(self, axis: &TimeAxis) -> Side {
        let h = axis.step_h();
        let kwh = |sum_w: f64| sum_w * h / KILO;
        let limit = self.limit.close(h);
        let energy_kwh = kwh(self.powers_w.iter().sum());
        let ranked = Ranked::new(self.powers_w);
        Side {
            limit,
            energy_kwh,
            above_firm_kwh: kwh(self.above_firm_w),
            maximum: self.largest.map(|flow| flow.peak(axis)),
            least_margin: self.fullest.map(|flow| flow.peak(axis)),
            p95_kw: ranked.exceeded_in(50) / KILO,
            p99_kw: ranked.exceeded_in(10) / KILO,
            at_limit_h: self.at_limit_steps as f64 * h,
            above_limit_h: self.excursions.steps as f64 * h,
            above_limit_kwh: kwh(self.excursions.sum_w),
            excursions: self.excursions.close(axis),
            duration: ranked.curve(),
        }
    }
}
