//! Plant-level PV + storage energy yield simulation: the rooms in walking order.

pub mod error;
pub mod inputs;
pub mod keys;
pub mod losses;
pub mod pv;
pub mod solar;
pub mod time;
pub mod units;
