//! The real plant as a chain of steps whose cost dynamic programming can ask for.

use std::ops::Range;

use crate::units::KILO;

use super::super::super::operation::Around;
use super::super::super::optimum::{Curve, Point, Reach, Spread, Stage, Values};
use super::ceilings::Ceilings;
use super::plant::{Plant, Step};

/// Shortest stretch that is planned at once, h: longer ones hide that a battery runs full or empty within them, and shorter
/// ones move less than a level of stored energy.
const SHORTEST_H: f64 = 1.0 / 12.0;

/// Prices of a stored kWh that differ by less than this share of the highest price count as one.
const ALIKE: f64 = 1e-3;

/// The steps in a stretch: one, or as many short ones as make 5 minutes. Whole stretches make a billing interval.
pub(super) fn stretch_steps(around: &Around<'_>) -> usize {
    let most = ((SHORTEST_H / around.axis.step_h() - 1e-9).ceil() as usize).max(1);
    let interval = around.prices.filter(|p| p.demand_charge_per_kw.is_some()).map(|p| p.billing_interval_s);
    let interval_steps = interval.map_or(most, |s| (s / around.axis.step_s).max(1) as usize);
    (1..=most).rev().find(|steps| interval_steps.is_multiple_of(*steps)).unwrap_or(1)
}

/// The chain of stretches that is optimized.
pub(super) struct Chain<'a> {
    pub plant: Plant<'a>,
    pub ceilings: Ceilings,
    /// Steps in a stretch.
    steps_in: usize,
    steps: Vec<Step>,
    /// What each stretch costs; empty where it is a single step, which is asked itself.
    curves: Vec<Curves>,
    /// The highest price of energy, per Wh.
    price: f64,
}

impl<'a> Chain<'a> {
    /// `open` says in which steps the battery may be charged from the grid; `price` is the highest of energy, per kWh.
    pub fn new(plant: Plant<'a>, around: &Around<'_>, open: &[bool], ceilings: Ceilings, price: f64) -> Self {
        let steps_in = stretch_steps(around);
        let ev_w = around.ev.unlimited_w();
        let step = |i: usize| {
            // The permission is that of the stretch.
            let from = i - i % steps_in;
            let is_open = open[from..(from + steps_in).min(open.len())].iter().all(|open| *open);
            plant.step(i, ev_w.get(i).copied().unwrap_or(0.0), is_open, ceilings.import_w(i / steps_in))
        };
        let steps: Vec<_> = (0..around.first.mv_w.len()).map(step).collect();
        let mut chain = Self { plant, ceilings, steps_in, steps, curves: vec![], price: price / KILO };
        if steps_in > 1 {
            chain.curves = (0..chain.len()).map(|stretch| Curves::of(&chain.spreads(stretch, 0))).collect();
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
            Some(curves) => self.ceilings.better(stretch, curves.at(change_wh)).1,
            None => self.plant.outcome(&self.steps[stretch], change_wh),
        }
    }

    /// The changes of the steps of a stretch from a place in it on, that are best with so much stored there, when the steps
    /// before have imported so much, W summed over them.
    pub fn course_wh(
        &self,
        values: &Values,
        (stretch, from): (usize, usize),
        stored_wh: f64,
        imported_w: f64,
    ) -> Vec<f64> {
        if self.curves.is_empty() {
            return vec![values.best(stretch, stored_wh, self).change_wh];
        }
        let spreads = self.spreads(stretch, from);
        let ceilings = self.ceilings.rest(stretch, (from, self.steps_of(stretch).len()), imported_w);
        let rest = Rest { ceilings: &ceilings, curves: &Curves::of(&spreads) };
        let change_wh = values.best(stretch, stored_wh, &rest).change_wh;
        let (which, _) = ceilings.better(0, spreads.iter().map(|spread| spread.curve().at(change_wh)));
        spreads[which].shares(change_wh)
    }

    /// What a change brings about in the step at a place.
    pub fn step_outcome(&self, (stretch, place): (usize, usize), change_wh: f64) -> Point {
        self.plant.outcome(&self.steps[stretch * self.steps_in + place], change_wh)
    }

    /// The steps of a stretch.
    pub fn steps_of(&self, stretch: usize) -> Range<usize> {
        let first = stretch * self.steps_in;
        first..(first + self.steps_in).min(self.steps.len())
    }

    /// The steps of a stretch from a place in it on, sharing at least cost; where a peak is charged for, also sharing so
    /// as to import least.
    fn spreads(&self, stretch: usize, from: usize) -> Vec<Spread> {
        let steps = &self.steps[self.steps_of(stretch)][from..];
        let most_fall_wh = self.ceilings.fall_wh(stretch) / self.steps_in as f64;
        let points: Vec<_> = steps.iter().map(|step| self.plant.points(step, most_fall_wh)).collect();
        let mut spreads = vec![];
        if self.ceilings.import_w(stretch).is_finite() {
            // Dearer than the highest price twice: then no sale pays for an import.
            let import_price = 2.0 * self.price * self.plant.h * steps.len() as f64;
            spreads.push(Spread::new(points.clone(), ALIKE * self.price, import_price));
        }
        spreads.insert(0, Spread::new(points, ALIKE * self.price, 0.0));
        spreads
    }
}

impl Stage for Chain<'_> {
    fn reach(&self, stretch: usize) -> Reach {
        self.ceilings.reach(stretch, self.curves.get(stretch).map_or_else(|| self.plant.reach(), Curves::reach))
    }

    fn cost(&self, stretch: usize, change_wh: f64) -> f64 {
        self.ceilings.cost(stretch, &self.outcome(stretch, change_wh))
    }

    fn kinks(&self, stretch: usize, changes_wh: &mut Vec<f64>) {
        match self.curves.get(stretch) {
            Some(curves) => curves.kinks(self.ceilings.import_w(stretch), changes_wh),
            None => self.plant.kinks(&self.steps[stretch], changes_wh),
        }
    }
}

/// What is left of a stretch.
struct Rest<'c> {
    /// Of it alone.
    ceilings: &'c Ceilings,
    curves: &'c Curves,
}

impl Stage for Rest<'_> {
    fn reach(&self, _: usize) -> Reach {
        self.ceilings.reach(0, self.curves.reach())
    }

    fn cost(&self, _: usize, change_wh: f64) -> f64 {
        self.ceilings.cost(0, &self.ceilings.better(0, self.curves.at(change_wh)).1)
    }

    fn kinks(&self, _: usize, changes_wh: &mut Vec<f64>) {
        self.curves.kinks(self.ceilings.import_w(0), changes_wh);
    }
}

/// The ways in which the steps of a stretch can share a change.
struct Curves(Vec<Curve>);

impl Curves {
    fn of(spreads: &[Spread]) -> Self {
        let mut curves: Vec<_> = spreads.iter().map(Spread::curve).collect();
        curves.dedup();
        Self(curves)
    }

    fn at(&self, change_wh: f64) -> impl Iterator<Item = Point> {
        self.0.iter().map(move |curve| curve.at(change_wh))
    }

    fn reach(&self) -> Reach {
        let [fall_wh, rise_wh] = self.0[0].ends_wh();
        Reach { charge_wh: rise_wh.max(0.0), discharge_wh: (-fall_wh).max(0.0) }
    }

    fn kinks(&self, ceiling_w: f64, changes_wh: &mut Vec<f64>) {
        for curve in &self.0 {
            changes_wh.extend(curve.points.iter().map(|p| p.change_wh));
            changes_wh.extend(curve.crossings_wh(ceiling_w));
        }
    }
}
