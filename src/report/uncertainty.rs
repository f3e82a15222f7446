//! Exceedance values in words and numbers: of a run in closed form, and of the draws of a Monte Carlo sweep.

use std::fmt::Write;

use super::terminal::grouped;
use crate::sweep::Draws;
use crate::time::MOST_YEARS;
use crate::uncertainty::{Assessment, Exceedance, FIGURES, Span, WIDE_PCT};

/// More variants than this are left to the file.
const MOST_VARIANTS: usize = 8;
/// Letters of a label, and of a number up to millions.
const LABEL: usize = 45;
const WIDTH: usize = 12;

/// Exceedance in closed form as a table, ending in a line break.
pub fn exceedance(assessment: &Assessment, currency: Option<&str>) -> String {
    let Assessment { levels_pct, horizon_years: horizon, years, .. } = assessment;
    let mut text = heading("Exceeded with a probability of", levels_pct, &["sd %"]);
    let plural = if *horizon == 1 { "" } else { "s" };
    for figure in &assessment.figures {
        let (_, name, unit) = FIGURES.iter().find(|(known, ..)| *known == figure.figure).unwrap_or(&FIGURES[0]);
        let unit = if unit.is_empty() { currency.unwrap_or_default() } else { unit };
        let in_set = figure.set_values.len();
        let spans = [
            (Span::Year, format!("{name}, a single year, {unit}")),
            (Span::Horizon, format!("{name}, mean of {horizon} year{plural}")),
            (Span::Set, format!("{name}, {in_set} weather years")),
        ];
        for (span, label) in spans.into_iter().filter(|(span, _)| *span != Span::Set || in_set > 0) {
            row(&mut text, &label, levels_pct.iter().map(|level| figure.value(span, *level)));
            let _ = writeln!(text, " {:>WIDTH$}", format!("{:.2}", figure.pct(figure.sd(span))));
        }
    }
    let _ = writeln!(text, "{}", parts(assessment));
    if years < horizon {
        let simulated = if *years == 1 { "the one that is".to_owned() } else { format!("the {years} that are") };
        let more = MOST_YEARS.min(*horizon);
        let _ =
            writeln!(text, "All years are taken to be like {simulated} simulated; --years {more} lets the plant age");
    }
    let from_set = !assessment.weather_files.is_empty();
    if from_set && assessment.figures.iter().any(|figure| figure.pct(figure.sd(Span::Year)) > WIDE_PCT) {
        text += "More than 30 %: a normal distribution so wide holds energies below zero, and its high levels mean little\n";
    }
    text
}

fn parts(assessment: &Assessment) -> String {
    let mut parts: Vec<String> = assessment.components.iter().map(|c| format!("{} {}", c.name, c.pct)).collect();
    let from_set = if assessment.weather_files.is_empty() { "" } else { " (weather set)" };
    let of = |e: &Exceedance| format!("{:.2}", e.pct(e.inter_annual));
    let years: Vec<String> = assessment.figures.iter().map(of).collect();
    let same = years.iter().all(|pct| *pct == years[0]);
    let years = if same { years.into_iter().take(1).collect() } else { years };
    parts.push(format!("from year to year{from_set} {}", years.join(" / ")));
    format!("Standard deviations, %: {}", parts.join(", "))
}

/// The draws of a Monte Carlo sweep as a table for each variant, ending in a line break.
pub fn draws(draws: &Draws) -> String {
    let mut text = String::new();
    for variant in draws.variants.iter().take(MOST_VARIANTS) {
        let values: Vec<_> = variant.values.iter().map(|(key, value)| format!("{key} = {value}")).collect();
        let title: Vec<_> = [variant.label.clone(), values.join(", ")].into_iter().filter(|t| !t.is_empty()).collect();
        if !title.is_empty() {
            let _ = writeln!(text, "{}", title.join(": "));
        } else if draws.variants.len() > 1 {
            text += "as in the plant file\n";
        }
        text += &heading("Exceeded with a probability of", &draws.levels_pct, &["mean", "sd"]);
        for (name, sample) in &variant.figures {
            let levels = draws.levels_pct.iter().map(|level| sample.exceeded(*level));
            let all = levels.chain([sample.mean(), sample.sd()]);
            row(&mut text, name, all.map(|value| value.is_finite().then_some(value)));
            text.push('\n');
        }
        if variant.failed > 0 {
            let (failed, count) = (variant.failed, draws.count);
            let _ = writeln!(
                text,
                "{failed} of {count} draws failed and are left out, so that these values are too sure: see the rows' errors, \
                 and bound the distributions"
            );
        }
        text.push('\n');
    }
    if let Some(more @ 1..) = draws.variants.len().checked_sub(MOST_VARIANTS) {
        let _ = writeln!(text, "… and {more} variants more, in the file\n");
    }
    text
}

fn heading(label: &str, levels_pct: &[f64], more: &[&str]) -> String {
    let mut text = format!("{label:LABEL$}");
    let levels = levels_pct.iter().map(|level| format!("{level} %"));
    for cell in levels.chain(more.iter().map(|name| (*name).to_owned())) {
        let _ = write!(text, " {cell:>WIDTH$}");
    }
    text.push('\n');
    text
}

/// A line without its end.
fn row(text: &mut String, label: &str, values: impl Iterator<Item = Option<f64>>) {
    let _ = write!(text, "{label:LABEL$}");
    for value in values {
        let _ = write!(text, " {:>WIDTH$}", value.map_or_else(|| "–".to_owned(), grouped));
    }
}
