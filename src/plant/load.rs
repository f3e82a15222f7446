//! Site load on the POI bus, on all phases together or phase by phase.

use crate::error::Findings;
use crate::inputs::{Files, SeriesColumn, SeriesPlan, load_series};
use crate::keys::Keys;
use crate::time::TimeAxis;
use crate::units::KILO;

const COLUMN: SeriesColumn = SeriesColumn {
    key: "column",
    doc: "column of the site load, kW",
    default: Some("load_kw"),
    low: 0.0,
    high: f64::INFINITY,
};

/// What `[load]` says.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadPlan {
    /// The file.
    pub series: SeriesPlan,
    by_phase: bool,
}

/// Site load on the axis.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Load {
    /// On all phases together, W per step, never negative.
    pub total_w: Vec<f64>,
    /// By phase, W; empty where the load is balanced.
    pub phases_w: Vec<[f64; 3]>,
}

impl Load {
    /// No load in any of `len` steps.
    pub fn none(len: usize) -> Self {
        Self { total_w: vec![0.0; len], phases_w: vec![] }
    }
}

impl LoadPlan {
    /// Reads `[load]`.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let doc = "instead of `column`: the columns of the load on L1, L2 and L3, kW";
        let (series, by_phase) = SeriesPlan::read_by_phase(k, &COLUMN, "phase_columns", doc);
        Self { series, by_phase }
    }

    /// The load in every step. Problems are noted; nothing comes back where the file cannot be laid on the axis.
    pub fn load(&self, axis: &TimeAxis, files: &Files<'_>, findings: &Findings) -> Option<Load> {
        let columns = load_series(&self.series, axis, files, findings)?;
        let [first, rest @ ..] = columns.as_slice() else { return None };
        let total_w = (0..first.len()).map(|i| columns.iter().map(|kw| kw[i]).sum::<f64>() * KILO).collect();
        let phases_w = match rest {
            [l2, l3] if self.by_phase => {
                (0..first.len()).map(|i| [first[i], l2[i], l3[i]].map(|kw| kw * KILO)).collect()
            }
            _ => vec![],
        };
        Some(Load { total_w, phases_w })
    }
}
