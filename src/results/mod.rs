//! Room 7, the porch: what the year was, as series, figures and a loss tree, and how they are written down.

mod bill;
mod closing;
mod csv;
mod directory;
pub mod evidence;
mod figures;
mod flows;
mod losses;
mod parquet;
mod sums;
mod timeseries;
mod vehicles;
mod year;

pub use bill::{NotCaptured, Yardstick};
pub use closing::{Closing, month_hours};
pub use csv::{push_number, write_figures, write_losses, write_sessions, write_timeseries};
pub use directory::OutputDirectory;
pub use evidence::Evidence;
pub use figures::{Figures, Nameplate, Summary};
pub use flows::{Billed, Flows};
pub use losses::{LossStage, LossTree};
pub use parquet::write_parquet;
pub(crate) use parquet::{field, write_column};
pub use sums::{Before, Months, Tally, months_alone};
pub use timeseries::TimeSeries;
pub use vehicles::VehicleSummary;
pub use year::Year;

use crate::ev::Outcome;
use crate::time::TimeAxis;

/// What a run gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Results {
    /// Name of the plant.
    pub name: String,
    /// The run's axis; further years repeat it.
    pub axis: TimeAxis,
    /// Every node at every step; empty when no steps were asked for.
    pub timeseries: TimeSeries,
    /// Energies and figures of the run, by month and by year.
    pub summary: Summary,
    /// What came of the vehicles' wishes, year by year; empty where there are none.
    pub vehicles: Vec<Outcome>,
    /// From the plane of the array to the POI, over all years.
    pub losses: LossTree,
    /// The first year against the best the battery could have done, if that was asked for.
    pub yardstick: Option<Yardstick>,
    /// Currency of the money among the figures, where prices are given.
    pub currency: Option<String>,
}

impl Results {
    /// Starts an empty sheet for a run.
    pub fn new(name: &str, axis: &TimeAxis, nameplate: Nameplate, keep_steps: bool) -> Self {
        Self {
            name: name.to_owned(),
            axis: axis.clone(),
            timeseries: TimeSeries::new(axis, keep_steps),
            summary: Summary::new(nameplate),
            vehicles: vec![],
            yardstick: None,
            losses: LossTree::default(),
            currency: None,
        }
    }

    /// Notes a year of the run.
    pub fn add(&mut self, year: &Year<'_>) {
        self.timeseries.add(year);
        self.vehicles.extend(year.ev.end.as_ref().map(|end| year.vehicles.outcome(end)));
        self.close(&Closing::of(year));
    }

    /// Notes a year whose steps are forgotten.
    pub fn close(&mut self, closing: &Closing<'_>) {
        let figures = self.summary.add(closing);
        self.losses.add(closing, figures);
        self.currency = closing.currency.map(str::to_owned);
    }

    /// Closes the sheet after the last year.
    #[must_use]
    pub fn finish(mut self) -> Self {
        self.timeseries.finish();
        self.summary.finish();
        let alone_mwh = self.summary.total.get("ev_served_without_storage_mwh").unwrap_or(0.0);
        self.summary.yardstick.clone_from(&self.yardstick);
        self.summary.vehicles = VehicleSummary::of(&self.vehicles, alone_mwh);
        self
    }
}
