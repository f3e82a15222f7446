//! The `pvess` command.
fn main() {}
