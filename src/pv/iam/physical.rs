//! The physical model of a glass cover: Fresnel and Bouguer.

use crate::keys::Keys;

pub(super) const DOC: &str = "reflection and absorption of a glass cover by its optics (De Soto 2006)";

/// Transmittance of a glass cover relative to that at normal incidence [1, 2]: Fresnel's reflection of both polarizations,
/// Snell's refraction, absorption `exp(−K·L/cos θ_glass)`, and optionally a coating against reflection on the glass.
///
/// [1] De Soto, W., Klein, S. A. and Beckman, W. A. (2006). Improvement and validation of a model for photovoltaic array
/// performance. Solar Energy 80 (1), 78-88.
/// [2] Duffie, J. A. and Beckman, W. A. (2013). Solar engineering of thermal processes, chapter 5. Wiley.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Physical {
    glass_index: f64,
    coating_index: Option<f64>,
    absorption: f64,
    normal: f64,
}

/// The glass of most modules: refractive index, extinction in 1/m, thickness in m.
const USUAL: (f64, f64, f64) = (1.526, 4.0, 0.002);

impl Physical {
    /// The glass that is taken where nothing is said.
    pub fn usual() -> Self {
        Self::new(USUAL.0, USUAL.1, USUAL.2, None)
    }

    /// From the refractive index of the glass, its extinction in 1/m, its thickness in m, and the index of a coating.
    pub fn new(glass_index: f64, extinction_per_m: f64, thickness_m: f64, coating_index: Option<f64>) -> Self {
        let absorption = extinction_per_m * thickness_m;
        let mut glass = Self { glass_index, coating_index, absorption, normal: 1.0 };
        glass.normal = glass.modifier(1.0);
        glass
    }

    /// Reads the keys of the model.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let index = k.number("n", "refractive index of the glass").above_up_to(1.0, 4.0).or(USUAL.0);
        let extinction = k.number("k_per_m", "extinction of the glass, 1/m").within(0.0, 1000.0).or(USUAL.1);
        let thickness = k.number("thickness_m", "thickness of the glass, m").within(0.0, 0.1).or(USUAL.2);
        let coating = k.number("ar_index", "refractive index of the coating against reflection").above_up_to(1.0, 4.0);
        Self::new(index, extinction, thickness, coating.optional())
    }

    /// Incidence angle modifier, 0 to 1 (a coated glass may pass 1 by a hair), by the cosine of the angle of incidence.
    /// Zero for light from behind.
    #[inline]
    pub fn modifier(&self, cos_aoi: f64) -> f64 {
        if cos_aoi <= 0.0 {
            return 0.0;
        }
        let first_index = self.coating_index.unwrap_or(self.glass_index);
        let cos_first = refracted(cos_aoi, first_index);
        let mut through = passed(cos_aoi, cos_first, first_index);
        let mut cos_glass = cos_first;
        if let Some(coating_index) = self.coating_index {
            let ratio = self.glass_index / coating_index;
            cos_glass = refracted(cos_first, ratio);
            let second = passed(cos_first, cos_glass, ratio);
            // Light goes to and fro in the coating: the passed shares of both faces over all that leaves it.
            through = [0, 1].map(|i| {
                let (t1, t2) = (through[i], second[i]);
                t1 * t2 / (t1 + t2 - t1 * t2)
            });
        }
        0.5 * (through[0] + through[1]) * (-self.absorption / cos_glass).exp() / self.normal
    }
}

/// Cosine of the angle behind a face, by that before it and the ratio of the indices; total reflection gives 0.
#[inline]
fn refracted(cos: f64, index: f64) -> f64 {
    (1.0 - (1.0 - cos * cos) / (index * index)).max(0.0).sqrt()
}

/// Share of light a face lets through, across and along the plane of incidence: `1 − r²` written as `4ab/(a + b)²`, which
/// keeps its digits at grazing light.
#[inline]
fn passed(cos_before: f64, cos_behind: f64, index: f64) -> [f64; 2] {
    let share = |a: f64, b: f64| {
        let sum = a + b;
        if sum > 0.0 { 4.0 * a * b / (sum * sum) } else { 0.0 }
    };
    [share(cos_before, index * cos_behind), share(cos_behind, index * cos_before)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glass() -> Physical {
        Physical::new(1.526, 4.0, 0.002, None)
    }

    #[test]
    fn normal_light_is_the_measure_and_light_along_the_glass_does_not_enter() {
        assert_eq!(glass().modifier(1.0), 1.0);
        assert_eq!(glass().modifier(0.0), 0.0);
        assert_eq!(glass().modifier(-0.5), 0.0);
    }

    #[test]
    fn at_normal_incidence_the_glass_passes_what_fresnel_says() {
        // 1 − (0.526/2.526)² = 0.956 638 9; exp(−0.008) = 0.992 031 9; product 0.949 016 3
        assert!((glass().normal - 0.949_016_3).abs() < 1e-6, "{}", glass().normal);
    }

    #[test]
    fn val_pvlib_at_60_and_85_degrees_bare_and_coated() {
        let coated = Physical::new(1.526, 4.0, 0.002, Some(1.3));
        for (glass, degrees, expected) in
            [(glass(), 60f64, VAL[0]), (glass(), 85.0, VAL[1]), (coated, 60.0, VAL[2]), (coated, 85.0, VAL[3])]
        {
            let ours = glass.modifier(degrees.to_radians().cos());
            assert!((ours - expected).abs() < 1e-12, "{ours} is not {expected}");
        }
    }

    const VAL: [f64; 4] =
        [0.946_002_914_222_612_4, 0.400_879_150_317_744_35, 0.960_083_002_512_243_4, 0.433_424_254_522_973_7];
}
