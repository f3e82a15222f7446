//! Interim.

/// Power by phase, W.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Draw {
    /// By phase.
    pub phase_w: [f64; 3],
}

impl Draw {
    /// Sum of the phases, W.
    pub fn total_w(&self) -> f64 {
        self.phase_w.iter().sum()
    }
}

/// What is available, W.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Room {
    /// Over all phases.
    pub total_w: f64,
    /// On each phase.
    pub phase_w: [f64; 3],
}

/// Demand.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Ev {
    /// None.
    #[default]
    None,
}

/// Memory.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EvState;

impl Ev {
    /// Whether there is none.
    pub fn is_none(&self) -> bool {
        true
    }
    /// Start.
    pub fn start(&self) -> EvState {
        EvState
    }
    /// Request.
    pub fn request(&self, _step: usize, _state: &EvState) -> Draw {
        Draw::default()
    }
    /// Serve.
    pub fn serve(&self, _step: usize, _state: &mut EvState, _room: &Room) -> Draw {
        Draw::default()
    }
    /// Unlimited.
    pub fn unlimited_w(&self) -> Vec<f64> {
        vec![]
    }
}
