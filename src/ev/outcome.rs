//! What came of the vehicles' wishes: energy, sessions and delays.

use std::fmt::Write;

use super::Session;
use crate::time::TimeAxis;
use crate::units::KILO;

/// A session counts as fully served from this share of its energy on.
const FULLY: f64 = 0.999;

/// What the vehicles asked for and got.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// Energy asked for, Wh.
    pub requested_wh: f64,
    /// Energy served, Wh.
    pub served_wh: f64,
    /// Energy asked for and not served, Wh; what still waits at the end of the run is in it.
    pub unmet_wh: f64,
    sessions: Vec<SessionOutcome>,
}

/// What one session got.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SessionOutcome {
    /// The session, as far as it lies on the axis.
    pub session: Session,
    /// Energy it got, Wh.
    pub served_wh: f64,
    /// When it had all its energy, s from the axis' start; none if it never had.
    pub completed_s: Option<f64>,
}

impl SessionOutcome {
    /// Whether it got at least 99.9 % of its energy.
    pub fn is_fully_served(&self) -> bool {
        self.served_wh >= FULLY * self.session.energy_wh
    }

    /// How much later than without limits it had all its energy, h, 0 or more; none if it never had.
    pub fn delay_h(&self) -> Option<f64> {
        self.completed_s.map(|s| ((s - self.session.unlimited_s()) / 3600.0).max(0.0))
    }
}

impl Outcome {
    pub(super) fn of_energy(requested_wh: f64, served_wh: f64) -> Self {
        Self { requested_wh, served_wh, unmet_wh: (requested_wh - served_wh).max(0.0), sessions: vec![] }
    }

    pub(super) fn of_sessions(sessions: Vec<SessionOutcome>) -> Self {
        let requested_wh = sessions.iter().map(|s| s.session.energy_wh).sum();
        let served_wh = sessions.iter().map(|s| s.served_wh).sum();
        Self { sessions, ..Self::of_energy(requested_wh, served_wh) }
    }

    /// Several outcomes, such as those of several years, as one.
    pub fn together(outcomes: &[Self]) -> Self {
        let sum = |wh: fn(&Self) -> f64| outcomes.iter().map(wh).sum();
        Self {
            requested_wh: sum(|o| o.requested_wh),
            served_wh: sum(|o| o.served_wh),
            unmet_wh: sum(|o| o.unmet_wh),
            sessions: outcomes.iter().flat_map(|o| o.sessions.iter().copied()).collect(),
        }
    }

    /// Every session by arrival; empty for a profile.
    pub fn sessions(&self) -> &[SessionOutcome] {
        &self.sessions
    }

    /// Number of sessions that got at least 99.9 % of their energy.
    pub fn fully_served(&self) -> usize {
        self.sessions.iter().filter(|s| s.is_fully_served()).count()
    }

    /// Mean delay of the sessions that had all their energy, against charging without limits, h.
    pub fn mean_delay_h(&self) -> Option<f64> {
        let delays: Vec<f64> = self.delays_h();
        (!delays.is_empty()).then(|| delays.iter().sum::<f64>() / delays.len() as f64)
    }

    /// The delay that 95 % of them do not exceed, h: the smallest one observed for which that holds.
    pub fn p95_delay_h(&self) -> Option<f64> {
        let delays = self.delays_h();
        // The rank is 95 % of the number, rounded up.
        (!delays.is_empty()).then(|| delays[(delays.len() * 95).div_ceil(100) - 1])
    }

    /// Ascending.
    fn delays_h(&self) -> Vec<f64> {
        let mut delays: Vec<f64> = self.sessions.iter().filter_map(SessionOutcome::delay_h).collect();
        delays.sort_by(f64::total_cmp);
        delays
    }

