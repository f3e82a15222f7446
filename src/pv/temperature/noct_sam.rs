//! The NOCT model of the cell temperature as in SAM.

use crate::keys::Keys;

pub(super) const DOC: &str = "nominal operating cell temperature, as in SAM";

/// Largest standoff from a roof, inch, and what it adds to the NOCT, °C; an open rack adds nothing [1, section 10.6].
const STANDOFF: [(f64, f64); 4] = [(0.5, 18.0), (1.5, 11.0), (2.5, 6.0), (3.5, 2.0)];

/// Cell temperature by the nominal operating cell temperature [1]:
///
/// ```text
/// T_cell = T_air + E/800·(T_NOCT − 20)·(1 − η·E/(τα·E_eff))·9.5/(5.7 + 3.8·v_h)
/// ```
///
/// with the irradiance `E` behind the dirt and its part `E_eff` behind the glass, and the wind at the array's height,
/// `v_h` = 0.51 of the given wind for one story and 0.61 for two.
///
/// [1] Gilman, P. et al. (2018). SAM photovoltaic model technical reference update. NREL/TP-6A20-67399.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NoctSam {
    /// NOCT, °C; the module's unless given.
    pub noct_c: Option<f64>,
    /// Efficiency of the module at reference conditions, from its power and area.
    pub efficiency: f64,
    /// Transmittance of the cover times absorptance of the cell.
    pub transmittance_absorptance: f64,
    /// Height of the array in stories, 1 or 2.
    pub array_height: f64,
    /// Distance from a roof, inch; above 3.5 an open rack.
    pub mount_standoff_in: f64,
}

impl NoctSam {
    /// Reads the keys of the model; the efficiency comes from the module.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let noct = k.number("noct_c", "nominal operating cell temperature, °C; the module's unless given");
        let noct_c = noct.within(20.0, 100.0).optional();
        let optics = k.number("transmittance_absorptance", "transmittance of the cover times absorptance of the cell");
        let transmittance_absorptance = optics.above_up_to(0.0, 1.0).or(0.9);
        let height = k.number("array_height", "height of the array in stories, 1 or 2");
        let array_height = height.whole().within(1.0, 2.0).or(1.0);
        let standoff = k.number("mount_standoff_in", "distance from a roof, inch; above 3.5 an open rack");
        let mount_standoff_in = standoff.at_least(0.0).or(4.0);
        Self { noct_c, efficiency: f64::NAN, transmittance_absorptance, array_height, mount_standoff_in }
    }

    /// Cell temperature, °C, by irradiance on the plane behind the dirt and its effective part; that of the air without
    /// light, and never colder than the air.
    #[inline]
    pub fn cell_c(&self, poa_w_m2: f64, effective_w_m2: f64, temp_air_c: f64, wind_m_s: f64) -> f64 {
        if poa_w_m2 <= 0.0 || effective_w_m2 <= 0.0 {
            return temp_air_c;
        }
        let standoff = self.mount_standoff_in;
        let roof = STANDOFF.iter().find(|(to, _)| standoff < *to || (standoff <= 3.5 && *to >= 3.5));
        let warmer = if standoff > 0.0 { roof.map_or(0.0, |(_, warmer)| *warmer) } else { 0.0 };
        let heating = poa_w_m2 / 800.0 * (self.noct_c.unwrap_or(45.0) + warmer - 20.0);
        let kept = 1.0 - self.efficiency * poa_w_m2 / (self.transmittance_absorptance * effective_w_m2);
        let wind_m_s = wind_m_s * if self.array_height < 1.5 { 0.51 } else { 0.61 };
        temp_air_c + heating * kept.max(0.0) * 9.5 / (5.7 + 3.8 * wind_m_s)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::pv) fn model() -> NoctSam {
        NoctSam {
            noct_c: Some(45.8),
            efficiency: 0.163,
            transmittance_absorptance: 0.9,
            array_height: 1.0,
            mount_standoff_in: 4.0,
        }
    }

    #[test]
    fn a_calm_day_by_hand() {
        // 20 + 1000/800·25.8·(1 − 0.163/(0.9·0.95))·9.5/5.7 = 20 + 53.75·0.809 356 725 = 63.502 924
        let cell_c = model().cell_c(1000.0, 950.0, 20.0, 0.0);
        assert!((cell_c - 63.502_924).abs() < 1e-6, "{cell_c}");
    }

    #[test]
    fn close_to_a_roof_it_is_warmer() {
        let warmth = |mount_standoff_in| NoctSam { mount_standoff_in, ..model() }.cell_c(800.0, 800.0, 0.0, 1.0);
        let rise = [4.0, 3.0, 2.0, 1.0, 0.25].map(warmth);
        assert!(rise.is_sorted(), "{rise:?}");
        assert_eq!((warmth(3.5), warmth(3.6), warmth(0.5)), (warmth(3.0), warmth(4.0), warmth(1.0)));
    }

    #[test]
    fn without_light_the_cell_is_as_warm_as_the_air() {
        assert_eq!(model().cell_c(0.0, 0.0, -3.0, 2.0), -3.0);
        assert_eq!(model().cell_c(5.0, 0.0, -3.0, 2.0), -3.0);
    }
}
