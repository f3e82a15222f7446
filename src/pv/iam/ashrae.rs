//! The ASHRAE model of a cover: one coefficient.

use crate::keys::Keys;

pub(super) const DOC: &str = "one-coefficient model (ASHRAE)";

/// Cosine below which light runs along the cover, rounding included.
const ALONG: f64 = 1e-12;

/// `IAM = 1 − b0·(1/cos θ − 1)`, not below zero [1].
///
/// [1] Souka, A. F. and Safwat, H. H. (1966). Determination of the optimum orientations for the double-exposure,
/// flat-plate collector and its reflectors. Solar Energy 10 (4), 170-174.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ashrae {
    /// Coefficient, 0 for a cover that passes everything.
    pub b0: f64,
}

impl Ashrae {
    /// Reads the key of the model.
    pub fn read(k: &mut Keys<'_>) -> Self {
        Self { b0: k.number("b0", "coefficient of the ASHRAE model").within(0.0, 1.0).or(0.05) }
    }

    /// Incidence angle modifier, 0 to 1, by the cosine of the angle of incidence. Zero for light from behind.
    #[inline]
    pub fn modifier(&self, cos_aoi: f64) -> f64 {
        if cos_aoi <= ALONG { 0.0 } else { (1.0 - self.b0 * (1.0 / cos_aoi - 1.0)).max(0.0) }
    }

    /// Angle of incidence beyond which nothing passes, rad.
    pub fn blind_beyond_rad(&self) -> f64 {
        (self.b0 / (1.0 + self.b0)).acos()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_60_degrees_the_coefficient_is_lost_whole() {
        // 1 − 0.05·(2 − 1)
        assert!((Ashrae { b0: 0.05 }.modifier(0.5) - 0.95).abs() < 1e-15);
    }

    #[test]
    fn grazing_light_does_not_pass() {
        let cover = Ashrae { b0: 0.05 };
        assert!(cover.modifier(cover.blind_beyond_rad().cos()) < 1e-12);
        assert_eq!((cover.modifier(0.001), cover.modifier(0.0), cover.modifier(-1.0)), (0.0, 0.0, 0.0));
    }
}
