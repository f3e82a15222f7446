//! The least cost of a change of stored energy over several steps, and how the steps share it.
//!
//! What a step costs is given at some changes and a straight line between them. The steps of a stretch then share a change
//! at least cost when every one goes up to the same price of a stored Wh: their pieces are taken in order of price,
//! whichever step they belong to (the infimal convolution of their costs). The battery is taken to be neither full nor
//! empty within the stretch; whoever walks it asks again when it was.

/// What a change of stored energy brings about.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Point {
    /// Change, Wh.
    pub change_wh: f64,
    /// What it costs; infinite where it is impossible.
    pub cost: f64,
    /// Import, W; over several steps the mean.
    pub import_w: f64,
}

impl Point {
    fn plus(self, other: Self, share: f64) -> Self {
        Self {
            change_wh: self.change_wh + share * other.change_wh,
            cost: self.cost + share * other.cost,
            import_w: self.import_w + share * other.import_w,
        }
    }

    /// From here to another point.
    fn to(self, other: Self) -> Self {
        other.plus(self, -1.0)
    }
}

/// A piece of a step's cost from one corner of its lower hull to the next.
#[derive(Debug, Clone)]
struct Piece {
    step: usize,
    /// What it adds.
    added: Point,
    /// What parts of it add where that lies above the straight line, in order of change.
    parts: Vec<Point>,
}

/// Pieces of about the same price, shared alike; or a single one whose parts cost more than their share.
#[derive(Debug)]
struct Group {
    pieces: Vec<Piece>,
    added: Point,
}

/// Several steps that share a change.
#[derive(Debug)]
pub struct Spread {
    /// Each step's largest fall.
    lowest: Vec<f64>,
    /// That of all.
    first: Point,
    /// What a W of the mean import is made to cost when pieces are put in order.
    import_price: f64,
    /// By price.
    groups: Vec<Group>,
}

impl Spread {
    /// From what each step costs at some changes. Prices that differ by less than `alike` per Wh count as one. A step
    /// without a possible change counts as none.
    ///
    /// With an import price per W of the mean import the steps share a change so as to import less, whatever that costs
    /// otherwise; the price itself is not in any cost.
    pub fn new(steps: Vec<Vec<Point>>, alike: f64, import_price: f64) -> Self {
        let count = steps.len().max(1) as f64;
        let lowest = vec![0.0; steps.len()];
        let mut spread = Self { lowest, first: Point::default(), import_price, groups: vec![] };
        let mut pieces = vec![];
        for (step, mut points) in steps.into_iter().enumerate() {
            points.retain(|p| p.cost.is_finite());
            for point in &mut points {
                point.import_w /= count;
                point.cost += import_price * point.import_w;
            }
            points.sort_by(|a, b| a.change_wh.total_cmp(&b.change_wh));
            let Some(lowest) = points.first() else { continue };
            spread.lowest[step] = lowest.change_wh;
            spread.first = spread.first.plus(*lowest, 1.0);
            pieces_of(step, &points, alike, &mut pieces);
        }
        pieces.sort_by(|a, b| price(&a.added).total_cmp(&price(&b.added)));
        let class = |piece: &Piece| (price(&piece.added) / alike).floor();
        let grouped = pieces.chunk_by(|a, b| a.parts.is_empty() && b.parts.is_empty() && class(a) == class(b));
        spread.groups = grouped.map(Group::new).collect();
        spread
    }

    /// The least cost of any change of the whole.
    pub fn curve(&self) -> Curve {
        let mut at = self.first;
        let mut points = vec![at];
        for group in &self.groups {
            points.extend(group.pieces[0].parts.iter().map(|part| at.plus(*part, 1.0)));
            at = at.plus(group.added, 1.0);
            points.push(at);
        }
        for point in &mut points {
            point.cost -= self.import_price * point.import_w;
        }
        Curve { points }
    }

    /// Each step's change when all of them together change by so much, as far as they can.
    pub fn shares(&self, change_wh: f64) -> Vec<f64> {
        let mut shares = self.lowest.clone();
        let mut left_wh = change_wh - self.first.change_wh;
        for group in &self.groups {
            let taken_wh = left_wh.clamp(0.0, group.added.change_wh);
            group.share(taken_wh, &mut shares);
            left_wh -= taken_wh;
        }
        shares
    }
}

impl Group {
    fn new(pieces: &[Piece]) -> Self {
        let added = pieces.iter().fold(Point::default(), |sum, piece| sum.plus(piece.added, 1.0));
        Self { pieces: pieces.to_vec(), added }
    }

    /// Hands out a change to all pieces alike.
    fn share(&self, taken_wh: f64, shares: &mut [f64]) {
        for piece in &self.pieces {
            shares[piece.step] += taken_wh / self.added.change_wh * piece.added.change_wh;
        }
    }
}

