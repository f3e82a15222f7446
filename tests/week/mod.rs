//! A folder with a small plant, for the tests of sweeps.

use std::fs;

use tempfile::TempDir;

/// A plant small enough for many scenarios: a week of a PV series behind a limit, with a battery.
pub fn folder() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let row = |hour: u32| {
        let power = 30e3 * (1.0 - (f64::from(hour % 24) - 12.5).abs() / 6.0).max(0.0);
        format!("2021-06-{:02}T{:02}:00,{power:.1}\n", 1 + hour / 24, hour % 24)
    };
    let pv = (0..168).fold("time,pv_mv_kw\n".to_owned(), |csv, hour| csv + &row(hour));
    fs::write(dir.path().join("pv.csv"), pv).unwrap();
    let plant = "name = \"week\"\nsite = { utc_offset_h = 1 }\npv = { source = \"series\", file = \"pv.csv\" }\n\
                 plant.export_limit = { kw = 20000 }\n[storage]\nnameplate_mwh = 40\nroundtrip_efficiency_pct = 90\n\
                 inverter = { rated_mw = 10, efficiency_pct = 98 }\n[storage.dispatch]\nstrategy = \"lgia_excess\"\n\
                 discharge_hours = [18, 19, 20, 21]\n";
    fs::write(dir.path().join("plant.toml"), plant).unwrap();
    dir
}
