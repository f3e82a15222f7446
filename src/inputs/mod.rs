//! Room 1: everything that comes in from files, brought onto the run's axis and checked.

mod faults;
mod site;
mod source;
mod stamp;
mod table;
mod weather;

pub use site::Site;
pub use source::{FileRecord, Files, SHIPPED};
pub use stamp::Label;
pub use weather::Weather;
