//! The Faiman model of the cell temperature.

use crate::keys::Keys;

pub(super) const DOC: &str = "heat loss with a constant and a wind part (Faiman 2008)";

/// `T_cell = T_air + E/(u0 + u1·v)` with the irradiance on the plane and the wind speed [1].
///
/// The defaults are the means of seven modules in [1].
///
/// [1] Faiman, D. (2008). Assessing the outdoor operating temperature of photovoltaic modules. Progress in Photovoltaics
/// 16 (4), 307-315.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Faiman {
    /// Constant heat loss, W/(m²·°C).
    pub u0: f64,
    /// Heat loss by wind, W/(m²·°C) per m/s.
    pub u1: f64,
}

impl Faiman {
    /// Reads the keys of the model.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let u0 = k.number("u0", "constant heat loss, W/(m²·°C)").above_up_to(0.0, 200.0).or(25.0);
        let u1 = k.number("u1", "heat loss by wind, W/(m²·°C) per m/s").within(0.0, 100.0).or(6.84);
        Self { u0, u1 }
    }

    /// Cell temperature, °C; that of the air without light.
    #[inline]
    pub fn cell_c(&self, poa_w_m2: f64, temp_air_c: f64, wind_m_s: f64) -> f64 {
        temp_air_c + poa_w_m2 / (self.u0 + self.u1 * wind_m_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calm_sun_heats_by_the_constant_and_wind_cools() {
        let model = Faiman { u0: 25.0, u1: 6.84 };
        assert_eq!(model.cell_c(1000.0, 20.0, 0.0), 60.0);
        // 1000/(25 + 6.84·5) = 16.891 892
        assert!((model.cell_c(1000.0, 20.0, 5.0) - 36.891_892).abs() < 1e-6);
        assert_eq!(model.cell_c(0.0, -5.0, 3.0), -5.0);
    }
}
