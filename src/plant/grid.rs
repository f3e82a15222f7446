//! The one walk from the MV bus to the POI, and its reverse.

use crate::ev::{Draw, Ev};
use crate::lanes::Real;
use crate::losses::Loss;

use super::demand::Demand;
use super::limit::{LimitKind, LimitYear, NoExport};
use super::nodes::{EvNodes, GridNode, GridNodes};

/// Everything between the MV bus and the POI, with the year's profiles resolved to one value per step.
///
/// Sign: power is positive towards the grid at every node.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// HV equipment in order, first nearest the plant.
    pub equipment: Vec<Loss>,
    /// Share of positive power lost to outages, 0 to 1, per step.
    pub availability_loss: Vec<f64>,
    /// What holds for export.
    pub export: LimitYear,
    /// What holds for import.
    pub import: LimitYear,
    /// Whether the export limit caps PV and storage whatever the load is (static), or the POI (dynamic).
    pub export_is_static: bool,
    /// Whether the export limit holds on each phase, a third of it each.
    pub export_per_phase: bool,
    /// When the operation itself exports nothing, whatever the connection allows; none where it has no such rule.
    pub no_export: Option<NoExport>,
    /// Whether the import limit holds on each phase, a third of it each.
    pub import_per_phase: bool,
    /// Site load on the POI bus, W, per step, never negative.
    pub load_w: Vec<f64>,
    /// The same by phase, W; empty where the load is balanced.
    pub load_phases_w: Vec<[f64; 3]>,
}

impl Grid {
    /// Number of steps.
    pub fn len(&self) -> usize {
        self.load_w.len()
    }

    /// Whether there is no step at all.
    pub fn is_empty(&self) -> bool {
        self.load_w.is_empty()
    }

    /// The highest output that the export limit and the operation allow in step `i`, W; infinite where there is no limit.
    ///
    /// What the operation does not want to export it may still use: its rule acts at the POI under a static limit, too.
    #[inline]
    pub fn export_cap_w(&self, i: usize, demand: &Demand) -> f64 {
        let connection_w = self.connection_cap_w(i, demand);
        if self.exports(i) { connection_w } else { connection_w.min(demand.at_export_w) }
    }

    /// The highest output that the connection allows in step `i`, W.
    #[inline]
    fn connection_cap_w(&self, i: usize, demand: &Demand) -> f64 {
        let beside_w = if self.export_is_static { 0.0 } else { demand.at_export_w };
        self.export.limit_w[i] + beside_w
    }

    /// Whether the operation exports in step `i` if the connection lets it.
    #[inline]
    fn exports(&self, i: usize) -> bool {
        self.no_export.as_ref().is_none_or(|rule| !rule.steps[i])
    }

    /// What may leave at the POI in step `i` at most, W: the export limit, or nothing where the operation's rule says so.
    #[inline]
    pub fn export_limit_w(&self, i: usize) -> f64 {
        if self.exports(i) { self.export.limit_w[i] } else { 0.0 }
    }

    /// Why the output is capped in step `i`: the part of the export limit that binds, or the operation's rule.
    pub fn export_kind(&self, i: usize, demand: &Demand) -> LimitKind {
        match &self.no_export {
            Some(rule) if rule.steps[i] && demand.at_export_w < self.connection_cap_w(i, demand) => rule.kind,
            _ => self.export.kind(i),
        }
    }

    /// The export limit with the operation's rule as a part of it.
    pub fn export_in_force(&self) -> LimitYear {
        let mut limit = self.export.clone();
        if let Some(rule) = &self.no_export {
            limit.tighten(rule.name, rule.kind, |i| if rule.steps[i] { 0.0 } else { f64::INFINITY });
        }
        limit
    }

