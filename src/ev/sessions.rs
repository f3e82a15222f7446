//! Cars that come, charge and go: who is there, who gets what, and what each got in the end.

use std::cmp::Ordering;

use super::level::{Want, share};
use super::outcome::{Outcome, SessionOutcome};
use super::{Draw, Room, Session};

/// What is left of a session when it counts as complete, share of the energy asked: less than any meter shows.
const COMPLETE: f64 = 1e-6;

/// The sessions of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Sessions {
    by_arrival: Vec<Session>,
    least_phase_w: f64,
    step_s: i64,
    len: usize,
}

/// Which cars are there, and what those that are done with got.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SessionsState {
    /// The next session to arrive.
    next: usize,
    active: Vec<Active>,
    done: Vec<Done>,
}

/// A car that is there and not yet full.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Active {
    session: usize,
    left_wh: f64,
    /// Since when it has got nothing, s from the axis' start.
    waits_since_s: i64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Done {
    session: usize,
    left_wh: f64,
    completed_s: Option<f64>,
}

impl Sessions {
    /// Sessions on an axis of `len` steps of `step_s`, in any order; `least_phase_w` is the power per phase below which
    /// no car charges.
    ///
    /// Of a session across an end of the axis the part on it counts: what it would have taken before without limits is
    /// not asked, nor what its stay on the axis could not take. Sessions without energy, power or length are left out.
    pub fn new(sessions: &[Session], least_phase_w: f64, step_s: u32, len: usize) -> Self {
        let length_s = len as i64 * i64::from(step_s);
        let asks = |s: &Session| s.energy_wh > 0.0 && s.max_w > 0.0 && s.departure_s > s.arrival_s;
        let on_axis = |s: Session| (s.arrival_s < length_s && s.departure_s > 0).then(|| s.on_axis(length_s)).flatten();
        let mut by_arrival: Vec<_> = sessions.iter().copied().filter(asks).filter_map(on_axis).collect();
        by_arrival.sort_by_key(|s| s.arrival_s);
        Self { by_arrival, least_phase_w, step_s: i64::from(step_s), len }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn request(&self, step: usize, state: &SessionsState) -> Draw {
        let mut draw = Draw::default();
        let arriving = self.arriving(step, state.next).map(|i| self.arrive(i));
        for active in state.active.iter().copied().chain(arriving) {
            draw.add(self.want(step, &active).phase_w());
        }
        draw
    }

    pub(super) fn serve(&self, step: usize, state: &mut SessionsState, room: &Room) -> Draw {
        for i in self.arriving(step, state.next) {
            state.active.push(self.arrive(i));
            state.next = i + 1;
        }
        let mut wants: Vec<Want> = state.active.iter().map(|active| self.want(step, active)).collect();
        share(&mut wants, room, |a, b| self.first(&state.active[a], &state.active[b]));
        let mut draw = Draw::default();
        for (active, want) in state.active.iter_mut().zip(&wants) {
            draw.add(want.phase_w());
            self.charge(step, active, want.total_w(), &mut state.done);
        }
        self.leave(step, state);
        draw
    }

    pub(super) fn outcome(&self, state: &SessionsState) -> Outcome {
        let asked = |s: &Session| SessionOutcome { session: *s, served_wh: 0.0, completed_s: None };
        let mut rows: Vec<_> = self.by_arrival.iter().map(asked).collect();
        let still = state.active.iter().map(|a| Done { session: a.session, left_wh: a.left_wh, completed_s: None });
        for done in state.done.iter().copied().chain(still) {
            rows[done.session].served_wh = rows[done.session].session.energy_wh - done.left_wh;
            rows[done.session].completed_s = done.completed_s;
        }
        Outcome::of_sessions(rows)
    }

    fn start_of(&self, step: usize) -> i64 {
        step as i64 * self.step_s
    }

    /// Sessions from `next` on that arrive before the step's end.
    fn arriving(&self, step: usize, next: usize) -> std::ops::Range<usize> {
        let end_s = self.start_of(step + 1);
        let count = self.by_arrival[next..].iter().take_while(|s| s.arrival_s < end_s).count();
        next..next + count
    }

    fn arrive(&self, session: usize) -> Active {
        let Session { energy_wh, arrival_s, .. } = self.by_arrival[session];
        Active { session, left_wh: energy_wh, waits_since_s: arrival_s }
    }

    /// From when to when the session is there in a step, s.
    fn stay(&self, step: usize, session: &Session) -> (i64, i64) {
        let from_s = session.arrival_s.max(self.start_of(step));
        (from_s, session.departure_s.min(self.start_of(step + 1)).max(from_s))
    }

    /// What a session can use: no more than it takes, nor than is left to it; no less than its phases' least, except for
    /// its last bit of energy.
    fn want(&self, step: usize, active: &Active) -> Want {
        let session = &self.by_arrival[active.session];
        let (from_s, to_s) = self.stay(step, session);
        let shares = session.phases.shares();
        if to_s <= from_s {
            return Want::new(0.0, 0.0, 0.0, shares);
        }
        let stay_s = (to_s - from_s) as f64;
        let most_w = session.max_w.min(active.left_wh * 3600.0 / stay_s);
        let least_w = most_w.min(self.least_phase_w * f64::from(session.phases.count()));
        Want::new(least_w, most_w, stay_s / self.step_s as f64, shares)
    }

    /// Who is asked first where not all can get their least: who has waited longest, then who leaves first, then who
    /// came first.
    fn first(&self, a: &Active, b: &Active) -> Ordering {
        let key = |active: &Active| (active.waits_since_s, self.by_arrival[active.session].departure_s, active.session);
        key(a).cmp(&key(b))
    }

    /// Gives a session its mean power of the step.
    fn charge(&self, step: usize, active: &mut Active, mean_w: f64, done: &mut Vec<Done>) {
        if mean_w <= 0.0 {
            return;
        }
        let session = &self.by_arrival[active.session];
        let before_wh = active.left_wh;
        active.left_wh = (before_wh - mean_w * self.step_s as f64 / 3600.0).max(0.0);
        active.waits_since_s = self.start_of(step + 1);
        if active.left_wh <= COMPLETE * session.energy_wh {
            // The last bit is given at the highest power, as without limits, so that the delay is never negative.
            let completed_s = self.stay(step, session).0 as f64 + before_wh / session.max_w * 3600.0;
            done.push(Done { session: active.session, left_wh: active.left_wh, completed_s: Some(completed_s) });
        }
    }

    /// Takes out who is full, which `done` has already, and who leaves.
    fn leave(&self, step: usize, state: &mut SessionsState) {
        let end_s = self.start_of(step + 1);
        let SessionsState { active, done, .. } = state;
        active.retain(|active| {
            let session = &self.by_arrival[active.session];
            let full = active.left_wh <= COMPLETE * session.energy_wh;
            let leaves = session.departure_s <= end_s;
            if leaves && !full {
                done.push(Done { session: active.session, left_wh: active.left_wh, completed_s: None });
            }
            !full && !leaves
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ev::{Ev, Phases};

    const HOUR_S: i64 = 3600;

    fn car(arrival_h: f64, departure_h: f64, energy_kwh: f64, max_kw: f64, phases: Phases) -> Session {
        let [arrival_s, departure_s] = [arrival_h, departure_h].map(|h| (h * 3600.0) as i64);
        Session { arrival_s, departure_s, energy_wh: energy_kwh * 1e3, max_w: max_kw * 1e3, phases }
    }

    fn hours(cars: &[Session], len: usize) -> Ev {
        Ev::Sessions(Sessions::new(cars, 1380.0, 3600, len))
    }

    fn serve_all(ev: &Ev, room: &Room) -> (Vec<f64>, Outcome) {
        let mut state = ev.start();
        let served = (0..ev.len()).map(|step| ev.serve(step, &mut state, room).total_w()).collect();
        (served, ev.outcome(&state))
    }

    #[test]
    fn a_car_that_comes_within_a_step_draws_for_the_rest_of_it() {
        // 11 kW from 0:45 on: a quarter of the first hour, then full, then the last 2.25 kWh.
        let ev = hours(&[car(0.75, 8.0, 16.0, 11.0, Phases::Three)], 4);
        let (served, outcome) = serve_all(&ev, &Room::UNLIMITED);
        assert_eq!(served, [2750.0, 11e3, 2250.0, 0.0]);
        assert_eq!(served, ev.unlimited_w());
        // 16/11 h after 0:45.
        let completed_s = outcome.sessions()[0].completed_s.unwrap();
        assert!((completed_s - (0.75 + 16.0 / 11.0) * 3600.0).abs() < 1e-6);
        assert!(outcome.mean_delay_h().unwrap().abs() < 1e-9);
    }

    #[test]
    fn a_car_that_leaves_within_a_step_draws_until_then_and_the_rest_is_unmet() {
        let ev = hours(&[car(0.0, 1.5, 20.0, 10.0, Phases::Three)], 3);
        let (served, outcome) = serve_all(&ev, &Room::UNLIMITED);
        assert_eq!(served, [10e3, 5e3, 0.0]);
        assert_eq!((outcome.served_wh, outcome.unmet_wh, outcome.fully_served()), (15e3, 5e3, 0));
        assert_eq!(outcome.mean_delay_h(), None);
    }

    #[test]
    fn single_phase_cars_draw_on_their_phase_alone() {
        let cars = [car(0.0, 9.0, 50.0, 7.4, Phases::One(1)), car(0.0, 9.0, 50.0, 9.0, Phases::Three)];
        let ev = hours(&cars, 1);
        assert_eq!(ev.request(0, &ev.start()).phase_w, [3e3, 10.4e3, 3e3]);
        let room = Room { total_w: f64::INFINITY, phase_w: [f64::INFINITY, 5e3, f64::INFINITY] };
        let served = ev.serve(0, &mut ev.start(), &room).phase_w;
        // Level x with x + x/3 = 5 kW is 3.75 kW, below the 4.14 of three phases: 4.14 and 5 − 1.38 = 3.62.
        assert!((served[1] - 5e3).abs() < 1e-6 && (served[0] - 1380.0).abs() < 1e-6, "{served:?}");
    }

    #[test]
    fn cars_take_turns_where_not_all_can_get_their_least() {
        // Room for one of two equal cars: A leaves first, so it begins; then who waits longer.
        let cars = [car(0.0, 9.0, 20.0, 5.0, Phases::Three), car(0.0, 8.0, 20.0, 5.0, Phases::Three)];
        let ev = hours(&cars, 9);
        let mut state = ev.start();
        let mut turns = vec![];
        for step in 0..4 {
            ev.serve(step, &mut state, &Room::total(5e3));
            turns.push(ev.outcome(&state).sessions().iter().map(|s| s.served_wh).collect::<Vec<_>>());
        }
        assert_eq!(turns, [[0.0, 5e3], [5e3, 5e3], [5e3, 10e3], [10e3, 10e3]]);
    }

    #[test]
    fn the_last_bit_of_energy_may_be_less_than_the_least_power() {
        let ev = hours(&[car(0.0, 9.0, 5.5, 5.0, Phases::Three)], 2);
        let (served, outcome) = serve_all(&ev, &Room::total(5e3));
        assert_eq!((served, outcome.fully_served()), (vec![5e3, 500.0], 1));
    }

    #[test]
    fn room_below_the_least_serves_no_one() {
        let ev = hours(&[car(0.0, 9.0, 20.0, 11.0, Phases::Three)], 2);
        let (served, outcome) = serve_all(&ev, &Room::total(4.1e3));
        assert_eq!((served, outcome.unmet_wh), (vec![0.0, 0.0], 20e3));
    }

    #[test]
    fn delay_is_measured_against_charging_without_limits() {
        // 20 kWh at 10 kW take 2 h; with room for 5 kW 4 h, of which the last hour's 5 kWh count at 10 kW: 3.5 h.
        let ev = hours(&[car(0.0, 9.0, 20.0, 10.0, Phases::Three)], 6);
        let (_, outcome) = serve_all(&ev, &Room::total(5e3));
        assert_eq!((outcome.mean_delay_h(), outcome.p95_delay_h()), (Some(1.5), Some(1.5)));
        assert_eq!(outcome.sessions()[0].completed_s, Some(3.5 * HOUR_S as f64));
    }

    #[test]
    fn what_cannot_charge_is_left_out_and_an_empty_run_asks_nothing() {
        let cars = [car(1.0, 1.0, 5.0, 5.0, Phases::Three), car(0.0, 1.0, 0.0, 5.0, Phases::Three)];
        let ev = hours(&cars, 2);
        assert_eq!((ev.unlimited_w(), ev.outcome(&ev.start()).sessions().len()), (vec![0.0; 2], 0));
        assert_eq!(hours(&[], 0).unlimited_w(), [] as [f64; 0]);
    }
}
