//! A folder with a small plant, for the tests of sweeps.

use std::fs;

use tempfile::TempDir;

/// What makes of the series a plant small enough for many scenarios: a limit and a battery.
const STORED: &str = "plant.export_limit = { kw = 20000 }\n[storage]\nnameplate_mwh = 40\nroundtrip_efficiency_pct = 90\n\
                      inverter = { rated_mw = 10, efficiency_pct = 98 }\n[storage.dispatch]\nstrategy = \"lgia_excess\"\n\
                      discharge_hours = [18, 19, 20, 21]\n";

/// A week of a PV series, by day only, and what else the plant file says: a limit and a battery if nothing is given.
pub fn folder(rest: Option<&str>) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let row = |hour: u32| {
        let power = 30e3 * (1.0 - (f64::from(hour % 24) - 12.5).abs() / 6.0).max(0.0);
        format!("2021-06-{:02}T{:02}:00,{power:.1}\n", 1 + hour / 24, hour % 24)
    };
    let pv = (0..168).fold("time,pv_mv_kw\n".to_owned(), |csv, hour| csv + &row(hour));
    fs::write(dir.path().join("pv.csv"), pv).unwrap();
    let plant = "name = \"week\"\nsite = { utc_offset_h = 1 }\npv = { source = \"series\", file = \"pv.csv\" }\n";
    fs::write(dir.path().join("plant.toml"), format!("{plant}{}", rest.unwrap_or(STORED))).unwrap();
    dir
}
