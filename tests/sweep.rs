//! `pvess sweep` as a user has it: rows, files, broken-off sweeps, slips.

mod command;
mod week;

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use assert_cmd::cargo::CommandCargoExt;
use command::{done, pvess};
use parquet::file::reader::{FileReader, SerializedFileReader};
use week::folder;

/// The same, to be started and killed.
fn command(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::cargo_bin("pvess").unwrap();
    command.current_dir(dir).arg("sweep").arg("plant.toml").args(args);
    command
}

fn sweep(dir: &Path, args: &[&str]) -> Output {
    pvess(dir, &[&["sweep", "plant.toml"], args].concat())
}

#[track_caller]
fn refused(dir: &Path, args: &[&str], parts: &[&str]) {
    let output = sweep(dir, args);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for part in parts {
        assert!(said.contains(part), "{said}\n  does not contain\n{part}");
    }
}

fn read(dir: &Path, name: &str) -> String {
    fs::read_to_string(dir.join(name)).unwrap()
}

const SIZES: [&str; 4] = ["--vary", "storage.nameplate_mwh=10:100:10", "--vary", "storage.inverter.rated_mw=5,10,-1"];

#[test]
fn every_combination_has_a_row_with_its_figures_and_a_failing_one_its_error() {
    let dir = folder(None);
    let said = done(&sweep(dir.path(), &[&SIZES[..], &["--out", "s.csv"]].concat()));
    assert!(said.contains("30 scenarios in") && said.contains("10 failed, their rows say why"), "{said}");
    let mut reader = csv::Reader::from_path(dir.path().join("s.csv")).unwrap();
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|column| column == name).unwrap();
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 30);
    assert_eq!([&rows[4][0], &rows[4][1], &rows[4][2]], ["5", "20", "10"]);
    assert!(
        rows[5][at("error")].contains("storage.inverter.rated_mw: -1 is out of range")
            && rows[5][at("export_mwh")].is_empty()
    );
    // The row is what a run of the same plant says.
    let set = ["--set", "storage.nameplate_mwh=20", "--set", "storage.inverter.rated_mw=10", "--out", "one"];
    let run =
        Command::cargo_bin("pvess").unwrap().current_dir(dir.path()).args(["run", "plant.toml"]).args(set).output();
    done(&run.unwrap());
    let summary: serde_json::Value = serde_json::from_str(&read(dir.path(), "one/summary.json")).unwrap();
    for name in ["export_mwh", "curtailed_mwh", "discharge_dc_mwh", "equivalent_cycles", "limit_approximation_mwh"] {
        let (row, run) = (rows[4][at(name)].parse::<f64>().unwrap(), summary[name].as_f64().unwrap());
        assert!((row - run).abs() <= 5.1e-7, "{name}: {row} and {run}");
    }
}

#[test]
fn what_is_doubtful_about_a_scenario_and_not_about_the_plant_stands_in_its_row() {
    let dir = folder(None);
    let values = "pv.block.0.strings=460,4600";
    let args = ["sweep", "--vary", values, "--out", "s.csv", "--figures", "export_mwh"];
    let said = done(&pvess(dir.path(), &args));
    assert!(said.contains("; 1 has warnings, see its row"), "{said}");
    let rows = read(dir.path(), "s.csv");
    let warned: Vec<_> = rows.lines().map(|row| row.contains("pv.block.0.strings: ")).collect();
    assert_eq!(warned, [false, false, true], "{rows}");
}

#[test]
fn the_bytes_are_the_same_for_any_number_of_threads_and_in_parquet_the_same_values() {
    let dir = folder(None);
    for threads in ["1", "2", "5"] {
        let out = format!("{threads}.csv");
        done(&sweep(dir.path(), &[&SIZES[..], &["--threads", threads, "--out", &out, "--quiet"]].concat()));
        assert_eq!(read(dir.path(), &out), read(dir.path(), "1.csv"));
    }
    done(&sweep(dir.path(), &[&SIZES[..], &["--out", "s.parquet"]].concat()));
    let file = SerializedFileReader::new(fs::File::open(dir.path().join("s.parquet")).unwrap()).unwrap();
    let csv_rows: Vec<_> =
        csv::Reader::from_path(dir.path().join("1.csv")).unwrap().into_records().map(Result::unwrap).collect();
    let rows: Vec<_> = file.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 30);
    for (row, cells) in rows.iter().zip(&csv_rows) {
        for ((name, field), cell) in row.get_column_iter().zip(cells) {
            let text = match field {
                parquet::record::Field::Double(value) => value.to_string(),
                parquet::record::Field::Str(text) => text.clone(),
                parquet::record::Field::Null => String::new(),
                other => panic!("{name}: {other:?}"),
            };
            assert!(text == cell || text.parse::<f64>().ok() == cell.parse().ok(), "{name}: {text} and {cell}");
        }
    }
}

