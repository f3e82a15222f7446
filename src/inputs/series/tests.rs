//! Series files through the front door: alignment, means, and every refusal.

use std::fmt::Write;

use jiff::civil::date;

use super::*;
use crate::inputs::SitePlan;
use crate::inputs::stamp::{civil, seconds};
use crate::keys::{Door, Node};

const LOAD: SeriesColumn =
    SeriesColumn { key: "column", doc: "load, kW", default: Some("load_kw"), low: 0.0, high: 1e6 };
const COMMAND: SeriesColumn = SeriesColumn { key: "command_column", default: Some("command"), ..LOAD };
const FRACTION: SeriesColumn = SeriesColumn { key: "fraction_column", default: Some("fraction"), high: 1.0, ..LOAD };
const POWER: SeriesColumn =
    SeriesColumn { key: "column", doc: "power, kW", default: None, low: f64::MIN, high: f64::MAX };
const WORDS: &[&str] = &["idle", "charge", "discharge"];

/// Reads a plan from `keys` and loads `csv` with it; the value and what was said.
fn with<P, T>(
    keys: &str,
    csv: &str,
    read: impl FnOnce(&mut Keys<'_>) -> P,
    load: impl FnOnce(&P, &Files<'_>, &Findings) -> Option<T>,
) -> (Option<T>, Vec<String>) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("s.csv"), csv).unwrap();
    let node = Node::parse(&format!("file = \"s.csv\"\n{keys}"), "plant.toml").unwrap();
    let findings = Findings::default();
    let plan = Keys::read(&node, &Door { findings: &findings, shelf: &|_, _| Err(vec![]) }, read);
    let loaded = load(&plan, &Files::new(Some(dir.path()), &|_| None), &findings);
    match findings.conclude(()) {
        Ok(((), warnings)) => (loaded, warnings),
        Err(problems) => (None, problems.0.iter().map(ToString::to_string).collect()),
    }
}

fn load(keys: &str, csv: &str, axis: &TimeAxis) -> (Option<Vec<f64>>, Vec<String>) {
    let read = |k: &mut Keys<'_>| SeriesPlan::read(k, &[LOAD]);
    with(keys, csv, read, |plan, files, findings| {
        load_series(plan, axis, files, findings).map(|mut columns| columns.remove(0))
    })
}

fn accept(csv: &str, axis: &TimeAxis) -> Vec<f64> {
    let (values, said) = load("", csv, axis);
    assert_eq!(said, [] as [String; 0]);
    values.unwrap()
}

fn refuse(csv: &str, axis: &TimeAxis) -> Vec<String> {
    let (values, said) = load("", csv, axis);
    assert!(values.is_none(), "accepted");
    said
}

fn axis(year: i16, step_min: u32, len: usize) -> TimeAxis {
    let start = date(year, 1, 1).at(0, 0, 0, 0);
    TimeAxis { start, step_s: step_min * 60, len, utc_offset_s: -25_200, leap_days: true }
}

/// A file of `load_kw` without stamps.
fn bare(values: impl IntoIterator<Item = f64>) -> String {
    values.into_iter().fold("load_kw\n".to_owned(), |csv, v| csv + &format!("{v}\n"))
}

/// A file of `load_kw` with stamps from the start of a year on; the values count the rows.
fn stamped(from: &str, step_min: i64, rows: i64) -> String {
    let from = seconds(from.parse().unwrap());
    let mut csv = "time,load_kw\n".to_owned();
    for i in 0..rows {
        writeln!(csv, "{},{i}", civil(from + i * step_min * 60)).unwrap();
    }
    csv
}

#[test]
fn without_stamps_finer_rows_are_averaged_and_coarser_ones_held() {
    assert_eq!(accept(&bare([1.0, 2.0]), &axis(2021, 60, 2)), [1.0, 2.0]);
    assert_eq!(accept(&bare([1.0, 2.0, 6.0, 0.0]), &axis(2021, 60, 2)), [1.5, 3.0]);
    assert_eq!(accept(&bare([1.0, 2.0]), &axis(2021, 30, 4)), [1.0, 1.0, 2.0, 2.0]);
    let fit = "give as many, or a whole multiple or part of them up to a day each, or a `time` column";
    assert_eq!(
        refuse(&bare([1.0, 2.0, 3.0]), &axis(2021, 60, 2)),
        [format!("s.csv: 3 rows without a column of stamps do not fit the run's 2 steps; {fit}")]
    );
    assert_eq!(
        refuse(&bare([1.0; 12]), &axis(2021, 60, 8760)),
        [format!("s.csv: 12 rows without a column of stamps do not fit the run's 8760 steps; {fit}")]
    );
    assert_eq!(accept(&bare([1.0; 365]), &axis(2021, 60, 8760)).len(), 8760);
    assert!(refuse("load_kw\n", &axis(2021, 60, 2))[0].starts_with("s.csv: 0 rows without"));
}

