//! How long the optimum of a year takes: dynamic programming, its walk forward, and the linear program.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use pvess::storage::optimum::LEVELS;

#[path = "../tests/sites/mod.rs"]
mod sites;

use sites::{Kind, site};

fn year(c: &mut Criterion) {
    let mut group = c.benchmark_group("optimum of a year");
    group.sample_size(10);
    for kind in [Kind::TightImport, Kind::ZeroExport, Kind::NegativePrices] {
        let hourly = site(kind, 0, (8760, 1));
        let values = hourly.values(LEVELS);
        group.bench_function(format!("dynamic programming, hours, {kind:?}"), |b| {
            b.iter(|| black_box(&hourly).values(LEVELS));
        });
        group.bench_function(format!("walk forward, hours, {kind:?}"), |b| {
            b.iter(|| values.follow(hourly.start_wh(), black_box(&hourly)));
        });
        group.bench_function(format!("linear program, hours, {kind:?}"), |b| b.iter(|| black_box(&hourly).optimum()));
    }
    let quarters = site(Kind::ZeroExport, 0, (4 * 8760, 4));
    group.bench_function("dynamic programming, quarter-hours", |b| b.iter(|| black_box(&quarters).values(LEVELS)));
    let mut strong = site(Kind::ZeroExport, 0, (8760, 1));
    (strong.battery.charge_w, strong.battery.discharge_w) = (f64::INFINITY, f64::INFINITY);
    group.bench_function("dynamic programming, hours, every level in reach", |b| {
        b.iter(|| black_box(&strong).values(LEVELS));
    });
    group.finish();
}

criterion_group!(benches, year);
criterion_main!(benches);
