//! Tells the program which commit it was built from, and to be built again when shipped data change.

use std::path::Path;
use std::process::Command;

fn main() {
    // A path that does not exist would have the program built anew each time.
    let paths = ["models", "data", "validation", ".git/HEAD", ".git/refs/heads"];
    for watched in paths.into_iter().filter(|path| Path::new(path).exists()) {
        println!("cargo:rerun-if-changed={watched}");
    }
    let commit = Command::new("git").args(["rev-parse", "--short=12", "HEAD"]).output();
    let commit = commit.ok().filter(|out| out.status.success()).and_then(|out| String::from_utf8(out.stdout).ok());
    println!("cargo:rustc-env=PVESS_COMMIT={}", commit.as_deref().map_or("unknown", str::trim));
}
