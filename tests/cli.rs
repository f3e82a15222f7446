//! The commands as a user types them.

mod command;

use std::fs;
use std::path::Path;
use std::process::Output;

use command::{done, pvess};

#[track_caller]
fn refused(output: &Output, code: i32, message: &str) {
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{err}");
    assert!(err.contains(message), "{err}\n  does not say\n{message}");
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn json(path: &Path) -> serde_json::Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn run_without_a_file_simulates_the_demonstration_plant_from_any_directory() {
    let dir = tempfile::tempdir().unwrap();
    let said = done(&pvess(dir.path(), &["run"]));
    assert!(said.contains("Daggett 100 MW, LGIA Excess") && said.contains("Curtailed without storage"), "{said}");
    let out = dir.path().join("results/daggett-100-mw-lgia-excess");
    assert_eq!(names(&out), ["losses.csv", "monthly.csv", "plant.toml", "run.json", "summary.json", "timeseries.csv"]);
    let rows = fs::read_to_string(out.join("timeseries.csv")).unwrap();
    assert_eq!(rows.lines().count(), 8761);
    assert!(rows.lines().nth(1).unwrap().starts_with("2008-01-01T00:00:00-08:00,"));
    assert_eq!(names(&dir.path().join("results")), ["daggett-100-mw-lgia-excess"]);
}

#[test]
fn the_summary_has_its_figures_in_total_by_month_and_by_year() {
    let dir = tempfile::tempdir().unwrap();
    done(&pvess(dir.path(), &["run", "--out", "r", "--steps", "none", "--quiet"]));
    let summary = json(&dir.path().join("r/summary.json"));
    for figure in [
        "pv_mv_mwh",
        "export_mwh",
        "import_mwh",
        "curtailed_mwh",
        "curtailed_without_storage_mwh",
        "charge_dc_mwh",
        "discharge_dc_mwh",
        "ess_loss_mwh",
        "hv_loss_mwh",
        "availability_loss_mwh",
        "load_mwh",
        "ev_served_mwh",
        "equivalent_cycles",
        "final_capacity_mwh",
        "performance_ratio",
        "capacity_factor",
        "limit_approximation_mwh",
        "balance_residual_mwh",
    ] {
        assert!(summary[figure].is_number(), "{figure}");
    }
    assert_eq!(summary["monthly"].as_array().unwrap().len(), 12);
    assert_eq!(summary["years"].as_array().unwrap().len(), 1);
    assert!(!dir.path().join("r/timeseries.csv").exists());
    let record = json(&dir.path().join("r/run.json"));
    assert_eq!(record["files"][0]["name"], "pvess:weather/daggett-ca-nsrdb-psm3-tmy.csv");
    assert_eq!(record["files"][0]["sha256"].as_str().unwrap().len(), 64);
}

#[test]
fn every_column_of_the_time_series_has_its_name() {
    let dir = tempfile::tempdir().unwrap();
    done(&pvess(dir.path(), &["run", "--out", "r", "--quiet"]));
    let rows = fs::read_to_string(dir.path().join("r/timeseries.csv")).unwrap();
    let header: Vec<_> = rows.lines().next().unwrap().split(',').collect();
    for column in "time ghi_w_m2 dni_w_m2 dhi_w_m2 temp_air_c wind_m_s solar_zenith_deg solar_azimuth_deg tracker_angle_deg \
         poa_w_m2 poa_effective_w_m2 temp_cell_c dc_kw inverter_ac_kw inverter_clipped_kw pv_mv_kw hv_loss_kw pv_avail_kw \
         pv_only_poi_kw limit_export_kw limit_import_kw load_kw charge_limit_kw discharge_limit_kw charge_dc_kw \
         discharge_dc_kw soc_kwh capacity_kwh roundtrip_efficiency ess_ac_kw ess_mv_kw combined_mv_kw before_limit_kw \
         curtailed_kw poi_kw export_kw import_kw"
        .split_whitespace()
    {
        assert!(header.contains(&column), "{column}");
    }
}

#[test]
fn the_effective_plant_runs_again_to_the_same_bytes() {
    let dir = tempfile::tempdir().unwrap();
    done(&pvess(dir.path(), &["run", "--out", "a", "--set", "storage.inverter.rated_mw=20", "--quiet"]));
    done(&pvess(dir.path(), &["run", "a/plant.toml", "--out", "b", "--quiet"]));
    for name in ["timeseries.csv", "summary.json", "monthly.csv", "losses.csv", "plant.toml"] {
        let [a, b] = ["a", "b"].map(|d| fs::read(dir.path().join(d).join(name)).unwrap());
        assert!(a == b, "{name} differs");
    }
    assert!(fs::read_to_string(dir.path().join("a/plant.toml")).unwrap().contains("rated_mw = 20"));
}

#[test]
fn the_effective_plant_of_a_project_with_files_runs_from_anywhere() {
    let dir = tempfile::tempdir().unwrap();
    done(&pvess(dir.path(), &["new", "mine"]));
    done(&pvess(dir.path(), &["run", "mine/plant.toml", "--out", "a", "--quiet"]));
    done(&pvess(dir.path(), &["run", "a/plant.toml", "--out", "deep/b", "--quiet"]));
    let [a, b] = ["a", "deep/b"].map(|d| fs::read(dir.path().join(d).join("timeseries.csv")).unwrap());
    assert!(a == b);
}

#[test]
fn a_project_is_made_in_an_empty_directory_and_a_result_replaced_where_one_stands() {
    let dir = tempfile::tempdir().unwrap();
    done(&pvess(dir.path(), &["new", "."]));
    assert_eq!(names(dir.path()), ["README.md", "plant.toml", "weather.csv"]);
    refused(&pvess(dir.path(), &["run", "plant.toml", "--out", ".", "--force"]), 1, "would overwrite");
    let out = dir.path().join("out");
    fs::create_dir(&out).unwrap();
    for _ in 0..2 {
        let said = done(&pvess(&out, &["run", "../plant.toml", "--out", ".", "--steps", "none"]));
        assert!(said.ends_with("Results in .\n"), "{said}");
    }
    assert_eq!(names(&out).len(), 5);
    refused(&pvess(dir.path(), &["run", "."]), 1, "is a folder; name the plant file in it");
}

#[test]
fn the_time_series_comes_as_parquet_too() {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    let dir = tempfile::tempdir().unwrap();
    done(&pvess(dir.path(), &["run", "--out", "r", "--format", "parquet", "--quiet"]));
    let file = fs::File::open(dir.path().join("r/timeseries.parquet")).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let meta = reader.metadata().file_metadata();
    assert_eq!(meta.num_rows(), 8760);
    let first = reader.get_row_iter(None).unwrap().nth(12).unwrap().unwrap();
    let text = first.to_string();
    assert!(text.contains("2008-01-01T12:00:00-08:00") && text.contains("poi_kw"), "{text}");
}

#[test]
fn several_years_carry_a_year_column_and_a_table() {
    let dir = tempfile::tempdir().unwrap();
    let said = done(&pvess(dir.path(), &["run", "--out", "r", "--years", "2"]));
    assert!(said.contains("capacity MWh"), "{said}");
    let rows = fs::read_to_string(dir.path().join("r/timeseries.csv")).unwrap();
    assert!(rows.starts_with("year,time,") && rows.lines().count() == 2 * 8760 + 1);
    assert!(rows.lines().last().unwrap().starts_with("2,2008-12-31T23:00:00-08:00,"));
    assert_eq!(json(&dir.path().join("r/summary.json"))["years"].as_array().unwrap().len(), 2);
}

#[test]
fn bad_input_exits_with_1_and_writes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let output = pvess(dir.path(), &["run", "--out", "r", "--set", "pv.block.0.count=0", "--set", "storage.units=x"]);
    refused(&output, 1, "2 problems found; nothing was simulated");
    refused(&pvess(dir.path(), &["run", "none.toml", "--out", "r"]), 1, "none.toml: there is no such file");
    refused(&pvess(dir.path(), &["run", "dagget"]), 1, "no shipped plant of this name; ");
    assert!(names(dir.path()).is_empty());
}

