//! How much the battery may charge and discharge in a step, at its DC terminals.

use crate::plant::{Demand, Grid, GridNode};

use super::converter::Converter;

/// The most the battery may take or give in a step, W at the DC terminals, both 0 or more.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Limits {
    /// Largest charge power.
    pub charge_w: f64,
    /// Largest discharge power.
    pub discharge_w: f64,
}

/// Which PV power an algorithm may charge from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChargeFrom {
    /// The part above the export limit.
    Excess,
    /// All of it.
    AllPv,
    /// All of it and the grid.
    Grid,
}

/// What an algorithm asks of the limits in a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Aim {
    /// Where charge comes from.
    pub charge_from: ChargeFrom,
    /// Share of the inverter's rating it may use, 0 to 1.
    pub rated_share: f64,
    /// Whether discharge stops at the export limit; if not, the second walk curtails what is too much.
    pub discharge_to_limit: bool,
}

/// How the limits are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitMode {
    /// The published calculation with its three approximations: HV loss shared in proportion, HV loss of the storage
    /// alone, availability not grossed up.
    Documented,
    /// The plant solved backwards, so that the second walk lands on the limit.
    Exact,
}

/// Computes the limits of a plant; holds what is the same in every step.
#[derive(Debug, Clone)]
pub struct LimitTracer<'a> {
    grid: &'a Grid,
    converter: &'a Converter,
    mode: LimitMode,
    /// HV loss when the storage alone delivers its rating, W.
    hv_loss_alone_w: f64,
    /// What the storage alone can deliver to the POI, before availability, W.
    hardware_w: f64,
}

impl<'a> LimitTracer<'a> {
    /// A tracer for one plant.
    pub fn new(grid: &'a Grid, converter: &'a Converter, mode: LimitMode) -> Self {
        let rated_mv_w = converter.transformer.output_w(converter.rated_w, true);
        let hardware_w = grid.after_hv_w(rated_mv_w, true);
        Self { grid, converter, mode, hv_loss_alone_w: rated_mv_w - hardware_w, hardware_w }
    }

    /// The limits of step `i`, given the powers of PV alone in that step beside `demand`.
    pub fn limits(&self, i: usize, pv: &GridNode, demand: &Demand, aim: &Aim) -> Limits {
        Limits { charge_w: self.charge_w(i, pv, demand, aim), discharge_w: self.discharge_w(i, pv, demand, aim) }
    }

    /// The power at the DC terminals that brings the plant's output to `output_w` in step `i` beside a PV power at the
    /// MV bus; positive discharges. As much of it as the inverter carries.
    pub fn dc_for_output_w(&self, i: usize, pv_mv_w: f64, output_w: f64) -> f64 {
        self.dc_for_mv_w(self.grid.mv_for_output_w(i, output_w) - pv_mv_w, self.converter.rated_w)
    }

    /// The plant's output in step `i` with a power at the DC terminals beside a PV power at the MV bus.
    pub fn output_w(&self, i: usize, pv_mv_w: f64, dc_w: f64) -> f64 {
        let mv_w = pv_mv_w + self.converter.mv_w(dc_w);
        self.grid.flow(i, mv_w, true, &Demand::default()).before_limit_w
    }

    /// The power at the DC terminals that adds `added_w` to the MV bus, the auxiliary load met, with at most `rated_w`
    /// at the inverter's AC side. Down to the transformer's own draw, a little discharge still lifts the bus.
    fn dc_for_mv_w(&self, added_w: f64, rated_w: f64) -> f64 {
        let Converter { transformer, efficiency, auxiliary, .. } = self.converter;
        let node3_w = added_w + auxiliary.active_w;
        if node3_w >= transformer.output_w(rated_w, true) {
            rated_w / efficiency
        } else if node3_w > transformer.output_w(0.0, true) {
            transformer.input_w(node3_w, true) / efficiency
        } else if -node3_w >= transformer.input_w(rated_w, true) {
            -rated_w * efficiency
        } else {
            -transformer.output_w(-node3_w, true).max(0.0) * efficiency
        }
    }

