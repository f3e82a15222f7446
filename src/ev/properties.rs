//! What holds for any vehicles and any room.

use proptest::prelude::*;

use super::{Draw, Ev, EvState, Phases, Profile, Room, Session, Sessions};

const STEP_S: u32 = 900;
const STEPS: usize = 16;
const LEAST_W: f64 = 1380.0;

/// A session that lies on four hours at least in part, at any second.
fn session() -> impl Strategy<Value = Session> {
    let times = (-7200_i64..14_400, 1_i64..20_000);
    let phases = (1_u8..=3, 0_u8..3).prop_map(|(count, first)| Phases::of(count, first));
    (times, 10.0..60e3_f64, 1.0..8.0_f64, phases).prop_map(|((arrival_s, stay_s), energy_wh, over, phases)| Session {
        arrival_s,
        departure_s: arrival_s + stay_s,
        energy_wh,
        max_w: LEAST_W * f64::from(phases.count()) * over,
        phases,
    })
}

/// Room of every kind: none, little, plenty, negative, without end.
fn room() -> impl Strategy<Value = Room> {
    let power = || prop_oneof![4 => 0.0..40e3_f64, 1 => Just(0.0), 1 => Just(f64::INFINITY), 1 => -5e3..0.0_f64];
    (power(), power(), power(), power()).prop_map(|(total_w, l1, l2, l3)| Room { total_w, phase_w: [l1, l2, l3] })
}

fn at_most(what: f64, limit: f64) -> bool {
    what <= limit.max(0.0) * (1.0 + 1e-12) + 1e-9
}

/// Served is within the room and the request, and no part is negative.
fn check(served: &Draw, asked: &Draw, room: &Room) -> Result<(), TestCaseError> {
    prop_assert!(at_most(served.total_w(), room.total_w), "{served:?} {room:?}");
    for phase in 0..3 {
        prop_assert!(served.phase_w[phase] >= 0.0);
        prop_assert!(at_most(served.phase_w[phase], room.phase_w[phase]), "{served:?} {room:?}");
        prop_assert!(at_most(served.phase_w[phase], asked.phase_w[phase]), "{served:?} {asked:?}");
    }
    Ok(())
}

/// Energy of every session so far, Wh.
fn served_wh(ev: &Ev, state: &EvState) -> Vec<f64> {
    ev.outcome(state).sessions().iter().map(|s| s.served_wh).collect()
}

