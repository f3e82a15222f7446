//! The tables on the terminal: figures of one or two runs side by side, and the stability bounds.

use std::fmt::{self, Write};

use super::{Case, Limiter, Metrics, Stability, critical_gain};

/// A run in a table.
#[derive(Debug, Clone)]
pub struct Compared<'c> {
    /// What the run is called.
    pub label: String,
    /// The loop.
    pub case: &'c Case,
    /// Its figures.
    pub metrics: Metrics,
}

/// Figures of runs side by side; ends in a line break.
pub fn table(name: &str, runs: &[Compared<'_>]) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write_table(&mut text, name, runs);
    text
}

fn write_table(text: &mut String, name: &str, runs: &[Compared<'_>]) -> fmt::Result {
    let Some(first) = runs.first() else { return Ok(()) };
    let (case, count) = (first.case, first.case.inverters.len());
    let units = if count == 1 { "inverter" } else { "inverters" };
    let minutes = first.metrics.duration_h * 60.0;
    writeln!(text, "{name}: {count} {units}, {minutes:.1} min in steps of {} s", case.step_s)?;
    writeln!(text)?;
    write!(text, "{:38}", "")?;
    runs.iter().try_for_each(|run| write!(text, " {:>16}", run.label))?;
    writeln!(text)?;
    for (name, cell) in LINES {
        let cells: Vec<_> = runs.iter().map(cell).collect();
        if cells.iter().any(Option::is_some) {
            write!(text, "{name:38}")?;
            cells.iter().try_for_each(|cell| write!(text, " {:>16}", cell.as_deref().unwrap_or("-")))?;
            writeln!(text)?;
        }
    }
    write_standards(text, runs)
}

/// Each limiter once, with what it asks for and where that comes from.
fn write_standards(text: &mut String, runs: &[Compared<'_>]) -> fmt::Result {
    let mut told: Vec<&Limiter> = vec![];
    for limiter in runs.iter().filter_map(|run| run.case.limiter.as_ref()) {
        if told.contains(&limiter) {
            continue;
        }
        told.push(limiter);
        writeln!(text, "\nLimiter: {}", limiter.title)?;
        for (what, words) in [("source", &limiter.source), ("assumptions", &limiter.assumptions)] {
            if let Some(words) = words {
                write_wrapped(text, &format!("{what}: {words}"))?;
            }
        }
    }
    Ok(())
}

/// A paragraph in lines of at most a hundred letters, indented; a longer word has a line of its own.
fn write_wrapped(text: &mut String, paragraph: &str) -> fmt::Result {
    let mut line = String::from(" ");
    for word in paragraph.split_whitespace() {
        if line.chars().count() + 1 + word.chars().count() > 100 && line.len() > 1 {
            writeln!(text, "{line}")?;
            line = String::from("   ");
        }
        line.push(' ');
        line.push_str(word);
    }
    writeln!(text, "{line}")
}

/// Name of a line and its cell; a line that no run has is left out.
type Line = (&'static str, fn(&Compared<'_>) -> Option<String>);

const LINES: [Line; 18] = [
    ("Gain of the loop (stable below)", |r| {
        let (gain, delay) = (r.case.controller.gain_of(r.case.inverters.len()), r.case.meter.delay_samples);
        Some(format!("{gain:.3} ({:.3})", critical_gain(delay)))
    }),
    ("Reversals per hour", |r| Some(format!("{:.0}", r.metrics.reversals_per_hour))),
    ("Travel of the output, kW", |r| Some(format!("{:.1}", r.metrics.travel_kw))),
    ("Highest above the limit, kW", |r| Some(format!("{:.1}", r.metrics.overshoot_kw))),
    ("  % of the limit", |r| r.metrics.overshoot_pct_of_limit.map(|pct| format!("{pct:.1}"))),
    ("  at second", |r| r.metrics.overshoot_at_s.map(|s| format!("{s:.1}"))),
    ("Settling time, s", |r| Some(r.metrics.settling_s.map_or("not settled".to_owned(), |s| format!("{s:.1}")))),
    ("Time above the limit, s", |r| Some(format!("{:.1}", r.metrics.above_limit_s))),
    ("Energy above the limit, kWh", |r| Some(format!("{:.3}", r.metrics.above_limit_kwh))),
    ("Longest excursion, s", |r| Some(format!("{:.1}", r.metrics.longest_excursion_s))),
    ("  allowed by the limiter, s", |r| r.case.limiter.as_ref().map(|l| format!("{:.1}", l.reaction_s))),
    ("  within", |r| {
        let limiter = r.case.limiter.as_ref()?;
        let within = r.metrics.longest_excursion_s <= limiter.reaction_s * (1.0 + 1e-9);
        Some(if within { "yes" } else { "NO" }.to_owned())
    }),
    ("Excursions counted", |r| r.case.limiter.as_ref().map(|_| r.metrics.excursions_counted.to_string())),
    ("Trips", |r| r.case.limiter.as_ref().map(|_| r.metrics.trips.to_string())),
    ("Locked out, h", |r| r.case.limiter.as_ref().map(|_| format!("{:.3}", r.metrics.lockout_h))),
    ("Output, kWh", |r| Some(format!("{:.2}", r.metrics.output_kwh))),
    ("Curtailed, kWh", |r| Some(format!("{:.2}", r.metrics.curtailed_kwh))),
    ("  though the limit had room, kWh", |r| Some(format!("{:.2}", r.metrics.missed_kwh))),
];

/// A row per delay, with the bound of theory and those of the simulation; ends in a line break.
pub fn stability_table(rows: &[Vec<Stability>]) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write_stability(&mut text, rows);
    text
}

fn write_stability(text: &mut String, rows: &[Vec<Stability>]) -> fmt::Result {
    writeln!(
        text,
        "Largest stable gain: 2·sin(π/(2(2d+1))), divided by N where N inverters each run a loop of their own\n"
    )?;
    write!(text, "{:>5} {:>9}", "delay", "theory")?;
    for column in rows.first().into_iter().flatten() {
        let kind = match (column.inverters, column.coordinated) {
            (1, _) => "1 inverter".to_owned(),
            (n, true) => format!("{n} in one loop"),
            (n, false) => format!("{n} on their own"),
        };
        write!(text, " {kind:>16}")?;
    }
    writeln!(text)?;
    for row in rows {
        let Some(first) = row.first() else { continue };
        write!(text, "{:>5} {:>9.4}", first.delay_samples, critical_gain(first.delay_samples))?;
        row.iter().try_for_each(|cell| write!(text, " {:>16.4}", cell.simulated))?;
        writeln!(text)?;
    }
    let furthest = rows.iter().flatten().map(|s| (s.simulated / s.theory - 1.0).abs()).fold(0.0, f64::max);
    // Rounded up to a tenth of a percent: the last digits of the bisection say nothing.
    writeln!(text, "\nThe simulation is within {:.1} % of theory.", (1000.0 * furthest).ceil() / 10.0)
}
