//! Between the battery's DC terminals and the MV bus: inverter, transformer, auxiliary load.

use crate::keys::Keys;
use crate::losses::Transformer;
use crate::units::{MEGA, fraction};

use super::UNLIKELY;
use super::battery::{BatteryStep, StorageAuxiliary};

/// The storage inverter, its MV transformer and the auxiliary load.
#[derive(Debug, Clone, PartialEq)]
pub struct Converter {
    /// Inverter AC rating, W.
    pub rated_w: f64,
    /// Inverter efficiency, the same in both directions, 0 to 1.
    pub efficiency: f64,
    /// MV transformer; lossless when there is none.
    pub transformer: Transformer,
    /// Constant loads.
    pub auxiliary: StorageAuxiliary,
}

/// The storage's powers of one step between DC terminals and MV bus, W, positive towards the grid, and its losses.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ConverterStep {
    /// Node 2: inverter AC terminals.
    pub ac_w: f64,
    /// Node 3 less the auxiliary load: what the storage adds to the MV bus.
    pub mv_w: f64,
    /// Lost in the inverter, W.
    pub inverter_loss_w: f64,
    /// Lost in the transformer, W.
    pub transformer_loss_w: f64,
    /// Auxiliary load, W.
    pub auxiliary_w: f64,
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

    /// What a power at the DC terminals, positive discharging, means at the MV bus, W.
    #[inline]
    pub fn mv_w(&self, dc_w: f64) -> f64 {
        self.to_mv(&BatteryStep { charge_w: (-dc_w).max(0.0), discharge_w: dc_w.max(0.0), ..Default::default() }).mv_w
    }

    /// Node 1 → 3: what a battery step means at the MV bus.
    ///
    /// Discharging, power leaves through the transformer; charging, the transformer draws what the inverter takes and
    /// its own loss; idle it draws its no-load loss (nothing if it is disconnected while nothing runs).
    #[inline]
    pub fn to_mv(&self, step: &BatteryStep) -> ConverterStep {
        let running = step.charge_w > 0.0 || step.discharge_w > 0.0;
        let auxiliary_w = if running { self.auxiliary.active_w } else { self.auxiliary.idle_w };
        let ac_w = step.discharge_w * self.efficiency - step.charge_w / self.efficiency;
        let node3_w =
            if ac_w > 0.0 { self.transformer.output_w(ac_w, true) } else { -self.transformer.input_w(-ac_w, running) };
        // The winding loss goes with the power on the transformer's far side, whichever way it flows.
        let transformer_loss_w = self.transformer.loss_w(if ac_w > 0.0 { node3_w } else { -ac_w }, running);
        ConverterStep {
            ac_w,
            mv_w: node3_w - auxiliary_w,
            inverter_loss_w: step.discharge_w * (1.0 - self.efficiency) + step.charge_w * (1.0 / self.efficiency - 1.0),
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
