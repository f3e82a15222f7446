//! Duration curves and percentiles of the steps of a run.

use serde::Serialize;

use crate::units::KILO;

/// Shares of the time at which a duration curve is told, in thousandths.
const POINTS: [usize; 20] =
    [0, 1, 5, 10, 20, 50, 100, 150, 200, 250, 300, 400, 500, 600, 700, 800, 900, 950, 990, 1000];

/// One point of a duration curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct DurationPoint {
    /// Share of the time, %.
    pub time_pct: f64,
    /// The power that is exceeded in no more of the time than that, kW.
    pub kw: f64,
}

/// The values of all steps, the largest first.
pub(super) struct Ranked(Vec<f64>);

impl Ranked {
    pub(super) fn new(mut values: Vec<f64>) -> Self {
        values.sort_unstable_by(|a, b| b.total_cmp(a));
        Self(values)
    }

    /// The smallest observed value that is exceeded in no more than so many thousandths of the steps; 0 without steps.
    ///
    /// The 95th percentile is that of 50 thousandths: 95 % of the steps do not exceed it. At 1000 it is the smallest.
    pub(super) fn exceeded_in(&self, thousandths: usize) -> f64 {
        let rank = self.0.len() * thousandths / 1000;
        self.0.get(rank).or(self.0.last()).copied().unwrap_or(0.0)
    }

    /// The largest, 0 without steps.
    pub(super) fn largest(&self) -> f64 {
        self.exceeded_in(0)
    }

    /// The smallest, 0 without steps.
    pub(super) fn smallest(&self) -> f64 {
        self.exceeded_in(1000)
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = f64> + '_ {
        self.0.iter().copied()
    }

    /// The duration curve of powers in W.
    pub(super) fn curve(&self) -> Vec<DurationPoint> {
        let point = |thousandths: usize| DurationPoint {
            time_pct: thousandths as f64 / 10.0,
            kw: self.exceeded_in(thousandths) / KILO,
        };
        POINTS.into_iter().map(point).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn of_a_hundred_steps_five_exceed_the_95th_percentile_and_one_the_99th() {
        let ranked = Ranked::new((1..=100).map(f64::from).collect());
        assert_eq!((ranked.exceeded_in(50), ranked.exceeded_in(10)), (95.0, 99.0));
        assert_eq!((ranked.largest(), ranked.smallest(), ranked.exceeded_in(500)), (100.0, 1.0, 50.0));
    }

    #[test]
    fn a_curve_of_few_steps_falls_from_the_largest_to_the_smallest_and_one_of_none_is_zero() {
        let curve = Ranked::new(vec![2e3, 8e3, 4e3]).curve();
        assert_eq!((curve[0].kw, curve[19].kw, curve.len()), (8.0, 2.0, 20));
        // 40 % of three steps is one step, rounded down: the second largest.
        assert_eq!(curve.iter().find(|p| p.time_pct == 40.0).unwrap().kw, 4.0);
        assert!(Ranked::new(vec![]).curve().iter().all(|p| p.kw == 0.0));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn no_more_steps_than_told_exceed_a_point_and_the_curve_never_rises(
            values in prop::collection::vec(0.0..1e6f64, 1..400), thousandths in 0..=1000usize,
        ) {
            let ranked = Ranked::new(values.clone());
            let value = ranked.exceeded_in(thousandths);
            let above = values.iter().filter(|v| **v > value).count();
            prop_assert!(above * 1000 <= thousandths * values.len());
            let curve = ranked.curve();
            prop_assert!(curve.windows(2).all(|pair| pair[0].kw >= pair[1].kw));
        }
    }
}
