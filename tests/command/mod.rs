//! The program as a user types it, for the tests of the commands.

use std::path::Path;
use std::process::Output;

use assert_cmd::Command;

/// Runs the program in a directory.
pub fn pvess(dir: &Path, args: &[&str]) -> Output {
    Command::cargo_bin("pvess").unwrap().current_dir(dir).args(args).output().unwrap()
}

/// What a command that succeeded printed.
#[track_caller]
pub fn done(output: &Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}{err}");
    out.into_owned()
}
