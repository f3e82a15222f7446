//! How long the output takes to come back to where it ought to be, and stay there.

/// Follows the times spent away from the right place; short visits to it on the way do not end them.
#[derive(Debug, Clone)]
pub(super) struct Settling {
    band_w: f64,
    hold_s: f64,
    /// When the output left its place, and the end of the last step away from it, s.
    away_s: Option<(f64, f64)>,
    longest_s: f64,
}

impl Settling {
    /// Within `band_w` counts as in place; in place for `hold_s` counts as settled.
    pub fn new(band_w: f64, hold_s: f64) -> Self {
        Self { band_w, hold_s, away_s: None, longest_s: 0.0 }
    }

    /// Notes the distance from the right place in the step from `now_s` on.
    #[inline]
    pub fn note(&mut self, distance_w: f64, now_s: f64, step_s: f64) {
        if distance_w.abs() > self.band_w {
            let since_s = self.away_s.map_or(now_s, |(since_s, _)| since_s);
            self.away_s = Some((since_s, now_s + step_s));
        } else if let Some((since_s, last_s)) = self.away_s
            && now_s + step_s - last_s >= self.hold_s * (1.0 - 1e-9)
        {
            self.longest_s = self.longest_s.max(last_s - since_s);
            self.away_s = None;
        }
    }

    /// The longest time it took, s; none where it had not settled at the end.
    pub fn longest_s(&self) -> Option<f64> {
        if self.away_s.is_some() { None } else { Some(self.longest_s) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Steps of 1 s, band 1 W, hold 3 s.
    fn settle(distances_w: &[f64]) -> Option<f64> {
        let mut settling = Settling::new(1.0, 3.0);
        distances_w.iter().enumerate().for_each(|(s, d)| settling.note(*d, s as f64, 1.0));
        settling.longest_s()
    }

    #[test]
    fn it_runs_from_leaving_the_place_to_the_last_step_away_from_it() {
        assert_eq!(settle(&[0.0, 9.0, -9.0, 1.0, 5.0, 0.0, 0.0, 0.0]), Some(4.0));
        assert_eq!(settle(&[0.0; 4]), Some(0.0));
    }

    #[test]
    fn of_two_disturbances_the_longer_counts() {
        assert_eq!(settle(&[9.0, 0.0, 0.0, 0.0, 9.0, 9.0, 0.0, 0.0, 0.0]), Some(2.0));
    }

    #[test]
    fn what_is_not_back_for_the_holding_time_has_not_settled() {
        assert_eq!(settle(&[9.0, 0.0, 0.0]), None);
        assert_eq!(settle(&[9.0, 0.0, 9.0, 0.0, 9.0, 0.0]), None);
    }
}
