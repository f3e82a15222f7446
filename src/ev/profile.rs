//! Vehicles as a series of power: what is not served is lost, or waits until its deadline.

use std::collections::VecDeque;

use super::outcome::Outcome;
use super::{Draw, Room};

/// A series of power that vehicles ask for.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// By phase and step, W.
    phase_w: Vec<[f64; 3]>,
    /// Whether the phases only go up and down together.
    balanced: bool,
    /// For how many further steps energy waits that was not served.
    deferral_steps: usize,
    /// The most that vehicles take at once, all phases together, W.
    max_w: f64,
    step_h: f64,
}

/// Energy that waits, and the sums so far.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProfileState {
    waiting: VecDeque<Waiting>,
    requested_wh: f64,
    served_wh: f64,
}

/// What is left of the demand of a step.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Waiting {
    /// The last step in which it can be served.
    last_step: usize,
    /// By phase, as mean power over one step, W.
    phase_w: [f64; 3],
}

impl Profile {
    /// A profile of power by phase and step, W, 0 or more.
    ///
    /// `balanced` phases are served together, so that the tightest limits all three. Energy that is not served waits for
    /// `deferral_h`, rounded to whole steps, and is served at no more than `max_w` in total (none: the highest total of
    /// the profile) together with the demand of the time.
    pub fn new(phase_w: Vec<[f64; 3]>, balanced: bool, deferral_h: f64, max_w: Option<f64>, step_h: f64) -> Self {
        let highest_w = || phase_w.iter().map(|w| w.iter().sum()).fold(0.0, f64::max);
        let max_w = max_w.unwrap_or_else(highest_w);
        Self { phase_w, balanced, deferral_steps: (deferral_h / step_h).round() as usize, max_w, step_h }
    }

    pub(super) fn len(&self) -> usize {
        self.phase_w.len()
    }

    pub(super) fn request(&self, step: usize, state: &ProfileState) -> Draw {
        let mut pools = self.pools(&Room::UNLIMITED);
        let mut draw = Draw::default();
        for waiting in state.waiting.iter().copied().chain(self.demand(step)) {
            draw.add(self.take(waiting.phase_w, &mut pools));
        }
        draw
    }

    /// The oldest energy is served first; what is past its deadline then is lost.
    pub(super) fn serve(&self, step: usize, state: &mut ProfileState, room: &Room) -> Draw {
        let [l1_w, l2_w, l3_w] = self.request(step, state).phase_w;
        let mut pools = self.pools(room);
        // Where one phase is full, another is not given more than it asked for.
        for (pool, asked_w) in pools.iter_mut().zip([f64::INFINITY, l1_w, l2_w, l3_w]) {
            *pool = pool.min(asked_w);
        }
        let mut draw = Draw::default();
        if let Some(demand) = self.demand(step) {
            state.requested_wh += demand.phase_w.iter().sum::<f64>() * self.step_h;
            state.waiting.push_back(demand);
        }
        for waiting in &mut state.waiting {
            let taken = self.take(waiting.phase_w, &mut pools);
            draw.add(taken);
            for (left_w, w) in waiting.phase_w.iter_mut().zip(taken) {
                *left_w = (*left_w - w).max(0.0);
            }
        }
        state.served_wh += draw.total_w() * self.step_h;
        state.waiting.retain(|w| w.last_step > step && w.phase_w.iter().any(|w| *w > 0.0));
        draw
    }

    fn demand(&self, step: usize) -> Option<Waiting> {
        let phase_w = *self.phase_w.get(step)?;
        Some(Waiting { last_step: step + self.deferral_steps, phase_w })
    }

    fn pools(&self, room: &Room) -> [f64; 4] {
        let [total_w, l1_w, l2_w, l3_w] = room.pools_w();
        [total_w.min(self.max_w), l1_w, l2_w, l3_w]
    }

    /// Takes what is wanted, or as much of it as the pools (the total, then the phases) have, and takes it out of them.
    fn take(&self, wanted_w: [f64; 3], pools: &mut [f64; 4]) -> [f64; 3] {
        let [total_w, phases_w @ ..] = pools;
        let mut taken_w = wanted_w;
        if self.balanced {
            let share = wanted_w.iter().zip(&*phases_w).map(|(w, room_w)| part(*w, *room_w)).fold(1.0, f64::min);
            taken_w = taken_w.map(|w| w * share);
        } else {
            for (w, room_w) in taken_w.iter_mut().zip(&*phases_w) {
                *w = w.min(*room_w);
            }
        }
        let share = part(taken_w.iter().sum(), *total_w);
        taken_w = taken_w.map(|w| w * share);
        *total_w = (*total_w - taken_w.iter().sum::<f64>()).max(0.0);
        for (room_w, w) in phases_w.iter_mut().zip(taken_w) {
            *room_w = (*room_w - w).max(0.0);
        }
        taken_w
    }
}

