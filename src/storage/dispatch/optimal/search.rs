//! The search for the peaks of the months: the linear program proposes them, the real plant says what they cost.

use super::super::super::optimum::{EndValue, LEVELS, Levels, Path, Values, solve};
use super::ceilings::Ceilings;
use super::chain::Chain;
use super::linear::{Billed, Known};
use super::plant::Plant;

/// Largest number of proposals.
const ROUNDS: usize = 4;

/// Peaks that differ by less than this share are alike.
const ALIKE: f64 = 1e-3;

/// A year planned below some ceilings.
pub(super) struct Planned<'a> {
    pub values: Values,
    pub chain: Chain<'a>,
}

impl<'a> Planned<'a> {
    pub fn new(known: &Known<'_, 'a>, ceilings: Ceilings) -> Self {
        let Known { plan, around, start, store, end, highest_price, .. } = *known;
        let plant = Plant::new(plan, around, start, (known.wear_per_kwh, known.far_above));
        let chain = Chain::new(plant, around, known.open, ceilings, highest_price);
        let levels = match end {
            EndValue::AtLeast { stored_wh, .. } => Levels::through(stored_wh, store.floor_wh, store.full_wh, LEVELS),
            _ => Levels::new(store.floor_wh, store.full_wh, LEVELS),
        };
        Self { values: solve(chain.len(), levels, &chain, end), chain }
    }

    /// The plan with the least bill below the proposed peaks, or those that then come about.
    pub fn below_peaks(known: &Known<'_, 'a>, billed: &Billed) -> Self {
        let mut peaks_w = billed.peaks_w.clone();
        let (mut best, mut least) = Self::priced(known, billed, &mut peaks_w);
        for _ in 1..ROUNDS {
            let before_w = peaks_w.clone();
            let (planned, bill) = Self::priced(known, billed, &mut peaks_w);
            if bill < least {
                (best, least) = (planned, bill);
            }
            if before_w.iter().zip(&peaks_w).all(|(a, b)| (a - b).abs() <= ALIKE * a.max(*b)) {
                break;
            }
        }
        best
    }

    /// The plan below some peaks, what it costs with its demand charges, and the peaks that come about.
    fn priced(known: &Known<'_, 'a>, billed: &Billed, peaks_w: &mut Vec<f64>) -> (Self, f64) {
        let Billed { charge, import_w, .. } = billed;
        let planned = Self::new(known, Ceilings::new(charge, import_w, peaks_w));
        let path = planned.values.follow(known.start.stored_wh, &planned.chain);
        let (energy, import_w) = planned.walked(known.start.stored_wh, &path);
        *peaks_w = charge.peaks_w(&import_w);
        let left_wh = path.stored_wh.last().copied().unwrap_or(known.start.stored_wh);
        let bill = energy + charge.costs(peaks_w).sum::<f64>() + known.end.cost(left_wh);
        if std::env::var("DBG").is_ok() { eprintln!("bill {bill} energy {energy} peaks {peaks_w:?} lp {:?} end {}", billed.peaks_w, known.end.cost(left_wh)); }
        (planned, bill)
    }

    /// The cost of all stretches along a path, and what each imports, W.
    fn walked(&self, start_wh: f64, path: &Path) -> (f64, Vec<f64>) {
        let before_wh = std::iter::once(&start_wh).chain(&path.stored_wh);
        let changes_wh = path.stored_wh.iter().zip(before_wh).map(|(after_wh, before_wh)| after_wh - before_wh);
        let outcomes: Vec<_> = changes_wh.enumerate().map(|(i, wh)| self.chain.outcome(i, wh)).collect();
        (outcomes.iter().map(|o| o.cost).sum(), outcomes.iter().map(|o| o.import_w).collect())
    }
}
