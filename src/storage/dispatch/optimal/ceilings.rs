//! How much a stretch may import for the sake of the month's peak, and give for the sake of the day's cycles.

use crate::units::KILO;

use super::super::super::optimum::{DemandCharge, Point, Reach};

/// What each stretch may import and give, and what it costs to import more. Anything where nothing is said.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Ceilings {
    /// By stretch: the largest fall of stored energy, Wh.
    pub falls_wh: Vec<f64>,
    /// By stretch: the highest import, W, and the charge per kW.
    stretches: Vec<(f64, f64)>,
}

impl Ceilings {
    /// The ceilings of a course with these imports when each month may have its highest interval mean: what the course
    /// imports, and what its interval leaves below the month's peak. So the mean of every interval is kept.
    ///
    /// A kW above costs the demand charge, and no more than `most_per_kw`: that is to keep from passing, and the steeper
    /// a cost is, the less exactly levels of stored energy show it.
    pub fn new(charge: &DemandCharge, most_per_kw: f64, import_w: &[f64], peaks_w: &[f64]) -> Self {
        let mut stretches = vec![(f64::INFINITY, 0.0); import_w.len()];
        for (month, steps) in charge.intervals(import_w.len()) {
            let price = charge.price_per_kw(month);
            let Some(peak_w) = peaks_w.get(month).filter(|_| price > 0.0) else { continue };
            let mean_w = import_w[steps.clone()].iter().sum::<f64>() / steps.len() as f64;
            for i in steps {
                stretches[i] = ((import_w[i] + peak_w - mean_w).max(0.0), price.min(most_per_kw));
            }
        }
        Self { stretches, falls_wh: vec![] }
    }

    /// The import that a stretch may have, W; infinite where none is charged for.
    pub fn import_w(&self, stretch: usize) -> f64 {
        self.stretches.get(stretch).map_or(f64::INFINITY, |(import_w, _)| *import_w)
    }

    /// What is left for the rest of a stretch, as those of a single one: its mean import may be what the whole stretch may
    /// have less what was imported in its first `done` steps of `all`, W summed over them.
    pub fn rest(&self, stretch: usize, (done, all): (usize, usize), imported_w: f64) -> Self {
        let left = |import_w: f64| ((import_w * all as f64 - imported_w) / (all - done).max(1) as f64).max(0.0);
        Self {
            stretches: self.stretches.get(stretch).map(|(w, per_kw)| (left(*w), *per_kw)).into_iter().collect(),
            falls_wh: self.falls_wh.get(stretch).copied().into_iter().collect(),
        }
    }

    /// The largest fall of stored energy in a stretch, Wh.
    pub fn fall_wh(&self, stretch: usize) -> f64 {
        self.falls_wh.get(stretch).copied().unwrap_or(f64::INFINITY)
    }

    /// A reach, with no larger fall than the stretch may have.
    pub fn reach(&self, stretch: usize, reach: Reach) -> Reach {
        Reach { discharge_wh: reach.discharge_wh.min(self.fall_wh(stretch)), ..reach }
    }

    /// The outcome that costs least, and which of them it is; impossible where there is none.
    pub fn better(&self, stretch: usize, outcomes: impl Iterator<Item = Point>) -> (usize, Point) {
        let least = outcomes.enumerate().min_by(|a, b| self.cost(stretch, &a.1).total_cmp(&self.cost(stretch, &b.1)));
        least.unwrap_or((0, Point { cost: f64::INFINITY, ..Point::default() }))
    }

    /// The cost of an outcome with the charge on what it imports above the ceiling.
    ///
    /// Counted in every stretch that passes it, not only in the highest: it is not to be passed at all.
    pub fn cost(&self, stretch: usize, outcome: &Point) -> f64 {
        let Some((import_w, per_kw)) = self.stretches.get(stretch) else { return outcome.cost };
        outcome.cost + (outcome.import_w - import_w).max(0.0) * per_kw / KILO
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_interval_keeps_its_mean_when_all_its_stretches_reach_their_ceilings() {
        let charge = DemandCharge { month: vec![0, 0, 0, 0, 1], price_per_kw: vec![5.0, 0.0], interval_steps: 2 };
        // The month's peak is 50 W: the mean of 100 and 0 W. The second interval has 20 W and 30 W of room.
        let ceilings = Ceilings::new(&charge, 4.0, &[100.0, 0.0, 10.0, 30.0, 70.0], &[50.0, 70.0]);
        let import_w = [0, 1, 2, 3, 4, 5].map(|stretch| ceilings.import_w(stretch));
        // Nothing is charged in the second month, nor after the run.
        assert_eq!(import_w, [100.0, 0.0, 40.0, 60.0, f64::INFINITY, f64::INFINITY]);
        let cost = |stretch, import_w| ceilings.cost(stretch, &Point { change_wh: 0.0, cost: 1.0, import_w });
        // 2 kW above at 4 a kW.
        assert!((cost(1, 2e3) - 9.0).abs() < 1e-12);
        assert_eq!((cost(0, 100.0), cost(4, 1e9), cost(5, 1e9)), (1.0, 1.0, 1.0));
    }

    #[test]
    fn the_rest_of_a_stretch_may_import_what_its_beginning_left() {
        let ceilings = Ceilings { stretches: vec![(9.0, 1.0), (60.0, 2.0)], falls_wh: vec![] };
        // Of 3 steps of 60 W the first took 100 W: 40 W are left for each of the others; after 200 W nothing.
        assert_eq!(ceilings.rest(1, (1, 3), 100.0).import_w(0), 40.0);
        assert_eq!(ceilings.rest(1, (2, 3), 200.0).import_w(0), 0.0);
        assert_eq!(Ceilings::default().rest(1, (1, 3), 100.0).import_w(0), f64::INFINITY);
    }

    #[test]
    fn a_fall_is_held_where_it_is_scarce() {
        let ceilings = Ceilings { falls_wh: vec![5.0, f64::INFINITY], ..Ceilings::default() };
        let falls_wh = [0, 1, 2].map(|i| ceilings.reach(i, Reach { charge_wh: 7.0, discharge_wh: 9.0 }).discharge_wh);
        assert_eq!(falls_wh, [5.0, 9.0, 9.0]);
    }
}
