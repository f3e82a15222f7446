//! The optimum of a site over all rows, which are its steps: one figure, the same in every row.

use super::{Row, TableFunction};
use crate::storage::optimum::{DemandCharge, EndValue, LEVELS, LinearBattery, LinearSite};
use crate::units::KILO;

pub(super) const FUNCTIONS: &[(&str, TableFunction)] = &[
    ("optimum_lp", |r| same(r, "objective", |site| site.optimum().objective)),
    ("optimum_dp", |r| same(r, "cost", |site| site.values(LEVELS).follow(site.start_wh(), site).cost)),
];

/// One figure of the site, in every row; nothing while an input is missing.
fn same(r: &Row<'_>, name: &'static str, figure: fn(&LinearSite) -> f64) -> Vec<(String, Vec<f64>)> {
    let site = site(r);
    if !r.findings.is_clean() {
        return vec![];
    }
    vec![(name.to_owned(), vec![figure(&site); site.len()])]
}

fn site(r: &Row<'_>) -> LinearSite {
    let w = |name| r.series(name).into_iter().map(|kw| kw * KILO).collect();
    let pv_w: Vec<f64> = w("pv_kw");
    LinearSite {
        step_h: r.number("step_h"),
        demand_w: w("demand_kw"),
        buy_per_kwh: r.series("buy_per_kwh"),
        sell_per_kwh: r.series("sell_per_kwh"),
        import_limit_w: w("import_limit_kw"),
        export_limit_w: w("export_limit_kw"),
        battery: battery(r),
        grid_charging: vec![r.number("grid_charging") != 0.0; pv_w.len()],
        pv_w,
        shed_per_kwh: r.number("shed_per_kwh"),
        demand_charge: demand_charge(r),
        daily_limit: None,
        end: EndValue::AtLeast { stored_wh: r.number("end_kwh") * KILO, short_per_kwh: r.number("short_per_kwh") },
    }
}

fn battery(r: &Row<'_>) -> LinearBattery {
    let [charge_kw, discharge_kw] = r.numbers(["charge_kw", "discharge_kw"]);
    let [floor_kwh, full_kwh, start_kwh] = r.numbers(["floor_kwh", "full_kwh", "start_kwh"]);
    LinearBattery {
        charge_w: charge_kw * KILO,
        discharge_w: discharge_kw * KILO,
        eta_charge: r.number("eta_charge"),
        eta_discharge: r.number("eta_discharge"),
        floor_wh: floor_kwh * KILO,
        full_wh: full_kwh * KILO,
        start_wh: start_kwh * KILO,
        wear_per_kwh: r.number("wear_per_kwh"),
    }
}

/// A price of 0 is no demand charge; else every step names its billing month, counted from 0.
fn demand_charge(r: &Row<'_>) -> Option<DemandCharge> {
    let [price_per_kw, interval_steps] = r.numbers(["demand_charge_per_kw", "interval_steps"]);
    if price_per_kw == 0.0 {
        return None;
    }
    let month: Vec<_> = r.series("billing_month").into_iter().map(|month| month as usize).collect();
    let months = month.iter().max().map_or(0, |last| last + 1);
    Some(DemandCharge { month, price_per_kw: vec![price_per_kw; months], interval_steps: interval_steps as usize })
}