#[test]
fn wrong_usage_exits_with_2() {
    let dir = tempfile::tempdir().unwrap();
    for args in [&["run", "--yeras", "2"][..], &["fly"], &["run", "--years", "0"], &["run", "--set", "novalue"], &[]] {
        assert_eq!(pvess(dir.path(), args).status.code(), Some(2), "{args:?}");
    }
}

#[test]
fn what_is_no_result_is_not_replaced_without_force() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("mine")).unwrap();
    fs::write(dir.path().join("mine/thesis.txt"), "x").unwrap();
    let run = |extra: &[&str]| pvess(dir.path(), &[&["run", "--steps", "none", "--out", "mine"], extra].concat());
    refused(&run(&[]), 1, "is no pvess result");
    done(&run(&["--force"]));
    assert!(dir.path().join("mine/thesis.txt").exists() && dir.path().join("mine/run.json").exists());
    refused(&run(&[]), 1, "or holds other files too");
}

#[test]
fn quiet_prints_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let output = pvess(dir.path(), &["run", "greensboro-custom", "--quiet", "--out", "r", "--steps", "none"]);
    assert!(output.stdout.is_empty() && output.stderr.is_empty());
}

#[test]
fn a_new_project_checks_runs_and_is_not_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    done(&pvess(dir.path(), &["new", "mine"]));
    assert_eq!(names(&dir.path().join("mine")), ["README.md", "plant.toml", "weather.csv"]);
    let said = done(&pvess(dir.path(), &["check", "mine/plant.toml"]));
    assert!(said.contains("ready to run, no warnings"), "{said}");
    assert_eq!(names(dir.path()), ["mine"]);
    done(&pvess(dir.path(), &["run", "mine/plant.toml"]));
    assert!(dir.path().join("results/my-plant/summary.json").exists());
    refused(&pvess(dir.path(), &["new", "mine"]), 1, "is not an empty directory");
}

