//! The walk forward: the best change from where the battery really is, step by step.

use super::dp::{Stage, Values};

/// Costs that differ by less than this share are alike; then the earlier candidate stands, idling first.
const ALIKE: f64 = 1e-12;

/// The best a step can do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choice {
    /// Change of stored energy in the step, Wh.
    pub change_wh: f64,
    /// Cost of the step and of all that follow; infinite if the step is impossible whatever is done.
    pub cost: f64,
}

/// A run that follows the values from its first step to its last.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Path {
    /// Stored energy at each step's end, Wh.
    pub stored_wh: Vec<f64>,
    /// Cost of each step, without the end's.
    pub step_cost: Vec<f64>,
    /// Cost of all steps and of the end.
    pub cost: f64,
}

impl Values {
    /// The best change in a step, from the energy stored in fact, Wh: to the furthest reach, a kink, or any level, the
    /// cost after it taken between levels. Idle where nothing is better.
    ///
    /// An energy outside the levels, after capacity has faded or a reserve was raised, is not made worse: the battery may
    /// stay or come back.
    pub fn best(&self, step: usize, stored_wh: f64, stage: &impl Stage) -> Choice {
        let cost = |change_wh: f64| stage.cost(step, change_wh) + self.cost_to_go(step + 1, stored_wh + change_wh);
        let mut choice = Choice { change_wh: 0.0, cost: cost(0.0) };
        let mut attempt = |change_wh: f64| {
            let cost = cost(change_wh);
            if is_less(cost, choice.cost) {
                choice = Choice { change_wh, cost };
            }
        };
        let (lowest, highest) = self.bounds(step, stored_wh, stage);
        let mut changes_wh = vec![];
        stage.kinks(step, &mut changes_wh);
        changes_wh.extend(self.end.bend_wh().filter(|_| step + 1 == self.steps).map(|wh| wh - stored_wh));
        changes_wh.retain(|change_wh| (lowest..=highest).contains(change_wh));
        changes_wh.extend([lowest, highest]);
        changes_wh.into_iter().for_each(&mut attempt);
        for index in self.levels.between(stored_wh + lowest, stored_wh + highest) {
            attempt((self.levels.at(index) - stored_wh).clamp(lowest, highest));
        }
        choice
    }

    /// The furthest fall and rise from an energy, Wh: within reach, and not out of the levels.
    fn bounds(&self, step: usize, stored_wh: f64, stage: &impl Stage) -> (f64, f64) {
        let reach = stage.reach(step);
        let fall = (stored_wh - self.levels.floor_wh()).clamp(0.0, reach.discharge_wh.max(0.0));
        let rise = (self.levels.full_wh() - stored_wh).clamp(0.0, reach.charge_wh.max(0.0));
        (-fall, rise)
    }

    /// Follows the values from this much stored energy, Wh, when each change comes out as chosen.
    pub fn follow(&self, start_wh: f64, stage: &impl Stage) -> Path {
        let mut path = Path::default();
        let mut stored_wh = start_wh;
        for step in 0..self.steps {
            let change_wh = self.best(step, stored_wh, stage).change_wh;
            stored_wh += change_wh;
            path.stored_wh.push(stored_wh);
            path.step_cost.push(stage.cost(step, change_wh));
        }
        path.cost = path.step_cost.iter().sum::<f64>() + self.end.cost(stored_wh);
        path
    }
}

/// Whether a cost is less than another by more than rounding.
fn is_less(cost: f64, than: f64) -> bool {
    cost < than && (than == f64::INFINITY || than - cost > ALIKE * than.abs())
}

#[cfg(test)]
mod tests {
    use super::super::dp::tests::{Prices, THREE};
    use super::super::{EndValue, Levels, Reach, solve};
    use super::*;

    #[test]
    fn the_path_of_four_steps_is_the_one_found_by_hand() {
        let stage = Prices(vec![1.0, 2.0, 4.0, 3.0]);
        let path = solve(4, THREE(), &stage, EndValue::Free).follow(0.0, &stage);
        // Bought at 1 and 2, sold at 4 and 3: 10 + 20 - 40 - 30.
        assert_eq!((path.stored_wh, path.cost), (vec![10.0, 20.0, 10.0, 0.0], -40.0));
        assert_eq!(path.step_cost, [10.0, 20.0, -40.0, -30.0]);
    }

    #[test]
    fn from_between_two_levels_it_goes_exactly_to_full_and_floor() {
        let stage = Prices(vec![1.0, 4.0, 3.0]);
        let path = solve(3, THREE(), &stage, EndValue::Free).follow(13.0, &stage);
        // 7 Wh fill it; 10 Wh are sold at 4 and 10 at 3.
        assert_eq!((path.stored_wh, path.cost), (vec![20.0, 10.0, 0.0], 7.0 - 40.0 - 30.0));
    }

    #[test]
    fn where_nothing_is_gained_it_stays_idle() {
        let stage = Prices(vec![3.0; 5]);
        let path = solve(5, THREE(), &stage, EndValue::PerKwh(3e3)).follow(10.0, &stage);
        assert_eq!(path.stored_wh, [10.0; 5]);
    }

    #[test]
    fn outside_the_levels_it_stays_or_comes_back() {
        let values = solve(1, THREE(), &Prices(vec![1.0]), EndValue::PerKwh(2e3));
        // Below the floor a Wh costs 1 and is worth 2: 10 are in reach. Above full nothing may be added.
        assert_eq!(values.best(0, -4.0, &Prices(vec![1.0])).change_wh, 10.0);
        assert_eq!(values.best(0, 26.0, &Prices(vec![1.0])).change_wh, 0.0);
        // Selling at 3 what is worth 2 does not go below the floor, and does come down from above.
        assert_eq!(values.best(0, -4.0, &Prices(vec![3.0])).change_wh, 0.0);
        assert_eq!(values.best(0, 26.0, &Prices(vec![3.0])).change_wh, -10.0);
    }

    #[test]
    fn a_step_that_must_charge_does_and_one_that_can_nothing_says_so() {
        struct Must;
        impl Stage for Must {
            fn reach(&self, _: usize) -> Reach {
                Reach { charge_wh: 5.0, discharge_wh: 5.0 }
            }
            fn cost(&self, step: usize, change_wh: f64) -> f64 {
                if step == 0 && change_wh >= 5.0 { 1.0 } else { f64::INFINITY }
            }
            fn kinks(&self, _: usize, _: &mut Vec<f64>) {}
        }
        let one = solve(1, Levels::new(0.0, 10.0, 11), &Must, EndValue::Free);
        assert_eq!(one.best(0, 2.5, &Must), Choice { change_wh: 5.0, cost: 1.0 });
        let two = solve(2, Levels::new(0.0, 10.0, 11), &Must, EndValue::Free);
        assert_eq!(two.best(0, 0.0, &Must), Choice { change_wh: 0.0, cost: f64::INFINITY });
    }

    #[test]
    fn a_whole_run_without_steps_costs_its_end() {
        let stage = Prices(vec![]);
        assert_eq!(solve(0, THREE(), &stage, EndValue::PerKwh(1e3)).follow(5.0, &stage).cost, -5.0);
    }
}
