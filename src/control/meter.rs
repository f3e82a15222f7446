//! The meter at the POI: it samples, and what it says arrives some samples late.

use crate::keys::Keys;

/// Sample period and delay of the measurement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Meter {
    /// Time between two samples, s; the controller acts once per sample.
    pub period_s: f64,
    /// Samples between taking a measurement and acting on it, 0 or more.
    pub delay_samples: usize,
}

impl Meter {
    /// Reads `[meter]`.
    pub(super) fn read(k: &mut Keys<'_>) -> Self {
        let doc = "time between two samples, s: a whole multiple of run.step_s; the controller acts once per sample";
        let period_s = k.number("period_s", doc).above_up_to(0.0, 3600.0).or(1.0);
        let doc = "samples between taking a measurement and acting on it";
        let delay = k.number("delay_samples", doc).within(0.0, 1000.0).whole().or(1.0);
        Self { period_s, delay_samples: delay as usize }
    }
}

/// Measurements on their way to the controller.
#[derive(Debug, Clone)]
pub(super) struct DelayLine {
    on_the_way_w: Vec<f64>,
    next: usize,
}

impl DelayLine {
    /// A line in which every measurement before the run was the same.
    pub fn filled(delay_samples: usize, power_w: f64) -> Self {
        Self { on_the_way_w: vec![power_w; delay_samples + 1], next: 0 }
    }

    /// Takes a sample in and gives the one that arrives now: the same one where there is no delay.
    pub fn pass(&mut self, sample_w: f64) -> f64 {
        self.on_the_way_w[self.next] = sample_w;
        self.next = (self.next + 1) % self.on_the_way_w.len();
        self.on_the_way_w[self.next]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_arrives_as_many_samples_later_as_the_delay_says() {
        let arriving = |delay| {
            let mut line = DelayLine::filled(delay, 9.0);
            [1.0, 2.0, 3.0, 4.0].map(|sample| line.pass(sample))
        };
        assert_eq!(arriving(0), [1.0, 2.0, 3.0, 4.0]);
        assert_eq!(arriving(1), [9.0, 1.0, 2.0, 3.0]);
        assert_eq!(arriving(3), [9.0, 9.0, 9.0, 1.0]);
    }
}
