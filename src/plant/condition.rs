//! What PV and connection leave a storage in each step, worked out once for all storages that find the same.

use crate::ev::Draw;

use super::{Grid, GridNodes};

/// What lies between the MV bus and the grid of a plant without vehicles in one step, W.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Condition {
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

/// What PV alone leaves a storage in one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PvCondition {
    /// Power at the MV bus, W.
    pub mv_w: f64,
    /// Power after the HV equipment, W.
    pub after_hv_w: f64,
    /// Room below the export limit, W.
    pub headroom_w: f64,
    /// Whether a PV inverter runs.
    pub runs: bool,
}

impl GridNodes {
    /// What a first walk leaves a storage in every step, beside inverters that run as told.
    pub fn conditions(&self, running: &[bool]) -> Vec<PvCondition> {
        let of = |(i, runs): (usize, &bool)| PvCondition {
            mv_w: self.mv_w[i],
            after_hv_w: self.after_hv_w[i],
            headroom_w: self.headroom_w[i],
            runs: *runs,
        };
        running.iter().enumerate().map(of).collect()
    }
}

impl Grid {
    /// The conditions of every step, on balanced phases.
    pub fn conditions(&self) -> Vec<Condition> {
        let mut conditions: Vec<Condition> = Vec::with_capacity(self.len());
        for i in 0..self.len() {
            let next = self.condition(i, conditions.last());
            conditions.push(next);
        }
        conditions
    }

    /// The conditions of a step; what is as in the step before is not worked out again.
    fn condition(&self, i: usize, before: Option<&Condition>) -> Condition {
        let demand = self.demand(i, &Draw::default());
        let passage = self.passage(i, &demand);
        let (sold, export_cap_w, import_limit_w) = (passage.sold, passage.export_cap_w, self.import.limit_w[i]);
        let mut condition = Condition {
            sold,
            load_w: self.load_w[i],
            export_cap_w,
            export_limit_w: passage.export_limit_w,
            export_firm_w: self.export.firm_w[i],
            import_limit_w,
            cap_mv_w: f64::INFINITY,
            least_mv_w: f64::NEG_INFINITY,
        };
        if let Some(Condition { cap_mv_w, least_mv_w, .. }) = before.filter(|before| condition.is_alike(before)) {
            return Condition { cap_mv_w: *cap_mv_w, least_mv_w: *least_mv_w, ..condition };
        }
        condition.cap_mv_w = passage.mv_for_output_w(export_cap_w);
        if import_limit_w < f64::INFINITY {
            let least_output_w = (demand.at_import_w - import_limit_w).min(export_cap_w);
            condition.least_mv_w = passage.mv_for_output_w(least_output_w);
        }
        condition
    }
}

impl Condition {
    /// Whether outages, load and limits are those of another step.
    fn is_alike(&self, other: &Self) -> bool {
        let of = |c: &Self| [c.sold, c.load_w, c.export_cap_w, c.import_limit_w];
        of(self) == of(other)
    }
}

#[cfg(test)]
mod tests {
    use super::super::LimitYear;
    use super::super::grid::tests::worked_example;

    #[test]
    fn what_is_as_in_the_step_before_is_the_same_as_worked_out_anew() {
        let mut grid = worked_example(6);
        grid.load_w = vec![0.0, 0.0, 5e6, 5e6, 5e6, 5e6];
        grid.import = LimitYear::standing(vec![f64::INFINITY, 1e6, 1e6, 1e6, 2e6, 2e6]);
        grid.availability_loss[5] = 0.2;
        let conditions = grid.conditions();
        for (i, condition) in conditions.iter().enumerate() {
            assert_eq!(*condition, grid.condition(i, None), "step {i}");
        }
        // 1 MW of import beside 5 MW of load: 4 MW must come out, and a little more before the transformer.
        assert_eq!((conditions[0].least_mv_w, conditions[2].load_w), (f64::NEG_INFINITY, 5e6));
        assert!(conditions[2].least_mv_w > 4e6 && conditions[2].least_mv_w < 4.3e6, "{}", conditions[2].least_mv_w);
        assert_ne!(conditions[4].cap_mv_w, conditions[5].cap_mv_w);
    }
}