    /// Everything between the MV bus and the POI in step `i`.
    #[inline]
    pub fn passage(&self, i: usize, demand: &Demand) -> Passage<'_> {
        Passage {
            equipment: &self.equipment,
            sold: 1.0 - self.availability_loss[i],
            demand_w: demand.total_w,
            export_cap_w: self.export_cap_w(i, demand),
            export_limit_w: self.export_limit_w(i),
        }
    }

    /// Power after the HV equipment for a power at the MV bus, W.
    #[inline]
    pub fn after_hv_w(&self, mv_w: f64, running: bool) -> f64 {
        after_hv_w(&self.equipment, mv_w, running)
    }

    /// Walks one power from the MV bus to the POI in step `i`. `running` says whether an inverter of the plant runs.
    ///
    /// A dynamic limit acts at the POI, on the power left after the demand; a static one on the output itself.
    #[inline]
    pub fn flow(&self, i: usize, mv_w: f64, running: bool, demand: &Demand) -> GridNode {
        self.flow_below(i, mv_w, running, demand, f64::INFINITY)
    }

    /// As [`Grid::flow`], with the output held at `cap_w` at most.
    #[inline]
    pub fn flow_below(&self, i: usize, mv_w: f64, running: bool, demand: &Demand, cap_w: f64) -> GridNode {
        self.passage(i, demand).flow(mv_w, running, cap_w)
    }

    /// The power at the MV bus that gives an output in step `i`: [`Grid::flow`] backwards, without the limit.
    ///
    /// Infinite where there is no limit to stand on, or no power at the MV bus can do it (availability loss 100 %).
    #[inline]
    pub fn mv_for_output_w(&self, i: usize, output_w: f64) -> f64 {
        mv_for_output_w(&self.equipment, 1.0 - self.availability_loss[i], output_w)
    }

    /// Walks a year of powers at the MV bus to the POI. Both passes of the plant are this function.
    pub fn walk(&self, mv_w: &[f64], running: &[bool], ev: &EvNodes, cap_w: &[f64]) -> GridNodes {
        let mut nodes = GridNodes::with_capacity(mv_w.len());
        for (i, (mv_w, running)) in mv_w.iter().zip(running).enumerate() {
            let cap_w = cap_w.get(i).copied().unwrap_or(f64::INFINITY);
            nodes.push(self.flow_below(i, *mv_w, *running, &self.demand(i, &ev.served(i)), cap_w));
        }
        nodes
    }

    /// What the vehicles get when PV alone stands beside the grid: the year without storage.
    pub fn serve_alone(&self, mv_w: &[f64], running: &[bool], ev: &Ev) -> EvNodes {
        if ev.is_none() {
            return EvNodes::default();
        }
        let mut nodes = EvNodes::default();
        let mut state = ev.start();
        for (i, (mv_w, running)) in mv_w.iter().zip(running).enumerate() {
            let none = self.demand(i, &Draw::default());
            let output_w = self.flow(i, *mv_w, *running, &none).before_limit_w;
            let service = self.serve(i, ev, &mut state, output_w, self.import.limit_w[i]);
            nodes.push(service.request, service.served);
        }
        nodes.end = Some(state);
        nodes
    }
}

/// What a power passes between the MV bus and the POI in one step.
#[derive(Debug, Clone, Copy)]
pub struct Passage<'a, N = f64> {
    /// HV equipment in order, first nearest the plant.
    pub equipment: &'a [Loss<N>],
    /// Share of positive power that outages leave, 0 to 1.
    pub sold: N,
    /// Load and vehicles, W.
    pub demand_w: N,
    /// The highest output that the export limit and the operation allow, W; infinite where there is no limit.
    pub export_cap_w: N,
    /// What may leave at the POI at most, W.
    pub export_limit_w: N,
}