impl ProfileState {
    pub(super) fn outcome(&self) -> Outcome {
        Outcome::of_energy(self.requested_wh, self.served_wh)
    }
}

/// The part of what is wanted that there is room for, 0 to 1.
fn part(wanted_w: f64, room_w: f64) -> f64 {
    if wanted_w <= room_w { 1.0 } else { room_w / wanted_w }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ev::Ev;

    fn balanced(total_kw: &[f64], deferral_h: f64, max_kw: Option<f64>) -> Ev {
        let phase_w = total_kw.iter().map(|kw| [kw * 1e3 / 3.0; 3]).collect();
        Ev::Profile(Profile::new(phase_w, true, deferral_h, max_kw.map(|kw| kw * 1e3), 1.0))
    }

    /// What is served in kW, rounded to the watt, and the energies in kWh likewise.
    fn serve(ev: &Ev, room_kw: &[f64]) -> (Vec<f64>, [f64; 3]) {
        let rounded = |w: f64| w.round() / 1e3;
        let mut state = ev.start();
        let mut served = vec![];
        for (step, kw) in room_kw.iter().enumerate() {
            let asked_w = ev.request(step, &state).total_w();
            let served_w = ev.serve(step, &mut state, &Room::total(kw * 1e3)).total_w();
            assert!(served_w <= asked_w + 1e-9);
            served.push(rounded(served_w));
        }
        let o = ev.outcome(&state);
        (served, [o.requested_wh, o.served_wh, o.unmet_wh].map(rounded))
    }

    #[test]
    fn what_is_not_served_is_lost_without_deferral() {
        let ev = balanced(&[30.0, 60.0, 0.0], 0.0, None);
        assert_eq!(serve(&ev, &[100.0, 40.0, 100.0]), (vec![30.0, 40.0, 0.0], [90.0, 70.0, 20.0]));
    }

    #[test]
    fn deferred_energy_is_served_as_soon_as_there_is_room_but_no_faster_than_the_highest_power() {
        // 50 kWh wait; 30 + 30 at most 60; then the rest.
        let ev = balanced(&[60.0, 30.0, 0.0, 0.0], 3.0, None);
        assert_eq!(serve(&ev, &[10.0, 100.0, 100.0, 100.0]), (vec![10.0, 60.0, 20.0, 0.0], [90.0, 90.0, 0.0]));
        let ev = balanced(&[60.0, 30.0, 0.0, 0.0], 3.0, Some(40.0));
        assert_eq!(serve(&ev, &[10.0, 100.0, 100.0, 100.0]), (vec![10.0, 40.0, 40.0, 0.0], [90.0, 90.0, 0.0]));
    }

    #[test]
    fn what_passes_its_deadline_is_unmet_and_the_oldest_is_served_first() {
        // One hour of patience: of the first 60, 10 + 20 are served; the second hour's 30 then get 15.
        let ev = balanced(&[60.0, 30.0, 0.0, 0.0], 1.0, None);
        assert_eq!(serve(&ev, &[10.0, 20.0, 15.0, 99.0]), (vec![10.0, 20.0, 15.0, 0.0], [90.0, 45.0, 45.0]));
    }

    #[test]
    fn what_waits_at_the_end_of_the_run_is_unmet() {
        let ev = balanced(&[60.0], 24.0, None);
        assert_eq!(serve(&ev, &[10.0]).1, [60.0, 10.0, 50.0]);
    }

    #[test]
    fn balanced_phases_follow_the_tightest_and_others_go_on_alone() {
        let room = Room { total_w: f64::INFINITY, phase_w: [2e3, 9e3, 9e3] };
        let ev = balanced(&[9.0], 0.0, None);
        assert_eq!(ev.serve(0, &mut ev.start(), &room).phase_w, [2e3; 3]);
        let ev = Ev::Profile(Profile::new(vec![[3e3, 4e3, 0.0]], false, 0.0, None, 1.0));
        assert_eq!(ev.serve(0, &mut ev.start(), &room).phase_w, [2e3, 4e3, 0.0]);
        // A total of 3 kW is shared as the phases stand: 2 to 4.
        let served = ev.serve(0, &mut ev.start(), &Room { total_w: 3e3, ..room }).phase_w;
        assert_eq!(served, [1e3, 2e3, 0.0]);
    }

    #[test]
    fn no_room_no_demand_and_a_step_behind_the_axis_are_zero() {
        let ev = balanced(&[9.0, 0.0], 0.0, None);
        assert_eq!(ev.serve(0, &mut ev.start(), &Room::total(-3.0)), Draw::default());
        assert_eq!(ev.serve(1, &mut ev.start(), &Room::UNLIMITED), Draw::default());
        assert_eq!(ev.serve(9, &mut ev.start(), &Room::UNLIMITED), Draw::default());
        assert_eq!(ev.unlimited_w(), [9e3, 0.0]);
    }
}
