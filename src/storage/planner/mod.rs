//! The rolling planner behind selling stored energy to the grid: it plans a day ahead, slot by slot, and carries out
//! the first slot with what really comes.

mod ahead;
mod base;
mod execute;
mod ledger;
mod plan;
mod rolling;
mod sales;
mod segments;
mod settings;
mod slot;
mod spread;
#[cfg(test)]
mod tests;

pub use ahead::{Forecast, YearAhead};
pub use execute::{Action, execute};
pub use plan::{Planner, Window};
pub use rolling::{Decision, Rolling};
pub use segments::{Before, Pledge};
pub use settings::{Floor, Outlook, Settings, SurplusPolicy, Timing};
pub use slot::{PlannedSlot, Reason, Slot, Store};
