//! The Pareto front: of two figures, the rows of which no other is better in one and as good in the other.

/// The front of points of which larger values are better in both, best first in the first. Points that are equal stand on
/// it together, in their own order.
///
/// A point is on the front if none dominates it, that is, is at least as good in both and better in one. A point without
/// a value (NaN) is never on it and dominates none. What is beyond the shorter list is left out.
pub fn front(first: &[f64], second: &[f64]) -> Vec<usize> {
    let points: Vec<(f64, f64)> = first.iter().copied().zip(second.iter().copied()).collect();
    let mut order: Vec<usize> =
        (0..points.len()).filter(|i| !(points[*i].0.is_nan() || points[*i].1.is_nan())).collect();
    // The best first; of equal ones in the first figure those that are better in the second.
    let rank = |a: f64, b: f64| b.partial_cmp(&a).unwrap_or(std::cmp::Ordering::Equal);
    order.sort_by(|&i, &j| rank(points[i].0, points[j].0).then(rank(points[i].1, points[j].1)));
    let mut last: Option<(f64, f64)> = None;
    order.retain(|&i| {
        let stays = last.is_none_or(|last| points[i].1 > last.1 || points[i] == last);
        if stays {
            last = Some(points[i]);
        }
        stays
    });
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ties_and_duplicates_stand_right() {
        // 0 and 3 are equal and best in the first. 1 is as good in the first and worse in the second; 4 is as good as 2 in
        // the second and worse in the first; 5 lies inside.
        let (a, b) = ([9.0, 9.0, 5.0, 9.0, 4.0, 4.5], [2.0, 1.0, 7.0, 2.0, 7.0, 6.9]);
        assert_eq!(front(&a, &b), [0, 3, 2]);
    }

    #[test]
    fn none_one_missing_and_infinite_points() {
        assert!(front(&[], &[]).is_empty());
        assert_eq!(front(&[1.0], &[f64::NEG_INFINITY]), [0]);
        assert_eq!(front(&[f64::NAN, 1.0, f64::INFINITY], &[9.0, 2.0, f64::NAN]), [1]);
        // Minus zero is zero.
        assert_eq!(front(&[0.0, -0.0], &[1.0, 1.0]), [0, 1]);
        // The whole of a line that falls, all of a single point many times.
        assert_eq!(front(&[1.0, 3.0, 2.0], &[3.0, 1.0, 2.0]), [1, 2, 0]);
        assert_eq!(front(&[4.0; 3], &[5.0; 3]), [0, 1, 2]);
    }

    fn dominates(p: (f64, f64), q: (f64, f64)) -> bool {
        p.0 >= q.0 && p.1 >= q.1 && (p.0 > q.0 || p.1 > q.1)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]
        #[test]
        fn no_row_of_the_front_is_dominated_and_every_other_one_is(
            // Few values, so that many are equal; the last stands for a missing one.
            points in prop::collection::vec((0..7_i32, 0..7_i32), 0..40),
        ) {
            let value = |x: i32| if x == 6 { f64::NAN } else { f64::from(x) };
            let points: Vec<(f64, f64)> = points.into_iter().map(|(a, b)| (value(a), value(b))).collect();
            let (a, b): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
            let found = front(&a, &b);
            for (i, point) in points.iter().enumerate() {
                let is_missing = point.0.is_nan() || point.1.is_nan();
                let is_dominated = points.iter().any(|other| dominates(*other, *point));
                prop_assert_eq!(found.contains(&i), !is_missing && !is_dominated, "{:?} of {:?}", point, points);
            }
            for pair in found.windows(2) {
                prop_assert!(a[pair[0]] > a[pair[1]] || points[pair[0]] == points[pair[1]] && pair[0] < pair[1]);
            }
        }
    }
}
