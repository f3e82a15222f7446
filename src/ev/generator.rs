//! Made-up sessions from a seed, for studies without data of the site.

use std::fmt::Write;

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, Exp1, StandardNormal, StandardUniform};

use super::outcome::stamp;
use super::{Phases, Session};
use crate::time::TimeAxis;
use crate::units::KILO;

/// What made-up sessions are like.
#[derive(Debug, Clone, PartialEq)]
pub struct GeneratorSettings {
    /// The same seed gives the same sessions.
    pub seed: u64,
    /// Mean arrivals per hour from Monday to Friday, by hour of the day.
    pub weekday_per_h: [f64; 24],
    /// The same on Saturday and Sunday.
    pub weekend_per_h: [f64; 24],
    /// The kinds of charger.
    pub chargers: Vec<Charger>,
}

/// A kind of charger and the cars that use it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Charger {
    /// Its part of all sessions, in proportion to the others'.
    pub share: f64,
    /// The most that car and charger take, W.
    pub max_w: f64,
    /// Number of phases on the grid's side, 1 to 3.
    pub phases: u8,
    /// Mean energy of a session, Wh.
    pub energy_wh: f64,
    /// Standard deviation of the energy over its mean; the energy is log-normal.
    pub energy_spread: f64,
    /// Mean of the time that cars stay longer than charging without limits takes, h; it is exponential.
    pub dwell_h: f64,
}

/// Arrivals at a mixed site by hour of the day, as parts of a weekday's and of a weekend day's. Made up: commuters in the
/// morning, visitors around noon, residents in the evening.
const WEEKDAY: [f64; 24] = [
    0.5, 0.3, 0.2, 0.2, 0.4, 1.2, 4.0, 8.5, 10.0, 7.5, 5.5, 5.0, 5.5, 5.5, 5.0, 5.5, 7.0, 8.5, 7.5, 5.0, 3.2, 2.0, 1.2,
    0.8,
];
const WEEKEND: [f64; 24] = [
    0.8, 0.5, 0.3, 0.2, 0.2, 0.4, 1.0, 2.0, 4.5, 7.0, 9.0, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 6.5, 5.5, 4.0, 2.5, 1.5, 1.0,
    0.6,
];

const fn charger(share: f64, max_kw: f64, phases: u8, energy_kwh: f64, dwell_h: f64) -> Charger {
    Charger { share, max_w: max_kw * KILO, phases, energy_wh: energy_kwh * KILO, energy_spread: 0.5, dwell_h }
}

/// Chargers of a mixed site. Made up: at AC chargers cars stay for hours, at DC chargers for minutes after charging.
const CHARGERS: [Charger; 6] = [
    charger(0.10, 3.7, 1, 8.0, 3.0),
    charger(0.20, 7.4, 1, 12.0, 3.0),
    charger(0.35, 11.0, 3, 18.0, 2.5),
    charger(0.15, 22.0, 3, 22.0, 1.0),
    charger(0.08, 50.0, 3, 25.0, 0.1),
    charger(0.12, 150.0, 3, 35.0, 0.1),
];

impl GeneratorSettings {
    /// A mixed site of so many sessions on a mean weekday and on a mean day of the weekend. Hours, chargers, energies
    /// and stays are made up.
    pub fn mixed_site(seed: u64, per_weekday: f64, per_weekend_day: f64) -> Self {
        let scaled = |shape: [f64; 24], per_day: f64| shape.map(|part| part * per_day / shape.iter().sum::<f64>());
        Self {
            seed,
            weekday_per_h: scaled(WEEKDAY, per_weekday),
            weekend_per_h: scaled(WEEKEND, per_weekend_day),
            chargers: CHARGERS.to_vec(),
        }
    }
}

/// Sessions on an axis, by arrival: a Poisson process whose rate follows hour and weekday; charger, energy and stay of
/// each are drawn independently. How many chargers there are is not asked.
///
/// Times are whole minutes and energies multiples of 10 Wh, 10 Wh at least, so that the sessions do not depend on the
/// last digit of a machine's arithmetic. Cars on one or two phases sit on L1, L2, L3 in turn. A session that would end
/// after the axis is left out. Rates, shares and spreads below zero count as zero; without a charger there is no session.
pub fn generate(settings: &GeneratorSettings, axis: &TimeAxis) -> Vec<Session> {
    let mut draw = Lots { rng: ChaCha8Rng::seed_from_u64(settings.seed), turn: 0 };
    let hours = TimeAxis { step_s: 3600, len: axis.hours().ceil() as usize, ..axis.clone() }.moments();
    let length_s = axis.len as i64 * i64::from(axis.step_s);
    let mut sessions = vec![];
    // Arrivals come when the expected number, summed over the hours, passes sums of exponential lots.
    let (mut expected, mut next) = (0.0, draw.exponential());
    for (hour, moment) in hours.iter().enumerate() {
        let rates = if moment.weekend { &settings.weekend_per_h } else { &settings.weekday_per_h };
        let rate = rates[usize::from(moment.hour)].max(0.0);
        while next < expected + rate {
            let minute = (60.0 * (next - expected) / rate).floor() as i64;
            let session = draw.session(&settings.chargers, (hour as i64 * 60 + minute) * 60);
            sessions.extend(session.filter(|s| s.departure_s <= length_s));
            next += draw.exponential();
        }
        expected += rate;
    }
    sessions.sort_by_key(|s| s.arrival_s);
    sessions
}

