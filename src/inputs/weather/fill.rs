//! Filling of short gaps between two known values.

/// Steps without a value that could not be filled: the first and their number.
pub(super) type Unfilled = (usize, usize);

/// Fills up to `most` missing (NaN) values in a row on the straight line between their neighbors.
///
/// Gives the number of filled values, and the runs that are too long or have no value on one side.
pub(super) fn interpolate(values: &mut [f64], most: usize) -> (usize, Vec<Unfilled>) {
    let (mut filled, mut unfilled, mut at) = (0, vec![], 0);
    while let Some(offset) = values[at..].iter().position(|v| v.is_nan()) {
        let first = at + offset;
        let count = values[first..].iter().take_while(|v| v.is_nan()).count();
        at = first + count;
        if count > most || first == 0 || at == values.len() {
            unfilled.push((first, count));
            continue;
        }
        let (before, after) = (values[first - 1], values[at]);
        for (i, value) in values[first..at].iter_mut().enumerate() {
            *value = before + (after - before) * (i + 1) as f64 / (count + 1) as f64;
        }
        filled += count;
    }
    (filled, unfilled)
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: f64 = f64::NAN;

    #[test]
    fn short_gaps_are_filled_on_the_straight_line() {
        let mut values = [1.0, X, 3.0, X, X, 0.0];
        assert_eq!(interpolate(&mut values, 2), (3, vec![]));
        assert_eq!(values, [1.0, 2.0, 3.0, 2.0, 1.0, 0.0]);
    }

    #[test]
    fn long_gaps_and_open_ends_are_not() {
        let mut values = [X, 1.0, X, X, X, 5.0, X];
        assert_eq!(interpolate(&mut values, 2), (0, vec![(0, 1), (2, 3), (6, 1)]));
        assert_eq!(interpolate(&mut [X, X], 2), (0, vec![(0, 2)]));
        assert_eq!(interpolate(&mut [], 2), (0, vec![]));
    }
}
