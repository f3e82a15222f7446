//! How restless an output is: how far it travels and how often it turns back.

/// Counts the turns of a power, and the way it goes.
#[derive(Debug, Clone)]
pub(super) struct Swing {
    /// A way back from the last extreme that is no longer than this is no turn, W.
    threshold_w: f64,
    last_w: f64,
    extreme_w: f64,
    direction: f64,
    /// Turns so far.
    pub reversals: u64,
    /// Σ|ΔP| so far, W.
    pub travel_w: f64,
}

impl Swing {
    /// Starts at a power.
    pub fn from(power_w: f64, threshold_w: f64) -> Self {
        Self { threshold_w, last_w: power_w, extreme_w: power_w, direction: 0.0, reversals: 0, travel_w: 0.0 }
    }

    /// Notes the next power.
    #[inline]
    pub fn note(&mut self, power_w: f64) {
        if power_w == self.last_w {
            return;
        }
        self.travel_w += (power_w - self.last_w).abs();
        self.last_w = power_w;
        let way_w = power_w - self.extreme_w;
        if way_w * self.direction > 0.0 {
            self.extreme_w = power_w;
        } else if way_w.abs() > self.threshold_w {
            self.reversals += u64::from(self.direction != 0.0);
            self.direction = way_w.signum();
            self.extreme_w = power_w;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn swing(powers_w: &[f64]) -> (u64, f64) {
        let mut swing = Swing::from(powers_w[0], 1.0);
        for power_w in powers_w {
            swing.note(*power_w);
        }
        (swing.reversals, swing.travel_w)
    }

    #[test]
    fn a_turn_is_a_way_back_of_more_than_the_threshold() {
        // Up 10, down 5, up 3: two turns, 18 W of way.
        assert_eq!(swing(&[0.0, 4.0, 10.0, 5.0, 8.0]), (2, 18.0));
        // The way back of 0.5 + 0.5 W is no turn, that of 1.5 W is one.
        assert_eq!(swing(&[0.0, 10.0, 9.5, 9.0, 11.0]), (0, 13.0));
        assert_eq!(swing(&[0.0, 10.0, 9.5, 8.5]), (1, 11.5));
    }

    #[test]
    fn the_first_move_and_rest_are_no_turns() {
        assert_eq!(swing(&[5.0, 5.0, 5.0]), (0, 0.0));
        assert_eq!(swing(&[5.0, 0.0]), (0, 5.0));
    }
}
