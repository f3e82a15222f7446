//! The Sandia inverter model.

use crate::keys::Keys;

pub(super) const DOC: &str = "Sandia model (King 2007), as in the tables of the California Energy Commission";

/// AC power by DC power and voltage [1]:
///
/// ```text
/// P_ac = (P_aco/(A − B) − C·(A − B))·(P_dc − B) + C·(P_dc − B)²
/// A = P_dco·(1 + C1·ΔV),  B = P_so·(1 + C2·ΔV),  C = C0·(1 + C3·ΔV),  ΔV = V_dc − V_dco
/// ```
///
/// [1] King, D., Gonzalez, S., Galbraith, G. and Boyson, W. (2007). Performance model for grid-connected photovoltaic
/// inverters. SAND2007-5036.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sandia {
    /// Largest AC power `P_aco`, W.
    pub ac_power_max_w: f64,
    /// DC power that gives it at the nominal voltage, `P_dco`, W.
    pub dc_power_max_w: f64,
    /// Nominal DC voltage `V_dco`, V.
    pub dc_voltage_nominal_v: f64,
    /// DC power below which the inverter does not run, `P_so`, W.
    pub dc_power_startup_w: f64,
    /// Curvature, 1/W.
    pub c0_per_w: f64,
    /// Change of `P_dco` with voltage, 1/V.
    pub c1_per_v: f64,
    /// Change of `P_so` with voltage, 1/V.
    pub c2_per_v: f64,
    /// Change of `C0` with voltage, 1/V.
    pub c3_per_v: f64,
}

impl Sandia {
    /// Reads the keys of the model; the largest AC power is common to all models.
    pub fn read(k: &mut Keys<'_>) -> Self {
        Self {
            ac_power_max_w: f64::NAN,
            dc_power_max_w: k.number("dc_power_max_w", "DC power at the AC limit, W").above(0.0).required(),
            dc_voltage_nominal_v: k.number("dc_voltage_nominal_v", "nominal DC voltage, V").above(0.0).required(),
            dc_power_startup_w: k.number("dc_power_startup_w", "DC power at start-up, W").at_least(0.0).required(),
            c0_per_w: k.number("c0_per_w", "coefficient C0, 1/W").required(),
            c1_per_v: k.number("c1_per_v", "coefficient C1, 1/V").required(),
            c2_per_v: k.number("c2_per_v", "coefficient C2, 1/V").required(),
            c3_per_v: k.number("c3_per_v", "coefficient C3, 1/V").required(),
        }
    }

    /// AC power before the limit, W; none below the start-up power. Right above it the model may ask for a little power
    /// (negative).
    #[inline]
    pub fn ac_power_w(&self, dc_power_w: f64, dc_voltage_v: f64) -> Option<f64> {
        if dc_power_w <= 0.0 || dc_power_w < self.dc_power_startup_w {
            return None;
        }
        let dv = dc_voltage_v - self.dc_voltage_nominal_v;
        let b = self.dc_power_startup_w * (1.0 + self.c2_per_v * dv);
        // Far outside its voltages the model would turn over; a hundredth of the rating keeps it on its feet.
        let span = (self.dc_power_max_w * (1.0 + self.c1_per_v * dv) - b).max(0.01 * self.dc_power_max_w);
        let c = self.c0_per_w * (1.0 + self.c3_per_v * dv);
        let net = dc_power_w - b;
        Some((self.ac_power_max_w / span - c * span) * net + c * net * net)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Sungrow SG2500U.
    pub(in crate::pv) fn sg2500u() -> Sandia {
        Sandia {
            ac_power_max_w: 2_500_000.0,
            dc_power_max_w: 2_542_502.5,
            dc_voltage_nominal_v: 900.0,
            dc_power_startup_w: 3_912.462_158,
            c0_per_w: -3.864_416e-9,
            c1_per_v: 4.990_351e-6,
            c2_per_v: 0.000_279,
            c3_per_v: -0.000_498,
        }
    }

    #[test]
    fn rated_dc_power_at_nominal_voltage_gives_rated_ac_power() {
        let ac_w = sg2500u().ac_power_w(2_542_502.5, 900.0).unwrap();
        assert!((ac_w - 2.5e6).abs() < 1e-6, "{ac_w}");
    }

    #[test]
    fn below_start_up_there_is_no_power_and_at_it_none_either() {
        assert_eq!(sg2500u().ac_power_w(3_900.0, 900.0), None);
        assert_eq!(sg2500u().ac_power_w(3_912.462_158, 900.0), Some(0.0));
        assert_eq!(Sandia { dc_power_startup_w: 0.0, ..sg2500u() }.ac_power_w(0.0, 900.0), None);
    }

    #[test]
    fn val_pvlib_at_half_power_and_1000_v() {
        let ac_w = sg2500u().ac_power_w(1.25e6, 1000.0).unwrap();
        assert!((ac_w - PVLIB_W).abs() <= 1e-12 * PVLIB_W, "{ac_w}");
    }

    const PVLIB_W: f64 = 1_232_396.798_268_659_3;
}
