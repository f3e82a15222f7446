//! The phases: the largest import and export on each, and the energy that flows in on one and out on another.

use serde::Serialize;

use crate::time::TimeAxis;
use crate::units::KILO;

use super::super::Year;
use super::{At, When};

/// The three phases over the run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Phases {
    /// L1, L2, L3.
    pub phases: Vec<PhaseFigures>,
    /// Energy that flows in on some phases while as much flows out on others, kWh.
    pub asymmetry_kwh: f64,
}

/// One phase over the run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PhaseFigures {
    /// Its name.
    pub phase: &'static str,
    /// Largest import, kW.
    pub import_kw: f64,
    /// When that was; none where the phase never imported.
    pub import_at: Option<When>,
    /// Largest export, kW.
    pub export_kw: f64,
    /// When that was; none where the phase never exported.
    pub export_at: Option<When>,
}

const NAMES: [&str; 3] = ["L1", "L2", "L3"];

/// A largest power and its step.
type Largest = Option<(f64, At)>;

/// The phases while the run goes on.
#[derive(Debug, Clone, Default)]
pub(super) struct PhaseSheet {
    given: bool,
    step_h: f64,
    import: [Largest; 3],
    export: [Largest; 3],
    asymmetry_w: f64,
}

impl PhaseSheet {
    /// Notes a year, if load or vehicles are given by phase.
    pub(super) fn add(&mut self, year: &Year<'_>) {
        if year.grid.load_phases_w.is_empty() && year.vehicles.is_none() {
            return;
        }
        (self.given, self.step_h) = (true, year.axis.step_h());
        for i in 0..year.second.poi_w.len() {
            let at = At::of(year, i);
            for (phase, w) in year.import_phases_w(i).into_iter().enumerate() {
                raise(&mut self.import[phase], w, at);
                raise(&mut self.export[phase], -w, at);
            }
            self.asymmetry_w += year.asymmetry_w(i);
        }
    }

    pub(super) fn close(&self, axis: &TimeAxis) -> Option<Phases> {
        let kw = |largest: Largest| largest.map_or(0.0, |(w, _)| w / KILO);
        let when = |largest: Largest| largest.map(|(_, at)| at.when(axis));
        let figures = |phase: usize| {
            let (import, export) = (self.import[phase], self.export[phase]);
            PhaseFigures {
                phase: NAMES[phase],
                import_kw: kw(import),
                import_at: when(import),
                export_kw: kw(export),
                export_at: when(export),
            }
        };
        self.given.then(|| Phases {
            phases: (0..3).map(figures).collect(),
            asymmetry_kwh: self.asymmetry_w * self.step_h / KILO,
        })
    }
}

fn raise(largest: &mut Largest, w: f64, at: At) {
    if w > largest.map_or(0.0, |(largest_w, _)| largest_w) {
        *largest = Some((w, at));
    }
}
