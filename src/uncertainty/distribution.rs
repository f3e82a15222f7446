//! Catalogue: how a key of the plant file may fall out, to draw from.

use std::borrow::Cow;

use serde_json::json;

use super::list;
use super::normal::{normal_probability, normal_quantile};
use crate::keys::{Keys, Node, Origin, Value};

/// A bounded normal distribution must keep more than this of its probability.
const LEAST_KEPT: f64 = 1e-6;

/// A log-normal distribution is no wider than so many times its mean: what is drawn stays a number.
const WIDEST: f64 = 100.0;

/// How a value falls out.
#[derive(Debug, Clone, PartialEq)]
pub enum Distribution {
    /// Normal with this mean and standard deviation, kept between two bounds (which may be infinite).
    Normal {
        /// Mean before the bounds cut.
        mean: f64,
        /// Standard deviation before the bounds cut.
        sd: f64,
        /// Nothing is below.
        low: f64,
        /// Nothing is above.
        high: f64,
    },
    /// Log-normal; mean and standard deviation are those of the value itself.
    Lognormal {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        sd: f64,
    },
    /// Equally likely between two ends.
    Uniform {
        /// Lowest.
        low: f64,
        /// Highest.
        high: f64,
    },
    /// Most likely at the mode, falling on straight lines to both ends.
    Triangular {
        /// Lowest.
        low: f64,
        /// Most likely.
        mode: f64,
        /// Highest.
        high: f64,
    },
    /// One of a list, each equally likely, as typed behind `--set`.
    Values(Vec<String>),
}

/// A key of the plant file with how it falls out.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// Dotted path of the key.
    pub key: String,
    /// How its value falls out.
    pub distribution: Distribution,
    /// Where it stands.
    pub at: Origin,
}

impl Distribution {
    /// What is drawn at a share `p` of the probability, 0 ≤ p < 1, as typed behind `--set`; of whole numbers the nearest.
    pub fn draw(&self, p: f64, whole: bool) -> Cow<'_, str> {
        match self {
            Self::Values(values) => Cow::Borrowed(one_of(values, p)),
            _ if whole => Cow::Owned(self.quantile(p).round().to_string()),
            _ => Cow::Owned(self.quantile(p).to_string()),
        }
    }

    /// The value below which a share `p` of what is drawn lies; NaN of a list, which has no order.
    ///
    /// Log-normal: `exp(μ + σz)` with `σ² = ln(1 + (sd/mean)²)` and `μ = ln mean − σ²/2`. A bounded normal takes its share
    /// of what the bounds leave.
    pub fn quantile(&self, p: f64) -> f64 {
        match *self {
            Self::Normal { mean, sd, low, high } => bounded_normal(mean, sd, (low, high), p),
            Self::Lognormal { mean, sd } => {
                let variance = (sd / mean).powi(2).ln_1p();
                (mean.ln() - 0.5 * variance + scaled(variance.sqrt(), p)).exp()
            }
            Self::Uniform { low, high } => low + p * (high - low),
            Self::Triangular { low, mode, high } => {
                let (rise, width) = (mode - low, high - low);
                if p * width < rise {
                    low + (p * width * rise).sqrt()
                } else {
                    high - ((1.0 - p) * width * (high - mode)).sqrt()
                }
            }
            Self::Values(_) => f64::NAN,
        }
    }

    /// What it is, in a few words.
    pub fn describe(&self) -> String {
        match self {
            Self::Normal { mean, sd, low, high } => {
                let bound = |name: &str, x: f64| if x.is_finite() { format!(", {name} {x}") } else { String::new() };
                format!("normal, mean {mean}, sd {sd}{}{}", bound("low", *low), bound("high", *high))
            }
            Self::Lognormal { mean, sd } => format!("log-normal, mean {mean}, sd {sd}"),
            Self::Uniform { low, high } => format!("uniform, {low} to {high}"),
            Self::Triangular { low, mode, high } => format!("triangular, {low} to {high}, mode {mode}"),
            Self::Values(values) => format!("one of {}", values.join(", ")),
        }
    }
}

/// The value of a list at a share of its length; empty text of an empty list.
pub fn one_of(values: &[String], share: f64) -> &str {
    let at = (share * values.len() as f64) as usize;
    values.get(at).or(values.last()).map_or("", String::as_str)
}

/// `sd` times the normal quantile. At p = 0, where that is infinite, the quantile of the least share that a draw can have
/// above it: one in 2⁵⁴.
fn scaled(sd: f64, p: f64) -> f64 {
    sd * normal_quantile(p.clamp(f64::EPSILON / 4.0, 1.0 - f64::EPSILON / 2.0))
}

