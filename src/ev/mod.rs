//! Vehicles at the site: what they ask for in every step, and what they get of the room that is left.

mod generator;
mod level;
mod outcome;
mod plan;
mod profile;
#[cfg(test)]
mod properties;
mod session;
mod sessions;

pub use generator::{Charger, GeneratorSettings, csv, generate};
pub use outcome::{Outcome, SessionOutcome};
pub use plan::Plan;
pub use profile::{Profile, ProfileState};
pub use session::{Phases, Session};
pub use sessions::{Sessions, SessionsState};

/// Power drawn by vehicles, mean over a step.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Draw {
    /// By phase, L1 first, W, 0 or more.
    pub phase_w: [f64; 3],
}

impl Draw {
    /// The sum of the phases, W.
    #[inline]
    pub fn total_w(&self) -> f64 {
        self.phase_w.iter().sum()
    }

    #[inline]
    fn add(&mut self, other: [f64; 3]) {
        for (sum, w) in self.phase_w.iter_mut().zip(other) {
            *sum += w;
        }
    }
}

/// Power available to vehicles, mean over a step. A negative value is none at all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Room {
    /// On all phases together, W; may be infinite.
    pub total_w: f64,
    /// On each phase, L1 first, W; infinite where limits act on the sum alone.
    pub phase_w: [f64; 3],
}

impl Room {
    /// Room without end.
    pub const UNLIMITED: Self = Self { total_w: f64::INFINITY, phase_w: [f64::INFINITY; 3] };

    /// Room where limits act on the sum of the phases.
    pub fn total(total_w: f64) -> Self {
        Self { total_w, ..Self::UNLIMITED }
    }

    /// The room as pools to be drawn from: the total, then the phases; none negative.
    #[inline]
    fn pools_w(&self) -> [f64; 4] {
        let [l1_w, l2_w, l3_w] = self.phase_w;
        [self.total_w, l1_w, l2_w, l3_w].map(|w| w.max(0.0))
    }
}

/// The demand of vehicles on the run's axis.
#[derive(Debug, Clone, PartialEq)]
pub enum Ev {
    /// No vehicles.
    None,
    /// A series of power.
    Profile(Profile),
    /// Cars that come, charge and go.
    Sessions(Sessions),
}

/// What is remembered from step to step: which cars are there and what they got, or which energy waits.
#[derive(Debug, Clone, PartialEq)]
pub enum EvState {
    /// Of no vehicles.
    None,
    /// Of a profile.
    Profile(ProfileState),
    /// Of sessions.
    Sessions(SessionsState),
}

impl Ev {
    /// No vehicles.
    pub fn none() -> Self {
        Self::None
    }

    /// Whether there are no vehicles at all.
    pub fn is_none(&self) -> bool {
        *self == Self::None
    }

    /// The memory at the start of the axis.
    pub fn start(&self) -> EvState {
        match self {
            Self::None => EvState::None,
            Self::Profile(_) => EvState::Profile(ProfileState::default()),
            Self::Sessions(_) => EvState::Sessions(SessionsState::default()),
        }
    }

    /// What the vehicles would take in a step if nothing limited them. Zero for a step behind the axis.
    #[inline]
    pub fn request(&self, step: usize, state: &EvState) -> Draw {
        match (self, state) {
            (Self::Profile(profile), EvState::Profile(state)) => profile.request(step, state),
            (Self::Sessions(sessions), EvState::Sessions(state)) => sessions.request(step, state),
            // Nothing is asked, as with a memory that belongs to other vehicles.
            _ => Draw::default(),
        }
    }

    /// Hands out at most the room and gives what was served, which is never more than the request. To be called exactly
    /// once per step, in order.
    #[inline]
    pub fn serve(&self, step: usize, state: &mut EvState, room: &Room) -> Draw {
        match (self, state) {
            (Self::Profile(profile), EvState::Profile(state)) => profile.serve(step, state, room),
            (Self::Sessions(sessions), EvState::Sessions(state)) => sessions.serve(step, state, room),
            _ => Draw::default(),
        }
    }

    /// Total demand of every step if every request were served at once, W. Empty without vehicles.
    pub fn unlimited_w(&self) -> Vec<f64> {
        let mut state = self.start();
        (0..self.len()).map(|step| self.serve(step, &mut state, &Room::UNLIMITED).total_w()).collect()
    }

    /// What came of it, after the last step.
    pub fn outcome(&self, state: &EvState) -> Outcome {
        match (self, state) {
            (Self::Profile(_), EvState::Profile(state)) => state.outcome(),
            (Self::Sessions(sessions), EvState::Sessions(state)) => sessions.outcome(state),
            _ => Outcome::default(),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::None => 0,
            Self::Profile(profile) => profile.len(),
            Self::Sessions(sessions) => sessions.len(),
        }
    }
}
