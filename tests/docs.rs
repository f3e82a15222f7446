//! Commands shown in the documentation work, and what they are shown to print is what they print.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;

/// One fenced block of `console`: commands after `$ `, each with the lines it prints.
fn sessions(page: &str) -> Vec<Vec<(String, String)>> {
    let mut sessions = vec![];
    let mut rest = page;
    while let Some(at) = rest.find("```console\n") {
        rest = &rest[at + "```console\n".len()..];
        let end = rest.find("```").expect("a block is closed");
        let mut commands: Vec<(String, String)> = vec![];
        for line in rest[..end].lines() {
            if let Some(command) = line.strip_prefix("$ ") {
                commands.push((command.to_owned(), String::new()));
            } else if let Some((_, printed)) = commands.last_mut() {
                printed.push_str(line);
                printed.push('\n');
            }
        }
        sessions.push(commands);
        rest = &rest[end..];
    }
    sessions
}

fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages = vec![root.join("README.md"), root.join("validation/README.md")];
    for dir in ["docs", "docs/how-to", "docs/physics", "docs/strategies"] {
        pages.extend(fs::read_dir(root.join(dir)).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_file()));
    }
    pages
}

/// `cargo run --release --` is how the README runs the program from a clone; here the tested build stands for it.
fn arguments(command: &str) -> Option<Vec<&str>> {
    let command = command.split('#').next().unwrap_or_default().trim();
    let rest = command.strip_prefix("cargo run --release -- ").or(command.strip_prefix("pvess "))?;
    if rest.starts_with("sweep-top ") && !cfg!(feature = "polars") {
        return None;
    }
    Some(rest.split_whitespace().map(|word| word.trim_matches('\'')).collect())
}

#[test]
fn commands_shown_in_the_documentation_print_what_is_shown() {
    let mut run = 0;
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        assert!(!text.contains("@@"), "{}: a figure is still to be filled in", page.display());
        for session in sessions(&text) {
            let dir = tempfile::tempdir().unwrap();
            for (command, shown) in session {
                let Some(arguments) = arguments(&command) else { continue };
                let output =
                    Command::cargo_bin("pvess").unwrap().current_dir(dir.path()).args(arguments).output().unwrap();
                let [out, err] = [&output.stdout, &output.stderr].map(|b| String::from_utf8_lossy(b).into_owned());
                let printed = format!("{err}{out}");
                let tidy = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
                let is_refusal = shown.starts_with("error:");
                assert_eq!(output.status.success(), !is_refusal, "{}: {command} prints\n{printed}", page.display());
                let (printed, shown) = (tidy(&printed), tidy(shown.trim_end()));
                // A line of … stands for lines left out.
                for part in format!("\n{shown}\n").split("\n…\n") {
                    let part = part.trim_matches('\n');
                    assert!(
                        printed.contains(part),
                        "{}: {command} prints\n{printed}\n  and not\n{part}",
                        page.display()
                    );
                }
                run += 1;
            }
        }
    }
    assert!(run >= 8, "only {run} commands are shown");
}