/// What each Wh of a piece costs.
fn price(added: &Point) -> f64 {
    added.cost / added.change_wh
}

/// The pieces of a step's lower hull, from its points in order of change.
fn pieces_of(step: usize, points: &[Point], alike: f64, pieces: &mut Vec<Piece>) {
    let mut hull: Vec<usize> = vec![];
    for (index, point) in points.iter().enumerate() {
        while let [.., before, last] = hull[..] {
            let (a, b) = (points[before].to(points[last]), points[last].to(*point));
            if a.cost * b.change_wh < b.cost * a.change_wh {
                break;
            }
            hull.pop();
        }
        // Of two points at one place the lower stands.
        match hull.last() {
            Some(&last) if points[last].change_wh >= point.change_wh => {
                if point.cost < points[last].cost {
                    hull.pop();
                    hull.push(index);
                }
            }
            _ => hull.push(index),
        }
    }
    for edge in hull.windows(2) {
        let added = points[edge[0]].to(points[edge[1]]);
        let mut parts: Vec<_> = points[edge[0] + 1..edge[1]].iter().map(|p| points[edge[0]].to(*p)).collect();
        if parts.iter().all(|part| part.cost - price(&added) * part.change_wh <= alike * added.change_wh) {
            parts.clear();
        }
        pieces.push(Piece { step, added, parts });
    }
}

/// The least cost by change, straight between its points.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// In order of change, at least one.
    pub points: Vec<Point>,
}

impl Curve {
    /// The largest fall and rise, Wh.
    pub fn ends_wh(&self) -> [f64; 2] {
        [self.points[0].change_wh, self.points[self.points.len() - 1].change_wh]
    }

    /// What a change costs and imports; impossible outside.
    pub fn at(&self, change_wh: f64) -> Point {
        let [first_wh, last_wh] = self.ends_wh();
        let rounding_wh = 1e-9 * (last_wh - first_wh);
        if change_wh < first_wh - rounding_wh || change_wh > last_wh + rounding_wh {
            return Point { change_wh, cost: f64::INFINITY, import_w: 0.0 };
        }
        let above = self.points.partition_point(|p| p.change_wh < change_wh).clamp(1, self.points.len().max(2) - 1);
        let Some(high) = self.points.get(above) else { return self.points[0] };
        let low = self.points[above - 1];
        let added = low.to(*high);
        let share = if added.change_wh > 0.0 { (change_wh - low.change_wh) / added.change_wh } else { 0.0 };
        low.plus(added, share)
    }