#[test]
fn with_stamps_rows_go_to_their_steps() {
    let axis_day2 = TimeAxis { start: date(2021, 1, 2).at(0, 0, 0, 0), ..axis(2021, 60, 3) };
    assert_eq!(accept(&stamped("2021-01-01T00:00", 60, 72), &axis_day2), [24.0, 25.0, 26.0]);
    assert_eq!(accept(&stamped("2021-01-01T00:00", 15, 192), &axis_day2), [97.5, 101.5, 105.5]);
    assert_eq!(accept(&stamped("2021-01-01T00:00", 120, 36), &axis_day2), [12.0, 12.0, 13.0]);
    // 40 min rows on hours: 00:00 takes row 36 and half of row 37.
    assert_eq!(accept(&stamped("2021-01-01T00:00", 40, 108), &axis_day2)[0], (36.0 * 2.0 + 37.0) / 3.0);
    let ends = load("label = \"end\"", &stamped("2021-01-01T01:00", 60, 72), &axis_day2);
    assert_eq!(ends.0.unwrap(), [24.0, 25.0, 26.0]);
    let zulu = stamped("2021-01-02T07:00", 60, 3).replace(":00,", ":00Z,");
    assert_eq!(accept(&zulu, &axis_day2), [0.0, 1.0, 2.0]);
}

#[test]
fn energy_is_kept_when_a_series_is_averaged() {
    let fine = stamped("2021-01-01T00:00", 7, 7200);
    let values = accept(&fine, &axis(2021, 60, 840));
    // 840 h are 7200 rows of 7 min whose values are 0 to 7199.
    let energy_kwh: f64 = values.iter().sum();
    let wanted_kwh = (0..7200).map(|i| f64::from(i) * 7.0 / 60.0).sum::<f64>();
    assert!((energy_kwh - wanted_kwh).abs() < 1e-6, "{energy_kwh} not {wanted_kwh}");
}

#[test]
fn a_whole_year_of_another_is_laid_on_by_month_day_and_time() {
    let moved = |from, to| {
        format!(
            "s.csv: the series ({from} 00:00 to {to} 00:00) is not of the run's time; it is laid on the run by month, \
             day and time of day; its weekdays are not kept"
        )
    };
    let year_2019 = stamped("2019-01-01T00:00", 60, 8760);
    let (values, said) = load("", &year_2019, &axis(2021, 60, 8760));
    assert_eq!(values.unwrap()[8759], 8759.0);
    assert_eq!(said, [moved("2019-01-01", "2020-01-01")]);
    let (values, said) = load("", &year_2019, &axis(2020, 60, 8784));
    let values = values.unwrap();
    assert_eq!(
        said,
        [&moved("2019-01-01", "2020-01-01"), "s.csv: the series has no 29 February; its 28 February is repeated"]
    );
    assert_eq!((values[59 * 24], values[60 * 24], values[8783]), (58.0 * 24.0, 59.0 * 24.0, 8759.0));
    let (values, said) = load("", &stamped("2020-01-01T00:00", 60, 8784), &axis(2021, 60, 8760));
    let values = values.unwrap();
    assert_eq!((values[59 * 24 - 1], values[59 * 24]), (59.0 * 24.0 - 1.0, 60.0 * 24.0));
    assert_eq!(said, [moved("2020-01-01", "2021-01-01")]);
}

#[test]
fn a_typical_run_takes_a_series_of_its_label_year_without_29_february() {
    let typical = TimeAxis { leap_days: false, ..axis(2020, 60, 8760) };
    let values = accept(&stamped("2020-01-01T00:00", 60, 8784), &typical);
    assert_eq!((values[59 * 24 - 1], values[59 * 24]), (59.0 * 24.0 - 1.0, 60.0 * 24.0));
}

