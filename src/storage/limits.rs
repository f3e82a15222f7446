//! How much the battery may charge and discharge in a step, at its DC terminals.

use crate::lanes::Real;
use crate::losses::{Loss, Transformer};
use crate::plant::{GridNode, Passage, after_hv_w};

use super::converter::Converter;

/// The most the battery may take or give in a step, W at the DC terminals, both 0 or more.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Limits<N = f64> {
    /// Largest charge power.
    pub charge_w: N,
    /// Largest discharge power.
    pub discharge_w: N,
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
pub struct Aim<N = f64> {
    /// Where charge comes from.
    pub charge_from: ChargeFrom,
    /// Share of the inverter's rating it may use, 0 to 1.
    pub rated_share: N,
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
pub struct LimitTracer<'a, N = f64> {
    converter: &'a Converter<N>,
    mode: LimitMode,
    /// HV loss when the storage alone delivers its rating, W.
    hv_loss_alone_w: N,
    /// What the storage alone can deliver to the POI, before availability, W.
    hardware_w: N,
    /// What the transformer delivers, and takes, at the inverter's rating and at nothing, W.
    rated: Reach<N>,
}

/// What the storage's transformer does at the ends of its range, W.
#[derive(Debug, Clone, Copy)]
// The suffix is the unit.
#[allow(clippy::struct_field_names)]
struct Reach<N> {
    /// At the inverter's AC side.
    rated_w: N,
    /// Delivered to the MV bus at the rating.
    most_out_w: N,
    /// The same at no power: its own draw, negative.
    least_out_w: N,
    /// Taken from the MV bus at the rating.
    most_in_w: N,
}

impl<N: Real> Reach<N> {
    fn new(transformer: &Transformer<N>, rated_w: N) -> Self {
        let on = N::mask(true);
        Self {
            rated_w,
            most_out_w: transformer.output_w(rated_w, on),
            least_out_w: transformer.output_w(N::of(0.0), on),
            most_in_w: transformer.input_w(rated_w, on),
        }
    }
}

impl<'a, N: Real> LimitTracer<'a, N> {
    /// A tracer for one plant with its HV equipment.
    pub fn new(equipment: &[Loss<N>], converter: &'a Converter<N>, mode: LimitMode) -> Self {
        let rated = Reach::new(&converter.transformer, converter.rated_w);
        let hardware_w = after_hv_w(equipment, rated.most_out_w, N::mask(true));
        Self { converter, mode, hv_loss_alone_w: rated.most_out_w - hardware_w, hardware_w, rated }
    }

    /// The limits of a step, given the powers of PV alone in it and the power at the MV bus that brings the output to the
    /// export limit, W.
    #[inline]
    pub fn limits(&self, pv: &GridNode<N>, cap_mv_w: impl FnOnce() -> N, aim: &Aim<N>) -> Limits<N> {
        let rated_w = aim.rated_share * self.converter.rated_w;
        let exact = self.mode == LimitMode::Exact;
        let solves = exact && (aim.charge_from == ChargeFrom::Excess || aim.discharge_to_limit);
        let to_limit_w = if solves { self.to_limit_w(cap_mv_w() - pv.mv_w, rated_w) } else { N::of(0.0) };
        let charge_w = match aim.charge_from {
            ChargeFrom::Grid => rated_w * self.converter.efficiency,
            ChargeFrom::AllPv => self.charge_w(pv.mv_w, rated_w),
            ChargeFrom::Excess if exact => (-to_limit_w).only_where(pv.mv_w.positive()).or_zero(),
            ChargeFrom::Excess => self.charge_w(documented_excess_w(pv), rated_w),
        };
        let discharge_w = if !aim.discharge_to_limit {
            rated_w / self.converter.efficiency
        } else if exact {
            to_limit_w.or_zero()
        } else {
            self.documented_discharge_ac_w(pv).or_less(rated_w) / self.converter.efficiency
        };
        Limits { charge_w, discharge_w }
    }

    /// The power at the DC terminals that brings the plant's output in a step to `output_w` beside a PV power at the MV
    /// bus; positive discharges. As much of it as the inverter carries.
    #[inline]
    pub fn dc_for_output_w(&self, passage: &Passage<'_, N>, pv_mv_w: N, output_w: N) -> N {
        self.dc_for_mv_w(passage.mv_for_output_w(output_w) - pv_mv_w, &self.rated)
    }

    /// The wished power at the DC terminals, or what brings the MV bus to `least_mv_w` beside a PV power where that is
    /// more.
    #[inline]
    pub fn held_w(&self, pv_mv_w: N, wished_w: N, least_mv_w: N) -> N {
        let added_w = least_mv_w - pv_mv_w;
        let needs = (added_w + self.converter.auxiliary.active_w).above(self.rated.least_out_w);
        let charges = wished_w.below(N::of(0.0));
        if N::any(N::either(needs, charges)) {
            wished_w.or_more(self.dc_for_mv_w(added_w, &self.rated))
        } else {
            wished_w
        }
    }

    /// The plant's output in a step with a power at the DC terminals beside a PV power at the MV bus.
    pub fn output_w(&self, passage: &Passage<'_, N>, pv_mv_w: N, dc_w: N) -> N {
        let mv_w = pv_mv_w + self.converter.mv_w(dc_w);
        passage.flow(mv_w, N::mask(true), N::of(f64::INFINITY)).before_limit_w
    }

