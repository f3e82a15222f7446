//! Ours against expected: value by value, by the sum, or by the root mean square of the differences.

use super::measure::Measure;

/// What decides about an output: the row that comes closest to its tolerance or leaves it the furthest, the sum, or the
/// root mean square.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Worst {
    /// The row's line in expected.csv; none for a sum or root mean square.
    pub line: Option<usize>,
    /// Our value or sum; the root mean square of the differences.
    pub ours: f64,
    /// The expected value or sum; 0 for a root mean square.
    pub expected: f64,
    /// Allowed difference.
    pub allowed: f64,
    /// Difference as a share of the allowed one; above 1 it is too large.
    pub share: f64,
}

/// Sizes of the differences: the values that 75 % and 99 % of the rows do not pass, and the largest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantiles {
    /// Three quarters of the rows are not further off.
    pub q75: f64,
    /// 99 % of the rows are not further off.
    pub q99: f64,
    /// No row is further off; NaN if one of ours is NaN.
    pub max: f64,
}

/// One output judged over all rows of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// Name of the column.
    pub name: String,
    /// By what it is judged.
    pub measure: Measure,
    /// Number of rows compared.
    pub rows: usize,
    /// Number of rows outside their tolerance; 1 for a sum or root mean square that is.
    pub failing: usize,
    /// The judged difference: the largest of the rows, that of the sums, or the root mean square.
    pub off: f64,
    /// What decides.
    pub worst: Worst,
    /// Sizes of the differences of the rows.
    pub difference: Quantiles,
}

/// A line of expected.csv, our value and the expected one.
pub(super) type Pair = (usize, f64, f64);

impl Output {
    /// Judges the rows of a column; none when there is no row.
    pub(super) fn judge(name: &str, measure: Measure, rows: &[Pair]) -> Option<Self> {
        let is_turn = name.ends_with("azimuth_deg");
        let off = |ours: f64, expected: f64| if is_turn { turn(ours - expected) } else { (ours - expected).abs() };
        let mut differences: Vec<_> = rows.iter().map(|&(_, ours, expected)| off(ours, expected)).collect();
        let judged = judged(measure, rows, &differences);
        let held = judged.iter().filter(|(off, row)| *off <= row.allowed).count();
        let failing = judged.len() - held;
        let (off, worst) =
            judged.into_iter().reduce(|worst, row| if row.1.share > worst.1.share { row } else { worst })?;
        differences.sort_by(f64::total_cmp);
        let difference = Quantiles::of(&differences);
        let off = if worst.line.is_some() { difference.max } else { off };
        Some(Self { name: name.to_owned(), measure, rows: rows.len(), failing, off, worst, difference })
    }

    /// Whether all of it is within its tolerance.
    pub fn passes(&self) -> bool {
        self.failing == 0
    }
}

/// What is held against a tolerance, each with its difference: every row, or one figure of all.
fn judged(measure: Measure, rows: &[Pair], differences: &[f64]) -> Vec<(f64, Worst)> {
    let held = |off: f64, line, ours, expected, allowed| {
        (off, Worst { line, ours, expected, allowed, share: share(off, allowed) })
    };
    match measure {
        _ if rows.is_empty() => vec![],
        Measure::Rows { .. } => {
            let row = |(&(line, ours, expected), &off): (&Pair, &f64)| {
                held(off, Some(line), ours, expected, measure.allowed(expected))
            };
            rows.iter().zip(differences).map(row).collect()
        }
        Measure::Sum { .. } => {
            let (ours, expected) = rows.iter().fold((0.0, 0.0), |(a, b), (_, ours, expected)| (a + ours, b + expected));
            vec![held((ours - expected).abs(), None, ours, expected, measure.allowed(expected))]
        }
        Measure::Rmse { .. } => {
            let largest = rows.iter().fold(0.0, |largest: f64, (_, _, expected)| largest.max(expected.abs()));
            let squares: f64 = differences.iter().map(|d| d * d).sum();
            let rmse = (squares / rows.len() as f64).sqrt();
            vec![held(rmse, None, rmse, 0.0, measure.allowed(largest))]
        }
    }
}

/// Share of the allowed difference; infinite for NaN, and for any difference where none is allowed.
fn share(difference: f64, allowed: f64) -> f64 {
    match difference {
        0.0 => 0.0,
        d if d.is_nan() => f64::INFINITY,
        d => d / allowed,
    }
}

/// Size of a difference between two directions, degrees, 0 to 180.
fn turn(difference_deg: f64) -> f64 {
    ((difference_deg + 180.0).rem_euclid(360.0) - 180.0).abs()
}

