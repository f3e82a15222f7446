//! The evidence of a plant's limits, to be read at a terminal or printed.

mod cost;
mod kept;
mod table;

use std::fmt::{self, Write};

use super::terminal::grouped;
use crate::results::Evidence;
use crate::results::evidence::When;

/// What kind of evidence this is.
const SIMULATED: &str =
    "These are figures of a simulation: they show what the limits do to this plant, not what its meters read.";

/// The whole document, Markdown, ending in a line break.
pub fn evidence(evidence: &Evidence) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write_all(&mut text, evidence);
    text
}

fn write_all(text: &mut String, evidence: &Evidence) -> fmt::Result {
    let Evidence { plant, start, steps, step_min, years, measured_on, .. } = evidence;
    writeln!(text, "# Export and import limits: {plant}\n")?;
    let times = if *years > 1 { format!(", {years} years") } else { String::new() };
    let run = format!("{steps} steps of {step_min} min from {start}{times}. {measured_on} {SIMULATED}");
    writeln!(text, "{}", wrapped(&run, 100))?;
    section(text, "Limits in force", &kept::limits(evidence))?;
    section(text, "Hours at each level", &kept::levels(evidence))?;
    section(text, "Which part bound", &kept::parts(evidence))?;
    section(text, "Measured at the connection", &kept::measured(evidence))?;
    section(text, "Duration curves", &kept::durations(evidence))?;
    section(text, "By phase", &kept::phases(evidence))?;
    section(text, "PV given up, by cause", &cost::causes(evidence))?;
    section(text, "PV given up, by month", &cost::months(evidence))?;
    section(text, "PV given up, by hour of the day", &cost::hours(evidence))?;
    section(text, "Taken instead of given up", &cost::absorbed(evidence))?;
    section(text, "The same plant under other conditions", &cost::cases(evidence))
}

/// A heading with its tables; nothing where there is nothing to tell.
fn section(text: &mut String, heading: &str, body: &str) -> fmt::Result {
    if body.is_empty() { Ok(()) } else { writeln!(text, "## {heading}\n\n{body}") }
}

/// A text in lines of at most so many characters, broken at spaces; a longer word has a line of its own.
fn wrapped(text: &str, width: usize) -> String {
    let mut lines = String::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > width {
            lines.push('\n');
            used = 0;
        } else if used > 0 {
            lines.push(' ');
            used += 1;
        }
        lines.push_str(word);
        used += length;
    }
    lines + "\n"
}

/// Hours to a hundredth.
fn hours(h: f64) -> String {
    format!("{h:.2}")
}

/// A value or a dash where there is none.
fn or_dash(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), grouped)
}

/// A moment; with its year of simulation where there are several.
fn moment(when: Option<&When>, years: u32) -> String {
    match when {
        None => "–".to_owned(),
        Some(When { year, time }) if years > 1 => format!("{time}, year {year}"),
        Some(When { time, .. }) => time.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces_and_hold_no_more_than_their_width() {
        assert_eq!(wrapped("one two three", 7), "one two\nthree\n");
        assert_eq!(wrapped("incompressible a b", 3), "incompressible\na b\n");
    }

    #[test]
    fn a_moment_names_its_year_only_where_there_are_several() {
        let when = When { year: 2, time: "2018-01-01T00:00:00+01:00".to_owned() };
        assert_eq!(moment(Some(&when), 1), "2018-01-01T00:00:00+01:00");
        assert_eq!(moment(Some(&when), 3), "2018-01-01T00:00:00+01:00, year 2");
        assert_eq!(moment(None, 3), "–");
    }
}
