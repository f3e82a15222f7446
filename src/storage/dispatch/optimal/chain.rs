//! The real plant as a chain of steps whose cost dynamic programming can ask for.

use super::super::super::operation::Around;
use super::super::super::optimum::{Curve, Point, Reach, Spread, Stage, Values};
use super::ceilings::Ceilings;
use super::plant::{Plant, Step};

/// Shortest stretch that is planned at once, h.
const SHORTEST_H: f64 = 0.25;

/// Prices of a stored kWh that differ by less than this share of the highest price count as one.
const ALIKE: f64 = 1e-3;

/// The steps in a stretch: one, or as many short ones as make a quarter hour. Whole stretches make a billing interval.
pub(super) fn stretch_steps(around: &Around<'_>) -> usize {
    let most = ((SHORTEST_H / around.axis.step_h() - 1e-9).ceil() as usize).max(1);
    let interval = around.prices.filter(|p| p.demand_charge_per_kw.is_some()).map(|p| p.billing_interval_s);
    let interval_steps = interval.map_or(most, |s| (s / around.axis.step_s).max(1) as usize);
    (1..=most).rev().find(|steps| interval_steps % steps == 0).unwrap_or(1)
}

/// The chain of stretches that is optimized.
pub(super) struct Chain<'a> {
    pub plant: Plant<'a>,
    pub ceilings: Ceilings,
    /// Steps in a stretch.
    steps_in: usize,
    steps: Vec<Step>,
    /// What each stretch costs; empty where it is a single step, which is asked itself.
    curves: Vec<Curve>,
    /// Difference of prices per Wh that counts as none.
    alike: f64,
}

impl<'a> Chain<'a> {
    /// `open` says in which steps the battery may be charged from the grid.
    pub fn new(plant: Plant<'a>, around: &Around<'_>, open: &[bool], ceilings: Ceilings, highest_price: f64) -> Self {
        let steps_in = stretch_steps(around);
        let ev_w = around.ev.unlimited_w();
        let step = |i: usize| {
            // The permission is that of the stretch.
            let from = i - i % steps_in;
            let is_open = open[from..(from + steps_in).min(open.len())].iter().all(|open| *open);
            plant.step(i, ev_w.get(i).copied().unwrap_or(0.0), is_open, ceilings.import_w(i / steps_in))
        };
        let steps: Vec<_> = (0..around.first.mv_w.len()).map(step).collect();
        let mut chain = Self { plant, ceilings, steps_in, steps, curves: vec![], alike: ALIKE * highest_price / 1e3 };
        if steps_in > 1 {
            chain.curves = (0..chain.len()).map(|stretch| chain.spread(stretch, 0).curve()).collect();
        }
        chain
    }

    pub fn len(&self) -> usize {
        self.steps.len().div_ceil(self.steps_in)
    }

    /// The stretch in which a step lies, and its place in it.
    pub fn place_of(&self, step: usize) -> (usize, usize) {
        (step / self.steps_in, step % self.steps_in)
    }

    /// What a change brings about in a stretch, its import unpunished.
    pub fn outcome(&self, stretch: usize, change_wh: f64) -> Point {
        match self.curves.get(stretch) {
            Some(curve) => curve.at(change_wh),
            None => self.plant.outcome(&self.steps[stretch], change_wh),
        }
    }

    /// The changes of the steps of a stretch from a place in it on, that are best with so much stored there.
    pub fn course_wh(&self, values: &Values, (stretch, from): (usize, usize), stored_wh: f64) -> Vec<f64> {
        if self.curves.is_empty() {
            return vec![values.best(stretch, stored_wh, self).change_wh];
        }
        let spread = self.spread(stretch, from);
        let rest = Rest { chain: self, curve: &spread.curve() };
        spread.shares(values.best(stretch, stored_wh, &rest).change_wh)
    }

    /// The steps of a stretch from a place in it on.
    fn spread(&self, stretch: usize, from: usize) -> Spread {
        let first = stretch * self.steps_in;
        let end = (first + self.steps_in).min(self.steps.len());
        Spread::new(self.steps[first + from..end].iter().map(|step| self.plant.points(step)).collect(), self.alike)
    }
}

impl Stage for Chain<'_> {
    fn reach(&self, stretch: usize) -> Reach {
        self.ceilings.reach(stretch, self.curves.get(stretch).map_or_else(|| self.plant.reach(), reach))
    }

    fn cost(&self, stretch: usize, change_wh: f64) -> f64 {
        self.ceilings.cost(stretch, &self.outcome(stretch, change_wh))
    }

    fn kinks(&self, stretch: usize, changes_wh: &mut Vec<f64>) {
        match self.curves.get(stretch) {
            Some(curve) => kinks(curve, self.ceilings.import_w(stretch), changes_wh),
            None => self.plant.kinks(&self.steps[stretch], changes_wh),
        }
    }
}

/// What is left of a stretch.
struct Rest<'c, 'a> {
    chain: &'c Chain<'a>,
    curve: &'c Curve,
}

impl Stage for Rest<'_, '_> {
    fn reach(&self, stretch: usize) -> Reach {
        self.chain.ceilings.reach(stretch, reach(self.curve))
    }

    fn cost(&self, stretch: usize, change_wh: f64) -> f64 {
        self.chain.ceilings.cost(stretch, &self.curve.at(change_wh))
    }

    fn kinks(&self, stretch: usize, changes_wh: &mut Vec<f64>) {
        kinks(self.curve, self.chain.ceilings.import_w(stretch), changes_wh);
    }
}

fn reach(curve: &Curve) -> Reach {
    let [fall_wh, rise_wh] = curve.ends_wh();
    Reach { charge_wh: rise_wh.max(0.0), discharge_wh: (-fall_wh).max(0.0) }
}

fn kinks(curve: &Curve, ceiling_w: f64, changes_wh: &mut Vec<f64>) {
    changes_wh.extend(curve.points.iter().map(|p| p.change_wh));
    changes_wh.extend(curve.crossings_wh(ceiling_w));
}