fn bounded_normal(mean: f64, sd: f64, (low, high): (f64, f64), p: f64) -> f64 {
    if sd == 0.0 {
        return mean;
    }
    let (below, within) = kept(mean, sd, low, high);
    (mean + scaled(sd, below + p * within)).clamp(low, high)
}

/// The probability below the lower bound, and that between the bounds.
fn kept(mean: f64, sd: f64, low: f64, high: f64) -> (f64, f64) {
    let below = normal_probability((low - mean) / sd);
    (below, normal_probability((high - mean) / sd) - below)
}

impl Drawn {
    /// Reads `[[uncertainty.distribution]]`; what cannot be drawn from is noted.
    pub(super) fn read_all(k: &mut Keys<'_>) -> Vec<Self> {
        let doc = "a key of this file with how it may fall out, for `pvess sweep --monte-carlo`";
        k.sections("distribution", doc, Self::read).into_iter().flatten().collect()
    }

    fn read(k: &mut Keys<'_>) -> Option<Self> {
        let key = k.required_text("key", "dotted path of a key, such as weather.irradiance_factor");
        let normal = k.section("normal", "normal distribution, with bounds if given", read_normal);
        let lognormal = k.section("lognormal", "log-normal distribution", read_lognormal);
        let uniform = k.section("uniform", "equally likely between two ends", read_uniform);
        let triangular = k.section("triangular", "triangular distribution", read_triangular);
        let values = read_values(k);
        let mut given: Vec<_> = [normal, lognormal, uniform, triangular, values].into_iter().flatten().collect();
        let at = Origin::of(k, "key");
        if given.len() > 1 {
            k.reject("key", format!("{key} has {} distributions; give one of them", given.len()));
        }
        if let Some(distribution) = given.pop() {
            return Some(Self { key, distribution, at });
        }
        let has = ["normal", "lognormal", "uniform", "triangular", "values"].iter().any(|name| k.has(name));
        if k.has("key") && !has {
            let how = "normal = { mean, sd }, lognormal = { mean, sd }, uniform = { low, high }, triangular = { low, mode, \
                       high } or values = [...]";
            k.reject("key", format!("{key} has no distribution; give one of {how}"));
        }
        None
    }
}

fn read_normal(k: &mut Keys<'_>) -> Distribution {
    let mean = k.number("mean", "mean, before the bounds cut").required();
    let sd = k.number("sd", "standard deviation, before the bounds cut").at_least(0.0).required();
    let low = k.number("low", "nothing is drawn below it").optional().unwrap_or(f64::NEG_INFINITY);
    let high = k.number("high", "nothing is drawn above it").optional().unwrap_or(f64::INFINITY);
    if low >= high {
        k.reject("low", format!("{low} is not below `high`, {high}; the lower bound comes first"));
    } else if sd == 0.0 && (mean < low || mean > high) || sd > 0.0 && kept(mean, sd, low, high).1 < LEAST_KEPT {
        let key = if low.is_finite() { "low" } else { "high" };
        k.reject(key, format!("the bounds leave nothing of a normal distribution with mean {mean} and sd {sd}"));
    }
    Distribution::Normal { mean, sd, low, high }
}

fn read_lognormal(k: &mut Keys<'_>) -> Distribution {
    let mean = k.number("mean", "mean of the value").above(0.0).required();
    let sd = k.number("sd", "standard deviation of the value").at_least(0.0).required();
    if sd > WIDEST * mean {
        k.reject("sd", format!("{sd} is more than {WIDEST} times the mean, {mean}; check the units"));
    }
    Distribution::Lognormal { mean, sd }
}

fn read_uniform(k: &mut Keys<'_>) -> Distribution {
    let [low, high] = read_ends(k);
    Distribution::Uniform { low, high }
}

fn read_triangular(k: &mut Keys<'_>) -> Distribution {
    let [low, high] = read_ends(k);
    let mode = k.number("mode", "most likely value").required();
    if mode < low || mode > high {
        k.reject("mode", format!("{mode} does not lie from {low} to {high}"));
    }
    Distribution::Triangular { low, mode, high }
}

fn read_ends(k: &mut Keys<'_>) -> [f64; 2] {
    let ends = [k.number("low", "lowest value").required(), k.number("high", "highest value").required()];
    if ends[0] >= ends[1] {
        k.reject("low", format!("{} is not below `high`, {}; the lower end comes first", ends[0], ends[1]));
    }
    ends
}

