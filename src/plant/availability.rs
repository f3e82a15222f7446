//! Outages: the share of the plant's output they cost.

use crate::error::Findings;
use crate::inputs::{Files, SeriesColumn, SeriesPlan, load_one};
use crate::keys::Keys;
use crate::time::{Moment, TimeAxis};
use crate::units::fraction;

const COLUMN: SeriesColumn = SeriesColumn {
    key: "column",
    doc: "column of the energy lost to outages, %",
    default: Some("loss_pct"),
    low: 0.0,
    high: 100.0,
};

/// The share of positive power lost to outages.
#[derive(Debug, Clone, PartialEq)]
pub enum Availability {
    /// By month, January first, 0 to 1.
    Monthly([f64; 12]),
    /// A series of percentages.
    Series(SeriesPlan),
}

impl Availability {
    /// Reads `availability_loss_pct` or the table `availability_loss`.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let doc = "energy lost to outages, %: one value or 12 by month";
        let pct = k.number("availability_loss_pct", doc).within(0.0, 100.0).monthly_or(0.0);
        let doc = "the same as a series: a CSV file of percentages";
        let series = k.section("availability_loss", doc, |k| SeriesPlan::read(k, &[COLUMN]));
        if series.is_some() && k.has("availability_loss_pct") {
            k.reject("availability_loss", "given beside availability_loss_pct; give one of the two");
        }
        series.map_or_else(|| Self::Monthly(pct.map(fraction)), Self::Series)
    }

    /// The series file that gives the share, if one does.
    pub fn series(&self) -> Option<&SeriesPlan> {
        if let Self::Series(plan) = self { Some(plan) } else { None }
    }

    /// The share lost in every step, 0 to 1. Problems of a series file are noted; nothing comes back then.
    pub fn load(
        &self,
        (axis, calendar): (&TimeAxis, &[Moment]),
        files: &Files<'_>,
        findings: &Findings,
    ) -> Option<Vec<f64>> {
        match self {
            Self::Monthly(share) => Some(calendar.iter().map(|m| share[usize::from(m.month0)]).collect()),
            Self::Series(plan) => {
                let pct = load_one(plan, axis, files, findings)?;
                Some(pct.into_iter().map(fraction).collect())
            }
        }
    }
}
