//! The one walk from the MV bus to the POI, and its reverse.

use crate::losses::Loss;

/// Everything between the MV bus and the POI, with the year's profiles resolved to one value per step.
///
/// Sign: power is positive towards the grid at every node.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// HV equipment in order, first nearest the plant.
    pub equipment: Vec<Loss>,
    /// Share of positive power lost to outages, 0 to 1, per step.
    pub availability_loss: Vec<f64>,
    /// Largest export at the POI, W, per step; infinite where there is no limit, never negative.
    pub export_limit_w: Vec<f64>,
    /// Largest import at the POI, W, per step; infinite where there is no limit, never negative.
    pub import_limit_w: Vec<f64>,
    /// Site load on the POI bus, W, per step, never negative.
    pub load_w: Vec<f64>,
}

/// The powers of one step, W.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct GridNode {
    /// Node 4: the MV bus.
    pub mv_w: f64,
    /// Node 5: after the HV equipment.
    pub after_hv_w: f64,
    /// Node 6: after availability, before the limit.
    pub before_limit_w: f64,
    /// Power given up for the export limit, never negative.
    pub curtailed_w: f64,
    /// Node 7: what the grid meter sees, site load deducted.
    pub poi_w: f64,
    /// Room below the export limit with the load in place; negative is excess.
    pub headroom_w: f64,
}

/// The powers of a year, W: one vector per node, in the meaning of [`GridNode`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GridNodes {
    /// Node 4.
    pub mv_w: Vec<f64>,
    /// Node 5.
    pub after_hv_w: Vec<f64>,
    /// Node 6.
    pub before_limit_w: Vec<f64>,
    /// Given up for the limit.
    pub curtailed_w: Vec<f64>,
    /// Node 7.
    pub poi_w: Vec<f64>,
    /// Room below the limit.
    pub headroom_w: Vec<f64>,
}

impl Grid {
    /// Number of steps.
    pub fn len(&self) -> usize {
        self.export_limit_w.len()
    }

    /// Whether there is no step at all.
    pub fn is_empty(&self) -> bool {
        self.export_limit_w.is_empty()
    }

    /// Power after the HV equipment for a power at the MV bus, W.
    #[inline]
    pub fn after_hv_w(&self, mv_w: f64, running: bool) -> f64 {
        self.equipment.iter().fold(mv_w, |p, element| element.output_w(p, running))
    }

    /// Walks one power from the MV bus to the POI in step `i`. `running` says whether an inverter of the plant runs.
    ///
    /// An outage sells less but does not shrink the night draw: availability takes its share of positive power only.
    /// The limit acts at the POI, on the power left after the site load.
    #[inline]
    pub fn flow(&self, i: usize, mv_w: f64, running: bool) -> GridNode {
        let after_hv_w = self.after_hv_w(mv_w, running);
        let sold = if after_hv_w > 0.0 { 1.0 - self.availability_loss[i] } else { 1.0 };
        let before_limit_w = after_hv_w * sold;
        let net_w = before_limit_w - self.load_w[i];
        let headroom_w = self.export_limit_w[i] - net_w;
        let curtailed_w = (-headroom_w).max(0.0);
        let poi_w = if headroom_w < 0.0 { self.export_limit_w[i] } else { net_w };
        GridNode { mv_w, after_hv_w, before_limit_w, curtailed_w, poi_w, headroom_w }
    }

    /// The power at the MV bus that puts `poi_w` at the POI in step `i`: [`Grid::flow`] backwards, without the limit.
    ///
    /// Infinite where there is no limit to stand on, or no power at the MV bus can do it (availability loss 100 %).
    #[inline]
    pub fn mv_for_poi_w(&self, i: usize, poi_w: f64) -> f64 {
        let before_limit_w = poi_w + self.load_w[i];
        let sold = if before_limit_w > 0.0 { 1.0 - self.availability_loss[i] } else { 1.0 };
        let after_hv_w = before_limit_w / sold;
        if after_hv_w == f64::INFINITY {
            return f64::INFINITY;
        }
        self.equipment.iter().rev().fold(after_hv_w, |p, element| element.input_w(p, true))
    }

    /// Walks a year of powers at the MV bus to the POI. Both passes of the plant are this function.
    pub fn walk(&self, mv_w: &[f64], running: &[bool]) -> GridNodes {
        let mut nodes = GridNodes::with_capacity(mv_w.len());
        for (i, (mv_w, running)) in mv_w.iter().zip(running).enumerate() {
            nodes.push(self.flow(i, *mv_w, *running));
        }
        nodes
    }
}

impl GridNodes {
    fn with_capacity(len: usize) -> Self {
        let empty = || Vec::with_capacity(len);
        Self {
            mv_w: empty(),
            after_hv_w: empty(),
            before_limit_w: empty(),
            curtailed_w: empty(),
            poi_w: empty(),
            headroom_w: empty(),
        }
    }