#[test]
fn rows_of_a_file_keep_their_labels_and_empty_cells_the_plant_s_values() {
    let dir = folder(None);
    let table = "label,storage.nameplate_mwh,storage.dispatch\nas is,,\nbig,80,\nnone,,\"{strategy=\"\"none\"\"}\"\n";
    fs::write(dir.path().join("scenarios.csv"), table).unwrap();
    let columns = ["--figures", "export_mwh,discharge_dc_mwh"];
    done(&sweep(dir.path(), &[&["--scenarios", "scenarios.csv", "--out", "s.csv"], &columns[..]].concat()));
    done(&sweep(dir.path(), &["--scenarios", "scenarios.csv", "--out", "k.csv", "--keep", "timeseries"]));
    for name in ["1-as_is", "2-big", "3-none"] {
        assert_eq!(read(dir.path(), &format!("k.timeseries/{name}.csv")).lines().count(), 169);
    }
    let rows = read(dir.path(), "s.csv");
    let lines: Vec<_> = rows.lines().collect();
    assert_eq!(lines[0], "label,storage.nameplate_mwh,storage.dispatch,export_mwh,discharge_dc_mwh,warnings,error");
    assert!(lines[1].starts_with("as is,,,") && lines[2].starts_with("big,80,,") && lines[3].starts_with("none,,"));
    assert!(lines[3].ends_with(",0,,"), "{}", lines[3]);
}

#[test]
fn samples_are_the_same_for_a_seed_and_time_series_are_kept_on_request() {
    let dir = folder(None);
    let vary =
        ["--vary", "storage.nameplate_mwh=10..100", "--vary", "storage.units=1..3", "--sample", "8", "--seed", "3"];
    done(&sweep(dir.path(), &[&vary[..], &["--out", "a.csv", "--keep", "timeseries"]].concat()));
    done(&sweep(dir.path(), &[&vary[..], &["--out", "b.csv"]].concat()));
    assert_eq!(read(dir.path(), "a.csv"), read(dir.path(), "b.csv"));
    assert_eq!(fs::read_dir(dir.path().join("a.timeseries")).unwrap().count(), 8);
    assert_eq!(read(dir.path(), "a.timeseries/8.csv").lines().count(), 169);
    let mut units: Vec<_> =
        read(dir.path(), "a.csv").lines().skip(1).map(|l| l.split(',').nth(2).unwrap().to_owned()).collect();
    units.sort();
    units.dedup();
    assert_eq!(units, ["1", "2", "3"]);
}

/// Waits until a sweep has kept so many bytes; whether it is still at it.
fn wait_for(child: &mut Child, partial: &Path, bytes: u64) -> bool {
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(60) {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        if fs::metadata(partial).is_ok_and(|meta| meta.len() > bytes) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    panic!("nothing is written");
}

#[test]
fn a_killed_sweep_goes_on_to_the_same_file() {
    let dir = folder(None);
    let vary = [
        "--vary",
        "storage.nameplate_mwh=10:100:200",
        "--vary",
        "storage.inverter.rated_mw=2:12:200",
        "--threads",
        "2",
    ];
    let figures = ["--figures", "export_mwh,curtailed_mwh"];
    done(&sweep(dir.path(), &[&vary[..], &figures[..], &["--out", "whole.csv"]].concat()));
    let broken = [&vary[..], &figures[..], &["--out", "broken.csv"]].concat();
    let mut child = command(dir.path(), &broken).stdout(Stdio::null()).spawn().unwrap();
    let partial = dir.path().join("broken.csv.partial");
    let mut killed = 0;
    for part in 1..4_u64 {
        let at_work = wait_for(&mut child, &partial, part * 150_000);
        // SIGKILL: no handler sees it.
        let _ = child.kill();
        child.wait().unwrap();
        killed += u32::from(at_work);
        assert!(!at_work || !dir.path().join("broken.csv").exists());
        refused(dir.path(), &broken, &["broken.csv.partial: is an unfinished sweep; --resume goes on with it"]);
        let other = [&broken[..], &["--resume", "--set", "storage.roundtrip_efficiency_pct=80"]].concat();
        refused(dir.path(), &other, &["was of something else: the plant file; --force begins anew"]);
        child = command(dir.path(), &[&broken[..], &["--resume"]].concat()).stdout(Stdio::null()).spawn().unwrap();
    }
    assert!(child.wait().unwrap().success());
    assert!(killed >= 1, "it was never killed at work");
    assert_eq!(read(dir.path(), "broken.csv"), read(dir.path(), "whole.csv"));
    let left: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains("partial")), "{left:?}");
}

