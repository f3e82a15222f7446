//! `pvess control` as a user types it: the demonstration, presets, own files, traces, and what is refused.

mod command;

use std::fs;
use std::path::Path;
use std::process::Output;

use command::{done, pvess};
use pvess::control::Opened;
use serde_json::Value;

fn control(dir: &Path, args: &[&str]) -> Output {
    pvess(dir, &[&["control"], args].concat())
}

#[track_caller]
fn refused(output: &Output, messages: &[&str]) {
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{err}");
    for message in messages {
        assert!(err.contains(message), "{err}\n  does not say\n{message}");
    }
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn runs(dir: &Path) -> Vec<Value> {
    let text = fs::read_to_string(dir.join("control.json")).unwrap();
    let json: Value = serde_json::from_str(&text).unwrap();
    json["runs"].as_array().unwrap().clone()
}

/// A small case: one inverter of 100 kW, a limit of 50 kW.
const SMALL: &str =
    "name = \"small\"\n[run]\nstep_s = 1\nduration_s = 20\n[limit]\nkw = 50\n[[inverter]]\nrated_kw = 100\n";

fn small(dir: &Path, more: &str) {
    fs::write(dir.join("small.toml"), format!("{SMALL}{more}")).unwrap();
}

#[test]
fn the_demonstration_shows_hunting_and_its_cure_side_by_side() {
    let dir = tempfile::tempdir().unwrap();
    let said = done(&control(dir.path(), &["--out", "r"]));
    assert!(said.contains("uncoordinated      coordinated"), "{said}");
    assert_eq!(
        names(&dir.path().join("r")),
        ["control-compared.csv", "control.csv", "control.json", "control.toml", "run.json"]
    );
    let runs = runs(&dir.path().join("r"));
    let figure = |run: usize, name: &str| runs[run]["metrics"][name].as_f64();
    let reversals = [0, 1].map(|run| figure(run, "reversals_per_hour").unwrap());
    assert!(reversals[0] > 5.0 * reversals[1], "{reversals:?}");
    assert!(figure(0, "settling_s").is_none() && figure(1, "settling_s").unwrap() < 30.0);
    assert!(figure(0, "travel_kw").unwrap() > 5.0 * figure(1, "travel_kw").unwrap());
    assert_eq!(figure(1, "trips"), Some(0.0));
    // Four loops of 0.25 act as 1.0; with two samples of delay 0.618 is the bound.
    assert_eq!(runs[0]["loop"]["effective_gain"], 1.0);
    assert_eq!(runs[1]["loop"]["effective_gain"], 0.25);
}

#[test]
fn every_step_is_written_with_a_setpoint_per_inverter_and_closes_its_balance() {
    let dir = tempfile::tempdir().unwrap();
    done(&control(dir.path(), &["--out", "r", "--set", "run.duration_s=100"]));
    let text = fs::read_to_string(dir.path().join("r/control.csv")).unwrap();
    let mut lines = text.lines();
    let header: Vec<_> = lines.next().unwrap().split(',').collect();
    assert_eq!(header[..8], ["time_s", "poi_kw", "limit_kw", "load_kw", "pv_kw", "output_kw", "meter_kw", "connected"]);
    assert_eq!(header.len(), 8 + 2 * 4);
    assert_eq!((header[8], header[15]), ("inverter_1_setpoint_kw", "inverter_4_kw"));
    let rows: Vec<Vec<f64>> = lines.map(|line| line.split(',').map(|cell| cell.parse().unwrap()).collect()).collect();
    assert_eq!(rows.len(), 1000);
    for row in rows {
        let outputs: f64 = (9..16).step_by(2).map(|i| row[i]).sum();
        assert!((row[1] - (row[5] - row[3])).abs() < 3e-6 && (row[5] - outputs).abs() < 3e-6, "{row:?}");
    }
}

#[test]
fn each_preset_runs_and_says_where_its_figures_come_from_and_what_is_assumed() {
    let dir = tempfile::tempdir().unwrap();
    for (preset, reaction) in [("uk-g100", 15.0), ("au-nz-4777", 15.0), ("us-pcs", 30.0)] {
        let said = done(&control(dir.path(), &[preset, "--steps", "none", "--set", "controller.coordinated=true"]));
        assert!(said.contains("source: ") && said.contains("assumptions: "), "{said}");
        let out = dir.path().join(format!("results/demonstration-site-{preset}"));
        assert_eq!(names(&out), ["control.json", "control.toml", "run.json"]);
        assert_eq!(runs(&out)[0]["limiter"]["reaction_s"], reaction);
        assert!(runs(&out)[0]["limiter"]["source"].as_str().unwrap().len() > 40);
    }
    refused(&control(dir.path(), &["uk-g10"]), &["no shipped control of this name; did you mean uk-g100?"]);
}

#[test]
fn hunting_trips_a_limiter_and_the_lock_out_is_timed() {
    let dir = tempfile::tempdir().unwrap();
    // A loop that never corrects: 90 kW from second 5 on. Six seconds above the limit are longer than 5 s, then
    // 36 s = 0.01 h of nothing are longer than what is left of the run.
    small(
        dir.path(),
        "[controller]\ngain = 0\n[load]\npoints = [[0, 40], [5, 0]]\n[limiter]\nreaction_s = 2\ntrip_after_s = 5\nlockout_h = 0.01\n",
    );
    done(&control(dir.path(), &["small.toml", "--out", "r"]));
    let metrics = &runs(&dir.path().join("r"))[0]["metrics"];
    assert_eq!((&metrics["trips"], &metrics["excursions_counted"]), (&1.into(), &1.into()));
    assert_eq!(metrics["longest_excursion_s"], 6.0);
    // Seconds 11 to 19.
    assert_eq!(metrics["lockout_h"], 9.0 / 3600.0);
    let rows = fs::read_to_string(dir.path().join("r/control.csv")).unwrap();
    assert_eq!(rows.lines().nth(1 + 10).unwrap(), "10,90,50,0,100,90,90,1,90,90");
    assert_eq!(rows.lines().nth(1 + 11).unwrap(), "11,0,50,0,100,0,90,0,0,0");
}

#[test]
fn a_trace_is_read_and_one_that_is_too_short_or_empty_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    small(dir.path(), "[load]\nfile = \"load.csv\"\n[pv]\nkw = 80\n");
    fs::write(dir.path().join("load.csv"), "time_s,load_kw\n0,10\n10,30\n").unwrap();
    done(&control(dir.path(), &["small.toml", "--out", "r"]));
    let rows = fs::read_to_string(dir.path().join("r/control.csv")).unwrap();
    assert!(rows.lines().nth(10).unwrap().starts_with("9,50,50,10,80,60,"), "{rows}");
    assert!(rows.lines().nth(11).unwrap().starts_with("10,30,50,30,80,60,"), "{rows}");
    let record = fs::read_to_string(dir.path().join("r/run.json")).unwrap();
    assert!(record.contains("\"name\": \"load.csv\"") && record.contains("sha256"), "{record}");

    fs::write(dir.path().join("load.csv"), "time_s,load_kw\n0,10\n5,30\n").unwrap();
    refused(
        &control(dir.path(), &["small.toml", "--out", "r"]),
        &["load.csv: time_s: 2 rows reach to 10 s, the run to 20 s; lengthen the trace or shorten run.duration_s"],
    );
    fs::write(dir.path().join("load.csv"), "time_s,load_kw\n").unwrap();
    refused(&control(dir.path(), &["small.toml"]), &["load.csv: the trace has no rows"]);
    fs::remove_file(dir.path().join("load.csv")).unwrap();
    refused(&control(dir.path(), &["small.toml"]), &["small.toml:10: load.file: there is no file", "1 problem found"]);
}

