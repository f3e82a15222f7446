//! The `pvess` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    pvess::cli::main()
}