impl<N: Real> Passage<'_, N> {
    /// One power from the MV bus to the POI, with the output held at `cap_w` at most.
    ///
    /// An outage sells less but does not shrink the night draw: availability takes its share of positive power only.
    #[inline]
    pub fn flow(&self, mv_w: N, running: N::Mask, cap_w: N) -> GridNode<N> {
        let after_hv_w = after_hv_w(self.equipment, mv_w, running);
        let before_limit_w = after_hv_w * sold(self.sold, after_hv_w);
        let cap_w = cap_w.or_less(self.export_cap_w);
        let headroom_w = cap_w - before_limit_w;
        let curtailed_w = (-headroom_w).or_zero();
        let output_w = N::choose(headroom_w.below(N::of(0.0)), cap_w, before_limit_w);
        // The limit itself, and not its neighbor that the demand's rounding makes of it.
        let poi_w = (output_w - self.demand_w).or_less(self.export_limit_w);
        GridNode { mv_w, after_hv_w, before_limit_w, curtailed_w, poi_w, headroom_w }
    }

    /// Power after the HV equipment for a power at the MV bus, W.
    #[inline]
    pub fn after_hv_w(&self, mv_w: N, running: N::Mask) -> N {
        after_hv_w(self.equipment, mv_w, running)
    }

    /// The power at the MV bus that gives an output, as [`Grid::mv_for_output_w`].
    #[inline]
    pub fn mv_for_output_w(&self, output_w: N) -> N {
        mv_for_output_w(self.equipment, self.sold, output_w)
    }
}

/// Power after the HV equipment for a power at the MV bus, W.
#[inline]
pub fn after_hv_w<N: Real>(equipment: &[Loss<N>], mv_w: N, running: N::Mask) -> N {
    equipment.iter().fold(mv_w, |p, element| element.output_w(p, running))
}

/// The share of a power that outages leave to be sold.
#[inline]
fn sold<N: Real>(available: N, power_w: N) -> N {
    N::choose(power_w.positive(), available, N::of(1.0))
}

