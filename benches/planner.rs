//! How long a year of planning sales takes, replanned in every slot: hourly and by the quarter-hour.

use std::f64::consts::TAU;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::civil::date;
use pvess::storage::planner::{Forecast, Rolling, Settings, Slot, Store, YearAhead};
use pvess::time::TimeAxis;

const STORE: Store = Store {
    floor_wh: 20e3,
    boost_wh: 0.0,
    full_wh: 200e3,
    charge_w: 100e3,
    discharge_w: 100e3,
    eta_charge: 0.95,
    eta_discharge: 0.95,
};

/// A fixed sequence of numbers from -1 to 1.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }
}

/// A year of a site with 150 kWp and 100 kW at the connection: sun by season and cloud, a load that peaks at day, and
/// prices with two peaks, noise and a dip at noon that is negative on some days.
fn year(steps_per_day: usize) -> Vec<Slot> {
    let mut noise = Noise(42);
    let mut cloud = 1.0;
    let mut slots = Vec::with_capacity(365 * steps_per_day);
    for day in 0..365 {
        let season = 0.5 - 0.5 * (TAU * f64::from(day + 10) / 365.0).cos();
        cloud = 0.5 * cloud + 0.25 * (1.0 + noise.next()) + 0.1;
        for step in 0..steps_per_day {
            let hour = step as f64 * 24.0 / steps_per_day as f64;
            let half_day_h = 4.0 + 4.0 * season;
            let sun = (1.0 - ((hour - 12.0) / half_day_h).powi(2)).max(0.0);
            let swing = 0.06 * (TAU * (hour - 4.0) / 12.0).sin() - 0.12 * season * sun;
            let market = 0.09 + swing + 0.02 * noise.next();
            slots.push(Slot {
                buy_per_kwh: market + 0.12,
                sell_per_kwh: market,
                pv_w: 150e3 * (0.4 + 0.6 * season) * sun * cloud.min(1.0),
                demand_w: 25e3 + 15e3 * (TAU * (hour - 8.0) / 24.0).sin() + 5e3 * noise.next(),
                import_limit_w: 100e3,
                export_limit_w: 100e3,
                grid_charge_allowed: true,
            });
        }
    }
    slots
}

/// Plans and carries out a whole year; the energy sold, Wh.
fn run(settings: Settings, slots: &[Slot], step_s: u32) -> f64 {
    let start = date(2021, 1, 1).at(0, 0, 0, 0);
    let axis = TimeAxis { start, step_s, len: slots.len(), utc_offset_s: 0, leap_days: true };
    let (calendar, step_h) = (axis.moments(), axis.step_h());
    let ahead = YearAhead { steps: slots, calendar: &calendar, step_h, forecast: &Forecast::Perfect };
    let mut rolling = Rolling::new(settings, &ahead);
    let (mut stored_wh, mut sold_wh) = (STORE.floor_wh, 0.0);
    for (step, slot) in slots.iter().enumerate() {
        let action = rolling.decide(step, &STORE, stored_wh, slot).action;
        let per_wh = if action.pb_w > 0.0 { 1.0 / STORE.eta_discharge } else { STORE.eta_charge };
        stored_wh -= action.pb_w * step_h * per_wh;
        sold_wh += action.sold_w * step_h;
    }
    sold_wh
}

fn planning_year(c: &mut Criterion) {
    let settings = Settings { arbitrage: true, ..Settings::default() };
    let mut group = c.benchmark_group("year of planned sales");
    group.sample_size(10);
    for (name, steps_per_day, step_s) in [("8760 hourly plans", 24, 3600), ("35040 quarter-hour plans", 96, 900)] {
        let slots = year(steps_per_day);
        assert!(run(settings, &slots, step_s) > 1e6, "something is sold");
        group.bench_function(name, |b| b.iter(|| run(settings, black_box(&slots), step_s)));
    }
    group.finish();
}

criterion_group!(benches, planning_year);
criterion_main!(benches);