#[test]
fn the_effective_file_runs_again_to_the_same_bytes() {
    let dir = tempfile::tempdir().unwrap();
    small(dir.path(), "[load]\nfile = \"load.csv\"\n[limiter]\nbase = \"us-pcs\"\n");
    fs::write(dir.path().join("load.csv"), "time_s,load_kw\n0,10\n10,30\n").unwrap();
    done(&control(dir.path(), &["small.toml", "--out", "a", "--set", "controller.gain=0.7"]));
    done(&control(dir.path(), &["a/control.toml", "--out", "deep/b"]));
    for name in ["control.csv", "control.json", "control.toml"] {
        let [a, b] = ["a", "deep/b"].map(|d| fs::read(dir.path().join(d).join(name)).unwrap());
        assert!(a == b, "{name} differs");
    }
}

#[test]
fn an_earlier_result_is_replaced_and_a_folder_of_somebodys_own_is_not() {
    let dir = tempfile::tempdir().unwrap();
    small(dir.path(), "");
    done(&control(dir.path(), &["small.toml", "--out", "r", "--compare", "controller.gain=0.9"]));
    assert!(dir.path().join("r/control-compared.csv").exists());
    done(&control(dir.path(), &["small.toml", "--out", "r"]));
    assert!(!dir.path().join("r/control-compared.csv").exists());
    refused(&control(dir.path(), &["small.toml", "--out", "."]), &["is no pvess result"]);
}

#[test]
fn two_runs_are_named_by_what_tells_them_apart() {
    let dir = tempfile::tempdir().unwrap();
    small(dir.path(), "");
    let said = done(&control(dir.path(), &["small.toml", "--out", "r", "--compare", "controller.gain=0.9"]));
    assert!(said.contains("as given          changed"), "{said}");
    assert!(said.contains("0.300 (1.000)    0.900 (1.000)"), "{said}");
}

#[track_caller]
fn says(more: &str, wanted: &[&str]) {
    let problems = Opened::from_text(&format!("{SMALL}{more}"), "c.toml", &None.into(), &[]).unwrap_err();
    let said = problems.to_string();
    for wanted in wanted {
        assert!(said.contains(wanted), "{said}\n  does not say\n{wanted}");
    }
    assert_eq!(problems.0.len(), wanted.len(), "{said}");
}