#[inline]
fn mv_for_output_w<N: Real>(equipment: &[Loss<N>], available: N, output_w: N) -> N {
    let after_hv_w = output_w / sold(available, output_w);
    let mv_w = equipment.iter().rev().fold(after_hv_w, |p, element| element.input_w(p, N::mask(true)));
    let endless = N::of(f64::INFINITY);
    N::choose(after_hv_w.below(endless), mv_w, endless)
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
            export: LimitYear::standing(vec![100e6; len]),
            import: LimitYear::standing(vec![f64::INFINITY; len]),
            export_is_static: false,
            export_per_phase: false,
            no_export: None,
            import_per_phase: false,
            load_w: vec![0.0; len],
            load_phases_w: vec![],
        }
    }

    /// No equipment, no outages, no limits and no load.
    pub(crate) fn lossless(len: usize) -> Grid {
        Grid {
            equipment: vec![],
            availability_loss: vec![0.0; len],
            export: LimitYear::standing(vec![f64::INFINITY; len]),
            ..worked_example(len)
        }
    }

    fn close(ours: f64, expected: f64) {
        assert!((ours - expected).abs() <= 1e-9 * expected.abs(), "{ours} is not {expected}");
    }

    #[test]
    fn the_worked_example_is_met_node_by_node() {
        let node = worked_example(1).flow(0, 120e6, true, &Demand::default());
        close(node.after_hv_w, 119_374_987.081_973);
        close(node.before_limit_w, 118_181_237.211_153);
        close(node.curtailed_w, 18_181_237.211_153);
        assert_eq!(node.poi_w, 100e6);
    }

    #[test]
    fn at_night_the_no_load_loss_is_drawn_and_availability_does_not_shrink_it() {
        let node = worked_example(1).flow(0, 0.0, false, &Demand::default());
        // 150 kW no-load loss, drawn through the winding: 2·(−150e3)/(1+√(1−4·(0.005/150e6)·150e3))
        assert!(node.after_hv_w < -150_000.0 && node.after_hv_w > -150_001.0);
        assert_eq!(node.poi_w, node.after_hv_w);
    }

    #[test]
    fn the_load_is_served_before_the_limit_counts() {
        let mut grid = worked_example(1);
        grid.load_w[0] = 10e6;
        let node = grid.flow(0, 120e6, true, &grid.demand(0, &Draw::default()));
        close(node.curtailed_w, 8_181_237.211_153);
        assert_eq!(node.poi_w, 100e6);
    }

    #[test]
    fn a_zero_limit_curtails_all_export_and_leaves_import() {
        let mut grid = worked_example(1);
        grid.export.limit_w[0] = 0.0;
        assert_eq!(grid.flow(0, 120e6, true, &Demand::default()).poi_w, 0.0);
        assert!(grid.flow(0, 0.0, false, &Demand::default()).poi_w < 0.0);
    }

    #[test]
    fn without_a_limit_nothing_is_curtailed() {
        let mut grid = worked_example(1);
        grid.export.limit_w[0] = f64::INFINITY;
        let node = grid.flow(0, 120e6, true, &Demand::default());
        assert_eq!((node.curtailed_w, node.poi_w), (0.0, node.before_limit_w));
    }

    #[test]
    fn a_static_limit_caps_the_output_whatever_the_load_is() {
        let mut grid = worked_example(1);
        grid.load_w[0] = 10e6;
        grid.export_is_static = true;
        let node = grid.flow(0, 120e6, true, &grid.demand(0, &Draw::default()));
        // 100 MW of output less the load of 10 MW.
        close(node.curtailed_w, 18_181_237.211_153);
        assert_eq!(node.poi_w, 90e6);
    }

    #[test]
    fn per_phase_limits_bind_on_the_least_and_the_most_loaded_phase() {
        let mut grid = worked_example(1);
        grid.export.limit_w[0] = 90e6;
        grid.load_phases_w = vec![[5e6, 2e6, 3e6]];
        grid.load_w[0] = 10e6;
        (grid.export_per_phase, grid.import_per_phase) = (true, true);
        let demand = grid.demand(0, &Draw { phase_w: [1e6, 0.0, 0.0] });
        assert_eq!(demand, Demand { total_w: 11e6, at_export_w: 6e6, at_import_w: 18e6 });
        // 30 MW a phase: the second phase takes 2 MW itself, so 3·32 = 96 MW may come; 96 − 11 = 85 MW leave.
        let node = grid.flow(0, 120e6, true, &demand);
        close(node.curtailed_w, 118_181_237.211_153 - 96e6);
        assert_eq!(node.poi_w, 85e6);
        // 6 MW a phase from the grid, 9 MW of PV: 6 + 3 − 5 = 4 MW of vehicles on the first phase.
        let room = grid.ev_room(0, 9e6, 18e6);
        assert_eq!((room.total_w, room.phase_w), (17e6, [4e6, 7e6, 6e6]));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn the_reverse_walk_puts_the_wanted_power_at_the_poi(
            poi_w in -5e6..1e8f64, load_w in 0.0..2e7f64, loss in 0.0..0.2f64,
        ) {
            let mut grid = worked_example(1);
            grid.equipment.push(Loss::Line(Line::from_resistance(1.3, 230e3, 0.98)));
            grid.export.limit_w[0] = f64::INFINITY;
            grid.availability_loss[0] = loss;
            grid.load_w[0] = load_w;
            let demand = grid.demand(0, &Draw::default());
            let node = grid.flow(0, grid.mv_for_output_w(0, poi_w + load_w), true, &demand);
            prop_assert!((node.poi_w - poi_w).abs() <= 1e-6, "{} is not {poi_w}", node.poi_w);
        }

        #[test]
        fn every_step_balances_at_the_poi(mv_w in -1e7..1.5e8f64, load_w in 0.0..2e7f64) {
            let mut grid = worked_example(1);
            grid.load_w[0] = load_w;
            let node = grid.flow(0, mv_w, true, &grid.demand(0, &Draw::default()));
            let residual_w = node.before_limit_w - node.curtailed_w - load_w - node.poi_w;
            prop_assert!(residual_w.abs() <= 1e-9 * 1e8);
            prop_assert!(node.poi_w <= 100e6 && node.curtailed_w >= 0.0);
        }
    }
}
