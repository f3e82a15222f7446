//! Uncertainty as a user has it: exceedance of a run, weather sets, Monte Carlo sweeps.

mod command;
mod week;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use assert_cmd::cargo::CommandCargoExt;
use command::{done, pvess};
use pvess::uncertainty::{Span, normal_quantile};
use pvess::{Project, Simulation};
use serde_json::Value;
use week::folder;

/// Without limit and battery the export is the series times its factor.
const LINEAR: &str = "[uncertainty]\ninter_annual_variability_pct = 0\ncomponent = [{ name = \"all\", pct = 5 }]\n\
                      [[uncertainty.distribution]]\nkey = \"pv.factor\"\nnormal = { mean = 1, sd = 0.05 }\n";

fn json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[track_caller]
fn refused(dir: &Path, args: &[&str], parts: &[&str]) {
    let output = pvess(dir, args);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{said}");
    for part in parts {
        assert!(said.contains(part), "{said}\n  does not contain\n{part}");
    }
}

#[test]
fn draws_of_a_linear_plant_meet_the_closed_form_within_their_sampling_error() {
    let dir = folder(Some(LINEAR));
    done(&pvess(dir.path(), &["run", "plant.toml", "--steps", "none", "--out", "run"]));
    let closed = &json(&dir.path().join("run/summary.json"))["uncertainty"]["figures"]["export_mwh"]["one_year"];
    let expected = closed["p50"].as_f64().unwrap();
    let n = 2000.0_f64;
    for method in ["latin_hypercube", "random"] {
        let args =
            ["sweep", "plant.toml", "--monte-carlo", "2000", "--seed", "1", "--method", method, "--out", "m.csv"];
        done(&pvess(dir.path(), &[&args[..], &["--force"]].concat()));
        let draws = json(&dir.path().join("m.csv.percentiles.json"));
        let drawn = &draws["variants"][0]["figures"]["export_mwh"];
        assert_eq!((&draws["drawn"]["method"], drawn["draws"].as_u64()), (&Value::from(method), Some(2000)));
        for level in [50.0, 75.0, 90.0, 95.0, 99.0] {
            let p = 1.0 - level / 100.0;
            let z = normal_quantile(p);
            let density = (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
            // A hypercube meets every 2000th once, so the rank is right to two slices; a random sample's rank has a
            // standard error of √(p(1 − p)/n), of which four are allowed.
            let rank = if method == "random" { 4.0 * (p * (1.0 - p) / n).sqrt() } else { 2.0 / n };
            let tolerance = 0.05 * expected * rank / density;
            let name = format!("p{level}");
            let (ours, exact) = (drawn[&name].as_f64().unwrap(), closed[&name].as_f64().unwrap());
            assert!((ours - exact).abs() <= tolerance, "{method} {name}: {ours} and {exact}, within {tolerance}");
        }
        // The spread's standard error is 1/√(2n) of it.
        let sd = drawn["sd"].as_f64().unwrap();
        assert!((sd / (0.05 * expected) - 1.0).abs() <= 4.0 / (2.0 * n).sqrt(), "{method}: {sd}");
    }
}

#[test]
fn behind_a_limit_draws_lose_less_than_the_closed_form_says() {
    let dir = folder(Some(LINEAR));
    let limit = ["--set", "plant.export_limit={ kw = 15000 }"];
    done(&pvess(dir.path(), &[&["run", "plant.toml", "--steps", "none", "--out", "run"], &limit[..]].concat()));
    done(&pvess(
        dir.path(),
        &[&["sweep", "plant.toml", "--monte-carlo", "400", "--out", "m.csv"], &limit[..]].concat(),
    ));
    let closed = &json(&dir.path().join("run/summary.json"))["uncertainty"]["figures"]["export_mwh"]["one_year"]["p90"];
    let drawn = &json(&dir.path().join("m.csv.percentiles.json"))["variants"][0]["figures"]["export_mwh"]["p90"];
    assert!(drawn.as_f64().unwrap() > 1.01 * closed.as_f64().unwrap(), "{drawn} {closed}");
}

#[test]
fn rows_and_percentiles_are_the_same_for_any_threads_and_differ_by_seed() {
    let dir = folder(Some(LINEAR));
    let sweep = |out: &str, more: &[&str]| {
        done(&pvess(dir.path(), &[&["sweep", "plant.toml", "--monte-carlo", "300", "--out", out], more].concat()));
        let read = |name: String| fs::read_to_string(dir.path().join(name)).unwrap();
        (read(out.to_owned()), read(format!("{out}.percentiles.json")))
    };
    let one = sweep("1.csv", &["--threads", "1"]);
    assert_eq!(one, sweep("4.csv", &["--threads", "4"]));
    let other = sweep("s.csv", &["--seed", "2"]);
    assert!(one.0 != other.0 && one.1 != other.1);
    // Rows of draws are single runs: without exceedance values of their own.
    assert!(one.0.starts_with("label,pv.factor,pv_mv_mwh,") && !one.0.contains("_p90_"));
}

#[test]
fn a_killed_monte_carlo_goes_on_to_the_same_rows_and_percentiles() {
    let dir = folder(Some(LINEAR));
    let args = ["sweep", "plant.toml", "--monte-carlo", "20000", "--figures", "export_mwh", "--threads", "2", "--out"];
    done(&pvess(dir.path(), &[&args[..], &["whole.csv"]].concat()));
    let mut child = Command::cargo_bin("pvess").unwrap();
    let mut child = child.current_dir(dir.path()).args(args).arg("broken.csv").stdout(Stdio::null()).spawn().unwrap();
    let (partial, started) = (dir.path().join("broken.csv.partial"), Instant::now());
    while fs::metadata(&partial).map_or(0, |meta| meta.len()) < 100_000 {
        assert!(started.elapsed() < Duration::from_secs(60), "nothing is written");
        assert!(child.try_wait().unwrap().is_none(), "it was done before it could be killed");
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!dir.path().join("broken.csv.percentiles.json").exists());
    done(&pvess(dir.path(), &[&args[..], &["broken.csv", "--resume"]].concat()));
    for suffix in ["", ".percentiles.json"] {
        let read = |name: &str| fs::read(dir.path().join(format!("{name}{suffix}"))).unwrap();
        assert!(read("broken.csv") == read("whole.csv"), "{suffix}");
    }
}

#[test]
fn varied_scenarios_get_the_same_draws_and_their_own_percentiles() {
    let dir = folder(Some(LINEAR));
    let vary = ["--vary", "plant.export_limit.kw=-1,15000,90000", "--figures", "export_mwh"];
    let said = done(&pvess(
        dir.path(),
        &[&["sweep", "plant.toml", "--monte-carlo", "50", "--out", "m.parquet"], &vary[..]].concat(),
    ));
    assert!(
        said.contains("50 of 50 draws failed and are left out") && said.contains("plant.export_limit.kw = 15000"),
        "{said}"
    );
    let draws = json(&dir.path().join("m.parquet.percentiles.json"));
    let variants = draws["variants"].as_array().unwrap();
    assert_eq!(variants.len(), 3);
    assert_eq!((variants[0]["failed"].as_u64(), variants[2]["failed"].as_u64()), (Some(50), Some(0)));
    assert!(variants[0]["figures"]["export_mwh"]["p90"].is_null());
    let p50 = |at: usize| variants[at]["figures"]["export_mwh"]["p50"].as_f64().unwrap();
    assert!(p50(1) < p50(2) && variants[2]["values"]["plant.export_limit.kw"] == "90000");
}

#[test]
fn draws_of_labelled_scenarios_keep_their_names_and_what_is_doubtful_of_them_is_told() {
    let dir = folder(Some(LINEAR));
    fs::write(dir.path().join("sc.csv"), "label,storage.nameplate_mwh\nas planned,\nbig,90\n").unwrap();
    let args = ["sweep", "plant.toml", "--monte-carlo", "5", "--scenarios", "sc.csv", "--out", "m.csv"];
    let said = done(&pvess(dir.path(), &args));
    assert!(said.contains("\nas planned\n") && said.contains("\nbig: storage.nameplate_mwh = 90\n"), "{said}");
    let draws = json(&dir.path().join("m.csv.percentiles.json"));
    assert_eq!([&draws["variants"][0]["label"], &draws["variants"][1]["label"]], ["as planned", "big"]);
    // A run with distributions alone says where they are drawn.
    let alone = ["run", "plant.toml", "--steps", "none", "--set", "uncertainty.component=[]"];
    let alone = [&alone[..], &["--set", "uncertainty={distribution=[{key=\"pv.factor\",values=[1]}]}"]].concat();
    let said = pvess(dir.path(), &alone);
    assert!(String::from_utf8_lossy(&said.stderr).contains("pvess sweep --monte-carlo 1000 does"));
    // Weather that is drawn holds for all years of a draw.
    let drawn =
        "uncertainty={distribution=[{key=\"weather.file\",values=[\"pvess:weather/daggett-ca-nsrdb-psm3-tmy.csv\"]}]}";
    let args =
        ["sweep", "--monte-carlo", "2", "--years", "2", "--out", "w.csv", "--figures", "export_mwh", "--set", drawn];
    let said = pvess(dir.path(), &args);
    assert!(String::from_utf8_lossy(&said.stderr).contains("every draw repeats its weather year 2 times"));
}

#[test]
fn what_cannot_be_drawn_is_refused_before_anything_is_computed() {
    let dir = folder(Some(""));
    let draw = ["sweep", "plant.toml", "--monte-carlo", "5", "--out", "m.csv"];
    refused(
        dir.path(),
        &draw,
        &["plant.toml: --monte-carlo draws from the distributions", "[[uncertainty.distribution]]"],
    );
    let dir = folder(Some(LINEAR));
    refused(dir.path(), &[&draw[..], &["--vary", "pv.factor=1,2"]].concat(), &["pv.factor: is drawn and varied"]);
    refused(dir.path(), &[&draw[..], &["--vary", "pv={}"]].concat(), &["pv.factor: is drawn and varied"]);
    refused(dir.path(), &[&draw[..], &["--sample", "5", "--vary", "name=a,b"]].concat(), &["cannot be used with"]);
    refused(dir.path(), &["sweep", "plant.toml", "--vary", "name=a,b", "--seed", "5"], &["required arguments"]);
    let years = ["--vary", "uncertainty.horizon_years=5,10"];
    refused(dir.path(), &[&draw[..], &years].concat(), &["uncertainty.horizon_years: says how draws fall out"]);
    refused(dir.path(), &["sweep", "plant.toml", "--monte-carlo", "1"], &["1 is not in 2..=10000000"]);
    let many = ["sweep", "plant.toml", "--monte-carlo", "9000000", "--vary", "name=a,b"];
    refused(dir.path(), &many, &["these are 18000000 scenarios; give fewer values or draws, or say --yes"]);
    let unknown = ["--set", "uncertainty.distribution.0.key=pv.facto"];
    let said = ["uncertainty.distribution.0.key: pv.facto: unknown key; did you mean factor?"];
    refused(dir.path(), &[&draw[..], &unknown[..]].concat(), &said);
    assert!(!dir.path().join("m.csv.partial").exists());
}

/// A year of shipped weather with its irradiance times a factor, without the last `cut` rows.
fn weather(factor: f64, cut: usize) -> String {
    let text = include_str!("../data/weather/daggett-ca-nsrdb-psm3-tmy.csv");
    let lines: Vec<&str> = text.lines().collect();
    let header: Vec<&str> = lines[2].split(',').collect();
    let scaled = |line: &&str| {
        let cell = |(at, cell): (usize, &str)| match header.get(at) {
            Some(&("GHI" | "DNI" | "DHI")) => (factor * cell.parse::<f64>().unwrap()).to_string(),
            _ => cell.to_owned(),
        };
        line.split(',').enumerate().map(cell).collect::<Vec<_>>().join(",")
    };
    let rows = lines[3..lines.len() - cut].iter().map(scaled);
    lines[..3].iter().map(ToString::to_string).chain(rows).map(|line| line + "\n").collect()
}

#[test]
fn a_weather_set_is_its_years_run_one_by_one() {
    let dir = tempfile::tempdir().unwrap();
    let plant = include_str!("../models/plants/daggett-lgia-excess.toml");
    let set = "\n[uncertainty]\nweather_files = [\"dim.csv\", \"bright.csv\", \"pvess:weather/moffat-co-nsrdb-psm3-2017-30min.csv\"]\n\
               component = [{ name = \"all\", pct = 5 }]\nhorizon_years = 4\n";
    fs::write(dir.path().join("plant.toml"), format!("{plant}{set}")).unwrap();
    fs::write(dir.path().join("dim.csv"), weather(0.9, 0)).unwrap();
    fs::write(dir.path().join("bright.csv"), weather(1.1, 0)).unwrap();
    let open = |patches: &[(String, String)]| Project::from_file(dir.path().join("plant.toml"), patches).unwrap();
    let names = ["dim.csv", "bright.csv", "pvess:weather/moffat-co-nsrdb-psm3-2017-30min.csv"];
    for years in [1, 2] {
        let one = |name: &str| {
            let project = open(&[("weather.file".to_owned(), name.to_owned())]);
            let results = Simulation::new(&project).years(years).keep_steps(false).run();
            results.summary.total.get("export_mwh").unwrap() / f64::from(years)
        };
        let alone = names.map(one);
        let results = Simulation::new(&open(&[])).years(years).keep_steps(false).run();
        let assessment = results.summary.uncertainty.unwrap();
        let export = assessment.figures.iter().find(|figure| figure.figure == "export_mwh").unwrap();
        assert_eq!(export.set_values, alone);
        let mean = alone.iter().sum::<f64>() / 3.0;
        let sd = (alone.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 2.0).sqrt();
        let close = |a: f64, b: f64| assert!((a - b).abs() <= 1e-9 * mean, "{a} and {b}");
        close(export.expected, mean);
        close(export.sd(Span::Year), (0.05 * mean).hypot(sd));
        close(export.sd(Span::Horizon), (0.05 * mean).hypot(sd / 2.0));
        close(export.value(Span::Set, 50.0).unwrap(), alone[0].max(alone[2].min(alone[1])));
    }
    // The rows of a sweep say the same as the runs of its scenarios; four are walked side by side, the fifth alone.
    let vary = [
        "--vary",
        "storage.nameplate_mwh=120,130,140,150,120",
        "--figures",
        "export_mwh,export_p90_mwh,export_p90_weather_set_mwh",
    ];
    done(&pvess(dir.path(), &[&["sweep", "plant.toml", "--out", "s.csv", "--quiet"], &vary[..]].concat()));
    let run = ["run", "plant.toml", "--steps", "none", "--out", "run", "--set", "storage.nameplate_mwh=120"];
    let said = done(&pvess(dir.path(), &run));
    assert!(said.contains("Export, 3 weather years") && said.contains("from year to year (weather set)"), "{said}");
    let export = &json(&dir.path().join("run/summary.json"))["uncertainty"]["figures"]["export_mwh"];
    let mut rows = csv::Reader::from_path(dir.path().join("s.csv")).unwrap();
    let rows: Vec<_> = rows.records().map(Result::unwrap).collect();
    let row = &rows[0];
    assert_eq!(row.iter().skip(1).collect::<Vec<_>>(), rows[4].iter().skip(1).collect::<Vec<_>>());
    for (cell, value) in [(&row[3], &export["one_year"]["p90"]), (&row[4], &export["weather_set"]["p90"])] {
        assert!((cell.parse::<f64>().unwrap() - value.as_f64().unwrap()).abs() <= 5.1e-7, "{cell} and {value}");
    }
    let again = ["run", "run/plant.toml", "--steps", "none", "--out", "again"];
    done(&pvess(dir.path(), &again));
    let [first, again] = ["run", "again"].map(|name| json(&dir.path().join(name).join("summary.json")));
    assert_eq!(first, again);
    // What ran can be run again from anywhere: the set's files are named by their full paths.
    let copy = fs::read_to_string(dir.path().join("run/plant.toml")).unwrap();
    assert!(copy.contains(&format!("\"{}\"", dir.path().join("dim.csv").display())), "{copy}");
}

#[test]
fn a_year_of_the_set_that_is_cut_short_or_missing_is_refused_by_its_line() {
    let dir = tempfile::tempdir().unwrap();
    let plant = include_str!("../models/plants/daggett-lgia-excess.toml");
    let line = plant.lines().count() + 3;
    let set = "\n[uncertainty]\nweather_files = [\"short.csv\", \"gone.csv\", \"whole.csv\", \"./whole.csv\"]\n";
    fs::write(dir.path().join("plant.toml"), format!("{plant}{set}")).unwrap();
    fs::write(dir.path().join("short.csv"), weather(1.0, 48)).unwrap();
    fs::write(dir.path().join("whole.csv"), weather(1.0, 0)).unwrap();
    let at = format!("plant.toml:{line}: ");
    refused(
        dir.path(),
        &["check", "plant.toml"],
        &[
            &at,
            "\"short.csv\" covers 8712 h and the run 8760 h",
            "uncertainty.weather_files: there is no file gone.csv",
            "\"./whole.csv\" holds the same as \"whole.csv\"; give each year once",
        ],
    );
}