/// The lots of one run.
struct Lots {
    rng: ChaCha8Rng,
    /// Cars on one or two phases so far.
    turn: usize,
}

impl Lots {
    fn exponential(&mut self) -> f64 {
        Exp1.sample(&mut self.rng)
    }

    /// A charger by the shares; none if there is none with a share.
    fn charger(&mut self, chargers: &[Charger]) -> Option<Charger> {
        let total: f64 = chargers.iter().map(|c| c.share.max(0.0)).sum();
        let lot: f64 = StandardUniform.sample(&mut self.rng);
        let mut left = lot * total;
        let with_share = || chargers.iter().filter(|c| c.share > 0.0);
        let chosen = with_share().find(|c| {
            left -= c.share;
            left < 0.0
        });
        chosen.or(with_share().next_back()).copied()
    }

    fn session(&mut self, chargers: &[Charger], arrival_s: i64) -> Option<Session> {
        let charger = self.charger(chargers)?;
        let variance = charger.energy_spread.max(0.0).powi(2).ln_1p();
        let normal: f64 = StandardNormal.sample(&mut self.rng);
        let drawn_wh = charger.energy_wh * (variance.sqrt() * normal - variance / 2.0).exp();
        let energy_wh = (drawn_wh / 10.0).round().max(1.0) * 10.0;
        let dwell_h = charger.dwell_h.max(0.0) * self.exponential();
        let stay_min = ((energy_wh / charger.max_w + dwell_h) * 60.0).ceil() as i64;
        let first = (self.turn % 3) as u8;
        self.turn += usize::from(charger.phases < 3);
        let phases = Phases::of(charger.phases, first);
        let departure_s = arrival_s.saturating_add(stay_min.saturating_mul(60));
        (charger.max_w > 0.0).then_some(Session { arrival_s, departure_s, energy_wh, max_w: charger.max_w, phases })
    }
}

