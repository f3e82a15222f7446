//! Made-up site years for the tests and benches of the optimum: sun, load and prices by formula, the same every time.

use std::f64::consts::PI;

use pvess::storage::optimum::{EndValue, LinearBattery, LinearSite};

/// What binds at a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 60 kW of import for a load of up to 90 kW.
    TightImport,
    /// No export.
    ZeroExport,
    /// Selling costs money at noon of bright days; buying never pays.
    NegativePrices,
}

/// A number from 0 to 1 that a day has for itself.
fn of_day(day: usize, salt: u64) -> f64 {
    let mixed =
        (day as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(salt.wrapping_mul(0xbf58_476d_1ce4_e5b9));
    let mixed = (mixed ^ (mixed >> 31)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed >> 40) as f64 / (1u64 << 24) as f64
}

/// A hump of height 1 and this width, h, around an hour of the day.
fn hump(hour: f64, center: f64, width: f64) -> f64 {
    (-((hour - center) / width).powi(2)).exp()
}

/// So many steps from a day of the year (counted from 0) on, `per_hour` of them an hour: 150 kW of PV, a load with two peaks, 240 kWh of battery
/// with 60 kW and 94 % each way, half full at the start and at the end.
pub fn site(kind: Kind, first_day: usize, (steps, per_hour): (usize, usize)) -> LinearSite {
    let series = |value: &dyn Fn(usize, f64) -> f64| {
        let at = |i: usize| value(first_day + i / per_hour / 24, ((i as f64 + 0.5) / per_hour as f64) % 24.0);
        (0..steps).map(at).collect::<Vec<_>>()
    };
    let season = |day: usize| (2.0 * PI * (day as f64 - 172.0) / 365.0).cos();
    let sun = |day: usize, hour: f64| {
        (PI * (hour - 6.0) / 12.0).sin().max(0.0) * (0.65 + 0.3 * season(day)) * (0.25 + 0.75 * of_day(day, 1))
    };
    let load = |day: usize, hour: f64| {
        let workday = if day % 7 < 5 { 1.0 } else { 0.6 };
        12e3 + workday * (25e3 * hump(hour, 8.5, 2.0) + 45e3 * (0.8 + 0.4 * of_day(day, 2)) * hump(hour, 18.5, 2.5))
    };
    let spot = |day: usize, hour: f64| {
        0.04 + 0.08 * of_day(day, 3) + 0.05 * hump(hour, 8.0, 2.0) + 0.11 * hump(hour, 19.0, 2.0)
            - 0.16 * sun(day, hour) * (0.5 + of_day(day, 4))
    };
    let may_be_negative = kind == Kind::NegativePrices;
    let sell = |day, hour| if may_be_negative { spot(day, hour) } else { spot(day, hour).max(0.0) };
    let limit = |bound, w| vec![if kind == bound { w } else { f64::INFINITY }; steps];
    LinearSite {
        step_h: 1.0 / per_hour as f64,
        pv_w: series(&|day, hour| 150e3 * sun(day, hour)),
        demand_w: series(&load),
        buy_per_kwh: series(&|day, hour| (sell(day, hour) + 0.12).max(0.01)),
        sell_per_kwh: series(&sell),
        import_limit_w: limit(Kind::TightImport, 60e3),
        export_limit_w: limit(Kind::ZeroExport, 0.0),
        battery: LinearBattery {
            charge_w: 60e3,
            discharge_w: 60e3,
            eta_charge: 0.94,
            eta_discharge: 0.94,
            floor_wh: 24e3,
            full_wh: 240e3,
            start_wh: 120e3,
            wear_per_kwh: 0.02,
        },
        grid_charging: vec![true; steps],
        shed_per_kwh: 20.0,
        demand_charge: None,
        daily_limit: None,
        end: EndValue::AtLeast { stored_wh: 120e3, short_per_kwh: 20.0 },
    }
}
