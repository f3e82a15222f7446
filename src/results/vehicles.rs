//! What the vehicles asked for and got over the run.

use serde::Serialize;

use crate::ev::Outcome;
use crate::units::MEGA;

/// Energies in MWh, delays in hours. Sessions and delays only where the demand is given as sessions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct VehicleSummary {
    /// Asked for.
    pub requested_mwh: f64,
    /// Served.
    pub served_mwh: f64,
    /// Served as a share of what was asked for, %; none where nothing was asked for.
    pub served_pct: Option<f64>,
    /// Asked for and not served.
    pub unmet_mwh: f64,
    /// What the grid and PV alone would have served.
    pub served_without_storage_mwh: f64,
    /// Number of sessions.
    pub sessions: Option<usize>,
    /// Those that got at least 99.9 % of their energy.
    pub sessions_fully_served: Option<usize>,
    /// Mean delay of full charge against charging without limits.
    pub mean_delay_h: Option<f64>,
    /// The delay that 95 % of the sessions do not exceed.
    pub p95_delay_h: Option<f64>,
}

impl VehicleSummary {
    /// From the outcomes of the years, with and without storage; none where there are no vehicles.
    pub(super) fn of(outcomes: &[Outcome], without_storage_mwh: f64) -> Option<Self> {
        if outcomes.is_empty() {
            return None;
        }
        let all = Outcome::together(outcomes);
        let has_sessions = !all.sessions().is_empty();
        Some(Self {
            requested_mwh: all.requested_wh / MEGA,
            served_mwh: all.served_wh / MEGA,
            served_pct: (all.requested_wh > 0.0).then(|| 100.0 * all.served_wh / all.requested_wh),
            unmet_mwh: all.unmet_wh / MEGA,
            served_without_storage_mwh: without_storage_mwh,
            sessions: has_sessions.then(|| all.sessions().len()),
            sessions_fully_served: has_sessions.then(|| all.fully_served()),
            mean_delay_h: all.mean_delay_h(),
            p95_delay_h: all.p95_delay_h(),
        })
    }
}
