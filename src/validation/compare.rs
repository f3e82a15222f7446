//! Ours against expected, value by value.

use crate::keys::Keys;

/// How far a value may be off: an absolute part and one relative to the expected value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tolerance {
    /// In the unit of the value.
    pub absolute: f64,
    /// As a fraction of the expected value.
    pub relative: f64,
}

impl Tolerance {
    /// Reads one line of the `[tolerance]` table.
    pub(super) fn read(k: &mut Keys<'_>) -> Self {
        Self {
            absolute: k.number("absolute", "allowed difference in the unit of the value").at_least(0.0).required(),
            relative: k.number("relative", "allowed difference as a fraction of the value").at_least(0.0).required(),
        }
    }

    /// Allowed difference at an expected value.
    fn allowed(self, expected: f64) -> f64 {
        self.absolute + self.relative * expected.abs()
    }
}

/// How an output is judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Measure {
    /// Every row within a tolerance.
    Rows(Tolerance),
    /// The sum over all rows, within this fraction of the expected sum.
    Sum {
        /// Allowed difference as a fraction of the expected sum.
        relative: f64,
    },
    /// The root mean square of the differences.
    Rmse {
        /// Allowed RMSE as a fraction of the largest expected size.
        of_max: f64,
    },
}

impl Measure {
    /// Compares the rows `(line, ours, expected)` of a column; none when there is no row.
    pub(super) fn compare(self, name: &str, rows: &[(usize, f64, f64)]) -> Option<Output> {
        let line = rows.first()?.0;
        let sum = |value: &dyn Fn(&(usize, f64, f64)) -> f64| rows.iter().map(value).sum::<f64>();
        match self {
            Self::Rows(tolerance) => Output::compare(name, tolerance, rows),
            Self::Sum { relative } => {
                let sums = (line, sum(&|r| r.1), sum(&|r| r.2));
                Output::compare(&format!("{name} (sum)"), Tolerance { absolute: 0.0, relative }, &[sums])
            }
            Self::Rmse { of_max } => {
                let rmse = (sum(&|r| (r.1 - r.2).powi(2)) / rows.len() as f64).sqrt();
                let largest = rows.iter().map(|r| r.2.abs()).fold(0.0, f64::max);
                let tolerance = Tolerance { absolute: of_max * largest, relative: 0.0 };
                Output::compare(&format!("{name} (rmse)"), tolerance, &[(line, rmse, 0.0)])
            }
        }
    }
}

/// The row that comes closest to its tolerance, or leaves it the furthest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Worst {
    /// Its line in expected.csv.
    pub line: usize,
    /// Our value.
    pub ours: f64,
    /// The expected value.
    pub expected: f64,
    /// Allowed difference there.
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

/// One output compared over all rows of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// Name of the column.
    pub name: String,
    /// Number of rows compared.
    pub rows: usize,
    /// Number of rows outside their tolerance.
    pub failing: usize,
    /// The worst row by its share of the tolerance.
    pub worst: Worst,
    /// Sizes of the differences.
    pub difference: Quantiles,
}

impl Output {
    /// Compares the rows `(line, ours, expected)` of a column; none when there is no row.
    pub(super) fn compare(name: &str, tolerance: Tolerance, rows: &[(usize, f64, f64)]) -> Option<Self> {
        let is_turn = name.ends_with("azimuth_deg");
        let off = |ours: f64, expected: f64| if is_turn { turn(ours - expected) } else { (ours - expected).abs() };
        let mut differences: Vec<_> = rows.iter().map(|&(_, ours, expected)| off(ours, expected)).collect();
        let judged = rows.iter().zip(&differences).map(|(&(line, ours, expected), difference)| {
            let allowed = tolerance.allowed(expected);
            Worst { line, ours, expected, allowed, share: share(*difference, allowed) }
        });
        let worst = judged.reduce(|worst, row| if row.share > worst.share { row } else { worst })?;
        let holds = |(row, difference): (&(usize, f64, f64), &f64)| *difference <= tolerance.allowed(row.2);
        let held = rows.iter().zip(&differences).filter(|pair| holds(*pair)).count();
        differences.sort_by(f64::total_cmp);
        let (rows, failing) = (rows.len(), rows.len() - held);
        Some(Self { name: name.to_owned(), rows, failing, worst, difference: Quantiles::of(&differences) })
    }

    /// Whether every row is within its tolerance.
    pub fn passes(&self) -> bool {
        self.failing == 0
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

    fn output(name: &str, rows: &[(usize, f64, f64)]) -> Output {
        Output::compare(name, Tolerance { absolute: 0.5, relative: 0.1 }, rows).unwrap()
    }

    #[test]
    fn a_value_passes_up_to_the_absolute_and_relative_part_together() {
        // At 10: 0.5 + 0.1·10 = 1.5, and 11.5 is off by just that; at -20: 0.5 + 2 = 2.5, of which 1 is 0.4.
        let on_the_edge = output("x", &[(2, 11.5, 10.0), (3, -21.0, -20.0)]);
        assert!(on_the_edge.passes());
        assert_eq!((on_the_edge.worst.line, on_the_edge.worst.share, on_the_edge.difference.max), (2, 1.0, 1.5));
        let over = output("x", &[(2, 11.5, 10.0), (3, -22.75, -20.0)]);
        assert_eq!((over.passes(), over.failing, over.worst.line, over.worst.share), (false, 1, 3, 1.1));
    }

    #[test]
    fn nan_and_infinity_of_ours_never_pass() {
        for ours in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let output = output("x", &[(2, 1.0, 1.0), (3, ours, 1.0)]);
            assert_eq!((output.failing, output.worst.line, output.worst.share), (1, 3, f64::INFINITY));
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
        let exact = Tolerance { absolute: 0.0, relative: 0.0 };
        assert!(Output::compare("x", exact, &[(2, 3.0, 3.0)]).unwrap().passes());
        assert!(!Output::compare("x", exact, &[(2, 3.0, 3.0 + 1e-15)]).unwrap().passes());
        assert!(Output::compare("x", exact, &[]).is_none());
    }

    #[test]
    fn sums_and_rmse_judge_the_column_as_a_whole() {
        let rows = [(2, 11.0, 10.0), (3, 19.0, 20.0)];
        // Sums 30 and 30; differences 1 and -1, RMSE 1, largest expected 20.
        let of = |measure: Measure| measure.compare("x", &rows).unwrap();
        assert_eq!(of(Measure::Sum { relative: 0.0 }).difference.max, 0.0);
        let rmse = of(Measure::Rmse { of_max: 0.05 });
        assert_eq!((rmse.difference.max, rmse.worst.share, rmse.passes()), (1.0, 1.0, true));
        assert!(!of(Measure::Rmse { of_max: 0.04 }).passes());
        assert!(!Measure::Sum { relative: 0.01 }.compare("x", &[(2, 10.2, 10.0)]).unwrap().passes());
        assert!(!Measure::Rmse { of_max: 1.0 }.compare("x", &[(2, f64::NAN, 10.0)]).unwrap().passes());
    }

    #[test]
    fn quantiles_are_values_that_occur() {
        let rising: Vec<_> = (1..=200).map(f64::from).collect();
        assert_eq!(Quantiles::of(&rising), Quantiles { q75: 150.0, q99: 198.0, max: 200.0 });
        assert_eq!(Quantiles::of(&[7.0]), Quantiles { q75: 7.0, q99: 7.0, max: 7.0 });
    }
}
