//! The scenarios of a sweep: every combination of varied values, samples of them, or the rows of a file.

use std::borrow::Cow;

use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

use super::axis::{Axis, Values, is_number};
use super::table::Table;
use crate::uncertainty::{Distribution, one_of};

/// How samples are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sampling {
    /// Latin hypercube: each of as many equal slices of a key's range is met once.
    LatinHypercube,
    /// Each value by itself, uniformly.
    Random,
}

/// The scenarios of a sweep, made one by one when they are asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Design {
    /// Every combination; the last key changes fastest.
    Product(Vec<Axis>),
    /// Samples of every key.
    Samples(Samples),
    /// Rows of a file.
    Rows(Table),
    /// Every scenario of a design with every one of the same samples; the samples change fastest.
    Crossed(Box<Design>, Samples),
}

/// Samples of keys.
#[derive(Debug, Clone, PartialEq)]
pub struct Samples {
    axes: Vec<Axis>,
    /// Whether a key takes whole numbers only.
    whole: Vec<bool>,
    count: usize,
    seed: u64,
    /// Of a Latin hypercube: the slice of each sample, per key.
    slices: Vec<Vec<u32>>,
}

impl Samples {
    /// `count` samples of every key, the same for the same seed whatever else changes.
    pub fn new(axes: Vec<Axis>, whole: Vec<bool>, count: usize, seed: u64, sampling: Sampling) -> Self {
        let shuffled = |key: usize| {
            let mut slices: Vec<u32> = (0..count as u32).collect();
            slices.shuffle(&mut stream(seed, 2 * key as u64));
            slices
        };
        let slices = match sampling {
            Sampling::LatinHypercube => (0..axes.len()).map(shuffled).collect(),
            Sampling::Random => vec![],
        };
        Self { axes, whole, count, seed, slices }
    }

    /// How many samples.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// How they were taken, in a word.
    pub fn method(&self) -> &'static str {
        if self.slices.is_empty() { "random" } else { "latin_hypercube" }
    }

    /// Each key with what is drawn for it.
    pub fn describe(&self) -> Vec<(&str, String)> {
        let what = |values: &Values| match values {
            Values::List(values) => format!("one of {}", values.join(", ")),
            Values::Range { from, to, count } => format!("one of {count} numbers from {from} to {to}"),
            Values::Between { low, high } => format!("uniform, {low} to {high}"),
            Values::Drawn(distribution) => distribution.describe(),
        };
        self.axes.iter().map(|axis| (axis.key.as_str(), what(&axis.values))).collect()
    }

    /// The value of a key in sample `i`.
    fn value(&self, i: usize, key: usize) -> Cow<'_, str> {
        let mut random = stream(self.seed, 2 * key as u64 + 1);
        // Two words a sample, so that each is had without those before it.
        random.set_word_pos(2 * i as u128);
        let within: f64 = random.random();
        let share = self.slices.get(key).map_or(within, |slices| (f64::from(slices[i]) + within) / self.count as f64);
        match &self.axes[key].values {
            Values::List(values) => Cow::Borrowed(one_of(values, share)),
            Values::Range { count, .. } => self.axes[key].value(((share * *count as f64) as usize).min(count - 1)),
            Values::Between { low, high } if self.whole[key] => {
                let value = (low.ceil() + share * (high.floor() - low.ceil() + 1.0)).floor();
                Cow::Owned(value.min(high.floor()).to_string())
            }
            Values::Between { low, high } => Cow::Owned((low + share * (high - low)).to_string()),
            Values::Drawn(distribution) => distribution.draw(share, self.whole[key]),
        }
    }
}

fn stream(seed: u64, number: u64) -> ChaCha8Rng {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(number);
    random
}

impl Design {
    /// The varied keys, in the order in which they were named.
    pub fn keys(&self) -> Vec<&str> {
        match self {
            Self::Product(axes) | Self::Samples(Samples { axes, .. }) => axes.iter().map(|a| a.key.as_str()).collect(),
            Self::Rows(table) => table.keys.iter().map(String::as_str).collect(),
            Self::Crossed(outer, samples) => {
                outer.keys().into_iter().chain(samples.axes.iter().map(|a| a.key.as_str())).collect()
            }
        }
    }

    /// Whether every value of a key, by its place among the keys, is a number.
    pub fn is_numeric(&self, key: usize) -> bool {
        match self {
            Self::Product(axes) | Self::Samples(Samples { axes, .. }) => axes[key].is_numeric(),
            Self::Crossed(outer, samples) => match key.checked_sub(outer.keys().len()) {
                None => outer.is_numeric(key),
                Some(drawn) => samples.axes[drawn].is_numeric(),
            },
            Self::Rows(table) => table.rows.iter().all(|row| is_number(&row[key])),
        }
    }