#[test]
fn what_cannot_be_run_is_refused_with_line_and_reason() {
    says(
        "[meter]\nperiod_s = 0.5\n",
        &["c.toml:10: meter.period_s: 0.5 is below run.step_s = 1; the meter samples at most"],
    );
    says("[meter]\nperiod_s = 1.5\n", &["c.toml:10: meter.period_s: 1.5 is no whole multiple of run.step_s = 1"]);
    says("[controller]\ngian = 0.3\n", &["c.toml:10: controller.gian: unknown key; did you mean gain?"]);
    says("[controller]\ngain = -1\n", &["controller.gain: -1 is out of range; it must be from 0 to 100"]);
    says(
        "[limiter]\nbase = \"uk-g99\"\n",
        &["c.toml:10: limiter.base: \"uk-g99\" is not in models/controls; did you mean uk-g100?"],
    );
    says("[[inverter]]\nname = \"inverter_1\"\nrated_kw = 5\n", &["two are called \"inverter_1\""]);
    says("[[inverter]]\nname = \"a,b\"\nrated_kw = 5\n", &["\"a,b\" cannot head a column"]);
    says("[load]\nkw = 5\npoints = [[0, 1]]\n", &["c.toml:11: load.points: given beside kw"]);
    says(
        "[pv]\nkw = -5\n[actuator]\nramp_up_pct_per_s = 0\n",
        &["pv.kw: -5 is out of range", "actuator.ramp_up_pct_per_s: 0 is out of range"],
    );
    let patch = [("run.duration_s".to_owned(), "1e9".to_owned())];
    let problems = Opened::from_text(SMALL, "c.toml", &None.into(), &patch).unwrap_err().to_string();
    assert!(
        problems.contains("--set: run.duration_s: 1000000000 s in steps of 1 s are 1000000000 steps"),
        "{problems}"
    );
}

#[test]
fn a_loop_that_will_swing_and_one_with_nothing_to_control_are_warned_of() {
    let warned = |patch: (&str, &str)| {
        let patches = [(patch.0.to_owned(), patch.1.to_owned())];
        Opened::from_text(SMALL, "c.toml", &None.into(), &patches).unwrap().warnings
    };
    assert_eq!(warned(("controller.gain", "0.99")), [] as [String; 0]);
    let swings = warned(("controller.gain", "1"));
    assert!(swings[0].contains("1 swings; with a delay of 1 sample the loop is stable below 1.000"), "{swings:?}");
    let none = Opened::from_text("name = \"n\"\n[limit]\nkw = 1\n", "c.toml", &None.into(), &[]).unwrap();
    assert_eq!(none.warnings, ["inverter: there is none; nothing is controlled"]);
    assert!(none.case.run(|_| {}).settling_s == Some(0.0));
}

#[test]
fn stability_prints_the_bounds_of_theory_and_simulation() {
    let dir = tempfile::tempdir().unwrap();
    let said = done(&control(dir.path(), &["--stability"]));
    let rows: Vec<Vec<f64>> = said
        .lines()
        .map(|line| line.split_whitespace().map_while(|cell| cell.parse().ok()).collect())
        .filter(|row: &Vec<f64>| row.len() == 7)
        .collect();
    assert_eq!(rows.len(), 5, "{said}");
    for (row, theory) in rows.iter().zip([2.0, 1.0, 0.6180, 0.4450, 0.3473]) {
        assert_eq!(row[1], theory);
        // One inverter, 2, 4 and 8 on their own, 8 in one loop.
        for (found, share) in row[2..].iter().zip([1.0, 2.0, 4.0, 8.0, 1.0]) {
            assert!((found * share / theory - 1.0).abs() < 0.02, "{row:?}");
        }
    }
}

#[test]
fn the_how_to_lists_every_key_and_the_example_is_the_demonstration() {
    let dir = tempfile::tempdir().unwrap();
    let keys = done(&control(dir.path(), &["--print", "keys"]));
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/how-to/control.md")).unwrap();
    assert!(page.contains(keys.trim()), "docs/how-to/control.md does not list the keys as\n{keys}");
    let schema: Value = serde_json::from_str(&done(&control(dir.path(), &["--print", "schema"]))).unwrap();
    assert_eq!(schema["properties"]["limiter"]["properties"]["reaction_s"]["minimum"], 0.0);
    fs::write(dir.path().join("mine.toml"), done(&control(dir.path(), &["--print", "example"]))).unwrap();
    done(&control(dir.path(), &["mine.toml", "--out", "a", "--quiet"]));
    done(&control(dir.path(), &["--out", "b", "--quiet"]));
    let [a, b] = ["a", "b"].map(|d| fs::read(dir.path().join(d).join("control.csv")).unwrap());
    assert!(a == b);
}