/// In one step a session gets nothing, or at least its least power while it is there, or its last bit; never more than
/// its power and its stay allow.
fn check_session(s: &Session, step: usize, before_wh: f64, after_wh: f64) -> Result<(), TestCaseError> {
    let from_s = s.arrival_s.max(step as i64 * i64::from(STEP_S));
    let to_s = s.departure_s.min((step as i64 + 1) * i64::from(STEP_S));
    let present_h = (to_s - from_s).max(0) as f64 / 3600.0;
    let got_wh = after_wh - before_wh;
    prop_assert!(got_wh >= -1e-9 && got_wh <= s.max_w * present_h + 1e-6, "{s:?} got {got_wh} in step {step}");
    prop_assert!(after_wh <= s.energy_wh + 1e-9);
    let least_wh = LEAST_W * f64::from(s.phases.count()) * present_h;
    let last_bit = s.energy_wh - after_wh <= 1e-6 * s.energy_wh;
    prop_assert!(got_wh <= 1e-9 || got_wh >= least_wh * (1.0 - 1e-8) || last_bit, "{s:?} got {got_wh} of {least_wh}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn sessions_keep_to_room_request_stay_energy_and_least_power(
        sessions in prop::collection::vec(session(), 0..12),
        rooms in prop::collection::vec(room(), STEPS),
    ) {
        let ev = Ev::Sessions(Sessions::new(&sessions, LEAST_W, STEP_S, STEPS));
        let mut state = ev.start();
        let (mut sum_wh, mut before) = (0.0, served_wh(&ev, &state));
        for (step, room) in rooms.iter().enumerate() {
            let asked = ev.request(step, &state);
            let served = ev.serve(step, &mut state, room);
            check(&served, &asked, room)?;
            sum_wh += served.total_w() * 0.25;
            let outcome = ev.outcome(&state);
            let after = served_wh(&ev, &state);
            for (i, row) in outcome.sessions().iter().enumerate() {
                check_session(&row.session, step, before[i], after[i])?;
            }
            before = after;
        }
        let outcome = ev.outcome(&state);
        prop_assert!((outcome.served_wh - sum_wh).abs() < 1e-6, "{} not {sum_wh}", outcome.served_wh);
        prop_assert!((outcome.requested_wh - outcome.served_wh - outcome.unmet_wh).abs() < 1e-6);
        for row in outcome.sessions() {
            prop_assert_eq!(row.completed_s.is_some(), row.session.energy_wh - row.served_wh <= 1e-6 * row.session.energy_wh);
            if let Some(s) = row.completed_s {
                prop_assert!(s >= row.session.unlimited_s() - 0.1 && s <= row.session.departure_s as f64 + 0.1, "{row:?}");
            }
        }
    }

    #[test]
    fn room_without_end_serves_every_request(sessions in prop::collection::vec(session(), 0..12)) {
        let ev = Ev::Sessions(Sessions::new(&sessions, LEAST_W, STEP_S, STEPS));
        let mut state = ev.start();
        for step in 0..STEPS {
            let asked = ev.request(step, &state);
            prop_assert_eq!(ev.serve(step, &mut state, &Room::UNLIMITED), asked);
        }
        for row in ev.outcome(&state).sessions() {
            let possible_wh = row.session.possible_wh().min(row.session.energy_wh);
            prop_assert!((row.served_wh - possible_wh).abs() < 1e-6 * possible_wh.max(1.0), "{row:?}");
        }
    }

    #[test]
    fn room_for_exactly_the_request_serves_it(sessions in prop::collection::vec(session(), 0..12)) {
        let ev = Ev::Sessions(Sessions::new(&sessions, LEAST_W, STEP_S, STEPS));
        let mut state = ev.start();
        for step in 0..STEPS {
            let asked = ev.request(step, &state);
            let served = ev.serve(step, &mut state, &Room { total_w: asked.total_w(), phase_w: asked.phase_w });
            prop_assert!((served.total_w() - asked.total_w()).abs() <= 1e-6, "{served:?} not {asked:?}");
        }
    }

    #[test]
    fn a_profile_keeps_to_room_and_request_and_accounts_for_all_energy(
        phase_w in prop::collection::vec(prop::array::uniform3(0.0..20e3_f64), STEPS),
        rooms in prop::collection::vec(room(), STEPS),
        balanced: bool,
        deferral_h in 0.0..5.0_f64,
        max_w in prop::option::of(1e3..60e3_f64),
    ) {
        let level = |w: &[f64; 3]| if balanced { [w[0]; 3] } else { *w };
        let phase_w: Vec<_> = phase_w.iter().map(level).collect();
        let asked_wh: f64 = phase_w.iter().flatten().sum::<f64>() * 0.25;
        let ev = Ev::Profile(Profile::new(phase_w, balanced, deferral_h, max_w, 0.25));
        let mut state = ev.start();
        let mut sum_wh = 0.0;
        for (step, room) in rooms.iter().enumerate() {
            let asked = ev.request(step, &state);
            let served = ev.serve(step, &mut state, room);
            check(&served, &asked, room)?;
            prop_assert!(max_w.is_none_or(|w| at_most(served.total_w(), w)));
            let [l1, l2, l3] = served.phase_w;
            prop_assert!(!balanced || (l1 - l2).abs() < 1e-6 && (l1 - l3).abs() < 1e-6);
            sum_wh += served.total_w() * 0.25;
        }
        let outcome = ev.outcome(&state);
        prop_assert!((outcome.requested_wh - asked_wh).abs() < 1e-6);
        prop_assert!((outcome.served_wh - sum_wh).abs() < 1e-6);
        prop_assert!((outcome.requested_wh - outcome.served_wh - outcome.unmet_wh).abs() < 1e-6);
    }
}
