//! The first half of the document: what the limits were, and what the connection saw.

use super::table::Table;
use super::{grouped, hours, moment, or_dash};
use crate::results::Evidence;
use crate::results::evidence::{LimitInForce, Side, Spread};

/// The columns in which export and import stand side by side.
const SIDES: [&str; 3] = ["", "export", "import"];

/// The name of a row, and its cell for a side.
type Row<'a, T> = (&'a str, &'a dyn Fn(&T) -> String);

/// A table with a row per name and a column per side.
fn beside<T>(sides: &[T; 2], rows: &[Row<'_, T>]) -> String {
    let mut table = Table::new(&SIDES);
    for (name, cell) in rows {
        table.row([(*name).to_owned(), cell(&sides[0]), cell(&sides[1])]);
    }
    table.text()
}

fn limits_of(evidence: &Evidence) -> [Option<&LimitInForce>; 2] {
    [evidence.export.limit.as_ref(), evidence.import.limit.as_ref()]
}

/// How high the limits are and how they are meant.
pub(super) fn limits(evidence: &Evidence) -> String {
    type Limit<'a> = Option<&'a LimitInForce>;
    let word = |limit: &Limit<'_>, of: fn(&LimitInForce) -> &str| limit.map_or("–", of).to_owned();
    let spread = |limit: &Limit<'_>, of: fn(&LimitInForce) -> Option<Spread>| {
        limit.and_then(of).map_or_else(|| "–".to_owned(), three)
    };
    let margin = |limit: &Limit<'_>| {
        limit.map_or_else(
            || "none".to_owned(),
            |limit| match (limit.margin_kw, limit.margin_pct) {
                (_, Some(pct)) => format!("{pct} %"),
                (kw, None) => format!("{} kW", grouped(kw.unwrap_or(0.0))),
            },
        )
    };
    let without = |limit: &Limit<'_>| limit.map_or_else(|| "always".to_owned(), |limit| hours(limit.without_limit_h));
    let fallback = |limit: &Limit<'_>| limit.map_or_else(|| "–".to_owned(), |limit| limit.fallback_steps.to_string());
    beside(
        &limits_of(evidence),
        &[
            ("In force, least / median / most, kW", &|l| spread(l, |l| Some(l.in_force))),
            ("Firm part, kW", &|l| spread(l, |l| Some(l.firm))),
            ("Flexible part, kW", &|l| spread(l, |l| l.flexible)),
            ("Margin, already deducted", &margin),
            ("Mode", &|l| word(l, |l| l.mode)),
            ("Scope", &|l| word(l, |l| l.scope)),
            ("Without a limit, h", &without),
            ("Steps in which the fallback held", &fallback),
        ],
    )
}

fn three(spread: Spread) -> String {
    let Spread { min_kw, median_kw, max_kw } = spread;
    [min_kw, median_kw, max_kw].map(grouped).join(" / ")
}

/// Time at each level of each limit.
pub(super) fn levels(evidence: &Evidence) -> String {
    let mut table = Table::new(&["limit", "kW", "h"]);
    for (name, limit) in SIDES[1..].iter().zip(limits_of(evidence)) {
        for level in limit.into_iter().flat_map(|limit| &limit.levels) {
            let (from, to) = (grouped(level.from_kw), grouped(level.to_kw));
            let band = if level.from_kw == level.to_kw { from } else { format!("{from} to {to}") };
            table.row([(*name).to_owned(), band, hours(level.hours)]);
        }
    }
    table.text()
}

/// Time for which each part of each limit was the most restrictive.
pub(super) fn parts(evidence: &Evidence) -> String {
    let mut table = Table::new(&["limit", "part", "kind", "h"]);
    for (name, limit) in SIDES[1..].iter().zip(limits_of(evidence)) {
        for part in limit.into_iter().flat_map(|limit| &limit.parts) {
            table.row([(*name).to_owned(), part.name.clone(), part.kind.to_owned(), hours(part.hours)]);
        }
    }
    table.text()
}

/// Maxima, percentiles, time at and above the limits.
pub(super) fn measured(evidence: &Evidence) -> String {
    let years = evidence.years;
    let peak_kw = |side: &&Side| or_dash(side.maximum.as_ref().map(|peak| peak.kw));
    let peak_at = |side: &&Side| moment(side.maximum.as_ref().map(|peak| &peak.at), years);
    let peak_margin = |side: &&Side| or_dash(side.maximum.as_ref().and_then(|peak| peak.margin_kw));
    let least_kw = |side: &&Side| or_dash(side.least_margin.as_ref().and_then(|peak| peak.margin_kw));
    let least_at = |side: &&Side| moment(side.least_margin.as_ref().map(|peak| &peak.at), years);
    let table = beside(
        &[&evidence.export, &evidence.import],
        &[
            ("Energy, kWh", &|s| grouped(s.energy_kwh)),
            ("Maximum, kW", &peak_kw),
            ("… at", &peak_at),
            ("… left of the limit then, kW", &peak_margin),
            ("Least ever left of the limit, kW", &least_kw),
            ("… at", &least_at),
            ("95 % of the time not above, kW", &|s| grouped(s.p95_kw)),
            ("99 % of the time not above, kW", &|s| grouped(s.p99_kw)),
            ("Energy above the firm part, kWh", &|s| grouped(s.above_firm_kwh)),
            ("At the limit (within 1 %), h", &|s| hours(s.at_limit_h)),
            ("Above the limit, h", &|s| hours(s.above_limit_h)),
            ("Above the limit, kWh", &|s| grouped(s.above_limit_kwh)),
            ("Excursions", &|s| s.excursions.number.to_string()),
            ("… the longest, h", &|s| hours(s.excursions.longest_h)),
            ("… the worst, kW beyond the limit", &|s| grouped(s.excursions.worst_overshoot_kw)),
            ("… at", &|s| moment(s.excursions.worst_at.as_ref(), years)),
        ],
    );
    let unserved = |kwh| format!("\nUnserved energy of vehicles: {} kWh.\n", grouped(kwh));
    table + &evidence.vehicles_unserved_kwh.map_or_else(String::new, unserved)
}

/// The powers that are exceeded in a share of the time.
pub(super) fn durations(evidence: &Evidence) -> String {
    let mut table = Table::new(&["exceeded in at most, % of the time", "export, kW", "import, kW"]);
    for (export, import) in evidence.export.duration.iter().zip(&evidence.import.duration) {
        table.row([format!("{:.1}", export.time_pct), grouped(export.kw), grouped(import.kw)]);
    }
    table.text()
}

/// The largest powers on each phase.
pub(super) fn phases(evidence: &Evidence) -> String {
    let Some(phases) = &evidence.phases else { return String::new() };
    let mut table = Table::new(&["phase", "import, kW", "at", "export, kW", "at"]);
    for phase in &phases.phases {
        table.row([
            phase.phase.to_owned(),
            grouped(phase.import_kw),
            moment(phase.import_at.as_ref(), evidence.years),
            grouped(phase.export_kw),
            moment(phase.export_at.as_ref(), evidence.years),
        ]);
    }
    let asymmetry = grouped(phases.asymmetry_kwh);
    format!("{}\nIn on one phase and out on another at the same time: {asymmetry} kWh.\n", table.text())
}
