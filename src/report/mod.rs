//! What people look at: the summary on the terminal.

mod terminal;

pub use terminal::summary;
