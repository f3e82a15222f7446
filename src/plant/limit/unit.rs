//! The units a connection limit may be agreed in: active power, apparent power, or current per phase.

use crate::keys::Keys;
use crate::units::KILO;

/// What a value of a limit is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Active power, kW.
    Kw,
    /// Apparent power, kVA.
    Kva,
    /// Current in each of three phases, A.
    A,
}

/// What turns apparent power and current into active power.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Connection {
    power_factor: f64,
    voltage_v: f64,
}

impl Connection {
    pub(super) fn read(k: &mut Keys<'_>) -> Self {
        let doc = "power factor by which kVA and A become kW";
        let power_factor = k.number("power_factor", doc).above_up_to(0.0, 1.0).or(1.0);
        let doc = "voltage between two phases by which A become kW, V";
        let voltage_v = k.number("voltage_v", doc).above(0.0).or(400.0);
        Self { power_factor, voltage_v }
    }

    /// Active power of one unit, W: P = S·pf, and P = √3·U·I·pf for a current of the same size in three phases.
    pub(super) fn w_per(self, unit: Unit) -> f64 {
        match unit {
            Unit::Kw => KILO,
            Unit::Kva => KILO * self.power_factor,
            Unit::A => 3f64.sqrt() * self.voltage_v * self.power_factor,
        }
    }
}

/// Refuses the keys of a conversion that none of the units `used` needs.
pub(super) fn refuse_unused(k: &Keys<'_>, used: &[Unit]) {
    if k.has("power_factor") && !used.iter().any(|unit| *unit != Unit::Kw) {
        k.reject("power_factor", "no value here is in kVA or A; take it out");
    }
    if k.has("voltage_v") && !used.contains(&Unit::A) {
        k.reject("voltage_v", "no value here is in A; take it out");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apparent_power_and_current_become_active_power() {
        let connection = Connection { power_factor: 0.9, voltage_v: 400.0 };
        assert_eq!(connection.w_per(Unit::Kw), 1000.0);
        assert_eq!(connection.w_per(Unit::Kva), 900.0);
        // √3 · 400 V · 1 A · 0.9 = 623.538 W
        assert!((connection.w_per(Unit::A) - 623.538_290_724_795_6).abs() < 1e-9);
    }
}
