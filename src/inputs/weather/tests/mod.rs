//! Whole weather files, through the front door: how tests load them.

mod broken;
mod formats;
mod times;
mod values;
mod years;

use std::fmt::Write;

use super::*;
use crate::error::Findings;
use crate::inputs::stamp::{civil, seconds};
use crate::inputs::{Files, Site, SitePlan};
use crate::keys::{Door, Node};

const SITE: &str = "[site]\nlatitude_deg = 33\nlongitude_deg = -112\nelevation_m = 300\nutc_offset_h = -7\n";

/// What came of a file: the weather, and problems or warnings.
struct Loaded {
    weather: Option<(Weather, Site)>,
    said: Vec<String>,
    clean: bool,
}

fn load(keys: &str, csv: &str) -> Loaded {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("w.csv"), csv).unwrap();
    let text = format!("{}\n[weather]\nfile = \"w.csv\"\n{keys}", if keys.contains("[site]") { "" } else { SITE });
    load_plan(&text, dir.path())
}

fn load_plan(text: &str, dir: &std::path::Path) -> Loaded {
    load_files(text, &Files::new(Some(dir), &|_| None))
}

fn load_files(text: &str, files: &Files<'_>) -> Loaded {
    let node = Node::parse(text, "plant.toml").unwrap();
    let findings = Findings::default();
    let door = Door { findings: &findings, shelf: &|_, _| Err(vec![]) };
    let (plan, site) = Keys::read(&node, &door, |k| {
        let site = k.section_or_default("site", "the site", SitePlan::read);
        (k.required_section("weather", "the weather", WeatherPlan::read), site)
    });
    let weather = load_weather(&plan, &site, files, &findings);
    match findings.conclude(()) {
        Ok(((), said)) => Loaded { weather, said, clean: true },
        Err(problems) => Loaded { weather, said: problems.0.iter().map(ToString::to_string).collect(), clean: false },
    }
}

/// The weather of a file that is accepted without a word.
fn accept(keys: &str, csv: &str) -> Weather {
    let (weather, warnings) = accept_warned(keys, csv);
    assert_eq!(warnings, [] as [String; 0]);
    weather
}

fn accept_warned(keys: &str, csv: &str) -> (Weather, Vec<String>) {
    let loaded = load(keys, csv);
    assert!(loaded.clean, "{:?}", loaded.said);
    (loaded.weather.unwrap().0, loaded.said)
}

fn refuse(keys: &str, csv: &str) -> Vec<String> {
    let loaded = load(keys, csv);
    assert!(!loaded.clean, "accepted");
    loaded.said
}

/// Rows of plain CSV from a stamp on: `count` of them, `step_min` apart, all columns constant.
fn plain(from: &str, count: i64, step_min: i64) -> String {
    let from = seconds(from.parse().unwrap());
    let mut csv = "time,ghi,dni,dhi,temp_air,wind_speed\n".to_owned();
    for i in 0..count {
        writeln!(csv, "{},500,600,100,20,2", civil(from + i * step_min * 60)).unwrap();
    }
    csv
}

/// Takes the lines with these stamps out, or puts the line twice.
fn without(csv: &str, stamp: &str) -> String {
    csv.lines().filter(|line| !line.starts_with(stamp)).fold(String::new(), |all, line| all + line + "\n")
}

fn twice(csv: &str, stamp: &str) -> String {
    let times = |line: &str| if line.starts_with(stamp) { 2 } else { 1 };
    csv.lines().fold(String::new(), |all, line| all + &format!("{line}\n").repeat(times(line)))
}

/// A typical year of plain CSV: each month's rows from the year that `year_of` names.
fn typical(year_of: impl Fn(i8) -> i16) -> String {
    let mut csv = "time,ghi,dni,dhi,temp_air,wind_speed\n".to_owned();
    let from = seconds("2021-01-01T00:00:00".parse().unwrap());
    for i in 0..8760 {
        let t = civil(from + i * 3600);
        let year = year_of(t.month());
        writeln!(csv, "{year}{},500,600,100,{},2", &t.to_string()[4..], t.month()).unwrap();
    }
    csv
}

const SHORT: &str = "time,ghi,temp_air,wind_speed\n2021-06-01T00:00,0,20,1\n2021-06-01T01:00,5,21,2\n";
