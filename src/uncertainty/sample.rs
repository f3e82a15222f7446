//! Values of one figure, drawn or of several weather years: their mean, spread and exceedance.

/// Finite values in ascending order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sample {
    sorted: Vec<f64>,
    mean: f64,
    sd: f64,
}

impl Sample {
    /// Of any values; those that are no finite number are left out.
    pub fn new(values: impl IntoIterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        let n = sorted.len() as f64;
        let mean = sorted.iter().sum::<f64>() / n;
        // Rounding moves the mean of equal values off them.
        let end = |value: Option<&f64>| value.copied().unwrap_or(f64::NAN);
        let mean = mean.max(end(sorted.first())).min(end(sorted.last()));
        let squares: f64 = sorted.iter().map(|value| (value - mean).powi(2)).sum();
        Self { sorted, mean, sd: (squares / (n - 1.0).max(0.0)).sqrt() }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.sorted.len()
    }

    /// Their mean; NaN of none.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Their standard deviation, with n − 1; NaN of less than two.
    pub fn sd(&self) -> f64 {
        self.sd
    }

    /// The value that is exceeded with a probability of `level_pct`; NaN of none.
    ///
    /// Ranked values with straight lines between them: the k-th of n, from 0, is exceeded with probability
    /// `1 − k/(n − 1)` (Hyndman and Fan's type 7, as numpy's default). The lowest value is the P100, so few values tell
    /// little of P95 and P99.
    pub fn exceeded(&self, level_pct: f64) -> f64 {
        let Some(last) = self.sorted.len().checked_sub(1) else { return f64::NAN };
        let place = last as f64 * ((100.0 - level_pct) / 100.0).clamp(0.0, 1.0);
        let below = (place.floor() as usize).min(last);
        let (low, high) = (self.sorted[below], self.sorted[(below + 1).min(last)]);
        low + (high - low) * (place - below as f64)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const YEARS: [f64; 11] = [2105.2, 1987.4, 2230.9, 2051.7, 2144.0, 1899.3, 2098.8, 2176.5, 2010.6, 2065.1, 2120.9];

    #[test]
    fn val_mean_spread_and_percentiles_are_numpy_s() {
        // numpy 2.4.6: mean, std(ddof=1), percentile(100 - level).
        let all = Sample::new(YEARS);
        let four = Sample::new(YEARS[..4].iter().copied());
        let close = |ours: f64, numpy: f64| assert!((ours - numpy).abs() <= 1e-11 * numpy, "{ours} and {numpy}");
        close(all.mean(), 2_080.945_454_545_454_6);
        close(all.sd(), 92.680_649_152_197_53);
        for (level, of_all, of_four) in [
            (50.0, 2098.8, 2078.45),
            (75.0, 2031.15, 2035.625),
            (90.0, 1987.4, 2006.69),
            (95.0, 1943.35, 1997.045),
            (99.0, 1908.11, 1989.329),
        ] {
            close(all.exceeded(level), of_all);
            close(four.exceeded(level), of_four);
        }
        close(all.exceeded(1.0), 2225.46);
    }

    #[test]
    fn few_values_and_none_are_told_as_what_they_are() {
        // 1 and 3 lie 2 apart: the mean is 2, the spread sqrt(2·1²/1), and a quarter of the way is P75.
        let two = Sample::new([3.0, f64::NAN, 1.0, f64::INFINITY]);
        assert_eq!((two.count(), two.mean(), two.sd(), two.exceeded(75.0)), (2, 2.0, 2.0_f64.sqrt(), 1.5));
        let one = Sample::new([7.0]);
        assert!(one.sd().is_nan() && [1.0, 50.0, 99.0].iter().all(|level| one.exceeded(*level) == 7.0));
        let none = Sample::new([]);
        assert!(none.count() == 0 && none.mean().is_nan() && none.sd().is_nan() && none.exceeded(50.0).is_nan());
        assert_eq!(Sample::new([0.1; 3]).sd(), 0.0);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn what_is_exceeded_more_surely_is_less_and_lies_among_the_values(
            values in proptest::collection::vec(-1e6..1e6_f64, 1..40),
            levels in (0.0..100.0_f64, 0.0..100.0_f64),
        ) {
            let sample = Sample::new(values.iter().copied());
            let (sure, less_sure) = (levels.0.max(levels.1), levels.0.min(levels.1));
            prop_assert!(sample.exceeded(sure) <= sample.exceeded(less_sure) + 1e-9);
            prop_assert!(sample.exceeded(100.0) == values.iter().copied().fold(f64::INFINITY, f64::min));
            prop_assert!(sample.exceeded(0.0) == values.iter().copied().fold(f64::NEG_INFINITY, f64::max));
        }
    }
}