/// Sessions as the text of a file that `[ev] source = "sessions"` reads.
pub fn csv(sessions: &[Session], axis: &TimeAxis) -> String {
    let mut csv = "arrival,departure,energy_kwh,max_kw,phases,phase\n".to_owned();
    for s in sessions {
        let [arrival, departure] = [s.arrival_s, s.departure_s].map(|s| stamp(axis, s));
        let (energy, max, count) = (s.energy_wh / KILO, s.max_w / KILO, s.phases.count());
        let phase = s.phases.first().map_or(String::new(), |first| (first + 1).to_string());
        let written = writeln!(csv, "{arrival},{departure},{energy:.2},{max:.2},{count},{phase}");
        debug_assert!(written.is_ok(), "writing to a string does not fail");
    }
    csv
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Findings;
    use crate::ev::{Ev, Plan};
    use crate::inputs::Files;
    use crate::keys::{Door, Keys, Node};
    use jiff::civil::date;

    /// Quarter hours from Monday, 4 January 2021 on.
    fn axis(days: usize) -> TimeAxis {
        let start = date(2021, 1, 4).at(0, 0, 0, 0);
        TimeAxis { start, step_s: 900, len: days * 96, utc_offset_s: 3600, leap_days: true }
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_another_does_not() {
        let text = |seed| {
            let axis = axis(14);
            csv(&generate(&GeneratorSettings::mixed_site(seed, 20.0, 10.0), &axis), &axis)
        };
        assert_eq!(text(7), text(7));
        assert_ne!(text(7), text(8));
        // Frozen, so that a change of the generator is seen.
        assert_eq!(text(7).lines().nth(1).unwrap(), "2021-01-04T01:58:00,2021-01-04T05:24:00,16.34,7.40,1,1");
    }

    #[test]
    fn arrivals_and_energies_are_near_the_settings_over_ten_years() {
        let settings = GeneratorSettings::mixed_site(1, 40.0, 10.0);
        let sessions = generate(&settings, &axis(3640));
        let weekends = sessions.iter().filter(|s| (s.arrival_s / 86_400) % 7 >= 5).count() as f64;
        let weekdays = sessions.len() as f64 - weekends;
        // 520 weeks: 104 000 on weekdays, 10 400 on weekends; four standard deviations are 1290 and 408.
        assert!((weekdays - 104_000.0).abs() < 1290.0 && (weekends - 10_400.0).abs() < 408.0, "{weekdays} {weekends}");
        for charger in &settings.chargers {
            let of: Vec<_> = sessions.iter().filter(|s| s.max_w == charger.max_w).collect();
            let share = of.len() as f64 / sessions.len() as f64;
            assert!((share - charger.share).abs() < 0.01, "{charger:?}: {share}");
            let mean_wh = of.iter().map(|s| s.energy_wh).sum::<f64>() / of.len() as f64;
            // Half the mean is the deviation of one; the mean of 9000 or more is within 4·0.5/√9000 = 2.1 %.
            assert!((mean_wh / charger.energy_wh - 1.0).abs() < 0.021, "{charger:?}: {mean_wh}");
            let dwell_s: f64 = of.iter().map(|s| s.departure_s as f64 - s.unlimited_s()).sum();
            let dwell_h = dwell_s / of.len() as f64 / 3600.0;
            // Up to the next minute, half a minute on average.
            assert!((dwell_h - charger.dwell_h - 0.008).abs() < 0.05 * charger.dwell_h, "{charger:?}: {dwell_h}");
        }
    }

    #[test]
    fn arrivals_follow_the_hours() {
        let mut settings = GeneratorSettings::mixed_site(3, 0.0, 0.0);
        settings.weekday_per_h[8] = 5.0;
        let sessions = generate(&settings, &axis(700));
        let eight = |s: &Session| (8 * 3600..9 * 3600).contains(&(s.arrival_s % 86_400));
        assert!(sessions.iter().all(|s| eight(s) && (s.arrival_s / 86_400) % 7 < 5));
        // 500 weekdays of 5 make 2500; four standard deviations are 200.
        assert!((sessions.len() as f64 - 2500.0).abs() < 200.0, "{}", sessions.len());
    }

    #[test]
    fn every_session_can_be_served_within_its_stay_and_the_axis() {
        let axis = axis(28);
        let sessions = generate(&GeneratorSettings::mixed_site(5, 50.0, 50.0), &axis);
        assert!(sessions.len() > 1000);
        for s in &sessions {
            assert!(s.possible_wh() >= s.energy_wh && s.arrival_s >= 0 && s.departure_s <= 28 * 86_400, "{s:?}");
        }
    }

    #[test]
    fn settings_without_sense_give_no_sessions() {
        let mut settings = GeneratorSettings::mixed_site(5, -50.0, 0.0);
        assert_eq!(generate(&settings, &axis(7)), []);
        settings = GeneratorSettings::mixed_site(5, 50.0, 50.0);
        settings.chargers.iter_mut().for_each(|c| c.share = -1.0);
        assert_eq!(generate(&settings, &axis(7)), []);
        settings.chargers.clear();
        assert_eq!(generate(&settings, &axis(7)), []);
        assert_eq!(generate(&GeneratorSettings::mixed_site(5, 50.0, 50.0), &axis(0)), []);
    }

    #[test]
    fn the_text_is_read_back_as_the_same_sessions_without_a_warning() {
        let axis = axis(28);
        let sessions = generate(&GeneratorSettings::mixed_site(9, 50.0, 50.0), &axis);
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("s.csv"), csv(&sessions, &axis)).unwrap();
        let node = Node::parse("source = \"sessions\"\nfile = \"s.csv\"", "plant.toml").unwrap();
        let findings = Findings::default();
        let plan = Keys::read(&node, &Door { findings: &findings, shelf: &|_, _| Err(vec![]) }, Plan::read);
        let ev = plan.load(&axis, &Files::new(Some(dir.path()), &|_| None), &findings);
        let (ev, warnings) = findings.conclude(ev).unwrap();
        assert_eq!(warnings, [] as [String; 0]);
        let read = ev.unwrap();
        let written = Ev::Sessions(crate::ev::Sessions::new(&sessions, 1380.0, 900, axis.len));
        let (read, written) = (read.outcome(&read.start()), written.outcome(&written.start()));
        for (a, b) in read.sessions().iter().zip(written.sessions()) {
            assert_eq!((a.session.arrival_s, a.session.departure_s), (b.session.arrival_s, b.session.departure_s));
            assert_eq!(a.session.phases, b.session.phases);
            assert!((a.session.energy_wh - b.session.energy_wh).abs() < 1e-6);
        }
        assert_eq!(read.sessions().len(), sessions.len());
    }
}