    /// The changes at which the import passes a power.
    pub fn crossings_wh(&self, import_w: f64) -> impl Iterator<Item = f64> {
        self.points.windows(2).filter_map(move |pair| {
            let added = pair[0].to(pair[1]);
            let share = (import_w - pair[0].import_w) / added.import_w;
            (0.0..=1.0).contains(&share).then(|| pair[0].plus(added, share).change_wh)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn points(points: &[(f64, f64, f64)]) -> Vec<Point> {
        points.iter().map(|&(change_wh, cost, import_w)| Point { change_wh, cost, import_w }).collect()
    }

    /// Two steps of 10 Wh either way: a deficit of 4 W bought at 3 and not sold, and a surplus of 6 W sold at 1.
    fn two() -> Spread {
        let deficit = points(&[(-10.0, 0.0, 0.0), (-4.0, 0.0, 0.0), (0.0, 12.0, 4.0), (10.0, 42.0, 14.0)]);
        let surplus = points(&[(-10.0, -16.0, 0.0), (0.0, -6.0, 0.0), (6.0, 0.0, 0.0), (10.0, 12.0, 4.0)]);
        Spread::new(vec![deficit, surplus], 1e-6, 0.0)
    }

    #[test]
    fn a_change_of_nothing_serves_the_deficit_from_the_surplus() {
        // The 4 Wh of the deficit come from 4 Wh of the surplus: -2 remains of what is sold, nothing is bought.
        let at = two().curve().at(0.0);
        assert!((at.cost + 2.0).abs() < 1e-12 && at.import_w == 0.0, "{at:?}");
        let shares = two().shares(0.0);
        assert!((shares[0] + 4.0).abs() < 1e-12 && (shares[1] - 4.0).abs() < 1e-12, "{shares:?}");
    }

    #[test]
    fn beyond_the_surplus_both_buy_and_the_mean_import_rises() {
        // 2 Wh fit the surplus; the next 3 cost 3 each, in both steps in proportion to what they could buy: 14 and 4 Wh.
        let at = two().curve().at(5.0);
        assert!((at.cost - 9.0).abs() < 1e-12 && (at.import_w - 1.5).abs() < 1e-12, "{at:?}");
        let shares = two().shares(5.0);
        assert!((shares[0] - (-4.0 + 3.0 * 14.0 / 18.0)).abs() < 1e-12, "{shares:?}");
        assert!((shares.iter().sum::<f64>() - 5.0).abs() < 1e-12);
        // A mean import of 1.5 W is passed there and nowhere else.
        assert_eq!(two().curve().crossings_wh(1.5).map(|wh| (wh * 1e6).round() / 1e6).collect::<Vec<_>>(), [5.0]);
    }

    #[test]
    fn what_costs_to_begin_is_done_in_one_step_after_the_other() {
        // Each step pays 2 to begin and then 1 a Wh: 6 Wh in one step cost 8, shared they would cost 10.
        let begun = || points(&[(0.0, 0.0, 0.0), (0.001, 2.001, 0.0), (6.0, 8.0, 0.0)]);
        let spread = Spread::new(vec![begun(), begun()], 1e-6, 0.0);
        assert_eq!(spread.shares(6.0), [6.0, 0.0]);
        assert!((spread.curve().at(6.0).cost - 8.0).abs() < 1e-12);
        // Half of a step's costs the beginning, too.
        assert!((spread.curve().at(9.0).cost - 13.0).abs() < 1e-12);
    }

    #[test]
    fn an_import_price_keeps_from_importing_what_is_sold_at_a_profit() {
        // A load of 5 W, bought at 1 and sold at 3: one step takes 10 Wh while the other gives 10. No sum of both changes.
        let step = || points(&[(-10.0, -15.0, 0.0), (-5.0, 0.0, 0.0), (0.0, 5.0, 5.0), (10.0, 15.0, 15.0)]);
        let with = |price| Spread::new(vec![step(), step()], 1e-6, price);
        assert_eq!((with(0.0).shares(0.0), with(0.0).curve().at(0.0).cost), (vec![10.0, -10.0], 0.0));
        // At 10 a W of the mean both stay where they are: 5 W of mean import, 10 paid.
        let kept = with(10.0).curve().at(0.0);
        assert!((kept.cost - 10.0).abs() < 1e-9 && (kept.import_w - 5.0).abs() < 1e-9, "{kept:?}");
        assert_eq!(with(10.0).shares(0.0), [0.0, 0.0]);
    }

    #[test]
    fn nothing_possible_outside_and_nothing_at_all_without_points() {
        assert_eq!(two().curve().at(20.1).cost, f64::INFINITY);
        assert_eq!(two().curve().at(-20.1).cost, f64::INFINITY);
        assert_eq!(two().shares(99.0).iter().sum::<f64>(), 20.0);
        let none = Spread::new(vec![vec![], points(&[(0.0, 5.0, 2.0), (1.0, f64::INFINITY, 0.0)])], 1e-6, 0.0);
        assert_eq!(
            (none.shares(0.0), none.curve().at(0.0).cost, none.curve().at(0.5).cost),
            (vec![0.0; 2], 5.0, f64::INFINITY)
        );
        assert_eq!(Spread::new(vec![], 1e-6, 0.0).curve().at(0.0).cost, 0.0);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn no_other_share_of_a_change_is_cheaper(
            prices in prop::collection::vec((-0.2..1.0f64, 0.0..1.0f64, -8.0..8.0f64), 2..6),
            moved in prop::collection::vec(-1.0..1.0f64, 6), share in 0.0..1.0f64,
        ) {
            // A step costs `low` a Wh up to its kink and `low + more` above it.
            let cost = |(low, more, kink): (f64, f64, f64), wh: f64| low * wh + more * (wh - kink).max(0.0);
            let at = |p, wh| Point { change_wh: wh, cost: cost(p, wh), import_w: 0.0 };
            let steps = prices.iter().map(|p| [-10.0, p.2, 10.0].map(|wh| at(*p, wh)).to_vec()).collect();
            let spread = Spread::new(steps, 1e-9, 0.0);
            let n = prices.len() as f64;
            let total = (share - 0.5) * 20.0 * n;
            let shares = spread.shares(total);
            let best: f64 = prices.iter().zip(&shares).map(|(p, wh)| cost(*p, *wh)).sum();
            prop_assert!((shares.iter().sum::<f64>() - total).abs() < 1e-6);
            prop_assert!((best - spread.curve().at(total).cost).abs() < 1e-6);
            // Any other: the same total, moved among the steps within their reach.
            let mean = moved[..prices.len()].iter().sum::<f64>() / n;
            let other: Vec<f64> = shares.iter().zip(&moved).map(|(wh, m)| wh + m - mean).collect();
            if other.iter().all(|wh| wh.abs() <= 10.0) {
                let cost: f64 = prices.iter().zip(&other).map(|(p, wh)| cost(*p, *wh)).sum();
                prop_assert!(cost >= best - 1e-6, "{cost} is less than {best}");
            }
        }
    }
}
