//! Reflection of diffuse light: the modifier's mean over the sky and over the ground that a plane sees.

use std::f64::consts::{FRAC_PI_2, PI};
use std::sync::LazyLock;

/// Points of the quadrature over the angle of incidence: with more than 32 nothing changes above 1e-14.
const POINTS: usize = 32;

/// Points and weights of the quadrature on 0 to 1.
static RULE: LazyLock<Vec<(f64, f64)>> = LazyLock::new(|| gauss_legendre(POINTS).into_iter().map(smoothed).collect());

/// Modifiers of the diffuse light by tilt, in steps of one degree from 0 to 90.
#[derive(Debug, Clone, PartialEq)]
pub struct DiffuseModifiers {
    sky: Vec<f64>,
    ground: Vec<f64>,
}

impl DiffuseModifiers {
    /// Tabulates the mean of a modifier, given by the cosine of the angle of incidence and zero beyond `blind_rad`.
    pub fn of(modifier: impl Fn(f64) -> f64, blind_rad: f64) -> Self {
        let (sky, ground) =
            (0..=90).map(|tilt_deg| means(&modifier, blind_rad, f64::from(tilt_deg).to_radians(), &RULE)).unzip();
        Self { sky, ground }
    }

    /// Modifiers of the light from the sky and from the ground at a tilt, degrees, by linear interpolation. A level
    /// plane sees no ground: 0.
    #[inline]
    pub fn at(&self, tilt_deg: f64) -> (f64, f64) {
        let tilt_deg = tilt_deg.clamp(0.0, 90.0);
        let below = (tilt_deg as usize).min(self.sky.len() - 2);
        let rest = tilt_deg - below as f64;
        let between = |table: &[f64]| table[below] + rest * (table[below + 1] - table[below]);
        (between(&self.sky), between(&self.ground))
    }
}

/// Mean of the modifier over the sky and over the ground that a plane of tilt `β` sees, weighted with the cosine [1].
///
/// Around the plane's normal, at the angle of incidence `θ`, the share `acos(−cot β·cot θ)/π` of the turn is sky. One
/// integral over `θ` is left, which is split where the horizon enters the plane's view, at `θ = π/2 − β`.
///
/// [1] Marion, B. (2017). Numerical method for angle-of-incidence correction factors for diffuse radiation incident
/// photovoltaic modules. Solar Energy 147, 344-348.
fn means(modifier: &impl Fn(f64) -> f64, blind_rad: f64, tilt_rad: f64, rule: &[(f64, f64)]) -> (f64, f64) {
    let horizon = FRAC_PI_2 - tilt_rad;
    let (sin_tilt, cos_tilt) = tilt_rad.sin_cos();
    let (mut sky, mut ground) = (0.0, 0.0);
    for (from, to) in [(0.0, horizon.min(blind_rad)), (horizon, blind_rad)] {
        if to <= from {
            continue;
        }
        for (point, weight) in rule {
            let (sin, cos) = (from + (to - from) * point).sin_cos();
            let part = modifier(cos) * 2.0 * sin * cos * weight * (to - from);
            let ground_share =
                if from > 0.0 || tilt_rad >= FRAC_PI_2 { share_below(cos_tilt * cos, sin_tilt * sin) } else { 0.0 };
            sky += part * (1.0 - ground_share);
            ground += part * ground_share;
        }
    }
    (sky / (0.5 * (1.0 + cos_tilt)), if cos_tilt < 1.0 { ground / (0.5 * (1.0 - cos_tilt)) } else { 0.0 })
}

/// A point and its weight, both of them on 0 to 1, where a square-root corner at either end is smooth: in u with `sin² u`.
fn smoothed((point, weight): (f64, f64)) -> (f64, f64) {
    let u = point * FRAC_PI_2;
    (u.sin().powi(2), weight * FRAC_PI_2 * (2.0 * u).sin())
}

/// Share of the turn around the normal in which `level + swing·cos ψ`, the height above the horizon, is negative.
fn share_below(level: f64, swing: f64) -> f64 {
    if swing > 0.0 { (level / swing).clamp(-1.0, 1.0).acos() / PI } else { 0.0 }
}

/// Points and weights of the Gauss-Legendre rule on 0 to 1: the roots of the Legendre polynomial by Newton.
fn gauss_legendre(count: usize) -> Vec<(f64, f64)> {
    let n = count as f64;
    let one = |i: usize| {
        let mut x = (PI * (i as f64 + 0.75) / (n + 0.5)).cos();
        let mut slope = 1.0;
        for _ in 0..20 {
            let (mut before, mut value) = (1.0, x);
            for j in 2..=count {
                let j = j as f64;
                (before, value) = (value, ((2.0 * j - 1.0) * x * value - (j - 1.0) * before) / j);
            }
            slope = n * (x * value - before) / (x * x - 1.0);
            x -= value / slope;
        }
        (0.5 * (1.0 + x), 1.0 / ((1.0 - x * x) * slope * slope))
    };
    (0..count).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cover_that_passes_everything_has_modifiers_of_one() {
        let modifiers = DiffuseModifiers::of(|_| 1.0, FRAC_PI_2);
        for tilt in [1.0, 20.0, 45.0, 90.0] {
            let (sky, ground) = modifiers.at(tilt);
            assert!((sky - 1.0).abs() < 1e-9 && (ground - 1.0).abs() < 1e-9, "{tilt}: {sky} {ground}");
        }
        assert_eq!(modifiers.at(0.0).1, 0.0);
    }

    #[test]
    fn a_modifier_like_the_cosine_has_a_mean_of_two_thirds_over_the_whole_sky() {
        // ∫ 2·cos²θ·sin θ dθ from 0 to π/2 = 2/3
        let (sky, _) = DiffuseModifiers::of(|cos| cos, FRAC_PI_2).at(0.0);
        assert!((sky - 2.0 / 3.0).abs() < 1e-14);
    }

    #[test]
    fn sky_and_ground_together_are_the_whole_view() {
        let modifiers = DiffuseModifiers::of(|cos| cos, FRAC_PI_2);
        for tilt in [5.0, 35.0, 80.0f64] {
            let (sky, ground) = modifiers.at(tilt);
            let cos = tilt.to_radians().cos();
            assert!((sky * (1.0 + cos) / 2.0 + ground * (1.0 - cos) / 2.0 - 2.0 / 3.0).abs() < 1e-12);
        }
    }

    #[test]
    fn between_whole_degrees_the_table_is_followed_straight() {
        let modifiers = DiffuseModifiers::of(|cos| cos, FRAC_PI_2);
        let middle = 0.5 * (modifiers.at(30.0).0 + modifiers.at(31.0).0);
        assert!((modifiers.at(30.5).0 - middle).abs() < 1e-15);
        assert_eq!(modifiers.at(95.0), modifiers.at(90.0));
    }
}
