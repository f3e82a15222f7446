//! The summary an engineer reads on the terminal after a run.

use std::fmt::Write;

use super::exceedance;
use crate::results::{Figures, LossStage, NotCaptured, Results, VehicleSummary, Yardstick};
use crate::units::{KILO, MEGA};

/// Names of the stages in the words of a reader.
const STAGES: &[(&str, &str)] = &[
    ("plane_of_array", "Irradiation on the modules (nominal)"),
    ("row_shading", "Row shading"),
    ("soiling", "Soiling"),
    ("iam", "Reflection (IAM)"),
    ("irradiance_level", "Irradiance level"),
    ("temperature", "Temperature"),
    ("module_quality", "Module quality"),
    ("lid", "Light-induced degradation"),
    ("mismatch", "Mismatch"),
    ("degradation", "Degradation"),
    ("mppt_window", "MPPT window"),
    ("dc_wiring", "DC wiring"),
    ("inverter_efficiency", "Inverter efficiency"),
    ("inverter_clipping", "Inverter clipping"),
    ("night_tare", "Inverter night tare"),
    ("block_auxiliary", "Block auxiliary load"),
    ("mv_transformer", "Block transformer"),
    ("collection", "Collection"),
    ("pv_at_mv_bus", "PV at the MV bus (series)"),
    ("battery_roundtrip", "Battery round trip"),
    ("battery_fade", "Battery fade"),
    ("battery_self_discharge", "Battery self-discharge"),
    ("ess_inverter", "Storage inverter"),
    ("ess_transformer", "Storage transformer"),
    ("ess_auxiliary", "Storage auxiliary load"),
    ("left_in_battery", "Left in the battery"),
    ("hv_equipment", "HV equipment"),
    ("availability", "Availability"),
    ("curtailment", "Curtailed at the export limit"),
    ("site_load", "Site load"),
    ("vehicles", "Vehicles"),
];

/// The whole summary, ending in a line break.
pub fn summary(results: &Results) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write_summary(&mut text, results);
    text
}

fn write_summary(text: &mut String, results: &Results) -> std::fmt::Result {
    writeln!(text, "{}", heading(results))?;
    writeln!(text)?;
    writeln!(text, "{:40} {:>12} {:>9}", "Stage", "MWh after", "loss %")?;
    for stage in results.losses.stages().iter().filter(|s| is_shown(s)) {
        let name = STAGES.iter().find(|(key, _)| *key == stage.stage).map_or(stage.stage, |(_, name)| name);
        // What is used on the way is no loss.
        let is_use = matches!(stage.stage, "site_load" | "vehicles");
        let loss = if stage.loss_mwh == 0.0 || is_use {
            String::new()
        } else {
            format!("{:.2}", stage.loss_pct_of_previous())
        };
        writeln!(text, "{name:40} {:>12} {loss:>9}", grouped(stage.energy_mwh))?;
    }
    writeln!(text)?;
    for (name, value) in key_figures(results) {
        writeln!(text, "{name:40} {value}")?;
    }
    if let Some(assessment) = &results.summary.uncertainty {
        write!(text, "\n{}", exceedance(assessment, results.currency.as_deref()))?;
    }
    if results.summary.years.len() > 1 {
        write_years(text, &results.summary.years)?;
    }
    Ok(())
}

/// A stage that neither takes nor gives a tenth of a megawatt-hour is left out, the first stays.
fn is_shown(stage: &LossStage) -> bool {
    stage.loss_mwh.abs() >= 0.05 || matches!(stage.stage, "plane_of_array" | "pv_at_mv_bus")
}

fn heading(results: &Results) -> String {
    let (axis, nameplate) = (&results.axis, &results.summary.nameplate);
    let pv = match nameplate.pv_dc_w {
        Some(dc_w) => format!("PV {}dc / {}ac", sized(dc_w, "W"), sized(nameplate.pv_ac_w, "W")),
        None => format!("PV series up to {}", sized(nameplate.pv_ac_w, "W")),
    };
    let battery = nameplate.battery_wh.map_or_else(String::new, |wh| format!(", battery {}", sized(wh, "Wh")));
    let years = match results.summary.years.len() {
        0 | 1 => String::new(),
        n => format!(", {n} years"),
    };
    let minutes = axis.step_s / 60;
    format!("{}: {pv}{battery}; {} steps of {minutes} min from {}{years}", results.name, axis.len, axis.start.date())
}

/// A power or energy in mega, or in kilo where that would be less than one.
fn sized(value: f64, unit: &str) -> String {
    if value >= MEGA { format!("{:.1} M{unit}", value / MEGA) } else { format!("{:.0} k{unit}", value / KILO) }
}