/// Keys shown as comments in the new plant file must be real ones.
#[test]
fn the_commented_keys_of_a_new_project_are_known() {
    let dir = tempfile::tempdir().unwrap();
    done(&pvess(dir.path(), &["new", "mine"]));
    let path = dir.path().join("mine/plant.toml");
    let text = fs::read_to_string(&path).unwrap();
    let is_key = |line: &str| line.starts_with("# [") || line.starts_with("# ") && line.contains(" = ");
    let uncommented: Vec<_> = text.lines().map(|l| if is_key(l) { &l[2..] } else { l }).collect();
    // Two mounts would be one too many; the load has no file here.
    let kept: Vec<_> = uncommented.into_iter().filter(|l| !l.starts_with("mount = { kind = \"fixed\"")).collect();
    let load = format!("load_kw\n{}", "10\n".repeat(8760));
    fs::write(dir.path().join("mine/load.csv"), load).unwrap();
    fs::write(&path, kept.join("\n")).unwrap();
    done(&pvess(dir.path(), &["check", "mine/plant.toml"]));
}

#[test]
fn the_library_lists_and_shows_what_is_shipped() {
    let dir = tempfile::tempdir().unwrap();
    let all = done(&pvess(dir.path(), &["library", "list"]));
    for name in ["daggett-lgia-excess", "cs6x-310p", "sungrow-sg2500u", "generic-lfp-utility", "power-100mva"] {
        assert!(all.contains(name), "{name}");
        assert!(done(&pvess(dir.path(), &["library", "show", name])).len() > 100);
    }
    assert!(!done(&pvess(dir.path(), &["library", "list", "modules"])).contains("sungrow"));
    refused(&pvess(dir.path(), &["library", "show", "cs6x-310"]), 1, "did you mean cs6x-310p");
    refused(&pvess(dir.path(), &["library", "list", "module"]), 1, "did you mean modules");
}

#[test]
fn the_schema_is_json_and_the_key_reference_in_the_docs_is_its_twin() {
    let dir = tempfile::tempdir().unwrap();
    let schema: serde_json::Value = serde_json::from_str(&done(&pvess(dir.path(), &["schema"]))).unwrap();
    assert_eq!(schema["additionalProperties"], false);
    assert!(schema["properties"]["storage"]["properties"]["nameplate_mwh"].is_object());
    let reference = done(&pvess(dir.path(), &["schema", "--format", "markdown"]));
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/plant-file.md")).unwrap();
    assert!(
        page.ends_with(&reference),
        "docs/plant-file.md is out of date; end it with `pvess schema --format markdown`"
    );
}
