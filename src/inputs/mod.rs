//! Room 1: everything that comes in from files, brought onto the run's axis and checked.

mod site;
mod weather;

pub use site::Site;
pub use weather::Weather;
