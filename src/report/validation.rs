//! How the reference cases came out.

use std::fmt::{self, Write};

use crate::validation::{Output, Verdict};

/// A line per case, or with `verbose` a line per output too; ends in a line break.
pub fn validation(verdicts: &[Verdict], verbose: bool) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write_all(&mut text, verdicts, verbose);
    text
}

fn write_all(text: &mut String, verdicts: &[Verdict], verbose: bool) -> fmt::Result {
    let width = verdicts.iter().map(|v| v.case.len()).max().unwrap_or(0).max(4);
    let (outputs, rows, worst, off, share) = ("outputs", "rows", "worst output", "largest diff", "of tolerance");
    writeln!(text, "{:width$}  {outputs:>7}  {rows:>5}  {worst:26}  {off:>12}  {share:>12}", "case")?;
    for verdict in verdicts {
        write!(text, "{:width$}  ", verdict.case)?;
        write_case(text, verdict)?;
        for output in verdict.outputs().iter().filter(|_| verbose) {
            write_output(text, output)?;
        }
    }
    let held = verdicts.iter().filter(|v| v.passes()).count();
    writeln!(text, "{held} of {} cases within their tolerances", verdicts.len())
}

fn write_case(text: &mut String, verdict: &Verdict) -> fmt::Result {
    match (&verdict.result, verdict.worst()) {
        (Ok(outputs), Some(worst)) => {
            let (rows, off, share) = (worst.rows, size(worst.difference.max), percent(worst.worst.share));
            let verdict = if verdict.passes() { "ok" } else { "FAILS" };
            writeln!(text, "{:>7}  {rows:>5}  {:26}  {off:>12}  {share:>12}  {verdict}", outputs.len(), worst.name)
        }
        (Err(problems), _) => {
            writeln!(text, "cannot be compared  FAILS")?;
            problems.0.iter().try_for_each(|problem| writeln!(text, "  {problem}"))
        }
        (Ok(_), None) => writeln!(text, "compares nothing  FAILS"),
    }
}

fn write_output(text: &mut String, output: &Output) -> fmt::Result {
    let Output { name, rows, failing, worst, difference } = output;
    let [q75, q99, max, allowed] = [difference.q75, difference.q99, difference.max, worst.allowed].map(size);
    let (line, ours, expected, share) = (worst.line, worst.ours, worst.expected, percent(worst.share));
    write!(text, "  {name:26}  {rows:>5} rows  q75 {q75:>7}  q99 {q99:>7}  max {max:>7}  ")?;
    write!(text, "line {line}: {ours} for {expected}, {share} of {allowed}")?;
    if *failing > 0 {
        write!(text, "  FAILS in {failing} rows")?;
    }
    writeln!(text)
}

/// A difference in two digits.
fn size(difference: f64) -> String {
    if difference == 0.0 { "0".to_owned() } else { format!("{difference:.1e}") }
}

/// A share as a percentage, short however small or large.
fn percent(share: f64) -> String {
    match 100.0 * share {
        0.0 => "0 %".to_owned(),
        p if p < 0.1 => "< 0.1 %".to_owned(),
        p if p < 1e4 => format!("{p:.1} %"),
        p => format!("{p:.1e} %"),
    }
}
