//! Evidence of export and import limitation: what held, whether it was kept, and what it cost.

mod absorbed;
mod cases;
mod causes;
mod duration;
mod excursions;
mod limit;
mod phases;
mod side;
#[cfg(test)]
mod tests;

pub use absorbed::Absorbed;
pub use cases::{Case, CaseFigures, CaseRow};
pub use causes::{Cause, CauseFigures, Causes, Curtailment, Slot};
pub use duration::DurationPoint;
pub use excursions::Excursions;
pub use limit::{Level, LimitInForce, PartHours, Spread};
pub use phases::{PhaseFigures, Phases};
pub use side::{Peak, Side};

use serde::Serialize;

use crate::plant::{Direction, Grid};
use crate::time::TimeAxis;

use super::{Results, Year};
use absorbed::AbsorbedSheet;
use phases::PhaseSheet;
use side::SideSheet;

/// A power that differs by less than this does not differ, W: the residual a step's balance may have.
const TOLERANCE_W: f64 = 1e-3;

/// What a run with a limit can show. Powers are kW, energies kWh, durations h, over the whole run; money is in
/// [`Evidence::currency`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evidence {
    /// Name of the plant.
    pub plant: String,
    /// Start of the first step, ISO 8601 with offset.
    pub start: String,
    /// Number of steps of a year of the run.
    pub steps: usize,
    /// Length of a step, min: what every figure here is measured on.
    pub step_min: u32,
    /// Number of simulated years.
    pub years: u32,
    /// What the step means for every figure.
    pub measured_on: String,
    /// Currency of the money; none without prices.
    pub currency: Option<String>,
    /// Power to the grid.
    pub export: Side,
    /// Power from the grid.
    pub import: Side,
    /// PV given up, by cause.
    pub curtailment: Curtailment,
    /// What battery and vehicles took that would have been given up.
    pub absorbed: Absorbed,
    /// What vehicles asked for and did not get; none without vehicles.
    pub vehicles_unserved_kwh: Option<f64>,
    /// By phase, where load or vehicles are given by phase.
    pub phases: Option<Phases>,
    /// The run first, then the same plant under other conditions.
    pub cases: Vec<CaseRow>,
}

impl Evidence {
    /// Whether there is a limit in some step of a plant, of which evidence could be given.
    pub fn has_subject(grid: &Grid) -> bool {
        grid.export_in_force().lowest_w().min(grid.import.lowest_w()).is_finite()
    }
}

/// A moment of a run of one or more years.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct When {
    /// Number of the simulated year, from 1.
    pub year: u32,
    /// Start of the step, ISO 8601 with offset.
    pub time: String,
}

/// A step of a run of one or more years.
#[derive(Debug, Clone, Copy, PartialEq)]
struct At {
    year: u32,
    step: usize,
}

impl At {
    fn of(year: &Year<'_>, step: usize) -> Self {
        Self { year: year.number + 1, step }
    }

    fn when(self, axis: &TimeAxis) -> When {
        let time = TimeAxis { start: axis.start_of(self.step), len: 1, ..axis.clone() }.stamps().swap_remove(0);
        When { year: self.year, time }
    }
}

/// The evidence while the run goes on: it sees every year.
#[derive(Debug, Clone)]
pub struct Sheet {
    export: SideSheet,
    import: SideSheet,
    curtailment: Causes,
    absorbed: AbsorbedSheet,
    phases: PhaseSheet,
}

impl Default for Sheet {
    fn default() -> Self {
        Self {
            export: SideSheet::new(Direction::Export),
            import: SideSheet::new(Direction::Import),
            curtailment: Causes::default(),
            absorbed: AbsorbedSheet::default(),
            phases: PhaseSheet::default(),
        }
    }
}

impl Sheet {
    /// Notes a year of the run.
    pub fn add(&mut self, year: &Year<'_>) {
        self.export.add(year);
        self.import.add(year);
        self.curtailment.add(year);
        self.absorbed.add(year);
        self.phases.add(year);
    }

    /// The evidence of a run, with what came of the same plant in other cases.
    pub fn close(self, results: &Results, others: &[(Case, CaseFigures)]) -> Evidence {
        let axis = &results.axis;
        let years = results.summary.years.len() as u32;
        let step_min = axis.step_s / 60;
        let has_prices = results.currency.is_some();
        let run = CaseFigures::of(results, &self.curtailment);
        Evidence {
            plant: results.name.clone(),
            start: At { year: 1, step: 0 }.when(axis).time,
            steps: axis.len,
            step_min,
            years,
            measured_on: measured_on(step_min),
            currency: results.currency.clone(),
            export: self.export.close(axis),
            import: self.import.close(axis),
            curtailment: self.curtailment.close(has_prices),
            absorbed: self.absorbed.close(),
            vehicles_unserved_kwh: run.vehicles_unserved_kwh,
            phases: self.phases.close(axis),
            cases: cases::table(run, others),
        }
    }
}

fn measured_on(step_min: u32) -> String {
    format!(
        "Every power is a mean over a step of {step_min} min; maxima, hours, excursions and energies are those of such \
         means. What rises and falls within a step is not seen: a mean at the limit has moments above it unless a control \
         holds it there."
    )
}