fn key_figures(results: &Results) -> Vec<(&'static str, String)> {
    let figures = &results.summary.total;
    let get = |name| figures.get(name).unwrap_or(0.0);
    let mwh = |name| format!("{:>12} MWh", grouped(get(name)));
    let mut lines =
        vec![("PV at the MV bus", mwh("pv_mv_mwh")), ("Export", mwh("export_mwh")), ("Import", mwh("import_mwh"))];
    if results.summary.nameplate.battery_wh.is_some() {
        lines.push(("Export without storage", mwh("export_without_storage_mwh")));
        lines.push(("Curtailed", mwh("curtailed_mwh")));
        lines.push(("Curtailed without storage", mwh("curtailed_without_storage_mwh")));
        lines.push((
            "Charged / discharged (DC)",
            format!("{:>12} / {} MWh", grouped(get("charge_dc_mwh")), grouped(get("discharge_dc_mwh"))),
        ));
        lines.push(("Equivalent full cycles", format!("{:>12.1}", get("equivalent_cycles"))));
        lines.push(("Battery capacity at the end", format!("{:>12.2} MWh", get("final_capacity_mwh"))));
        if let Some(added_mwh) = figures.get("augmented_mwh") {
            let times = get("replaced");
            lines.push(("Battery added / times replaced", format!("{:>12} MWh / {times}", grouped(added_mwh))));
        }
        if get("limit_approximation_mwh") != 0.0 {
            lines.push(("Export that documented limits cost", mwh("limit_approximation_mwh")));
        }
    } else {
        lines.push(("Curtailed", mwh("curtailed_mwh")));
    }
    // A watt-hour; what is less is rounding.
    if get("import_above_limit_mwh") > 1e-6 {
        lines.push(("Import above its limit", mwh("import_above_limit_mwh")));
    }
    if let Some(hours) = figures.get("ramp_exceeded_h") {
        lines.push(("Ramp limit exceeded", format!("{hours:>12.2} h")));
    }
    if let Some(vehicles) = &results.summary.vehicles {
        lines.extend(vehicle_lines(vehicles));
    }
    if let Some(specific_yield) = figures.get("specific_yield_kwh_per_kwp").filter(|y| y.is_finite()) {
        lines.push(("Specific yield (PV at the MV bus)", format!("{specific_yield:>12.1} kWh/kWp")));
        lines.push(("Performance ratio (PV at the MV bus)", format!("{:>12.2} %", 100.0 * get("performance_ratio"))));
    }
    let reference = results.summary.nameplate.capacity_w / KILO;
    let capacity =
        format!("{:>12.2} % of {} kW", 100.0 * get("capacity_factor"), grouped(reference).trim_end_matches(".0"));
    lines.push(("Capacity factor (export)", capacity));
    if let Some(revenue) = figures.get("revenue") {
        let currency = results.currency.as_deref().unwrap_or_default();
        let pair = |a: f64, b: f64| format!("{:>12} / {} {currency}", grouped(a), grouped(b));
        lines.push(("Revenue / cost", pair(revenue, get("cost"))));
        if let Some(charge) = figures.get("demand_charge") {
            lines.push(("Demand charge", format!("{:>12} {currency}", grouped(charge))));
        }
        lines.push(("Bill / without storage", pair(get("bill"), get("bill_without_storage"))));
        if get("forecast_error_cost") != 0.0 {
            lines
                .push(("What forecast errors cost", format!("{:>12} {currency}", grouped(get("forecast_error_cost")))));
        }
    }
    if let Some(yardstick) = &results.yardstick {
        lines.extend(yardstick_lines(yardstick));
    }
    let (missed, pv) = (get("balance_residual_mwh"), get("pv_mv_mwh"));
    if pv > 0.0 {
        lines.push(("Energy balance closes within", format!("{:>12} of the PV energy", decade(missed / pv))));
    } else {
        lines.push(("Energy balance closes within", format!("{missed:>12.0e} MWh")));
    }
    lines
}

fn yardstick_lines(yardstick: &Yardstick) -> Vec<(&'static str, String)> {
    let Yardstick { unit, run, optimum, without_storage, captured_pct, not_captured, .. } = yardstick;
    let share = captured_pct.map(|pct| format!("{pct:>12.2} %"));
    let why_not = not_captured.map_or("", NotCaptured::text);
    let name = if unit == "MWh" { "Net import / optimum / no storage" } else { "Bill / optimum / no storage" };
    let mut lines = vec![
        (name, format!("{:>12} / {} / {} {unit}", grouped(*run), grouped(*optimum), grouped(*without_storage))),
        ("Share of the optimum captured", share.unwrap_or_else(|| why_not.to_owned())),
    ];
    let [run_mwh, optimum_mwh] = yardstick.above_limit_mwh;
    if run_mwh.max(optimum_mwh) > 1e-6 {
        lines.push(("Above the import limit, run / optimum", format!("{run_mwh:>12.3} / {optimum_mwh:.3} MWh")));
    }
    lines
}