    /// The number of scenarios; none where it is beyond counting.
    pub fn count(&self) -> Option<usize> {
        match self {
            Self::Product(axes) => {
                axes.iter().try_fold(1, |product: usize, axis| product.checked_mul(axis.count().unwrap_or(1)))
            }
            Self::Samples(samples) => Some(samples.count),
            Self::Rows(table) => Some(table.rows.len()),
            Self::Crossed(outer, samples) => outer.count()?.checked_mul(samples.count),
        }
    }

    /// Whether its scenarios have names of their own.
    pub fn has_labels(&self) -> bool {
        matches!(self, Self::Rows(table) if !table.labels.is_empty())
    }

    /// The label of scenario `i`: its own in the file, with the number of the sample where there are several of it, or its
    /// number from 1.
    pub fn label(&self, i: usize) -> Cow<'_, str> {
        match self {
            Self::Rows(table) if self.has_labels() => Cow::Borrowed(&table.labels[i]),
            Self::Crossed(outer, samples) if matches!(**outer, Self::Rows(_)) => {
                Cow::Owned(format!("{}-{}", outer.label(i / samples.count), i % samples.count + 1))
            }
            _ => Cow::Owned((i + 1).to_string()),
        }
    }

    /// Where scenario `i` is written down: its line in the file, or the command line.
    pub fn place(&self, i: usize) -> Cow<'_, str> {
        match self {
            Self::Rows(table) => Cow::Borrowed(&table.places[i]),
            Self::Product(_) | Self::Samples(_) => Cow::Borrowed("--vary"),
            Self::Crossed(outer, samples) if !outer.keys().is_empty() => outer.place(i / samples.count),
            Self::Crossed(..) => Cow::Borrowed("--monte-carlo"),
        }
    }

    /// All that makes the scenarios, wherever it is written down.
    pub fn identity(&self) -> String {
        match self {
            Self::Rows(Table { keys, rows, labels, .. }) => format!("{keys:?} {rows:?} {labels:?}"),
            Self::Crossed(outer, samples) => format!("{} {samples:?}", outer.identity()),
            Self::Product(_) | Self::Samples(_) => format!("{self:?}"),
        }
    }

    /// All texts among the values, each once.
    pub fn texts(&self) -> Vec<&str> {
        fn of_axis(axis: &Axis) -> impl Iterator<Item = &str> {
            let values = match &axis.values {
                Values::List(values) | Values::Drawn(Distribution::Values(values)) => values.as_slice(),
                Values::Range { .. } | Values::Between { .. } | Values::Drawn(_) => &[],
            };
            values.iter().map(String::as_str)
        }
        let mut texts: Vec<_> = match self {
            Self::Product(axes) | Self::Samples(Samples { axes, .. }) => axes.iter().flat_map(of_axis).collect(),
            Self::Rows(table) => table.rows.iter().flatten().map(String::as_str).collect(),
            Self::Crossed(outer, samples) => {
                outer.texts().into_iter().chain(samples.axes.iter().flat_map(of_axis)).collect()
            }
        };
        texts.retain(|text| !is_number(text));
        texts.sort_unstable();
        texts.dedup();
        texts
    }

    /// The values of scenario `i`, key by key; an empty one leaves the plant file's.
    pub fn values(&self, i: usize) -> Vec<Cow<'_, str>> {
        match self {
            Self::Product(axes) => {
                let mut left = i;
                let mut values: Vec<_> = axes
                    .iter()
                    .rev()
                    .map(|axis| {
                        let count = axis.count().unwrap_or(1);
                        let value = axis.value(left % count);
                        left /= count;
                        value
                    })
                    .collect();
                values.reverse();
                values
            }
            Self::Samples(samples) => (0..samples.axes.len()).map(|key| samples.value(i, key)).collect(),
            Self::Rows(table) => table.rows[i].iter().map(|value| Cow::Borrowed(value.as_str())).collect(),
            Self::Crossed(outer, samples) => {
                let mut values = outer.values(i / samples.count);
                values.extend((0..samples.axes.len()).map(|key| samples.value(i % samples.count, key)));
                values
            }
        }
    }

    /// The changes of the plant file that make scenario `i`.
    pub fn patches(&self, i: usize) -> Vec<(String, String)> {
        let keys = self.keys().into_iter().zip(self.values(i)).filter(|(_, value)| !value.is_empty());
        keys.map(|(key, value)| (key.to_owned(), value.into_owned())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uncertainty::Distribution;

    fn axes(texts: &[&str]) -> Vec<Axis> {
        texts.iter().map(|text| Axis::parse(text).unwrap()).collect()
    }

    #[test]
    fn a_product_has_every_combination_and_the_last_key_changes_fastest() {
        let design = Design::Product(axes(&["a=1,2", "b=x,y,z"]));
        assert_eq!((design.count(), design.keys()), (Some(6), vec!["a", "b"]));
        let all: Vec<_> = (0..6).map(|i| design.values(i).join("")).collect();
        assert_eq!(all, ["1x", "1y", "1z", "2x", "2y", "2z"]);
        assert_eq!((design.label(4), design.patches(4)[1].clone()), ("5".into(), ("b".to_owned(), "y".to_owned())));
    }

    #[test]
    fn a_product_beyond_counting_says_so() {
        let long = format!("a=1:{0}:{0}", 1_000_000);
        assert_eq!(
            Design::Product(axes(&[&long, &long.replace('a', "b"), &long.replace('a', "c"), &long.replace('a', "d")]))
                .count(),
            None
        );
    }

    fn samples(sampling: Sampling) -> Design {
        Design::Samples(Samples::new(
            axes(&["a=0..10", "b=3..6", "c=x,y"]),
            vec![false, true, false],
            1000,
            7,
            sampling,
        ))
    }

    #[test]
    fn a_latin_hypercube_meets_every_slice_of_every_key_once() {
        let design = samples(Sampling::LatinHypercube);
        let mut slices: Vec<usize> =
            (0..1000).map(|i| (design.values(i)[0].parse::<f64>().unwrap() * 100.0) as usize).collect();
        slices.sort_unstable();
        assert_eq!(slices, (0..1000).collect::<Vec<_>>());
        let counts = |key: usize, value: &str| (0..1000).filter(|i| design.values(*i)[key] == value).count();
        assert_eq!(["3", "4", "5", "6"].map(|value| counts(1, value)), [250; 4]);
        assert_eq!(["x", "y"].map(|value| counts(2, value)), [500; 2]);
    }

    #[test]
    fn every_scenario_of_a_crossed_design_gets_the_same_draws() {
        let drawn = |key: &str, distribution| Axis { key: key.to_owned(), values: Values::Drawn(distribution) };
        let files = Distribution::Values(vec!["a.csv".into(), "b.csv".into()]);
        let normal = Distribution::Normal { mean: 10.0, sd: 2.0, low: f64::NEG_INFINITY, high: f64::INFINITY };
        let drawn = vec![drawn("n", normal.clone()), drawn("x", normal), drawn("file", files)];
        let samples = Samples::new(drawn, vec![true, false, false], 50, 3, Sampling::LatinHypercube);
        let design = Design::Crossed(Box::new(Design::Product(axes(&["a=1,2", "b=x,y"]))), samples.clone());
        assert_eq!((design.count(), design.keys()), (Some(200), vec!["a", "b", "n", "x", "file"]));
        let numeric: Vec<_> = (0..5).map(|key| design.is_numeric(key)).collect();
        assert_eq!(numeric, [true, false, true, true, false]);
        for i in 0..200 {
            let (values, first) = (design.values(i), design.values(i % 50));
            assert_eq!(values[..2].join(""), ["1x", "1y", "2x", "2y"][i / 50]);
            assert_eq!(values[2..], first[2..]);
            assert_eq!(values[2].parse::<f64>().unwrap().fract(), 0.0);
        }
        let of_file = |name: &str| (0..50).filter(|i| design.values(*i)[4] == name).count();
        assert_eq!(["a.csv", "b.csv"].map(of_file), [25, 25]);
        // One value in each fiftieth of the probability: the mean is the mean, to a slice's width.
        let mean = (0..50).map(|i| design.values(i)[3].parse::<f64>().unwrap()).sum::<f64>() / 50.0;
        assert!((mean - 10.0).abs() < 0.1, "{mean}");
        let table = Table {
            keys: vec!["a".into()],
            rows: vec![vec!["1".into()]; 2],
            places: vec!["s.csv:2".into(), "s.csv:3".into()],
            labels: vec!["s".into(), "t".into()],
        };
        assert_eq!(Design::Crossed(Box::new(Design::Rows(table)), samples.clone()).label(51), "t-2");
        let alone = Design::Crossed(Box::new(Design::Product(vec![])), samples);
        assert_eq!((alone.count(), alone.label(49), alone.keys().len()), (Some(50), "50".into(), 3));
    }

    #[test]
    fn samples_are_the_same_for_a_seed_in_any_order_and_differ_by_key() {
        let (a, b) = (samples(Sampling::Random), samples(Sampling::Random));
        assert_eq!(a.values(999), b.values(999));
        assert_ne!(a.values(0), a.values(1));
        let mean = (0..1000).map(|i| a.values(i)[0].parse::<f64>().unwrap()).sum::<f64>() / 1000.0;
        assert!((mean - 5.0).abs() < 0.3, "{mean}");
    }
}
