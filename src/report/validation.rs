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
            let (rows, off, share) = (worst.rows, size(worst.off), percent(worst.worst.share));
            let (count, name) = (outputs.len(), called(worst));
            let word = if verdict.passes() { "ok" } else { "FAILS" };
            writeln!(text, "{count:>7}  {rows:>5}  {name:26}  {off:>12}  {share:>12}  {word}")
        }
        (Err(problems), _) => {
            writeln!(text, "cannot be compared  FAILS")?;
            problems.0.iter().try_for_each(|problem| writeln!(text, "  {problem}"))
        }
        (Ok(_), None) => writeln!(text, "compares nothing  FAILS"),
    }
}

fn write_output(text: &mut String, output: &Output) -> fmt::Result {
    let (rows, worst, d) = (output.rows, output.worst, output.difference);
    let [q75, q99, max] = [d.q75, d.q99, d.max].map(size);
    write!(text, "  {:26}  {rows:>5} rows  q75 {q75:>7}  q99 {q99:>7}  max {max:>7}  ", called(output))?;
    if let Some(line) = worst.line {
        write!(text, "line {line}: ")?;
    }
    let (ours, expected, allowed, share) = (worst.ours, worst.expected, size(worst.allowed), percent(worst.share));
    write!(text, "{ours} for {expected}, {share} of {allowed}")?;
    match (output.failing, worst.line) {
        (0, _) => writeln!(text),
        (_, None) => writeln!(text, "  FAILS"),
        (failing, Some(_)) => writeln!(text, "  FAILS in {failing} rows"),
    }
}

/// Name of an output and its measure.
fn called(output: &Output) -> String {
    format!("{}{}", output.name, output.measure.suffix())
}

/// A difference in two digits, with an exponent where it is very small or large.
fn size(difference: f64) -> String {
    match difference {
        0.0 => "0".to_owned(),
        d if (1e-2..1e5).contains(&d) => format!("{d:.0$}", (1.0 - d.log10().floor()).max(0.0) as usize),
        d => format!("{d:.1e}"),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_and_shares_stay_short() {
        assert_eq!(
            [0.0, 4.26e-14, 0.4446, 1.77, 16.4, 12_345.6, 2.4e7].map(size),
            ["0", "4.3e-14", "0.44", "1.8", "16", "12346", "2.4e7"]
        );
        assert_eq!([0.0, 1e-9, 0.342, 12.0, 1e9].map(percent), ["0 %", "< 0.1 %", "34.2 %", "1200.0 %", "1.0e11 %"]);
        assert_eq!((size(f64::NAN), percent(f64::INFINITY)), ("NaN".to_owned(), "inf %".to_owned()));
    }
}