    /// The power at the DC terminals that adds `added_w` to the MV bus, the auxiliary load met, with at most the rating
    /// at the inverter's AC side. Down to the transformer's own draw, a little discharge still lifts the bus.
    #[inline]
    fn dc_for_mv_w(&self, added_w: N, reach: &Reach<N>) -> N {
        let Converter { transformer, efficiency, auxiliary, .. } = self.converter;
        let (on, efficiency) = (N::mask(true), *efficiency);
        let node3_w = added_w + auxiliary.active_w;
        let most_in = (-node3_w).at_least(reach.most_in_w);
        let mut dc_w = -reach.rated_w * efficiency;
        let gives = node3_w.above(reach.least_out_w);
        let takes = N::both(N::not(most_in), N::not(gives));
        if N::any(takes) {
            let charge_w = -transformer.output_w(-node3_w, on).or_zero() * efficiency;
            dc_w = N::choose(takes, charge_w, dc_w);
        }
        if N::any(gives) {
            let most_out = node3_w.at_least(reach.most_out_w);
            let ac_w = N::choose(most_out, reach.rated_w, transformer.input_w(node3_w, on));
            dc_w = N::choose(gives, ac_w / efficiency, dc_w);
        }
        dc_w
    }

    /// What charges from a power at the MV bus: through the transformer, capped by the inverter, converted.
    #[inline]
    fn charge_w(&self, start_w: N, rated_w: N) -> N {
        let charges = start_w.positive();
        if !N::any(charges) {
            return N::of(0.0);
        }
        let ac_w = self.converter.transformer.output_w(start_w, N::mask(true)).or_less(rated_w);
        (ac_w * self.converter.efficiency).or_zero().only_where(charges)
    }

    /// The published discharge: headroom plus the HV loss of the storage alone, back through the transformer.
    #[inline]
    fn documented_discharge_ac_w(&self, pv: &GridNode<N>) -> N {
        let headroom_w = pv.headroom_w.or_zero();
        let traced_w = self.converter.transformer.input_w(headroom_w + self.hv_loss_alone_w, N::mask(true));
        N::choose(headroom_w.at_least(self.hardware_w), self.converter.rated_w, traced_w)
    }

    /// The power at the DC terminals that adds to the MV bus what lacks to the limit, W; negative is charging.
    #[inline]
    fn to_limit_w(&self, added_w: N, rated_w: N) -> N {
        if rated_w == self.rated.rated_w {
            return self.dc_for_mv_w(added_w, &self.rated);
        }
        self.dc_for_mv_w(added_w, &Reach::new(&self.converter.transformer, rated_w))
    }
}

/// The published excess at the MV bus: what is above the limit, and its share of the HV loss in proportion, W.
#[inline]
fn documented_excess_w<N: Real>(pv: &GridNode<N>) -> N {
    let excess_w = (-pv.headroom_w).or_zero();
    let generates = pv.mv_w.positive();
    if !N::any(excess_w.positive()) {
        return N::of(0.0);
    }
    (excess_w + (pv.mv_w - pv.after_hv_w) * excess_w / pv.mv_w).only_where(generates)
}

#[cfg(test)]
mod tests {
    use super::super::auxiliary::StorageAuxiliary;
    use super::super::battery::BatteryStep;
    use super::super::converter::tests::worked_example as converter;
    use super::*;
    use crate::ev::Draw;
    use crate::plant::Demand;
    use crate::plant::grid_tests::worked_example as grid;
    use proptest::prelude::*;

    const NONE: Demand = Demand { total_w: 0.0, at_export_w: 0.0, at_import_w: 0.0 };
    const EXCESS: Aim = Aim { charge_from: ChargeFrom::Excess, rated_share: 1.0, discharge_to_limit: true };

    fn cap_mv_w(grid: &crate::plant::Grid, demand: &Demand) -> f64 {
        grid.mv_for_output_w(0, grid.export_cap_w(0, demand))
    }

    fn close(ours: f64, expected: f64) {
        assert!((ours - expected).abs() <= 1e-9 * expected.abs(), "{ours} is not {expected}");
    }

    fn documented(mv_w: f64) -> (Limits, f64) {
        let (grid, converter) = (grid(1), converter());
        let limits = LimitTracer::new(&grid.equipment, &converter, LimitMode::Documented).limits(
            &grid.flow(0, mv_w, true, &NONE),
            || cap_mv_w(&grid, &NONE),
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
        let limits = LimitTracer::new(&grid.equipment, &converter, LimitMode::Documented).limits(
            &grid.flow(0, 120e6, true, &NONE),
            || cap_mv_w(&grid, &NONE),
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
        let limits = LimitTracer::new(&grid.equipment, &converter, LimitMode::Exact).limits(
            &grid.flow(0, 20e6, true, &NONE),
            || cap_mv_w(&grid, &NONE),
            &EXCESS,
        );
        assert_eq!(limits.discharge_w, 25e6 / 0.98);
    }

    #[test]
    fn no_limit_means_hardware_binds_in_both_modes() {
        let (mut grid, converter) = (grid(1), converter());
        grid.export.limit_w[0] = f64::INFINITY;
        for mode in [LimitMode::Documented, LimitMode::Exact] {
            let limits = LimitTracer::new(&grid.equipment, &converter, mode).limits(
                &grid.flow(0, 120e6, true, &NONE),
                || cap_mv_w(&grid, &NONE),
                &EXCESS,
            );
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
            let limits = LimitTracer::new(&grid.equipment, &converter, LimitMode::Exact).limits(&first, || cap_mv_w(&grid, &demand), &EXCESS);
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
                let limits = LimitTracer::new(&grid.equipment, &converter, mode).limits(&grid.flow(0, mv_w, true, &NONE), || cap_mv_w(&grid, &NONE), &EXCESS);
                prop_assert!(limits.charge_w >= 0.0 && limits.charge_w <= 25e6 * 0.98 * (1.0 + 1e-12));
                prop_assert!(limits.discharge_w >= 0.0 && limits.discharge_w <= 25e6 / 0.98 * (1.0 + 1e-12));
            }
        }
    }
}
