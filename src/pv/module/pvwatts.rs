//! The `PVWatts` module: power by irradiance and temperature alone.

pub(super) const DOC: &str = "power proportional to irradiance, linear in temperature (PVWatts); no voltage";

/// DC power of a `PVWatts` module, W [1]: `P = P_stc·E/1000·(1 + γ·(T − 25))`. Zero without light and never negative.
///
/// [1] Dobos, A. P. (2014). `PVWatts` version 5 manual. NREL/TP-6A20-62641.
#[inline]
pub fn power_w(power_stc_w: f64, gamma_per_c: f64, effective_irradiance_w_m2: f64, temp_cell_c: f64) -> f64 {
    (power_stc_w * effective_irradiance_w_m2 / 1000.0 * (1.0 + gamma_per_c * (temp_cell_c - 25.0))).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn power_falls_with_temperature_and_follows_the_light() {
        // 400·0.5·(1 − 0.004·20) = 184
        assert!((power_w(400.0, -0.004, 500.0, 45.0) - 184.0).abs() < 1e-12);
        assert_eq!(power_w(400.0, -0.004, 0.0, 10.0), 0.0);
        assert_eq!(power_w(400.0, -0.004, 500.0, 1000.0), 0.0);
    }
}
