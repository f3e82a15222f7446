//! The normal distribution and its inverse.

use std::f64::consts::SQRT_2;

use libm::erfc;
use statrs::function::erf::erfc_inv;

/// The value that a standard normal variable stays below with probability `p`; −∞ at 0 and +∞ at 1.
///
/// `z = −√2·erfc⁻¹(2p)`, from the lower half so that both tails are equally exact.
pub fn normal_quantile(p: f64) -> f64 {
    if p > 0.5 { -normal_quantile(1.0 - p) } else { -SQRT_2 * erfc_inv(2.0 * p.max(0.0)) }
}

/// The probability that a standard normal variable stays below `z`.
pub(super) fn normal_probability(z: f64) -> f64 {
    0.5 * erfc(-z / SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `scipy.stats.norm.ppf` of scipy 1.17.1.
    const SCIPY: [(f64, f64); 15] = [
        (1e-12, -7.034_483_825_301_131),
        (1e-6, -4.753_424_308_822_899),
        (0.001, -3.090_232_306_167_813),
        (0.01, -2.326_347_874_040_840_8),
        (0.05, -1.644_853_626_951_472_9),
        (0.1, -1.281_551_565_544_600_4),
        (0.25, -0.674_489_750_196_081_7),
        (0.4, -0.253_347_103_135_799_7),
        (0.5, 0.0),
        (0.75, 0.674_489_750_196_081_7),
        (0.9, 1.281_551_565_544_600_4),
        (0.95, 1.644_853_626_951_472_2),
        (0.99, 2.326_347_874_040_840_8),
        (0.999, 3.090_232_306_167_813),
        (0.999_999, 4.753_424_308_817_087),
    ];

    #[test]
    fn val_the_normal_quantile_is_scipy_s() {
        for (p, z) in SCIPY {
            let ours = normal_quantile(p);
            assert!((ours - z).abs() <= 1e-12, "{p}: {ours} and {z}");
            assert!((normal_probability(z) - p).abs() <= 1e-12, "{z}");
        }
    }

    #[test]
    fn the_ends_are_infinite_and_the_middle_is_exact() {
        assert_eq!([0.0, 0.5, 1.0].map(normal_quantile), [f64::NEG_INFINITY, 0.0, f64::INFINITY]);
        assert_eq!([f64::NEG_INFINITY, 0.0, f64::INFINITY].map(normal_probability), [0.0, 0.5, 1.0]);
    }
}
