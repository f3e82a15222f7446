//! Why the storage did in a step what it did: the words of the `reason` column.

use super::super::planner;

/// The reason of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Nothing to do.
    Idle,
    /// The algorithm's own charging.
    Charge,
    /// The algorithm's own discharging.
    Discharge,
    /// PV that is left over is stored.
    PvCharge,
    /// Charged from the grid.
    GridCharge,
    /// Own demand is served.
    SelfSupply,
    /// The import is held below its limit.
    HoldImport,
    /// The import limit overruled the wish.
    ImportLimit,
    /// The export of another phase kept the battery from helping the fullest one.
    Asymmetry,
    /// The export limit, which holds for the output, kept the battery from helping with the import limit.
    ExportLimit,
    /// Near its minimum state of charge the battery waits to be charged.
    Locked,
    /// A peak is shaved.
    PeakShaving,
    /// A ramp is smoothed.
    Smoothing,
    /// The battery is full, or takes nothing for another reason.
    Full,
    /// The battery is down to its minimum state of charge, or gives nothing for another reason.
    Empty,
    /// The battery has done its cycles of the day.
    CycleLimit,
    /// The best course for the whole run.
    Optimal,
    /// What a plan of sales has to say.
    Planned(planner::Reason),
}

impl Reason {
    /// The word in the files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Charge => "charge",
            Self::Discharge => "discharge",
            Self::PvCharge => "pv_charge",
            Self::GridCharge => "grid_charge",
            Self::SelfSupply => "self_supply",
            Self::HoldImport => "hold_import",
            Self::ImportLimit => "import_limit",
            Self::Asymmetry => "asymmetry",
            Self::ExportLimit => "export_limit",
            Self::Locked => "locked",
            Self::PeakShaving => "peak_shaving",
            Self::Smoothing => "smoothing",
            Self::Full => "full",
            Self::Empty => "empty",
            Self::CycleLimit => "cycle_limit",
            Self::Optimal => "optimal",
            Self::Planned(reason) => reason.as_str(),
        }
    }
}
