//! Dynamic programming: the cost to go from every level of stored energy, computed from the last step to the first.

use super::EndValue;
use super::levels::{Levels, split};

/// What one step costs, by the change of stored energy in it. The change decides alone, not the level it starts from.
///
/// Whoever implements it walks the real plant: losses, limits, prices, wear.
pub trait Stage {
    /// How far stored energy may change in a step; infinite means as far as the battery is large.
    fn reach(&self, step: usize) -> Reach;

    /// Cost of the step when stored energy rises by this many Wh (negative: falls). Infinite where it is impossible;
    /// finite and large where a limit is broken and reported. Never NaN.
    fn cost(&self, step: usize, change_wh: f64) -> f64;

    /// Adds changes that are worth trying exactly, as the cost bends there: the POI at zero or on a limit. Those out of
    /// reach do no harm.
    fn kinks(&self, step: usize, changes_wh: &mut Vec<f64>);
}

/// How far stored energy may change in a step, Wh, both 0 or more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reach {
    /// Largest rise.
    pub charge_wh: f64,
    /// Largest fall.
    pub discharge_wh: f64,
}

/// The least cost from every step and level to the end of the run. 8 bytes a level and step: 14 MB for a year of hours
/// with 201 levels.
#[derive(Debug, Clone, PartialEq)]
pub struct Values {
    pub(super) levels: Levels,
    pub(super) steps: usize,
    pub(super) end: EndValue,
    /// By step, then by level.
    costs: Vec<f64>,
}

/// The least cost to go of a chain of steps, from its end to its start (Bellman's recursion).
///
/// `V[t](s) = min over Δ of cost(t, Δ) + V[t + 1](s + Δ)`: over all differences of levels within reach, the furthest
/// reach and the kinks, between levels by linear interpolation. No step gives no cost but the end's. Same input, same
/// values: nothing is random, nothing runs in parallel.
pub fn solve(steps: usize, levels: Levels, stage: &impl Stage, end: EndValue) -> Values {
    let count = levels.count;
    let mut values = Values { levels, steps, end, costs: vec![f64::INFINITY; steps * count] };
    let Some(last) = steps.checked_sub(1) else { return values };
    // The end's value may bend anywhere, so the last step looks at it exactly and not at its levels.
    for i in 0..count {
        values.costs[last * count + i] = values.best(last, levels.at(i), stage).cost;
    }
    let mut changes_wh = vec![];
    for step in (0..last).rev() {
        let (before, after) = values.costs.split_at_mut((step + 1) * count);
        relax_all(&levels, step, stage, &mut changes_wh, (&mut before[step * count..], &after[..count]));
    }
    values
}

/// One step back: the values now, from those after it.
fn relax_all(
    levels: &Levels,
    step: usize,
    stage: &impl Stage,
    changes_wh: &mut Vec<f64>,
    (now, after): (&mut [f64], &[f64]),
) {
    let reach = stage.reach(step);
    let [up, down] = [reach.charge_wh, reach.discharge_wh].map(|wh| levels.passed(wh) as isize);
    for shift in -down..=up {
        relax(now, after, (shift, 0.0), stage.cost(step, shift as f64 * levels.width_wh));
    }
    if levels.width_wh <= 0.0 {
        return;
    }
    changes_wh.clear();
    stage.kinks(step, changes_wh);
    changes_wh.extend([reach.charge_wh, -reach.discharge_wh]);
    for &change_wh in changes_wh.iter() {
        let (shift, share) = split(change_wh / levels.width_wh);
        let is_new = share > 0.0 && shift.unsigned_abs() <= levels.count;
        if is_new && change_wh <= reach.charge_wh && -change_wh <= reach.discharge_wh {
            relax(now, after, (shift, share), stage.cost(step, change_wh));
        }
    }
}

/// Lowers every value that a change of so many levels, and a share of one more, at this cost makes lower.
fn relax(now: &mut [f64], after: &[f64], (shift, share): (isize, f64), cost: f64) {
    if cost == f64::INFINITY {
        return;
    }
    // The levels from which the change stays within the range.
    let room = after.len() as isize - isize::from(share > 0.0);
    let from = (-shift).clamp(0, now.len() as isize);
    let to = (room - shift).clamp(from, now.len() as isize);
    let now = &mut now[from as usize..to as usize];
    if now.is_empty() {
        return;
    }
    let low = &after[(from + shift) as usize..];
    if share == 0.0 {
        for (now, low) in now.iter_mut().zip(low) {
            let cost = cost + low;
            *now = if cost < *now { cost } else { *now };
        }
    } else {
        for ((now, low), high) in now.iter_mut().zip(low).zip(&low[1..]) {
            let cost = cost + (1.0 - share) * low + share * high;
            *now = if cost < *now { cost } else { *now };
        }
    }
}