fn vehicle_lines(vehicles: &VehicleSummary) -> Vec<(&'static str, String)> {
    let mut lines = vec![];
    let pct = vehicles.served_pct.map_or_else(String::new, |pct| format!(", {pct:.2} % of the request"));
    lines.push(("Vehicles served", format!("{:>12} MWh{pct}", grouped(vehicles.served_mwh))));
    let alone = vehicles.served_without_storage_mwh;
    lines.push(("Vehicles served without storage", format!("{:>12} MWh", grouped(alone))));
    if let (Some(sessions), Some(full)) = (vehicles.sessions, vehicles.sessions_fully_served) {
        lines.push(("Sessions fully served", format!("{full:>12} of {sessions}")));
    }
    if let (Some(mean), Some(p95)) = (vehicles.mean_delay_h, vehicles.p95_delay_h) {
        lines.push(("Delay of full charge, mean / 95 %", format!("{mean:>12.2} / {p95:.2} h")));
    }
    lines
}

fn write_years(text: &mut String, years: &[Figures]) -> std::fmt::Result {
    writeln!(text)?;
    let renewed = years.iter().any(|figures| figures.get("augmented_mwh").is_some());
    writeln!(
        text,
        "{:>4} {:>12} {:>12} {:>12} {:>8} {:>13}{}",
        "year",
        "PV MWh",
        "export MWh",
        "curtailed",
        "cycles",
        "capacity MWh",
        if renewed { "  done to the battery" } else { "" }
    )?;
    for (i, figures) in years.iter().enumerate() {
        let get = |name| figures.get(name).unwrap_or(0.0);
        writeln!(
            text,
            "{:>4} {:>12} {:>12} {:>12} {:>8.1} {:>13.2}{}",
            i + 1,
            grouped(get("pv_mv_mwh")),
            grouped(get("export_mwh")),
            grouped(get("curtailed_mwh")),
            get("equivalent_cycles"),
            get("final_capacity_mwh"),
            renewal(figures),
        )?;
    }
    Ok(())
}

/// What was done to the battery at the start of a year, two spaces before it; nothing where nothing was.
fn renewal(figures: &Figures) -> String {
    let get = |name| figures.get(name).filter(|value| *value > 0.0);
    let replaced = get("replaced").map(|_| "replaced".to_owned());
    let added = get("augmented_mwh").map(|mwh| format!("+{mwh:.2} MWh"));
    let done: Vec<_> = replaced.into_iter().chain(added).collect();
    if done.is_empty() { String::new() } else { format!("  {}", done.join(", ")) }
}

/// The power of ten that a share does not pass; the share itself differs from machine to machine.
fn decade(share: f64) -> String {
    if share > 0.0 { format!("1e{:.0}", share.log10().ceil()) } else { "0".to_owned() }
}

/// One decimal, thousands apart: `312 345.6`.
pub(super) fn grouped(value: f64) -> String {
    grouped_to(value, 1)
}

/// So many decimals, thousands apart.
pub(super) fn grouped_to(value: f64, decimals: usize) -> String {
    let plain = format!("{:.decimals$}", value.abs());
    let whole = plain.split('.').next().unwrap_or_default();
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    let is_negative = value < 0.0 && plain.contains(|c| c != '0' && c != '.');
    format!("{}{grouped}{}", if is_negative { "-" } else { "" }, &plain[whole.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_up_to_its_decade() {
        assert_eq!([2.5e-17, 1e-9, 0.0].map(decade), ["1e-16", "1e-9", "0"]);
    }

    #[test]
    fn thousands_stand_apart_and_a_rounded_zero_has_no_sign() {
        assert_eq!([1_234_567.89, -999.96, 0.0, -0.01].map(grouped), ["1 234 567.9", "-1 000.0", "0.0", "0.0"]);
        let whole = [1_234_567.89, -999.96, -0.4, f64::NEG_INFINITY].map(|x| grouped_to(x, 0));
        assert_eq!(whole, ["1 234 568", "-1 000", "0", "-inf"]);
        assert_eq!(grouped_to(-12_345.678_9, 3), "-12 345.679");
    }
}