#[test]
fn a_run_that_begins_on_the_old_year_s_eve_wraps_into_a_calendar_year() {
    let eve = TimeAxis { start: date(2020, 12, 31).at(16, 0, 0, 0), ..axis(2021, 60, 8760) };
    let (values, said) = load("", &stamped("2021-01-01T00:00", 60, 8760), &eve);
    let values = values.unwrap();
    assert_eq!((values[0], values[8], said.len()), (8752.0, 0.0, 1));
}

#[test]
fn a_series_that_does_not_cover_the_run_is_refused() {
    assert_eq!(
        refuse(&stamped("2021-01-01T00:00", 60, 48), &axis(2021, 60, 72)),
        ["s.csv: time: the series covers 2021-01-01 00:00 to 2021-01-03 00:00, the run 2021-01-01 00:00 to \
          2021-01-04 00:00; it must cover the run, or a whole calendar year of another"]
    );
}

#[test]
fn gaps_duplicates_and_values_are_refused_with_their_lines() {
    let axis = axis(2021, 60, 3);
    let csv = "time,load_kw\n2021-01-01 00:00,1\n2021-01-01 01:00,\n2021-01-01 01:00,x\n2021-01-01 02:00,-1\n";
    let said = refuse(csv, &axis);
    assert_eq!(said[0], "s.csv:3: load_kw: the value is missing; a series must be whole");
    assert_eq!(said[1], "s.csv:4: load_kw: `x` is not a number");
    assert_eq!(said[2], "s.csv:5: load_kw: -1 is out of range; it must be from 0 to 1000000");
    assert!(said[3].starts_with("s.csv:4: time: 2021-01-01 01:00 comes twice; stamps must be in standard time"));
    let gap = "time,load_kw\n2021-01-01 00:00,1\n2021-01-01 01:00,1\n2021-01-01 05:00,1\n";
    assert!(refuse(gap, &axis)[0].starts_with("s.csv:4: time: 2021-01-01 02:00 to 2021-01-01 04:00 are missing"));
}

#[test]
fn columns_and_keys_that_are_not_there_are_named() {
    let csv = "time,laod_kw\n2021-01-01 00:00,1\n2021-01-01 01:00,1\n";
    let axis = axis(2021, 60, 2);
    assert_eq!(refuse(csv, &axis), ["s.csv:1: there is no column `load_kw` (key column); did you mean laod_kw?"]);
    assert_eq!(load("column = \"laod_kw\"", csv, &axis).0.unwrap(), [1.0, 1.0]);
    let (_, said) = load("column = \"laod_kw\"\ntime_column = \"stamp\"", csv, &axis);
    assert_eq!(said, ["s.csv:1: there is no column `stamp` (key time_column); choose one of time, laod_kw"]);
}

#[test]
fn a_part_without_a_file_refuses_the_keys_that_need_one() {
    let findings = Findings::default();
    let node = Node::parse("column = \"x\"", "plant.toml").unwrap();
    let door = Door { findings: &findings, shelf: &|_, _| Err(vec![]) };
    assert_eq!(Keys::read(&node, &door, |k| SeriesPlan::read_if_given(k, &[LOAD])), None);
    let said = findings.conclude(()).unwrap_err().to_string();
    assert_eq!(said, "plant.toml:1: column: there is no `file` to read it from");
}

type Commands = (Vec<usize>, Vec<f64>);

fn commands(csv: &str, axis: &TimeAxis) -> (Option<Commands>, Vec<String>) {
    let read = |k: &mut Keys<'_>| SeriesPlan::read(k, &[COMMAND, FRACTION]);
    with("", csv, read, |plan, files, findings| load_commands(plan, WORDS, axis, files, findings))
}

