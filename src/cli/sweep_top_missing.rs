//! `pvess sweep-top` of a build without its feature: how to get it.

use std::ffi::OsString;

use clap::Args;

use super::{Done, say_error};

#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub(super) struct SweepTop {
    /// Whatever is asked for.
    #[arg(hide = true, trailing_var_arg = true, allow_hyphen_values = true)]
    _arguments: Vec<OsString>,
}

impl SweepTop {
    #[allow(clippy::unused_self)]
    pub(super) fn execute(&self) -> Done {
        say_error(
            "sweep-top is not in this build; `cargo install --path . --features polars` puts it in, or run it from the \
             clone with `cargo run --release --features polars -- sweep-top`",
        );
        std::process::exit(2)
    }
}