fn read_values(k: &mut Keys<'_>) -> Option<Distribution> {
    let doc = "values of which each is equally likely, numbers or texts";
    let entry = || json!({ "type": "array", "minItems": 1, "description": doc });
    list::read(k, "values", entry, typed).map(Distribution::Values)
}

/// A value as it would be typed behind `--set`.
pub(super) fn typed(node: &Node) -> Result<String, String> {
    match &node.value {
        Value::Text(text) if Node::typed(text, "").is_ok_and(|typed| typed.value == node.value) => Ok(text.clone()),
        Value::Text(text) => Ok(toml::Value::String(text.clone()).to_string()),
        Value::Integer(_) | Value::Number(_) | Value::Flag(_) => Ok(node.value.to_string()),
        other => Err(format!("{} cannot be drawn; give numbers, texts or true and false", other.kind())),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BOUNDED: Distribution = Distribution::Normal { mean: 1.0, sd: 0.08, low: 0.9, high: 1.05 };

    #[test]
    fn val_quantiles_are_scipy_s() {
        // scipy 1.17.1: triang(c = 1/3, 0.8, 0.6), truncnorm(-1.25, 0.625, 1, 0.08), lognorm of mean 1 and sd 0.2.
        let triangular = Distribution::Triangular { low: 0.8, mode: 1.0, high: 1.4 };
        let lognormal = Distribution::Lognormal { mean: 1.0, sd: 0.2 };
        for (p, of_triangular, of_bounded, of_lognormal) in [
            (0.01, 0.834_641_016_151_377_5, 0.902_695_197_417_805_7, 0.618_582_067_170_488),
            (0.3, 0.989_736_659_610_102_8, 0.956_698_036_718_721_2, 0.883_853_646_752_710_2),
            (0.5, 1.053_589_838_486_224_6, 0.983_814_162_481_245_8, 0.980_580_675_690_920_1),
            (0.77, 1.165_053_197_510_585_3, 1.018_098_782_645_271_4, 1.135_090_631_424_498_2),
            (0.99, 1.351_010_205_144_336_5, 1.048_477_156_979_617, 1.554_423_434_770_297_8),
        ] {
            for (ours, scipy) in [(&triangular, of_triangular), (&BOUNDED, of_bounded), (&lognormal, of_lognormal)] {
                let ours = ours.quantile(p);
                assert!((ours - scipy).abs() <= 1e-12, "{p}: {ours} and {scipy}");
            }
        }
        assert_eq!(Distribution::Uniform { low: 2.0, high: 6.0 }.quantile(0.25), 3.0);
        let list = Distribution::Values(vec!["a".into(), "b".into()]);
        assert!(list.quantile(0.5).is_nan());
        assert_eq!([0.0, 0.49, 0.5, 1.0].map(|p| list.draw(p, false)), ["a", "a", "b", "b"]);
        assert_eq!(triangular.draw(0.99, true), "1");
    }

    #[test]
    fn without_a_spread_the_mean_is_drawn_and_a_bound_is_never_passed() {
        let still = Distribution::Normal { mean: 3.0, sd: 0.0, low: f64::NEG_INFINITY, high: f64::INFINITY };
        let still_too = Distribution::Lognormal { mean: 3.0, sd: 0.0 };
        for p in [0.0, 0.3, 0.999] {
            assert_eq!(still.quantile(p), 3.0);
            assert!((still_too.quantile(p) - 3.0).abs() < 1e-12);
        }
        assert_eq!(BOUNDED.quantile(0.0), 0.9);
        // Far in the upper tail there is still something to draw from.
        let tail = Distribution::Normal { mean: 0.0, sd: 1.0, low: 4.0, high: f64::INFINITY };
        assert!((4.0..8.5).contains(&tail.quantile(0.999_999)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn quantiles_rise_and_are_finite(
            (a, b, c) in (0.1..10.0_f64, 0.1..10.0_f64, 0.1..10.0_f64),
            (p, q) in (0.0..1.0_f64, 0.0..1.0_f64),
        ) {
            let (low, high) = (a, a + b);
            let all = [
                Distribution::Normal { mean: a, sd: b, low: f64::NEG_INFINITY, high: f64::INFINITY },
                Distribution::Normal { mean: a + b * 0.5, sd: c, low, high },
                Distribution::Lognormal { mean: a, sd: b },
                Distribution::Uniform { low, high },
                Distribution::Triangular { low, mode: low + b * (c / 10.0), high },
            ];
            for d in all {
                let (x, y) = (d.quantile(p.min(q)), d.quantile(p.max(q)));
                prop_assert!(x.is_finite() && y.is_finite() && x <= y + 1e-9 * y.abs(), "{d:?}: {x} {y}");
            }
        }
    }
}
