//! How long scenarios take side by side: batteries on one PV year, arrays under one sky.

use std::hint::black_box;
use std::sync::atomic::AtomicBool;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pvess::project::Project;
use pvess::sweep::{Axis, Design, Sweep};

/// Runs all scenarios of a product and gives how many had figures.
fn run(base: &Project, axes: &[&str], figures: &[&str]) -> usize {
    let axes = axes.iter().map(|text| Axis::parse(text).expect("the axes are good"));
    let design = Design::Product(axes.collect());
    let sweep = Sweep::new(base, &design, 1);
    let sweep = if figures.is_empty() { sweep } else { sweep.only(figures) };
    let mut good = 0;
    let taken: Result<(), ()> = sweep.run(0, &AtomicBool::new(false), None, |rows| {
        good += rows.iter().filter(|row| row.outcome.is_ok()).count();
        Ok(())
    });
    assert_eq!(taken, Ok(()));
    good
}

fn sweeps(c: &mut Criterion) {
    let base = Project::demonstration(&[]).expect("the demonstration plant is good");
    let batteries = ["storage.units=10:29:20", "storage.inverter.rated_mw=20:40:10"];
    let exact = [batteries[0], batteries[1], "storage.dispatch.limits=exact"];
    let arrays = ["pv.block.0.mount.max_angle_deg=40:60:4", "pv.block.0.strings=401:410:5"];
    let mut group = c.benchmark_group("sweep");
    group.sample_size(10);
    let mut bench = |name: &str, axes: &[&str], figures: &[&str], count: usize| {
        assert_eq!(run(&base, axes, figures), count, "{name}");
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function(name, |b| b.iter(|| run(black_box(&base), axes, figures)));
    };
    bench("200 batteries, documented limits held against exact ones", &batteries, &[], 200);
    bench("200 batteries, documented limits alone", &batteries, &["export_mwh"], 200);
    bench("200 batteries, exact limits", &exact, &[], 200);
    bench("20 arrays with their storage", &arrays, &[], 20);
    group.finish();
}

criterion_group!(benches, sweeps);
criterion_main!(benches);
