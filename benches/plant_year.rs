//! How long a plant-year takes: rooms and whole, hourly and by the minute.

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use pvess::Simulation;
use pvess::plant::{EvNodes, GridNodes};
use pvess::project::Project;
use pvess::storage::{self, Around};

/// A whole plant-year in process: sky, PV, both walks, storage in both limit modes, figures.
fn hourly_year(c: &mut Criterion) {
    let project = Project::demonstration(&[]).expect("the demonstration plant is good");
    let mut group = c.benchmark_group("hourly plant-year");
    group.bench_function("figures only", |b| b.iter(|| Simulation::new(black_box(&project)).keep_steps(false).run()));
    group.bench_function("every step kept", |b| b.iter(|| Simulation::new(black_box(&project)).run()));
    group.bench_function("exact limits, figures only", |b| {
        let patch = [("storage.dispatch.limits".to_owned(), "exact".to_owned())];
        let project = Project::demonstration(&patch).expect("exact limits are known");
        b.iter(|| Simulation::new(black_box(&project)).keep_steps(false).run());
    });
    group.bench_function("sun and sky", |b| b.iter(|| black_box(&project).sky()));
    let sky = project.sky();
    group.bench_function("PV", |b| b.iter(|| project.pv_year(black_box(sky.as_ref()), 0)));
    group.bench_function("reading plant and weather", |b| b.iter(|| Project::demonstration(&[])));
    group.finish();
}

/// The storage year alone: limits, dispatch, battery, converter.
fn storage_year(c: &mut Criterion) {
    let project = Project::demonstration(&[]).expect("the demonstration plant is good");
    let plan = project.storage.as_ref().expect("it has storage");
    let pv = project.pv_year(project.sky().as_ref(), 0);
    let first: GridNodes = project.grid.walk(&pv.mv_w, &pv.running, &EvNodes::default(), &[]);
    let calendar = project.axis.moments();
    let around = Around {
        axis: &project.axis,
        calendar: &calendar,
        grid: &project.grid,
        first: &first,
        pv_running: &pv.running,
        ev: &project.ev,
        prices: None,
    };
    c.bench_function("hourly storage year", |b| {
        b.iter(|| storage::run(plan, black_box(&around), plan.initial_state()));
    });
}

/// The demonstration plant on a 1-minute axis: its hourly weather held over 60 rows each.
fn minute_year(c: &mut Criterion) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let project = minute_project(dir.path());
    let mut group = c.benchmark_group("1-minute plant-year");
    group.sample_size(10);
    group.bench_function("figures only", |b| b.iter(|| Simulation::new(black_box(&project)).keep_steps(false).run()));
    group.finish();
}

fn minute_project(dir: &Path) -> Project {
    use std::fmt::Write;
    let hourly = Project::demonstration(&[]).expect("the demonstration plant is good");
    let weather = hourly.weather().expect("it has weather");
    let column = |v: &Option<Vec<f64>>| v.clone().unwrap_or_default();
    let [ghi, dni, dhi] = [&weather.ghi_w_m2, &weather.dni_w_m2, &weather.dhi_w_m2].map(column);
    let mut csv = "time,ghi,dni,dhi,temp_air,wind_speed\n".to_owned();
    for (hour, stamp) in weather.axis.stamps().iter().enumerate() {
        for minute in 0..60 {
            let (day, rest) = stamp.split_at(14);
            let row = [ghi[hour], dni[hour], dhi[hour], weather.temp_air_c[hour], weather.wind_speed_m_s[hour]];
            let row = row.map(|x| x.to_string()).join(",");
            writeln!(csv, "{day}{minute:02}{},{row}", &rest[2..]).expect("a string takes all");
        }
    }
    std::fs::write(dir.join("minutes.csv"), csv).expect("the folder is writable");
    let file = dir.join("minutes.csv").display().to_string();
    let site = "{ latitude_deg = 34.85, longitude_deg = -116.78, elevation_m = 561, utc_offset_h = -8 }";
    let patches = [("weather.file", file.as_str()), ("weather.format", "csv"), ("site", site)];
    let patches = patches.map(|(key, value)| (key.to_owned(), value.to_owned()));
    Project::demonstration(&patches).unwrap_or_else(|p| panic!("{p}"))
}

criterion_group!(benches, hourly_year, storage_year, minute_year);
criterion_main!(benches);
