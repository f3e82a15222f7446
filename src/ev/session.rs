//! One car's stay at a charger.

/// The phases that a car draws on, in equal parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phases {
    /// One, from 0 (L1) to 2.
    One(u8),
    /// One and the next: 2 stands for L3 and L1.
    Two(u8),
    /// All.
    Three,
}

impl Phases {
    /// From a number of phases (1, 2, else 3) and the first of them, from 0; a first one beyond 2 counts on from L1.
    pub fn of(count: u8, first: u8) -> Self {
        match count {
            1 => Self::One(first % 3),
            2 => Self::Two(first % 3),
            _ => Self::Three,
        }
    }

    /// How many they are.
    pub fn count(self) -> u8 {
        match self {
            Self::One(_) => 1,
            Self::Two(_) => 2,
            Self::Three => 3,
        }
    }

    /// The first of them, from 0; none for three.
    pub fn first(self) -> Option<u8> {
        match self {
            Self::One(first) | Self::Two(first) => Some(first),
            Self::Three => None,
        }
    }

    /// Each phase's share of the power, L1 first.
    #[inline]
    pub fn shares(self) -> [f64; 3] {
        match self {
            Self::One(0) => [1.0, 0.0, 0.0],
            Self::One(1) => [0.0, 1.0, 0.0],
            Self::One(_) => [0.0, 0.0, 1.0],
            Self::Two(0) => [0.5, 0.5, 0.0],
            Self::Two(1) => [0.0, 0.5, 0.5],
            Self::Two(_) => [0.5, 0.0, 0.5],
            Self::Three => [1.0 / 3.0; 3],
        }
    }
}

/// A car that comes, wants energy and goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Session {
    /// Arrival, s from the axis' start.
    pub arrival_s: i64,
    /// Departure, s from the axis' start.
    pub departure_s: i64,
    /// Energy asked for, Wh.
    pub energy_wh: f64,
    /// The most that car and charger take, W.
    pub max_w: f64,
    /// The phases it draws on.
    pub phases: Phases,
}

impl Session {
    /// Energy that its stay could take at its highest power, Wh; none for a stay without length.
    pub fn possible_wh(&self) -> f64 {
        self.max_w * (self.departure_s - self.arrival_s).max(0) as f64 / 3600.0
    }

    /// When it would be full if nothing limited it, s from the axis' start; possibly after its departure.
    pub fn unlimited_s(&self) -> f64 {
        self.arrival_s as f64 + self.energy_wh / self.max_w * 3600.0
    }

    /// The part of the session on an axis of `length_s`: what it would have taken before is served already, and what
    /// its stay on the axis could not take is not asked. None where nothing is left.
    pub(super) fn on_axis(self, length_s: i64) -> Option<Self> {
        let cut = Self { arrival_s: self.arrival_s.max(0), departure_s: self.departure_s.min(length_s), ..self };
        if cut == self {
            return Some(self);
        }
        let before_wh = self.max_w * (cut.arrival_s - self.arrival_s) as f64 / 3600.0;
        let energy_wh = (self.energy_wh - before_wh).min(cut.possible_wh());
        (energy_wh > 0.0).then_some(Self { energy_wh, ..cut })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(arrival_h: i64, departure_h: i64, energy_wh: f64) -> Session {
        let (arrival_s, departure_s) = (arrival_h * 3600, departure_h * 3600);
        Session { arrival_s, departure_s, energy_wh, max_w: 10e3, phases: Phases::Three }
    }

    #[test]
    fn phases_share_the_power_and_go_round() {
        for phases in [Phases::Three, Phases::of(1, 4), Phases::of(2, 2), Phases::of(2, 0), Phases::of(2, 1)] {
            assert!((phases.shares().iter().sum::<f64>() - 1.0).abs() < 1e-15);
            assert_eq!(phases.shares().iter().filter(|s| **s > 0.0).count(), usize::from(phases.count()));
        }
        assert_eq!(Phases::of(1, 4).shares(), [0.0, 1.0, 0.0]);
        assert_eq!(Phases::of(2, 2).shares(), [0.5, 0.0, 0.5]);
    }

    #[test]
    fn a_session_inside_the_axis_is_left_as_it_is_even_if_it_asks_too_much() {
        let greedy = session(1, 2, 50e3);
        assert_eq!(greedy.on_axis(24 * 3600), Some(greedy));
        assert_eq!(greedy.possible_wh(), 10e3);
        // 1 h + 50 kWh / 10 kW
        assert_eq!(greedy.unlimited_s(), 6.0 * 3600.0);
    }

    #[test]
    fn a_session_across_an_end_asks_only_for_what_is_left_to_the_axis() {
        // Two hours before the axis took 20 of 35 kWh.
        let early = session(-2, 5, 35e3).on_axis(24 * 3600).unwrap();
        assert_eq!((early.arrival_s, early.energy_wh), (0, 15e3));
        assert_eq!(session(-2, 5, 20e3).on_axis(24 * 3600), None);
        // One hour before the end takes 10 of 35 kWh.
        let late = session(23, 30, 35e3).on_axis(24 * 3600).unwrap();
        assert_eq!((late.departure_s, late.energy_wh), (24 * 3600, 10e3));
    }
}