#[test]
#[cfg(unix)]
fn ctrl_c_keeps_what_is_finished_and_says_how_to_go_on() {
    let dir = folder(None);
    let vary = ["--vary", "storage.nameplate_mwh=10:100:200", "--vary", "storage.inverter.rated_mw=2:12:200"];
    let args = [&vary[..], &["--figures", "export_mwh", "--out", "s.csv"]].concat();
    let mut child = command(dir.path(), &args).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let partial = dir.path().join("s.csv.partial");
    assert!(wait_for(&mut child, &partial, 20_000), "it was done before it could be stopped");
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let stopped = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&stopped.stderr);
    assert_eq!(stopped.status.code(), Some(130), "{said}");
    // Whole rows, as many as it says.
    let kept = read(dir.path(), "s.csv.partial").lines().count() - 1;
    let words = format!("stopped; {kept} of 40000 scenarios are kept in s.csv.partial; --resume goes on");
    assert!(said.contains(&words) && kept > 0, "{said}\n  does not contain\n{words}");
    done(&sweep(dir.path(), &[&args[..], &["--resume"]].concat()));
    done(&sweep(dir.path(), &[&args[..4], &["--figures", "export_mwh", "--out", "whole.csv"]].concat()));
    assert_eq!(read(dir.path(), "s.csv"), read(dir.path(), "whole.csv"));
}

#[test]
fn a_file_that_only_a_value_names_is_part_of_what_goes_on() {
    let dir = folder(None);
    let pv = read(dir.path(), "pv.csv");
    fs::write(dir.path().join("other.csv"), &pv).unwrap();
    let vary = ["--vary", "pv.file=pv.csv,other.csv", "--vary", "storage.nameplate_mwh=10:100:20000"];
    let args = [&vary[..], &["--figures", "export_mwh", "--out", "s.csv"]].concat();
    let mut child = command(dir.path(), &args).stdout(Stdio::null()).spawn().unwrap();
    assert!(wait_for(&mut child, &dir.path().join("s.csv.partial"), 2_000), "it was never killed at work");
    let _ = child.kill();
    child.wait().unwrap();
    fs::write(dir.path().join("other.csv"), pv + "\n").unwrap();
    refused(
        dir.path(),
        &[&args[..], &["--resume"]].concat(),
        &["was of something else: other.csv; --force begins anew"],
    );
}

#[test]
fn two_programs_do_not_write_one_file() {
    let dir = folder(None);
    let long = ["--vary", "storage.nameplate_mwh=10:100:200", "--vary", "storage.inverter.rated_mw=2:12:200"];
    let mut child =
        command(dir.path(), &[&long[..], &["--out", "s.csv"]].concat()).stdout(Stdio::null()).spawn().unwrap();
    assert!(wait_for(&mut child, &dir.path().join("s.csv.partial"), 2_000));
    let short = ["--vary", "storage.nameplate_mwh=10,20", "--out", "s.csv"];
    for more in [&[][..], &["--force"], &["--resume"]] {
        refused(dir.path(), &[&short[..], more].concat(), &["s.csv.partial.json: another pvess is at this sweep"]);
    }
    let _ = child.kill();
    child.wait().unwrap();
    done(&sweep(dir.path(), &[&short[..], &["--force"]].concat()));
    assert_eq!(read(dir.path(), "s.csv").lines().count(), 3);
}

