//! Between the battery's DC terminals and the MV bus: inverter, transformer, auxiliary load.

use crate::keys::Keys;
use crate::lanes::{LANES, Real};
use crate::losses::Transformer;
use crate::units::{MEGA, fraction};

use super::UNLIKELY;
use super::auxiliary::StorageAuxiliary;
use super::battery::BatteryStep;

/// The storage inverter, its MV transformer and the auxiliary load.
#[derive(Debug, Clone, PartialEq)]
pub struct Converter<N = f64> {
    /// Inverter AC rating, W.
    pub rated_w: N,
    /// Inverter efficiency, the same in both directions, 0 to 1.
    pub efficiency: N,
    /// MV transformer; lossless when there is none.
    pub transformer: Transformer<N>,
    /// Constant loads.
    pub auxiliary: StorageAuxiliary<N>,
}

/// The storage's powers of one step between DC terminals and MV bus, W, positive towards the grid, and its losses.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ConverterStep<N = f64> {
    /// Node 2: inverter AC terminals.
    pub ac_w: N,
    /// Node 3 less the auxiliary load: what the storage adds to the MV bus.
    pub mv_w: N,
    /// Lost in the inverter, W.
    pub inverter_loss_w: N,
    /// Lost in the transformer, W.
    pub transformer_loss_w: N,
    /// Auxiliary load, W.
    pub auxiliary_w: N,
}

impl Converter {
    /// Reads the inverter, transformer and auxiliary keys of `[storage]`.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let (rated_w, efficiency) = k.required_section("inverter", "storage inverter", |k| {
            let rated = k.number("rated_mw", "AC rating, MW").above(0.0).required() * MEGA;
            let efficiency = k.number("efficiency_pct", "efficiency in each direction, %").above_up_to(0.0, 100.0);
            let efficiency = fraction(efficiency.required());
            if efficiency < UNLIKELY {
                k.warn("efficiency_pct", "is below 50 %; it is a percentage, such as 98");
            }
            (rated, efficiency)
        });
        let doc = "storage MV transformer: a name or its keys; lossless when left out";
        let transformer = k.optional_equipment("transformer", "transformers", doc, Transformer::read);
        let transformer = transformer.unwrap_or_else(Transformer::lossless);
        if transformer.rating_va() < 0.2 * rated_w {
            let (rating, rated) = (transformer.rating_va() / MEGA, rated_w / MEGA);
            let message =
                format!("{rating} MVA is less than a fifth of the storage inverter's {rated} MW; check the units");
            k.reject("transformer", message);
        }
        Self { rated_w, efficiency, transformer, auxiliary: StorageAuxiliary::read(k) }
    }

    /// Several side by side, if their transformers are alike.
    pub fn abreast<N: Real>(all: [&Self; LANES]) -> Option<Converter<N>> {
        Some(Converter {
            rated_w: N::each(|i| all[i].rated_w),
            efficiency: N::each(|i| all[i].efficiency),
            transformer: Transformer::abreast(all.map(|c| &c.transformer))?,
            auxiliary: StorageAuxiliary {
                idle_w: N::each(|i| all[i].auxiliary.idle_w),
                active_w: N::each(|i| all[i].auxiliary.active_w),
            },
        })
    }
}

impl<N: Real> Converter<N> {
    /// What a power at the DC terminals, positive discharging, means at the MV bus, W.
    #[inline]
    pub fn mv_w(&self, dc_w: N) -> N {
        self.to_mv(&BatteryStep { charge_w: (-dc_w).or_zero(), discharge_w: dc_w.or_zero(), ..Default::default() }).mv_w
    }

    /// Node 1 → 3: what a battery step means at the MV bus.
    ///
    /// Discharging, power leaves through the transformer; charging, the transformer draws what the inverter takes and
    /// its own loss; idle it draws its no-load loss (nothing if it is disconnected while nothing runs).
    #[inline]
    pub fn to_mv(&self, step: &BatteryStep<N>) -> ConverterStep<N> {
        let running = step.runs();
        let auxiliary_w = N::choose(running, self.auxiliary.active_w, self.auxiliary.idle_w);
        // What the inverter takes in from either side.
        let (from_dc_w, from_ac_w) = (step.discharge_w, step.charge_w / self.efficiency);
        let ac_w = from_dc_w * self.efficiency - from_ac_w;
        let delivers = ac_w.positive();
        let mut node3_w = -self.transformer.input_w(-ac_w, running);
        if N::any(delivers) {
            node3_w = N::choose(delivers, self.transformer.output_w(ac_w, N::mask(true)), node3_w);
        }
        // The winding loss goes with the power on the transformer's far side, whichever way it flows.
        let transformer_loss_w = self.transformer.loss_w(N::choose(delivers, node3_w, -ac_w), running);
        ConverterStep {
            ac_w,
            mv_w: node3_w - auxiliary_w,
            inverter_loss_w: (from_dc_w + from_ac_w) * (N::of(1.0) - self.efficiency),
            transformer_loss_w,
            auxiliary_w,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The storage inverter and transformer of the worked example: 25 MW, 98 %; 30 MVA, 0.1 %/0.6 %.
    pub(crate) fn worked_example() -> Converter {
        Converter {
            rated_w: 25e6,
            efficiency: 0.98,
            transformer: Transformer::new(30e6, 0.001, 0.006, false),
            auxiliary: StorageAuxiliary { idle_w: 0.0, active_w: 0.0 },
        }
    }

    #[test]
    fn rated_discharge_arrives_at_the_mv_bus_as_in_the_worked_example() {
        let step = BatteryStep { discharge_w: 25e6 / 0.98, ..Default::default() };
        let node = worked_example().to_mv(&step);
        assert!((node.mv_w - 24_846_529.989_496).abs() < 0.025, "{}", node.mv_w);
        assert!((node.ac_w - node.mv_w - node.transformer_loss_w).abs() < 1e-6);
    }

    #[test]
    fn charging_draws_the_transformer_s_loss_on_top() {
        let step = BatteryStep { charge_w: 17_816_235.217_822, ..Default::default() };
        let node = worked_example().to_mv(&step);
        assert!((node.ac_w + 18_179_831.854_921).abs() < 0.02);
        assert!((node.mv_w + 18_275_933.112_175).abs() < 0.02);
    }

    #[test]
    fn idle_draws_the_no_load_loss_and_the_idle_auxiliary() {
        let mut converter = worked_example();
        converter.auxiliary = StorageAuxiliary { idle_w: 7e3, active_w: 9e3 };
        assert_eq!(converter.to_mv(&BatteryStep::default()).mv_w, -37_000.0);
        converter.transformer = Transformer::new(30e6, 0.001, 0.006, true);
        assert_eq!(converter.to_mv(&BatteryStep::default()).mv_w, -7_000.0);
    }
}