    /// Charge limit: the starting power at the MV bus, through the transformer, capped by the inverter, converted.
    fn charge_w(&self, i: usize, pv: &GridNode, demand: &Demand, aim: &Aim) -> f64 {
        let rated_w = aim.rated_share * self.converter.rated_w;
        let start_w = match (aim.charge_from, self.mode) {
            (ChargeFrom::Grid, _) => return rated_w * self.converter.efficiency,
            _ if pv.mv_w <= 0.0 => 0.0,
            (ChargeFrom::AllPv, _) => pv.mv_w,
            (ChargeFrom::Excess, LimitMode::Documented) => {
                let excess_w = (-pv.headroom_w).max(0.0);
                excess_w + (pv.mv_w - pv.after_hv_w) * excess_w / pv.mv_w
            }
            (ChargeFrom::Excess, LimitMode::Exact) => {
                return (-self.dc_for_mv_w(self.to_limit_w(i, pv, demand), rated_w)).max(0.0);
            }
        };
        let ac_w = self.converter.transformer.output_w(start_w, true).min(rated_w);
        (ac_w * self.converter.efficiency).max(0.0)
    }

    /// Discharge limit: the lesser of headroom and hardware, traced back to the DC terminals.
    fn discharge_w(&self, i: usize, pv: &GridNode, demand: &Demand, aim: &Aim) -> f64 {
        let rated_w = aim.rated_share * self.converter.rated_w;
        let ac_w = match self.mode {
            _ if !aim.discharge_to_limit => rated_w,
            LimitMode::Documented => self.documented_discharge_ac_w(pv).min(rated_w),
            LimitMode::Exact => return self.dc_for_mv_w(self.to_limit_w(i, pv, demand), rated_w).max(0.0),
        };
        ac_w / self.converter.efficiency
    }

    /// The published discharge: headroom plus the HV loss of the storage alone, back through the transformer.
    fn documented_discharge_ac_w(&self, pv: &GridNode) -> f64 {
        let headroom_w = pv.headroom_w.max(0.0);
        if self.hardware_w <= headroom_w {
            return self.converter.rated_w;
        }
        self.converter.transformer.input_w(headroom_w + self.hv_loss_alone_w, true)
    }

    /// What the storage must add to the MV bus so that the output stands on its limit, W; negative is charging.
    fn to_limit_w(&self, i: usize, pv: &GridNode, demand: &Demand) -> f64 {
        self.grid.mv_for_output_w(i, self.grid.export_cap_w(i, demand)) - pv.mv_w
    }
}

#[cfg(test)]
mod tests {
    use super::super::battery::{BatteryStep, StorageAuxiliary};
    use super::super::converter::tests::worked_example as converter;
    use super::*;
    use crate::ev::Draw;
    use crate::plant::grid_tests::worked_example as grid;
    use proptest::prelude::*;

    const NONE: Demand = Demand { total_w: 0.0, at_export_w: 0.0, at_import_w: 0.0 };
    const EXCESS: Aim = Aim { charge_from: ChargeFrom::Excess, rated_share: 1.0, discharge_to_limit: true };

    fn close(ours: f64, expected: f64) {
        assert!((ours - expected).abs() <= 1e-9 * expected.abs(), "{ours} is not {expected}");
    }

    fn documented(mv_w: f64) -> (Limits, f64) {
        let (grid, converter) = (grid(1), converter());
        let limits = LimitTracer::new(&grid, &converter, LimitMode::Documented).limits(
            0,
            &grid.flow(0, mv_w, true, &NONE),
            &NONE,
            &EXCESS,
        );
        (limits, mv_w)
    }

    #[test]
    fn the_worked_example_s_charge_limit_and_second_walk_are_met() {
        let (limits, mv_w) = documented(120e6);
        close(limits.charge_w, 17_816_235.217_822);
        let node = converter().to_mv(&BatteryStep { charge_w: limits.charge_w, ..Default::default() });
        let second = grid(1).flow(0, mv_w + node.mv_w, true, &NONE);
        close(second.mv_w, 101_724_066.887_825);
        close(second.after_hv_w, 101_232_466.478_845);
        close(second.before_limit_w, 100_220_141.814_057);
    }

    #[test]
    fn at_night_the_hardware_binds_at_exactly_the_inverter_rating() {
        let (limits, _) = documented(0.0);
        assert_eq!(limits.discharge_w * 0.98, 25e6);
        close(limits.discharge_w, 25_510_204.081_633);
        let node = converter().to_mv(&BatteryStep { discharge_w: limits.discharge_w, ..Default::default() });
        let second = grid(1).flow(0, node.mv_w, true, &NONE);
        close(second.after_hv_w, 24_676_232.774_032);
        close(second.poi_w, 24_429_470.446_292);
    }