impl Quantiles {
    /// Of differences in rising order (NaN last), of which there is at least one: the nearest rank, never between two.
    fn of(rising: &[f64]) -> Self {
        let at = |part: f64| rising[((part * rising.len() as f64).ceil() as usize).clamp(1, rising.len()) - 1];
        Self { q75: at(0.75), q99: at(0.99), max: at(1.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(name: &str, rows: &[Pair]) -> Output {
        Output::judge(name, Measure::Rows { absolute: 0.5, relative: 0.1 }, rows).unwrap()
    }

    #[test]
    fn a_value_passes_up_to_the_absolute_and_relative_part_together() {
        // At 10: 0.5 + 0.1·10 = 1.5, and 11.5 is off by just that; at -20: 0.5 + 2 = 2.5, of which 1 is 0.4.
        let on_the_edge = output("x", &[(2, 11.5, 10.0), (3, -21.0, -20.0)]);
        assert!(on_the_edge.passes());
        assert_eq!((on_the_edge.worst.line, on_the_edge.worst.share, on_the_edge.difference.max), (Some(2), 1.0, 1.5));
        let over = output("x", &[(2, 11.5, 10.0), (3, -22.75, -20.0)]);
        assert_eq!((over.passes(), over.failing, over.worst.line, over.worst.share), (false, 1, Some(3), 1.1));
    }

    #[test]
    fn nan_and_infinity_of_ours_never_pass() {
        for ours in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let output = output("x", &[(2, 1.0, 1.0), (3, ours, 1.0)]);
            assert_eq!((output.failing, output.worst.line, output.worst.share), (1, Some(3), f64::INFINITY));
            assert!(!output.difference.max.is_finite());
        }
    }

    #[test]
    fn azimuths_are_compared_around_north_and_other_angles_are_not() {
        assert!(output("surface_azimuth_deg", &[(2, 359.9, 0.1)]).passes());
        assert!((output("azimuth_deg", &[(2, 359.9, 0.1)]).difference.max - 0.2).abs() < 1e-9);
        assert!(!output("tracker_angle_deg", &[(2, 359.9, 0.1)]).passes());
    }

    #[test]
    fn without_a_tolerance_only_equal_values_pass() {
        let exact = Measure::Rows { absolute: 0.0, relative: 0.0 };
        assert!(Output::judge("x", exact, &[(2, 3.0, 3.0)]).unwrap().passes());
        assert!(!Output::judge("x", exact, &[(2, 3.0, 3.0 + 1e-15)]).unwrap().passes());
        assert!(Output::judge("x", exact, &[]).is_none());
    }

    #[test]
    fn a_sum_is_judged_as_a_whole() {
        // Ours 30 for 32: off by 2, of which 0.1·32 = 3.2 is allowed.
        let rows = [(2, 20.0, 12.0), (3, 10.0, 20.0)];
        let sum = Output::judge("x", Measure::Sum { relative: 0.1 }, &rows).unwrap();
        assert_eq!((sum.passes(), sum.off, sum.worst.ours, sum.worst.expected), (true, 2.0, 30.0, 32.0));
        assert_eq!((sum.worst.line, sum.worst.share, sum.difference.max), (None, 0.625, 10.0));
        let tight = Output::judge("x", Measure::Sum { relative: 0.05 }, &rows).unwrap();
        assert_eq!((tight.passes(), tight.failing, tight.worst.share), (false, 1, 1.25));
    }

    #[test]
    fn a_root_mean_square_is_judged_by_the_largest_expected_value() {
        // Differences 1 and 7: √((1 + 49)/2) = 5, allowed 0.25·40 = 10.
        let rows = [(2, 11.0, 10.0), (3, -47.0, -40.0)];
        let rmse = Output::judge("x", Measure::Rmse { of_max: 0.25 }, &rows).unwrap();
        assert_eq!((rmse.passes(), rmse.off, rmse.worst.allowed, rmse.worst.share), (true, 5.0, 10.0, 0.5));
        assert!(!Output::judge("x", Measure::Rmse { of_max: 0.1 }, &rows).unwrap().passes());
    }

    #[test]
    fn nan_passes_no_sum_and_no_root_mean_square() {
        for measure in [Measure::Sum { relative: 0.1 }, Measure::Rmse { of_max: 0.1 }] {
            let output = Output::judge("x", measure, &[(2, 1.0, 1.0), (3, f64::NAN, 1.0)]).unwrap();
            assert_eq!((output.passes(), output.worst.share), (false, f64::INFINITY));
            assert!(Output::judge("x", measure, &[]).is_none());
        }
    }

    #[test]
    fn quantiles_are_values_that_occur() {
        let rising: Vec<_> = (1..=200).map(f64::from).collect();
        assert_eq!(Quantiles::of(&rising), Quantiles { q75: 150.0, q99: 198.0, max: 200.0 });
        assert_eq!(Quantiles::of(&[7.0]), Quantiles { q75: 7.0, q99: 7.0, max: 7.0 });
    }
}
