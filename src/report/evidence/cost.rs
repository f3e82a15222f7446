//! The second half of the document: what the limits cost, and what battery, vehicles and control are worth.

use super::table::Table;
use super::{grouped, hours as time, or_dash};
use crate::results::Evidence;
use crate::results::evidence::{Case, CaseFigures, Cause, Slot};

/// The causes in words.
fn cause_name(cause: Cause) -> &'static str {
    match cause {
        Cause::ExportLimit => "Export limit",
        Cause::Event => "Event",
        Cause::Price => "Price",
        Cause::ZeroFeedIn => "Zero feed-in",
        Cause::Ramp => "Operation: ramp",
        Cause::PvOff => "Operation: PV switched off",
        Cause::InverterClipping => "Inverter clipping, not in the sum",
    }
}

/// The currency of money, for heads of columns.
fn currency(evidence: &Evidence) -> &str {
    evidence.currency.as_deref().unwrap_or("money")
}

/// Energy, share, time and worth of each cause.
pub(super) fn causes(evidence: &Evidence) -> String {
    let curtailment = &evidence.curtailment;
    let worth = format!("worth at the selling price, {}", currency(evidence));
    let mut table = Table::new(&["cause", "kWh", "% of what was on offer", "h", &worth]);
    for row in &curtailment.by_cause {
        let pct = format!("{:.3}", row.pct_of_available);
        table.row([cause_name(row.cause).to_owned(), grouped(row.kwh), pct, time(row.hours), or_dash(row.worth)]);
    }
    let pct = format!("{:.3}", curtailment.curtailed_pct);
    let (kwh, worth) = (grouped(curtailment.curtailed_kwh), or_dash(curtailment.curtailed_worth));
    table.row(["Given up".to_owned(), kwh, pct, String::new(), worth]);
    let (offer, discharge) = (grouped(curtailment.available_kwh), curtailment.battery_discharge_kwh);
    let from_battery = if discharge > 0.0 {
        format!("Up to {} kWh of it came from the battery, which discharged above the limit.\n", grouped(discharge))
    } else {
        String::new()
    };
    format!("{}\nOn offer at the POI before any limit: {offer} kWh.\n{from_battery}", table.text())
}

/// Causes that took something, each a column.
fn by_time(evidence: &Evidence, heading: &str, slots: &[Slot], name: impl Fn(u8) -> String) -> String {
    let took = |cause: &Cause| evidence.curtailment.by_cause.iter().any(|row| row.cause == *cause && row.kwh > 0.0);
    let causes: Vec<Cause> = Cause::ALL.into_iter().filter(took).collect();
    if causes.is_empty() {
        return String::new();
    }
    let mut head = vec![heading];
    head.extend(causes.iter().map(|cause| cause_name(*cause)));
    head.extend(["given up, kWh", "% of what was on offer"]);
    let mut table = Table::new(&head);
    for slot in slots {
        let mut cells = vec![name(slot.number)];
        cells.extend(causes.iter().map(|cause| grouped(slot.kwh(*cause))));
        cells.extend([grouped(slot.curtailed_kwh()), format!("{:.2}", slot.curtailed_pct())]);
        table.row(cells);
    }
    table.text()
}

/// By month of the year, all years together.
pub(super) fn months(evidence: &Evidence) -> String {
    by_time(evidence, "month", &evidence.curtailment.by_month, |number| format!("{number:02}"))
}

/// By hour of the day, those in which there ever is PV on offer.
pub(super) fn hours(evidence: &Evidence) -> String {
    let by_hour = evidence.curtailment.by_hour.iter();
    let lit: Vec<Slot> = by_hour.filter(|slot| slot.available_kwh > 0.0).copied().collect();
    by_time(evidence, "hour", &lit, |number| format!("{number:02}:00"))
}

/// What vehicles and battery took.
pub(super) fn absorbed(evidence: &Evidence) -> String {
    let absorbed = &evidence.absorbed;
    let mut table = Table::new(&["", "kWh"]);
    table.row([
        "PV beside the load alone would have given up".to_owned(),
        grouped(absorbed.curtailed_without_either_kwh),
    ]);
    table.row(["Vehicles took of it".to_owned(), grouped(absorbed.vehicles_kwh)]);
    table.row(["The battery took of the rest".to_owned(), grouped(absorbed.battery_kwh)]);
    table.text()
}

fn case_name(case: Case) -> &'static str {
    match case {
        Case::AsRun => "This run",
        Case::NoExportLimit => "Without the export limit",
        Case::NoImportLimit => "Without the import limit",
        Case::NoBattery => "Without the battery",
        Case::StaticLimit => "Static export limit",
        Case::DynamicLimit => "Dynamic export limit",
    }
}

/// What the difference between the run and a case is.
fn meaning(case: Case) -> &'static str {
    match case {
        Case::AsRun => "",
        Case::NoExportLimit => "what the export limit does",
        Case::NoImportLimit => "what the import limit does",
        Case::NoBattery => "what the battery does",
        Case::StaticLimit => "what limiting at the POI does (the worth of the EMS)",
        Case::DynamicLimit => "what limiting at the output does (the EMS forgone)",
    }
}

/// Every case, and the run less each of them.
pub(super) fn cases(evidence: &Evidence) -> String {
    let bill = format!("bill, {}", currency(evidence));
    let head =
        ["", "export, kWh", "import, kWh", "given up, kWh", "by limits, kWh", "overload, kWh", "unserved, kWh", &bill];
    let cells = |name: &str, figures: &CaseFigures| {
        let mut cells = vec![name.to_owned()];
        let energies = [
            figures.export_kwh,
            figures.import_kwh,
            figures.curtailed_kwh,
            figures.curtailed_by_limits_kwh,
            figures.overload_kwh,
        ];
        cells.extend(energies.map(grouped));
        cells.extend([or_dash(figures.vehicles_unserved_kwh), or_dash(figures.bill)]);
        cells
    };
    let mut table = Table::new(&head);
    for row in &evidence.cases {
        table.row(cells(case_name(row.case), &row.figures));
    }
    let mut less = Table::new(&[&["this run less that case"], &head[1..]].concat());
    for row in &evidence.cases {
        if let Some(figures) = &row.run_less_this {
            less.row(cells(meaning(row.case), figures));
        }
    }
    format!("{}\n{}", table.text(), less.text())
}