    #[test]
    fn under_the_limit_the_headroom_binds_as_in_the_worked_example() {
        let (limits, mv_w) = documented(90e6);
        close(limits.discharge_w, 11_775_507.890_111);
        let node = converter().to_mv(&BatteryStep { discharge_w: limits.discharge_w, ..Default::default() });
        close(node.ac_w, 11_539_997.732_308);
        close(grid(1).flow(0, mv_w + node.mv_w, true, &NONE).before_limit_w, 99_983_696.226_749);
    }

    #[test]
    fn night_draw_gives_no_charge() {
        assert_eq!(documented(-5e3).0.charge_w, 0.0);
    }

    #[test]
    fn a_custom_share_caps_both_directions_and_ignores_the_limit() {
        let (grid, converter) = (grid(1), converter());
        let aim = Aim { charge_from: ChargeFrom::AllPv, rated_share: 0.5, discharge_to_limit: false };
        let limits = LimitTracer::new(&grid, &converter, LimitMode::Documented).limits(
            0,
            &grid.flow(0, 120e6, true, &NONE),
            &NONE,
            &aim,
        );
        close(limits.charge_w, 12.5e6 * 0.98);
        close(limits.discharge_w, 12.5e6 / 0.98);
    }

    #[test]
    fn no_limit_means_hardware_binds_behind_a_transformer_without_winding_loss_too() {
        let (mut grid, converter) = (grid(1), converter());
        grid.equipment =
            vec![crate::losses::Loss::Transformer(crate::losses::Transformer::new(150e6, 0.001, 0.0, false))];
        grid.export.limit_w[0] = f64::INFINITY;
        let limits = LimitTracer::new(&grid, &converter, LimitMode::Exact).limits(
            0,
            &grid.flow(0, 20e6, true, &NONE),
            &NONE,
            &EXCESS,
        );
        assert_eq!(limits.discharge_w, 25e6 / 0.98);
    }

    #[test]
    fn no_limit_means_hardware_binds_in_both_modes() {
        let (mut grid, converter) = (grid(1), converter());
        grid.export.limit_w[0] = f64::INFINITY;
        for mode in [LimitMode::Documented, LimitMode::Exact] {
            let limits =
                LimitTracer::new(&grid, &converter, mode).limits(0, &grid.flow(0, 120e6, true, &NONE), &NONE, &EXCESS);
            assert_eq!((limits.charge_w, limits.discharge_w), (0.0, 25e6 / 0.98), "{mode:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn exact_limits_land_the_second_walk_on_the_limit(
            mv_w in 0.0..1.3e8f64, load_w in 0.0..2e7f64, loss in 0.0..0.1f64, active_w in 0.0..1e5f64,
        ) {
            let (mut grid, mut converter) = (grid(1), converter());
            grid.load_w[0] = load_w;
            grid.availability_loss[0] = loss;
            converter.auxiliary = StorageAuxiliary { idle_w: 0.0, active_w };
            // Hardware that never binds.
            converter.rated_w = 1e9;
            let demand = grid.demand(0, &Draw::default());
            let first = grid.flow(0, mv_w, true, &demand);
            let limits = LimitTracer::new(&grid, &converter, LimitMode::Exact).limits(0, &first, &demand, &EXCESS);
            let step = if first.headroom_w < 0.0 {
                BatteryStep { charge_w: limits.charge_w, ..Default::default() }
            } else {
                BatteryStep { discharge_w: limits.discharge_w, ..Default::default() }
            };
            let node = converter.to_mv(&step);
            prop_assume!(node.ac_w != 0.0);
            let second = grid.flow(0, mv_w + node.mv_w, true, &demand);
            prop_assert!(second.headroom_w.abs() <= 1e-6, "misses by {} W", second.headroom_w);
        }

        #[test]
        fn documented_limits_are_never_negative_nor_beyond_the_inverter(mv_w in -1e6..1.5e8f64, limit_w in 0.0..1.5e8f64) {
            let (mut grid, converter) = (grid(1), converter());
            grid.export.limit_w[0] = limit_w;
            for mode in [LimitMode::Documented, LimitMode::Exact] {
                let limits = LimitTracer::new(&grid, &converter, mode).limits(0, &grid.flow(0, mv_w, true, &NONE), &NONE, &EXCESS);
                prop_assert!(limits.charge_w >= 0.0 && limits.charge_w <= 25e6 * 0.98 * (1.0 + 1e-12));
                prop_assert!(limits.discharge_w >= 0.0 && limits.discharge_w <= 25e6 / 0.98 * (1.0 + 1e-12));
            }
        }
    }
}
