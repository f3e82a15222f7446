//! The steps of a plan as they are taken: decided stretch by stretch, and anew where a step came out otherwise.

use super::super::super::planner::Store;
use super::chain::Chain;
use super::search::Planned;

/// Share of the battery's range by which stored energy may differ from what was expected, and nothing is decided anew.
const SAME: f64 = 1e-4;

/// Share of the battery's range that is rounding.
const ROUNDING: f64 = 1e-7;

/// The way along a plan, asked for step by step.
pub(super) struct Course {
    /// What was decided last.
    decision: Option<Decision>,
    /// From floor to full, Wh.
    range_wh: f64,
}

/// What was decided for the steps of a stretch, and what came of it so far.
struct Decision {
    /// The stretch, and the place in it where it was decided.
    place: (usize, usize),
    /// Stored energy there, Wh.
    stored_wh: f64,
    /// Change of stored energy of each step from there on, Wh.
    changes_wh: Vec<f64>,
    /// The last place that was asked about, and the energy stored there, Wh.
    last: (usize, f64),
    /// What the stretch imported before that place, W summed over its steps.
    imported_w: f64,
}

impl Decision {
    /// The change at a place with so much stored, if that is what was expected.
    fn change_wh(&self, (stretch, place): (usize, usize), stored_wh: f64, same_wh: f64) -> Option<f64> {
        let done = place.checked_sub(self.place.1).filter(|_| stretch == self.place.0)?;
        let expected_wh = self.stored_wh + self.changes_wh.iter().take(done).sum::<f64>();
        ((stored_wh - expected_wh).abs() <= same_wh).then(|| self.changes_wh.get(done).copied())?
    }

    /// Takes note of the step before a place of the same stretch.
    fn note(&mut self, chain: &Chain<'_>, (stretch, place): (usize, usize), stored_wh: f64) {
        let (last, last_wh) = self.last;
        if stretch == self.place.0 && place == last + 1 {
            self.imported_w += chain.step_outcome((stretch, last), stored_wh - last_wh).import_w;
            self.last = (place, stored_wh);
        }
    }
}

impl Course {
    /// The way of a battery with this store.
    pub fn new(store: &Store) -> Self {
        Self { decision: None, range_wh: (store.full_wh - store.floor_wh).max(0.0) }
    }

    /// The best change of stored energy in a step with so much stored at its start, Wh. Steps are asked for in order.
    pub fn change_wh(&mut self, Planned { values, chain }: &Planned<'_>, step: usize, stored_wh: f64) -> f64 {
        let place = chain.place_of(step);
        if let Some(decision) = &mut self.decision {
            decision.note(chain, place, stored_wh);
        }
        let same_wh = SAME * self.range_wh;
        let decided = self.decision.as_ref().and_then(|decision| decision.change_wh(place, stored_wh, same_wh));
        let change_wh = decided.unwrap_or_else(|| {
            let before = self.decision.as_ref().filter(|decision| decision.place.0 == place.0);
            let imported_w = before.map_or(0.0, |decision| decision.imported_w);
            let changes_wh = chain.course_wh(values, place, stored_wh, imported_w);
            let now_wh = changes_wh[0];
            self.decision = Some(Decision { place, stored_wh, changes_wh, last: (place.1, stored_wh), imported_w });
            now_wh
        });
        // What rounding leaves of a rest would have the auxiliary load and the transformer run for nothing.
        if change_wh.abs() <= ROUNDING * self.range_wh { 0.0 } else { change_wh }
    }
}
