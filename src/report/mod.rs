//! What people look at: the summary on the terminal, and how the reference cases came out.

mod evidence;
mod terminal;
mod uncertainty;
mod validation;

pub use evidence::evidence;
pub use terminal::summary;
pub use uncertainty::{draws, exceedance};
pub use validation::validation;
