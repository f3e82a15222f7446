//! Tells the program which commit it was built from, and to be built again when shipped data change.

use std::process::Command;

fn main() {
    for watched in ["models", "data", "validation", ".git/HEAD", ".git/refs/heads"] {
        println!("cargo:rerun-if-changed={watched}");
    }
    let commit = Command::new("git").args(["rev-parse", "--short=12", "HEAD"]).output();
    let commit = commit.ok().filter(|out| out.status.success()).and_then(|out| String::from_utf8(out.stdout).ok());
    println!("cargo:rustc-env=PVESS_COMMIT={}", commit.as_deref().map_or("unknown", str::trim));
}
