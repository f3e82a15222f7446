//! The watchdog of a limiter standard: it counts excursions that last too long and disconnects.

use std::collections::VecDeque;

use serde_json::{Value, json};

use crate::keys::Keys;

const HOUR_S: f64 = 3600.0;

/// What a standard asks of a limiter.
#[derive(Debug, Clone, PartialEq)]
pub struct Limiter {
    /// What the figures are called.
    pub title: String,
    /// Where they come from.
    pub source: Option<String>,
    /// What in them is assumed.
    pub assumptions: Option<String>,
    /// An excursion above the limit that lasts longer counts, s.
    pub reaction_s: f64,
    /// An excursion that lasts longer disconnects at once, s; infinite where none does.
    pub trip_after_s: f64,
    /// More counted excursions than this within the window disconnect; none: they never do.
    pub excursions_before_trip: Option<usize>,
    /// The window in which they count, s.
    pub window_s: f64,
    /// How long it stays disconnected, s; infinite until somebody resets it.
    pub lockout_s: f64,
}

impl Limiter {
    /// Reads `[limiter]`.
    pub(super) fn read(k: &mut Keys<'_>) -> Self {
        let title =
            k.text("title", "what the figures are called in the results").unwrap_or_else(|| "limiter".to_owned());
        let source = k.text("source", "where the figures come from");
        let assumptions = k.text("assumptions", "what in the figures is assumed");
        let doc = "an excursion above the limit that lasts longer counts, s";
        let reaction_s = k.number("reaction_s", doc).at_least(0.0).required();
        let doc = "an excursion that lasts longer disconnects at once, s; default never";
        let trip_after_s = k.number("trip_after_s", doc).at_least(0.0).optional();
        let doc = "more counted excursions than this within the window disconnect; default they never do";
        let count = k.number("excursions_before_trip", doc).within(0.0, 1e6).whole().optional();
        let window_h = k.number("window_h", "window in which excursions count, h").above(0.0).or(24.0);
        let lockout_h =
            k.number("lockout_h", "time disconnected, h; default until the run's end").above(0.0).optional();
        if trip_after_s.is_some_and(|trip_s| trip_s < reaction_s) {
            k.reject(
                "trip_after_s",
                format!("is below reaction_s = {reaction_s}; an excursion counts before it disconnects"),
            );
        }
        if trip_after_s.is_none() && count.is_none() && k.has("lockout_h") {
            k.reject("lockout_h", "nothing disconnects; give trip_after_s or excursions_before_trip too");
        }
        Self {
            title,
            source,
            assumptions,
            reaction_s,
            trip_after_s: trip_after_s.unwrap_or(f64::INFINITY),
            excursions_before_trip: count.map(|n| n as usize),
            window_s: window_h * HOUR_S,
            lockout_s: lockout_h.map_or(f64::INFINITY, |h| h * HOUR_S),
        }
    }

    /// Its figures and where they come from, for the record; infinite times are null.
    pub(super) fn record(&self) -> Value {
        let finite = |x: f64| x.is_finite().then_some(x);
        json!({
            "title": self.title,
            "source": self.source,
            "assumptions": self.assumptions,
            "reaction_s": self.reaction_s,
            "trip_after_s": finite(self.trip_after_s),
            "excursions_before_trip": self.excursions_before_trip,
            "window_h": self.window_s / HOUR_S,
            "lockout_h": finite(self.lockout_s / HOUR_S),
        })
    }
}

/// What a limiter remembers: connected with an excursion and those before it, or locked out.
#[derive(Debug, Clone, Default)]
pub(super) struct Watch {
    /// Steps of the excursion that is going on.
    steps_above: u64,
    /// When excursions were counted, s, oldest first.
    counted_at_s: VecDeque<f64>,
    /// When the lock-out ends.
    locked_until_s: Option<f64>,
    /// Excursions counted so far.
    pub counted: u64,
    /// Times disconnected so far.
    pub trips: u64,
}

impl Watch {
    /// Whether the inverters may run in the step that starts now; a lock-out that is over ends.
    pub fn connects(&mut self, now_s: f64) -> bool {
        if self.locked_until_s.is_some_and(|until_s| now_s >= until_s - 1e-9) {
            self.locked_until_s = None;
            self.steps_above = 0;
        }
        self.locked_until_s.is_none()
    }