#[test]
fn what_is_read_is_never_written_and_what_is_there_only_with_force() {
    let dir = folder(None);
    let vary = ["--vary", "storage.nameplate_mwh=10,20"];
    fs::write(dir.path().join("sc.csv"), "storage.nameplate_mwh\n10\n").unwrap();
    fs::write(dir.path().join("other.csv"), read(dir.path(), "pv.csv")).unwrap();
    let varied = ["--vary", "pv.file=pv.csv,other.csv"];
    for (args, out) in
        [(&vary[..], "plant.toml"), (&vary, "pv.csv"), (&["--scenarios", "sc.csv"], "sc.csv"), (&varied, "other.csv")]
    {
        let before = read(dir.path(), out);
        refused(
            dir.path(),
            &[args, &["--out", out, "--force"]].concat(),
            &[&format!("{out}: is read, so it cannot be written")],
        );
        assert_eq!(read(dir.path(), out), before);
    }
    // Nor what it would take away.
    for name in ["x.csv.percentiles.json", "x.csv.partial", "x.timeseries/1.csv"] {
        let place = dir.path().join(name);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::copy(dir.path().join("other.csv"), &place).unwrap();
        let named = format!("pv.file=pv.csv,{name}");
        let args = ["--vary", &named, "--keep", "timeseries", "--out", "x.csv", "--force"];
        refused(dir.path(), &args, &[&format!("{name}: is read, so it cannot be written")]);
        assert_eq!(read(dir.path(), name), read(dir.path(), "other.csv"));
    }
    let run = pvess(dir.path(), &["run", "plant.toml", "--out", "plant.toml", "--force"]);
    assert!(String::from_utf8_lossy(&run.stderr).contains("plant.toml: is read, so it cannot be written"));
    for mine in ["o.csv.partial", "o.csv.partial.json", "o.csv.percentiles.json", "o.timeseries/1.csv"] {
        let place = dir.path().join(mine);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(&place, "mine").unwrap();
        let way = mine.strip_suffix("/1.csv").unwrap_or(mine);
        refused(
            dir.path(),
            &[&vary[..], &["--out", "o.csv", "--keep", "timeseries"]].concat(),
            &[&format!("{way}: is in the way")],
        );
        assert_eq!(read(dir.path(), mine), "mine");
        let _ = fs::remove_file(place);
    }
    // With force nothing of an earlier sweep stays beside the rows.
    fs::write(dir.path().join("o.csv.percentiles.json"), "{}").unwrap();
    fs::write(dir.path().join("o.timeseries/7.csv"), "old").unwrap();
    done(&sweep(dir.path(), &[&vary[..], &["--out", "o.csv", "--keep", "timeseries", "--force"]].concat()));
    let left: Vec<_> = fs::read_dir(dir.path().join("o.timeseries")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(left.len() == 2 && !dir.path().join("o.csv.percentiles.json").exists(), "{left:?}");
}

#[test]
fn one_key_under_two_names_and_what_makes_the_columns_are_refused() {
    let dir = folder(None);
    let twice = ["sweep", "--vary", "pv.block.0.count=1,2", "--vary", "pv.block.A.count=3,4"];
    let said = String::from_utf8(pvess(dir.path(), &twice).stderr).unwrap();
    let words = "pv.block.A.count: is varied together with pv.block.0.count, which is the same item by another name";
    assert!(said.contains(words), "{said}");
    refused(
        dir.path(),
        &["--vary", "uncertainty.levels_pct=[50],[90]"],
        &["uncertainty.levels_pct: is the same for all scenarios"],
    );
    let none = ["--vary", "storage.units=10.2..10.8", "--sample", "3"];
    refused(dir.path(), &none, &["storage.units: there is no whole number from 10.2 to 10.8"]);
    let many = ["--vary", "storage.nameplate_mwh=10..20", "--sample", "4000000000"];
    refused(dir.path(), &many, &["these are 4000000000 scenarios; give fewer samples"]);
    let all_at_once = ["--set", "storage.nameplate_mwh=x", "--vary", "storage.unts=10"];
    refused(dir.path(), &all_at_once, &["storage.unts: unknown key", "storage.nameplate_mwh: \"x\""]);
    fs::write(dir.path().join("sc.csv"), "label,storage.unts\na,10\nb,\"20\nc,30\n").unwrap();
    let words = ["sc.csv:1: storage.unts: unknown key", "sc.csv:3: storage.unts: has a line break in it"];
    refused(dir.path(), &["--scenarios", "sc.csv"], &words);
    let both = sweep(dir.path(), &["--scenarios", "sc.csv", "--sample", "7"]);
    assert_eq!(both.status.code(), Some(2));
}

#[test]
fn a_row_says_where_its_slip_is_and_rows_that_all_fail_are_a_failure() {
    let dir = folder(None);
    fs::write(dir.path().join("sc.csv"), "storage.nameplate_mwh\n10\n-3\n").unwrap();
    let output = sweep(dir.path(), &["--scenarios", "sc.csv", "--out", "s.csv", "--quiet"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("1 of 2 scenarios failed; their rows say why"));
    assert!(
        output.status.success()
            && read(dir.path(), "s.csv").contains("sc.csv:3: storage.nameplate_mwh: -3 is out of range")
    );
    let args = ["--vary", "storage.nameplate_mwh=-1,-2", "--out", "none.csv"];
    refused(dir.path(), &args, &["all 2 scenarios failed; their rows in none.csv say why"]);
    assert!(read(dir.path(), "none.csv").contains("--vary: storage.nameplate_mwh: -2 is out of range"));
}

#[test]
fn a_sweep_of_another_project_is_not_gone_on_with() {
    let dir = folder(None);
    // Unfinished, as a kill leaves it.
    let args = [&SIZES[..], &["--out", "s.csv"]].concat();
    done(&sweep(dir.path(), &args));
    let again = |name: &str| fs::copy(dir.path().join("s.csv"), dir.path().join(name)).unwrap();
    again("s.csv.partial");
    fs::remove_file(dir.path().join("s.csv")).unwrap();
    fs::write(dir.path().join("s.csv.partial.json"), "{}").unwrap();
    refused(dir.path(), &[&args[..], &["--resume"]].concat(), &["s.csv.partial.json: is no record of a sweep"]);
    done(&sweep(dir.path(), &[&args[..], &["--force"]].concat()));
    refused(dir.path(), &[&args[..], &["--resume"]].concat(), &["s.csv: is there already, finished"]);
    refused(dir.path(), &args, &["s.csv: is in the way; name another --out, or --force to replace it"]);
}

#[test]
fn slips_are_refused_before_anything_is_computed() {
    let dir = folder(None);
    let vary = |text: &'static str| ["--vary", text, "--out", "s.csv"];
    refused(
        dir.path(),
        &vary("storage.nameplat_mwh=1,2"),
        &["--vary: storage.nameplat_mwh: unknown key; did you mean nameplate_mwh"],
    );
    refused(dir.path(), &vary("storage.nameplate_mwh="), &["has no values"]);
    refused(dir.path(), &vary("storage.nameplate_mwh=1:2:0"), &["`0` is no count"]);
    refused(dir.path(), &vary("storage.nameplate_mwh=1..2"), &["low..high is sampled: say how many with --sample"]);
    refused(dir.path(), &["--out", "s.csv"], &["nothing is varied"]);
    let many = ["--vary", "storage.nameplate_mwh=1:9:10000", "--vary", "storage.inverter.rated_mw=1:9:10000"];
    refused(
        dir.path(),
        &many,
        &["these are 100000000 scenarios; give fewer values, --sample some of them, or say --yes"],
    );
    refused(
        dir.path(),
        &["--vary", "storage.units=1,2", "--figures", "exprt_mwh"],
        &["--figures: exprt_mwh: there is no such figure; did you mean export_mwh"],
    );
    fs::write(dir.path().join("bad.csv"), "label,storage.nameplat_mwh\na,1\na,2\n").unwrap();
    refused(dir.path(), &["--scenarios", "bad.csv"], &["bad.csv:3: label: `a` is the label of line 2, too"]);
    fs::write(dir.path().join("bad.csv"), "label,storage.nameplat_mwh\na,1\n").unwrap();
    refused(dir.path(), &["--scenarios", "bad.csv"], &["bad.csv:1: storage.nameplat_mwh: unknown key"]);
    let two = ["--vary", "storage.units", "--vary", "nmae=a", "--vary", "storage.units=1..2"];
    refused(dir.path(), &two, &["`storage.units`: write key=", "nmae: unknown key", "low..high is sampled"]);
    assert!(!dir.path().join("s.csv").exists() && !dir.path().join("results").exists());
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_told_and_leaves_what_stands_elsewhere() {
    let dir = folder(None);
    // A device that is always full in the place of the rows.
    std::os::unix::fs::symlink("/dev/full", dir.path().join("s.csv.partial")).unwrap();
    let args = [&SIZES[..], &["--out", "s.csv", "--force"]].concat();
    refused(dir.path(), &args, &["cannot write", "No space left on device"]);
    assert!(!dir.path().join("s.csv").exists());
}