impl Values {
    /// The least cost from the start of a step to the end of the run, with this much stored, Wh. The end's cost after
    /// the last step; outside the levels the value of the nearest.
    pub fn cost_to_go(&self, step: usize, stored_wh: f64) -> f64 {
        if step >= self.steps {
            return self.end.cost(stored_wh);
        }
        let count = self.levels.count;
        self.levels.interpolate(&self.costs[step * count..(step + 1) * count], stored_wh)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Energy bought and sold at one price a step, per Wh, without loss; 10 Wh a step in each direction.
    pub(in super::super) struct Prices(pub Vec<f64>);

    impl Stage for Prices {
        fn reach(&self, _: usize) -> Reach {
            Reach { charge_wh: 10.0, discharge_wh: 10.0 }
        }

        fn cost(&self, step: usize, change_wh: f64) -> f64 {
            self.0[step] * change_wh
        }

        fn kinks(&self, _: usize, _: &mut Vec<f64>) {}
    }

    /// Three levels: 0, 10 and 20 Wh.
    pub(in super::super) const THREE: fn() -> Levels = || Levels::new(0.0, 20.0, 3);

    #[test]
    fn the_values_of_three_steps_are_those_found_by_hand() {
        let values = solve(3, THREE(), &Prices(vec![2.0, 1.0, 5.0]), EndValue::Free);
        // Last step, 5 a Wh: 10 Wh are sold if there are 10.
        assert_eq!([0.0, 10.0, 20.0].map(|wh| values.cost_to_go(2, wh)), [0.0, -50.0, -50.0]);
        // Before, 1 a Wh: empty buys 10 for 10 and sells for 50; 10 Wh are kept; 20 Wh sell 10 now and 10 then.
        assert_eq!([0.0, 10.0, 20.0].map(|wh| values.cost_to_go(1, wh)), [-40.0, -50.0, -60.0]);
        // First, 2 a Wh: empty waits; 10 Wh are sold for 20 and bought again for 10; 20 Wh: 20 + 50.
        assert_eq!([0.0, 10.0, 20.0].map(|wh| values.cost_to_go(0, wh)), [-40.0, -60.0, -70.0]);
    }

    #[test]
    fn energy_that_shall_be_left_is_left_and_a_value_at_the_end_is_kept_for() {
        // 3 a Wh at the end, more than 2 and less than 5.
        let kept = solve(1, THREE(), &Prices(vec![2.0]), EndValue::PerKwh(3e3));
        assert_eq!(kept.cost_to_go(0, 10.0), -60.0 + 20.0);
        let sold = solve(1, THREE(), &Prices(vec![5.0]), EndValue::PerKwh(3e3));
        assert_eq!(sold.cost_to_go(0, 10.0), -50.0);
        // 14 Wh shall be left: 4 bought at 2, between two levels and yet exact.
        let end = EndValue::AtLeast { stored_wh: 14.0, short_per_kwh: 1e6 };
        assert_eq!(solve(1, THREE(), &Prices(vec![2.0]), end).cost_to_go(0, 10.0), 8.0);
        // From empty, 10 Wh can be bought and 4 Wh are short, at 1000 each.
        assert_eq!(solve(1, THREE(), &Prices(vec![2.0]), end).cost_to_go(0, 0.0), 20.0 + 4000.0);
    }

    #[test]
    fn without_steps_levels_or_range_the_value_is_that_of_waiting() {
        let end = EndValue::PerKwh(1e3);
        assert_eq!(solve(0, THREE(), &Prices(vec![]), end).cost_to_go(0, 7.0), -7.0);
        for levels in [Levels::new(5.0, 5.0, 201), Levels::new(5.0, 1.0, 201), Levels::new(5.0, 50.0, 1)] {
            let values = solve(2, levels, &Prices(vec![1.0, 2.0]), end);
            assert_eq!((values.cost_to_go(0, 5.0), levels.full_wh()), (-5.0, 5.0));
        }
    }

    #[test]
    fn a_kink_between_the_levels_is_met() {
        /// Up to 4 Wh are free to take; each further one costs 100.
        struct Surplus;
        impl Stage for Surplus {
            fn reach(&self, _: usize) -> Reach {
                Reach { charge_wh: f64::INFINITY, discharge_wh: 0.0 }
            }
            fn cost(&self, _: usize, change_wh: f64) -> f64 {
                100.0 * (change_wh - 4.0).max(0.0)
            }
            fn kinks(&self, _: usize, changes_wh: &mut Vec<f64>) {
                changes_wh.extend([4.0, f64::NEG_INFINITY, 1e300]);
            }
        }
        let values = solve(2, THREE(), &Surplus, EndValue::PerKwh(1e3));
        // From empty 4 Wh and again 4 Wh, worth 8; from 10 Wh, where the value's line to full is steeper by 4:
        // then 14 Wh are worth 14 + 0.4·(20 − 14).
        assert!((values.cost_to_go(0, 0.0) + 8.0).abs() < 1e-12, "{}", values.cost_to_go(0, 0.0));
        assert!((values.cost_to_go(0, 10.0) + 16.4).abs() < 1e-12, "{}", values.cost_to_go(0, 10.0));
    }

    #[test]
    fn values_between_levels_are_interpolated_and_outside_those_of_the_nearest() {
        let values = solve(1, THREE(), &Prices(vec![5.0]), EndValue::PerKwh(1e3));
        // 10 Wh sell for 50; 20 Wh sell 10 and keep 10 worth 10.
        assert_eq!(
            [10.0, 15.0, 20.0, 25.0, -3.0].map(|wh| values.cost_to_go(0, wh)),
            [-50.0, -55.0, -60.0, -60.0, 0.0]
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn more_stored_energy_never_costs_more_when_no_price_is_negative(
            prices in prop::collection::vec(0.0..1.0f64, 1..30), end in 0.0..900.0f64, count in 2usize..40,
        ) {
            let steps = prices.len();
            let values = solve(steps, Levels::new(0.0, 33.0, count), &Prices(prices), EndValue::PerKwh(end));
            for step in 0..steps {
                let costs: Vec<_> = (0..=66).map(|i| values.cost_to_go(step, 0.5 * f64::from(i))).collect();
                prop_assert!(costs.windows(2).all(|pair| pair[1] <= pair[0] + 1e-9), "step {step}: {costs:?}");
            }
        }
    }
}