    /// The sessions as a CSV table, by arrival; the cells of a session that never had all its energy are empty.
    pub fn sessions_csv(&self, axis: &TimeAxis) -> String {
        let mut csv = "arrival,departure,energy_kwh,max_kw,phases,phase,served_kwh,completed,delay_h\n".to_owned();
        for row in &self.sessions {
            let s = &row.session;
            let [arrival, departure] = [s.arrival_s, s.departure_s].map(|s| stamp(axis, s));
            let (asked, max, served) = (s.energy_wh / KILO, s.max_w / KILO, row.served_wh / KILO);
            let (count, phase) = (s.phases.count(), s.phases.first().map_or(String::new(), |p| (p + 1).to_string()));
            let completed = row.completed_s.map_or(String::new(), |s| stamp(axis, s.round() as i64));
            let delay = row.delay_h().map_or(String::new(), |h| format!("{h:.4}"));
            let written = writeln!(
                csv,
                "{arrival},{departure},{asked:.3},{max:.3},{count},{phase},{served:.3},{completed},{delay}"
            );
            debug_assert!(written.is_ok(), "writing to a string does not fail");
        }
        csv
    }
}

/// A time on the axis, s from its start, in standard time without the offset: `2021-06-01T13:00:00`.
pub(super) fn stamp(axis: &TimeAxis, s: i64) -> String {
    let seconds = TimeAxis { step_s: 1, ..axis.clone() };
    seconds.start_of(usize::try_from(s).unwrap_or(0)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ev::Phases;
    use jiff::civil::date;

    /// A session of 10 kWh at 10 kW from 1:00 to 9:00, complete after so many hours of delay.
    fn row(served_kwh: f64, delay_h: Option<f64>) -> SessionOutcome {
        let session =
            Session { arrival_s: 3600, departure_s: 9 * 3600, energy_wh: 10e3, max_w: 10e3, phases: Phases::One(2) };
        SessionOutcome {
            session,
            served_wh: served_kwh * KILO,
            completed_s: delay_h.map(|h| session.unlimited_s() + h * 3600.0),
        }
    }

    #[test]
    fn energies_add_up_and_full_is_99_9_percent() {
        let outcome = Outcome::of_sessions(vec![row(10.0, Some(0.0)), row(9.99, None), row(9.98, None)]);
        assert_eq!((outcome.requested_wh, outcome.served_wh), (30e3, 29_970.0));
        assert!((outcome.unmet_wh - 30.0).abs() < 1e-9);
        assert_eq!(outcome.fully_served(), 2);
    }

    #[test]
    fn delays_are_those_of_completed_sessions() {
        let mut rows: Vec<_> = (1..=20).map(|h| row(10.0, Some(f64::from(h)))).collect();
        rows.push(row(1.0, None));
        let outcome = Outcome::of_sessions(rows);
        // Mean of 1 to 20; rank 19 of 20.
        assert_eq!((outcome.mean_delay_h(), outcome.p95_delay_h()), (Some(10.5), Some(19.0)));
        let none = Outcome::of_sessions(vec![row(1.0, None)]);
        assert_eq!((none.mean_delay_h(), none.p95_delay_h()), (None, None));
    }

    #[test]
    fn the_table_has_stamps_of_the_axis_and_empty_cells_for_what_was_not() {
        let start = date(2020, 2, 28).at(20, 0, 0, 0);
        let axis = TimeAxis { start, step_s: 3600, len: 24, utc_offset_s: 0, leap_days: false };
        let csv = Outcome::of_sessions(vec![row(10.0, Some(0.5)), row(2.5, None)]).sessions_csv(&axis);
        let wanted = "arrival,departure,energy_kwh,max_kw,phases,phase,served_kwh,completed,delay_h\n\
             2020-02-28T21:00:00,2020-03-01T05:00:00,10.000,10.000,1,3,10.000,2020-02-28T22:30:00,0.5000\n\
             2020-02-28T21:00:00,2020-03-01T05:00:00,10.000,10.000,1,3,2.500,,\n";
        assert_eq!(csv, wanted);
    }
}