    fn push(&mut self, node: GridNode) {
        self.mv_w.push(node.mv_w);
        self.after_hv_w.push(node.after_hv_w);
        self.before_limit_w.push(node.before_limit_w);
        self.curtailed_w.push(node.curtailed_w);
        self.poi_w.push(node.poi_w);
        self.headroom_w.push(node.headroom_w);
    }

    /// The powers of step `i`.
    #[inline]
    pub fn at(&self, i: usize) -> GridNode {
        GridNode {
            mv_w: self.mv_w[i],
            after_hv_w: self.after_hv_w[i],
            before_limit_w: self.before_limit_w[i],
            curtailed_w: self.curtailed_w[i],
            poi_w: self.poi_w[i],
            headroom_w: self.headroom_w[i],
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::losses::{Line, Transformer};
    use proptest::prelude::*;

    /// The plant of the worked example: one HV transformer, 1 % availability loss, 100 MW.
    pub(crate) fn worked_example(len: usize) -> Grid {
        Grid {
            equipment: vec![Loss::Transformer(Transformer::new(150e6, 0.001, 0.005, false))],
            availability_loss: vec![0.01; len],
            export_limit_w: vec![100e6; len],
            import_limit_w: vec![f64::INFINITY; len],
            load_w: vec![0.0; len],
        }
    }

    fn close(ours: f64, expected: f64) {
        assert!((ours - expected).abs() <= 1e-9 * expected.abs(), "{ours} is not {expected}");
    }

    #[test]
    fn the_worked_example_is_met_node_by_node() {
        let node = worked_example(1).flow(0, 120e6, true);
        close(node.after_hv_w, 119_374_987.081_973);
        close(node.before_limit_w, 118_181_237.211_153);
        close(node.curtailed_w, 18_181_237.211_153);
        assert_eq!(node.poi_w, 100e6);
    }

    #[test]
    fn at_night_the_no_load_loss_is_drawn_and_availability_does_not_shrink_it() {
        let node = worked_example(1).flow(0, 0.0, false);
        // 150 kW no-load loss, drawn through the winding: 2·(−150e3)/(1+√(1−4·(0.005/150e6)·150e3))
        assert!(node.after_hv_w < -150_000.0 && node.after_hv_w > -150_001.0);
        assert_eq!(node.poi_w, node.after_hv_w);
    }

    #[test]
    fn the_load_is_served_before_the_limit_counts() {
        let mut grid = worked_example(1);
        grid.load_w[0] = 10e6;
        let node = grid.flow(0, 120e6, true);
        close(node.curtailed_w, 8_181_237.211_153);
        assert_eq!(node.poi_w, 100e6);
    }

    #[test]
    fn a_zero_limit_curtails_all_export_and_leaves_import() {
        let mut grid = worked_example(1);
        grid.export_limit_w[0] = 0.0;
        assert_eq!(grid.flow(0, 120e6, true).poi_w, 0.0);
        assert!(grid.flow(0, 0.0, false).poi_w < 0.0);
    }

    #[test]
    fn without_a_limit_nothing_is_curtailed() {
        let mut grid = worked_example(1);
        grid.export_limit_w[0] = f64::INFINITY;
        let node = grid.flow(0, 120e6, true);
        assert_eq!((node.curtailed_w, node.poi_w), (0.0, node.before_limit_w));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn the_reverse_walk_puts_the_wanted_power_at_the_poi(
            poi_w in -5e6..1e8f64, load_w in 0.0..2e7f64, loss in 0.0..0.2f64,
        ) {
            let mut grid = worked_example(1);
            grid.equipment.push(Loss::Line(Line::from_resistance(1.3, 230e3, 0.98)));
            grid.export_limit_w[0] = f64::INFINITY;
            grid.availability_loss[0] = loss;
            grid.load_w[0] = load_w;
            let node = grid.flow(0, grid.mv_for_poi_w(0, poi_w), true);
            prop_assert!((node.poi_w - poi_w).abs() <= 1e-6, "{} is not {poi_w}", node.poi_w);
        }

        #[test]
        fn every_step_balances_at_the_poi(mv_w in -1e7..1.5e8f64, load_w in 0.0..2e7f64) {
            let mut grid = worked_example(1);
            grid.load_w[0] = load_w;
            let node = grid.flow(0, mv_w, true);
            let residual_w = node.before_limit_w - node.curtailed_w - load_w - node.poi_w;
            prop_assert!(residual_w.abs() <= 1e-9 * 1e8);
            prop_assert!(node.poi_w <= 100e6 && node.curtailed_w >= 0.0);
        }
    }
}