    /// Notes whether the step from `now_s` on was above the limit; may lock out from the next step on.
    pub fn note(&mut self, limiter: &Limiter, above: bool, now_s: f64, step_s: f64) {
        if self.locked_until_s.is_some() {
            return;
        }
        if !above {
            self.steps_above = 0;
            return;
        }
        self.steps_above += 1;
        let longer = |steps: u64, limit_s: f64| steps as f64 * step_s > limit_s * (1.0 + 1e-9);
        let counts = longer(self.steps_above, limiter.reaction_s) && !longer(self.steps_above - 1, limiter.reaction_s);
        if counts {
            self.counted += 1;
            self.counted_at_s.push_back(now_s);
        }
        while self.counted_at_s.front().is_some_and(|at_s| now_s - at_s > limiter.window_s) {
            self.counted_at_s.pop_front();
        }
        let too_many = limiter.excursions_before_trip.is_some_and(|most| self.counted_at_s.len() > most);
        if too_many || longer(self.steps_above, limiter.trip_after_s) {
            self.trips += 1;
            self.counted_at_s.clear();
            self.locked_until_s = Some(now_s + step_s + limiter.lockout_s);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Findings;
    use crate::keys::{Door, Node};

    fn limiter(reaction_s: f64, trip_after_s: f64, most: Option<usize>, window_s: f64, lockout_s: f64) -> Limiter {
        let (title, source, assumptions) = (String::new(), None, None);
        Limiter {
            title,
            source,
            assumptions,
            reaction_s,
            trip_after_s,
            excursions_before_trip: most,
            window_s,
            lockout_s,
        }
    }

    /// Connected or not in each second of a pattern of seconds above the limit (`#`), and what was counted and tripped.
    fn watch(limiter: &Limiter, pattern: &str) -> (String, u64, u64) {
        let mut watch = Watch::default();
        let mut connected = String::new();
        for (second, c) in pattern.chars().enumerate() {
            let on = watch.connects(second as f64);
            connected.push(if on { '1' } else { '0' });
            watch.note(limiter, on && c == '#', second as f64, 1.0);
        }
        (connected, watch.counted, watch.trips)
    }

    #[test]
    fn an_excursion_counts_once_it_lasts_longer_than_the_reaction_time_and_only_once() {
        let limiter = limiter(3.0, f64::INFINITY, None, 100.0, 1.0);
        assert_eq!(watch(&limiter, "###.###.###").1, 0);
        assert_eq!(watch(&limiter, "####.########").1, 2);
    }

    #[test]
    fn an_excursion_that_lasts_too_long_disconnects_for_the_lock_out_time() {
        let limiter = limiter(1.0, 3.0, None, 100.0, 4.0);
        assert_eq!(watch(&limiter, "###.####....####"), ("1111111100001111".to_owned(), 3, 2));
    }

    #[test]
    fn more_counted_excursions_than_allowed_within_the_window_disconnect() {
        let limiter = |window_s| limiter(1.0, f64::INFINITY, Some(2), window_s, f64::INFINITY);
        // Counted in the seconds 1, 4 and 7; the third within 6 s of the first disconnects for good.
        assert_eq!(watch(&limiter(6.0), "##.##.##.."), ("1111111100".to_owned(), 3, 1));
        // A window of 5 s has forgotten the first.
        assert_eq!(watch(&limiter(5.0), "##.##.##.."), ("1111111111".to_owned(), 3, 0));
    }

    #[test]
    fn a_limit_of_no_time_and_no_excursion_disconnects_in_the_first_step_above() {
        assert_eq!(watch(&limiter(0.0, f64::INFINITY, Some(0), 1.0, 2.0), ".#..."), ("11001".to_owned(), 1, 1));
    }

    #[test]
    fn times_that_cannot_follow_each_other_are_refused() {
        let refused = |text: &str| {
            let node = Node::parse(text, "c.toml").unwrap();
            let findings = Findings::default();
            Keys::read(&node, &Door { findings: &findings, shelf: &|_, _| Err(vec![]) }, Limiter::read);
            findings.conclude(()).unwrap_err().to_string()
        };
        assert!(
            refused("reaction_s = 15\ntrip_after_s = 5").contains("c.toml:2: trip_after_s: is below reaction_s = 15")
        );
        assert!(refused("reaction_s = 15\nlockout_h = 4").contains("nothing disconnects"));
        assert!(refused("trip_after_s = 5").contains("reaction_s: missing"));
    }
}