#[test]
fn commands_are_held_and_never_mixed() {
    let csv = "command,fraction\nIdle,\ncharge,0.5\ndischarge,1\n";
    let (loaded, said) = commands(csv, &axis(2021, 60, 3));
    assert_eq!((loaded, said), (Some((vec![0, 1, 2], vec![1.0, 0.5, 1.0])), vec![]));
    let (loaded, _) = commands("command\nidle\ncharge\n", &axis(2021, 30, 4));
    assert_eq!(loaded, Some((vec![0, 0, 1, 1], vec![1.0; 4])));
    let stamps = "time,command\n2021-01-01 00:00,charge\n2021-01-01 01:00,idle\n";
    assert_eq!(commands(stamps, &axis(2021, 60, 2)).0, Some((vec![1, 0], vec![1.0; 2])));
    assert_eq!(
        commands(csv, &axis(2021, 60, 1)).1,
        ["s.csv: time: the rows are finer than the run's step or lie across it; a command holds for a whole step"]
    );
    assert_eq!(
        commands("command,fraction\nchrge,2\nidle,0\n", &axis(2021, 60, 2)).1,
        [
            "s.csv:2: command: `chrge` is not known here; did you mean charge or discharge?",
            "s.csv:2: fraction: 2 is out of range; it must be from 0 to 1"
        ]
    );
}

fn defines(keys: &str, csv: &str, utc_offset_h: Option<f64>) -> (Option<(TimeAxis, Vec<f64>)>, Vec<String>) {
    let mut site = SitePlan::default();
    site.utc_offset_h = utc_offset_h;
    let read = |k: &mut Keys<'_>| AxisSeriesPlan::read(k, POWER);
    with(&format!("column = \"load_kw\"\n{keys}"), csv, read, |plan, files, findings| {
        load_axis_series(plan, &site, files, findings)
    })
}

#[test]
fn a_pv_series_with_stamps_defines_the_axis() {
    let (loaded, said) = defines("", &stamped("2021-03-01T00:00", 15, 8), Some(-7.0));
    let (axis, values) = loaded.unwrap();
    assert_eq!((axis.start.to_string().as_str(), axis.step_s, axis.len), ("2021-03-01T00:00:00", 900, 8));
    assert_eq!((axis.utc_offset_s, values[7], said.len()), (-25_200, 7.0, 0));
    let (loaded, said) = defines("", &stamped("2021-03-01T00:00", 15, 8), None);
    assert_eq!(loaded.unwrap().0.utc_offset_s, 0);
    assert_eq!(said, ["s.csv: neither the stamps nor [site] utc_offset_h tell the offset from UTC; 0 is taken"]);
    let offsets = stamped("2021-03-01T00:00", 15, 8).replace(":00,", ":00-05:00,");
    let axis = defines("", &offsets, None).0.unwrap().0;
    assert_eq!((axis.start.to_string().as_str(), axis.utc_offset_s), ("2021-03-01T00:00:00", -18_000));
}

#[test]
fn a_pv_series_without_stamps_is_a_whole_year_or_says_its_time() {
    let rows = |n: usize| bare(std::iter::repeat_n(1.0, n));
    for (n, step_s, year, leap_days) in
        [(8760, 3600, 2019, false), (35_040, 900, 2019, false), (8784, 3600, 2020, true), (525_600, 60, 2019, false)]
    {
        let axis = defines("", &rows(n), Some(1.0)).0.unwrap().0;
        assert_eq!((axis.step_s, axis.len, axis.start.year(), axis.leap_days), (step_s, n, year, leap_days));
    }
    let axis = defines("label_year = 2024", &rows(8760), Some(1.0)).0.unwrap().0;
    assert_eq!(axis.start_of(8760).to_string(), "2025-01-01T00:00:00");
    let axis = defines("step_min = 10\nstart = \"2021-06-01 00:00\"", &rows(100), Some(1.0)).0.unwrap().0;
    assert_eq!((axis.start.to_string().as_str(), axis.step_s, axis.len), ("2021-06-01T00:00:00", 600, 100));
    assert_eq!(
        defines("label_year = 2021", &rows(8784), Some(1.0)).1,
        ["s.csv: 8784 rows are a leap year, and label_year 2021 is none"]
    );
    assert_eq!(
        defines("", &rows(100), Some(1.0)).1,
        ["s.csv: 100 rows without stamps are no whole year at 1 to 60 min; give a `time` column, or the keys `start` \
          and `step_min`"]
    );
    assert_eq!(
        defines("step_min = 10", &rows(8760), Some(1.0)).1,
        ["plant.toml:3: step_min: `start` and `step_min` go together"]
    );
    let said = defines("step_min = 10\nstart = \"June\"", &rows(100), Some(1.0)).1;
    assert!(said[0].starts_with("plant.toml:4: start: it is not a time stamp in standard time; write"), "{said:?}");
}
