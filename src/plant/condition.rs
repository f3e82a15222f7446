//! What the storage finds in each step, worked out once for all storages that stand on the same plant.

use crate::ev::Draw;

use super::{Grid, GridNodes};

/// What lies around the storage of a plant without vehicles in one step, W.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Condition {
    /// First walk: PV at the MV bus.
    pub pv_mv_w: f64,
    /// First walk: after the HV equipment.
    pub pv_after_hv_w: f64,
    /// First walk: room below the export limit.
    pub pv_headroom_w: f64,
    /// Whether a PV inverter runs.
    pub pv_runs: bool,
    /// Share of positive power that outages leave.
    pub sold: f64,
    /// Site load.
    pub load_w: f64,
    /// The highest output that the export limit allows.
    pub export_cap_w: f64,
    /// What may leave at the POI at most.
    pub export_limit_w: f64,
    /// The firm part of the export limit.
    pub export_firm_w: f64,
    /// Import limit; infinite where there is none.
    pub import_limit_w: f64,
    /// Power at the MV bus that brings the output to the export limit.
    pub cap_mv_w: f64,
    /// The same for the import limit, as far as the export limit lets; minus infinity where there is none.
    pub least_mv_w: f64,
}

impl Grid {
    /// The conditions of every step of a year whose first walk is given.
    pub fn conditions(&self, first: &GridNodes, running: &[bool]) -> Vec<Condition> {
        running.iter().enumerate().map(|(i, pv_runs)| self.condition(i, first, *pv_runs)).collect()
    }

    fn condition(&self, i: usize, first: &GridNodes, pv_runs: bool) -> Condition {
        let demand = self.demand(i, &Draw::default());
        let passage = self.passage(i, &demand);
        let import_limit_w = self.import.limit_w[i];
        let least_output_w = (demand.at_import_w - import_limit_w).min(passage.export_cap_w);
        let limited = import_limit_w < f64::INFINITY;
        Condition {
            pv_mv_w: first.mv_w[i],
            pv_after_hv_w: first.after_hv_w[i],
            pv_headroom_w: first.headroom_w[i],
            pv_runs,
            sold: passage.sold,
            load_w: self.load_w[i],
            export_cap_w: passage.export_cap_w,
            export_limit_w: passage.export_limit_w,
            export_firm_w: self.export.firm_w[i],
            import_limit_w,
            cap_mv_w: passage.mv_for_output_w(passage.export_cap_w),
            least_mv_w: if limited { passage.mv_for_output_w(least_output_w) } else { f64::NEG_INFINITY },
        }
    }
}
