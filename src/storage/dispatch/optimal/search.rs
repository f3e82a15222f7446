//! The search for the peaks of the months: the linear program proposes them, the real plant says what they cost.

use super::super::super::optimum::{DemandCharge, EndValue, LEVELS, Levels, Values, solve};
use super::super::super::planner::Store;
use super::ceilings::Ceilings;
use super::chain::{Chain, stretch_steps};
use super::course::Course;
use super::linear::{Known, Proposal};
use super::plant::Plant;

/// Largest number of plans.
const ROUNDS: usize = 7;

/// Largest number of plans with peaks below the best so far, and the first and the least share by which they are lower.
const PROBES: usize = 6;
const LOWER: f64 = 0.05;
const LEAST_LOWER: f64 = 0.01;

/// What a kWh above a ceiling costs at most, beside the highest price of energy.
const STEEP: f64 = 30.0;

/// Peaks that differ by less than this share are alike.
const ALIKE: f64 = 1e-3;

/// A year planned below some ceilings.
pub(super) struct Planned<'a> {
    pub values: Values,
    pub chain: Chain<'a>,
}

impl<'a> Planned<'a> {
    pub fn new(known: &Known<'_, 'a>, ceilings: Ceilings) -> Self {
        let Known { plan, around, start, store, left_wh, highest_price, .. } = *known;
        let plant = Plant::new(plan, around, start, (known.wear_per_kwh, known.far_above));
        let chain = Chain::new(plant, around, known.open, ceilings, highest_price);
        let levels = Levels::through(left_wh, store.floor_wh, store.full_wh, LEVELS);
        Self { values: solve(chain.len(), levels, &chain, end(known)), chain }
    }

    /// Along a proposal with these peaks.
    fn below(known: &Known<'_, 'a>, proposal: &Proposal, peaks_w: &[f64]) -> Self {
        let stretch_h = stretch_steps(known.around) as f64 * known.around.axis.step_h();
        Self::new(known, proposal.ceilings(peaks_w, STEEP * known.highest_price * stretch_h))
    }

    /// The plan with the least bill along what the linear program proposes.
    ///
    /// Its peaks may be a little too low for the plant as it is. The lowest that can be kept lie between them and those
    /// that come about; they are halved down to, month by month.
    pub fn along(known: &Known<'_, 'a>, proposal: &Proposal) -> Self {
        let Some(charge) = &proposal.charge else { return Self::below(known, proposal, &[]) };
        let mut low_w = proposal.peaks_w.clone();
        let mut best = Priced::new(known, proposal, charge, &low_w);
        let mut high_w = best.peaks_w.clone();
        let mut trial_w = high_w.clone();
        for _ in 1..ROUNDS {
            if low_w.iter().zip(&high_w).all(|(low_w, high_w)| high_w - low_w <= ALIKE * high_w) {
                break;
            }
            let priced = Priced::new(known, proposal, charge, &trial_w);
            for (month, reached_w) in priced.peaks_w.iter().enumerate() {
                let is_kept = *reached_w <= trial_w[month] * (1.0 + ALIKE);
                let bound_w = if is_kept { &mut high_w[month] } else { &mut low_w[month] };
                *bound_w = trial_w[month];
            }
            if priced.bill < best.bill {
                best = priced;
            }
            trial_w = low_w.iter().zip(&high_w).map(|(low_w, high_w)| 0.5 * (low_w + high_w)).collect();
        }
        best.lowered(known, proposal, charge).planned
    }

    /// What all steps cost when they are taken one by one, what each stretch imports, W, and what is stored at the end, Wh.
    ///
    /// A stretch is planned as if the battery were neither full nor empty within it; a step is not.
    fn taken(&self, known: &Known<'_, '_>) -> Taken {
        let Store { floor_wh, full_wh, .. } = *known.store;
        let mut course = Course::new(known.store);
        let mut taken = Taken { cost: 0.0, import_w: vec![], stored_wh: known.start.stored_wh };
        for stretch in 0..self.chain.len() {
            let steps = self.chain.steps_of(stretch);
            let mut import_w = 0.0;
            for (place, step) in steps.clone().enumerate() {
                let (room_wh, held_wh) = (full_wh - taken.stored_wh, taken.stored_wh - floor_wh);
                let wished_wh = course.change_wh(self, step, taken.stored_wh);
                let change_wh = wished_wh.min(room_wh.max(0.0)).max(-held_wh.max(0.0));
                let outcome = self.chain.step_outcome((stretch, place), change_wh);
                taken.cost += outcome.cost;
                taken.stored_wh += change_wh;
                import_w += outcome.import_w;
            }
            taken.import_w.push(import_w / steps.len() as f64);
        }
        taken
    }
}

/// What comes of a plan.
struct Taken {
    cost: f64,
    import_w: Vec<f64>,
    stored_wh: f64,
}

/// What energy missing at the end costs: more than passing a ceiling, so that the end is met where it can be.
fn end(known: &Known<'_, '_>) -> EndValue {
    EndValue::AtLeast { stored_wh: known.left_wh, short_per_kwh: 2.0 * STEEP * known.highest_price }
}

/// A plan with what it costs.
struct Priced<'a> {
    planned: Planned<'a>,
    /// Energy, demand charges, and what the end is short of.
    bill: f64,
    /// The peaks that come about, W.
    peaks_w: Vec<f64>,
}

impl<'a> Priced<'a> {
    fn new(known: &Known<'_, 'a>, proposal: &Proposal, charge: &DemandCharge, peaks_w: &[f64]) -> Self {
        let planned = Planned::below(known, proposal, peaks_w);
        let taken = planned.taken(known);
        let peaks_w = charge.peaks_w(&taken.import_w);
        let short = end(known).cost(taken.stored_wh);
        Self { planned, bill: taken.cost + charge.costs(&peaks_w).sum::<f64>() + short, peaks_w }
    }

    /// The best plan with lower peaks, as long as they pay: the program may have thought the plant worse than it is.
    fn lowered(mut self, known: &Known<'_, 'a>, proposal: &Proposal, charge: &DemandCharge) -> Self {
        let mut share = LOWER;
        for _ in 0..PROBES {
            if share < LEAST_LOWER || self.peaks_w.iter().all(|peak_w| *peak_w <= 0.0) {
                break;
            }
            let trial_w: Vec<_> = self.peaks_w.iter().map(|peak_w| peak_w * (1.0 - share)).collect();
            let priced = Self::new(known, proposal, charge, &trial_w);
            if priced.bill < self.bill {
                self = priced;
            } else {
                share *= 0.4;
            }
        }
        self
    }
}
