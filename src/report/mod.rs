//! What people look at: the summary on the terminal, and how the reference cases came out.

mod evidence;
#[cfg(feature = "polars")]
mod table;
mod terminal;
mod uncertainty;
mod validation;

pub use evidence::evidence;
#[cfg(feature = "polars")]
pub use table::{Column, rounded, table};
pub use terminal::summary;
pub use uncertainty::{draws, exceedance};
pub use validation::validation;
