//! The `PVWatts` inverter model.

use crate::keys::Keys;
use crate::units::fraction;

pub(super) const DOC: &str = "one efficiency curve for all inverters, by the nominal efficiency (PVWatts)";

/// Efficiency of the reference inverter at full load.
const REFERENCE_EFFICIENCY: f64 = 0.9637;

/// AC power by DC power [1], with `ζ = P_dc/P_dc0` and `P_dc0 = P_ac0/η_nom`:
///
/// ```text
/// P_ac = η_nom/0.9637·(−0.0162·ζ − 0.0059/ζ + 0.9858)·P_dc
/// ```
///
/// [1] Dobos, A. P. (2014). `PVWatts` version 5 manual. NREL/TP-6A20-62641.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PvWatts {
    /// Largest AC power, W.
    pub ac_power_max_w: f64,
    /// Nominal efficiency, 0 to 1.
    pub efficiency: f64,
}

impl PvWatts {
    /// Reads the keys of the model; the largest AC power is common to all models.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let efficiency = k.number("efficiency_pct", "nominal efficiency, %").within(50.0, 100.0).or(96.0);
        Self { ac_power_max_w: f64::NAN, efficiency: fraction(efficiency) }
    }

    /// AC power before the limit, W; none below the power (0.6 % of the rating) that covers the inverter's own needs.
    #[inline]
    pub fn ac_power_w(&self, dc_power_w: f64) -> Option<f64> {
        let load = dc_power_w * self.efficiency / self.ac_power_max_w;
        // P_dc/ζ is P_dc0, so that no power at all needs no care.
        let own_w = 0.0059 * self.ac_power_max_w / self.efficiency;
        let ac_w = self.efficiency / REFERENCE_EFFICIENCY * ((0.9858 - 0.0162 * load) * dc_power_w - own_w);
        (ac_w > 0.0).then_some(ac_w)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_load_gives_the_curve_s_efficiency() {
        // ζ = 0.5: 0.96/0.9637·(−0.0081 − 0.0118 + 0.9858) = 0.962 191 553; 500 kW·0.962 191 553
        let inverter = PvWatts { ac_power_max_w: 960e3, efficiency: 0.96 };
        assert!((inverter.ac_power_w(500e3).unwrap() - 500e3 * 0.96 / 0.9637 * 0.9659).abs() < 1e-6);
    }

    #[test]
    fn a_glimmer_of_light_does_not_start_it() {
        let inverter = PvWatts { ac_power_max_w: 960e3, efficiency: 0.96 };
        assert_eq!(inverter.ac_power_w(0.0), None);
        assert_eq!(inverter.ac_power_w(5e3), None);
        assert!(inverter.ac_power_w(7e3).is_some());
    }
}
