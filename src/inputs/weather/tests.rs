//! Whole weather files, through the front door: every time rule and every refusal.

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

const SHORT: &str = "time,ghi,temp_air,wind_speed\n2021-06-01T00:00,0,20,1\n2021-06-01T01:00,5,21,2\n";

#[test]
fn plain_csv_starts_at_its_stamps_and_the_sun_is_at_mid_interval() {
    let w = accept("", SHORT);
    assert_eq!(w.axis.start.to_string(), "2021-06-01T00:00:00");
    assert_eq!((w.axis.step_s, w.axis.len, w.axis.utc_offset_s, w.axis.leap_days), (3600, 2, -25_200, true));
    assert_eq!((w.ghi_w_m2, w.dni_w_m2, w.temp_air_c), (Some(vec![0.0, 5.0]), None, vec![20.0, 21.0]));
    // 00:30 at UTC-7 is 07:30 UTC.
    assert_eq!(civil(w.mid_utc_s[0]).to_string(), "2021-06-01T07:30:00");
}

#[test]
fn labels_move_the_interval_and_not_the_values() {
    let at = |label| {
        let w = accept(&format!("label = \"{label}\""), SHORT);
        (w.axis.start.to_string(), civil(w.mid_utc_s[0] - 25_200).to_string())
    };
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(at("start"), pair("2021-06-01T00:00:00", "2021-06-01T00:30:00"));
    assert_eq!(at("middle"), pair("2021-06-01T00:00:00", "2021-06-01T00:00:00"));
    assert_eq!(at("end"), pair("2021-05-31T23:00:00", "2021-05-31T23:30:00"));
    let half = SHORT.replace(":00,", ":30,");
    let w = accept("label = \"middle\"", &half);
    assert_eq!(w.axis.start.to_string(), "2021-06-01T00:00:00");
    assert_eq!(civil(w.mid_utc_s[0] - 25_200).to_string(), "2021-06-01T00:30:00");
}

#[test]
fn byte_order_mark_crlf_units_and_trailing_commas_change_nothing() {
    let wanted = accept("", SHORT);
    assert_eq!(accept("", &format!("\u{feff}{}\r\n\r\n", SHORT.replace('\n', "\r\n"))), wanted);
    assert_eq!(accept("", &SHORT.replace('\n', ",,\n")), wanted);
    assert_eq!(accept("", &SHORT.replacen("speed\n", "speed\n-,W/m2,C,m/s\n", 1)), wanted);
    assert_eq!(accept("", &SHORT.replace(',', ";").replace("20;", "20,0;")), wanted);
}

#[test]
fn columns_are_named_in_the_plan_and_stamps_may_stand_in_parts() {
    let csv = "Year,Month,Day,Hour,G,T\n2021,6,1,0,0,20\n2021,6,1,1,5,21\n";
    let (w, warnings) = accept_warned("[weather.columns]\nghi = \"G\"\ntemp_air = \"T\"", csv);
    assert_eq!(w.ghi_w_m2, Some(vec![0.0, 5.0]));
    assert_eq!(warnings, ["w.csv: no wind speed; 1 m/s is taken throughout"]);
    assert_eq!(w.wind_speed_m_s, [1.0, 1.0]);
    let frame = SHORT.replacen("time", "", 1);
    assert_eq!(accept("", &frame), accept("", SHORT));
    assert_eq!(
        refuse("[weather.columns]\nghi = \"gih\"", SHORT),
        [
            "w.csv:1: there is no column `gih` (key weather.columns.ghi); did you mean ghi?",
            "w.csv: irradiance is missing: a column of GHI, or of DNI and of DHI, is needed"
        ]
    );
    assert_eq!(
        refuse("", &SHORT.replacen("time", "stamp", 1)),
        ["w.csv:1: there is no column `time` (key weather.columns.time); \
          choose one of stamp, ghi, temp_air, wind_speed"]
    );
}

#[test]
fn stamps_with_offsets_are_converted_so_that_daylight_saving_is_harmless() {
    let autumn = "time,ghi,temp_air,wind_speed\n2021-11-07T01:00-06:00,1,20,1\n2021-11-07T01:00-07:00,2,20,1\n\
                  2021-11-07T02:00-07:00,3,20,1\n";
    let w = accept("", autumn);
    assert_eq!((w.axis.start.to_string().as_str(), w.axis.len), ("2021-11-07T00:00:00", 3));
    assert_eq!(civil(w.mid_utc_s[0]).to_string(), "2021-11-07T07:30:00");
    // Without a planned offset the smallest one, standard time, is the site's.
    let site = "[site]\nlatitude_deg = 33\nlongitude_deg = -112\nelevation_m = 300\n";
    assert_eq!(load_site(site, autumn).axis, w.axis);
    let mixed = autumn.replacen("-06:00", "", 1);
    assert_eq!(
        refuse("", &mixed),
        ["w.csv:3: time: some stamps have an offset and some have none; write it in all rows or in none"]
    );
}

fn load_site(site: &str, csv: &str) -> Weather {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("w.csv"), csv).unwrap();
    let loaded = load_plan(&format!("{site}[weather]\nfile = \"w.csv\"\n"), dir.path());
    assert!(loaded.clean, "{:?}", loaded.said);
    loaded.weather.unwrap().0
}

#[test]
fn an_hour_twice_in_autumn_and_none_in_spring_point_to_standard_time() {
    let daylight = "stamps must be in standard time all year, or carry their offset (daylight saving repeats an hour in \
                    autumn and skips one in spring)";
    let autumn = twice(&plain("2021-11-07T00:00:00", 6, 60), "2021-11-07T01:00");
    assert_eq!(refuse("", &autumn), [format!("w.csv:4: time: 2021-11-07 01:00 comes twice; {daylight}")]);
    let spring = without(&plain("2021-03-14T00:00:00", 6, 60), "2021-03-14T02:00");
    assert_eq!(refuse("", &spring), [format!("w.csv:4: time: 2021-03-14 02:00 is missing; {daylight}")]);
}

#[test]
fn gaps_disorder_and_stamps_off_the_step_are_refused_together() {
    let mut csv = without(&without(&plain("2021-06-01T00:00:00", 30, 60), "2021-06-01T05"), "2021-06-01T06");
    csv += "2021-06-01T02:00:00,1,1,1,20,1\n2021-06-02T06:20:00,1,1,1,20,1\n";
    assert_eq!(
        refuse("", &csv),
        [
            "w.csv:7: time: 2021-06-01 05:00 to 2021-06-01 06:00 are missing; fill = \"interpolate\" would fill it",
            "w.csv:30: time: 2021-06-01 02:00 stands after a later row; rows must be in order",
            "w.csv:31: time: 2021-06-02 06:20 is off the step of 60 min that the other rows have",
        ]
    );
}

#[test]
fn the_step_is_one_to_sixty_whole_minutes() {
    for step_min in [1, 5, 7, 15, 30, 60] {
        assert_eq!(i64::from(accept("", &plain("2021-06-01T00:00:00", 40, step_min)).axis.step_s), step_min * 60);
    }
    let coarse = "w.csv: time: the rows are 3 h apart; a run's step is 1 to 60 whole minutes";
    assert_eq!(refuse("", &plain("2021-06-01T00:00:00", 40, 180)), [coarse]);
    let fine = SHORT.replace("T01:00", "T00:00:30").replace("T00:00,", "T00:00:00,");
    assert_eq!(refuse("", &fine), ["w.csv: time: the rows are 30 s apart; a run's step is 1 to 60 whole minutes"]);
    let one = plain("2021-06-01T00:00:00", 1, 60);
    assert_eq!(refuse("", &one), ["w.csv: time: 1 row with a time stamp; at least two are needed"]);
}

#[test]
fn a_leap_year_has_8784_rows_or_lacks_its_29_february() {
    let whole = plain("2020-01-01T00:00:00", 8784, 60);
    let w = accept("", &whole);
    assert_eq!((w.axis.len, w.axis.leap_days), (8784, true));
    let w = accept("", &without(&whole, "2020-02-29"));
    assert_eq!((w.axis.len, w.axis.leap_days), (8760, false));
    assert_eq!(w.axis.start_of(8760).to_string(), "2021-01-01T00:00:00");
    // The sun keeps to the rows' own dates: after 28 February 23:30 comes 1 March 00:30, a day and an hour on.
    assert_eq!(w.mid_utc_s[59 * 24] - w.mid_utc_s[59 * 24 - 1], 86_400 + 3600);
}

#[test]
fn a_year_that_lacks_its_last_or_first_hour_is_refused_with_the_stamp() {
    let whole = plain("2021-01-01T00:00:00", 8760, 60);
    let message = |stamp| format!("w.csv: time: 8759 rows, 1 short of the year: {stamp} is missing");
    assert_eq!(refuse("", &without(&whole, "2021-12-31T23")), [message("2021-12-31 23:00")]);
    assert_eq!(refuse("", &without(&whole, "2021-01-01T00")), [message("2021-01-01 00:00")]);
    let inside = refuse("", &without(&whole, "2021-07-01T12"));
    let inside_message = "w.csv:4358: time: 2021-07-01 12:00 is missing; fill = \"interpolate\" would fill it";
    assert_eq!(inside, [inside_message]);
    let leap = plain("2020-01-01T00:00:00", 8783, 60);
    let message = "w.csv: time: 8783 rows, 1 short of the year: 2020-12-31 23:00 is missing";
    assert_eq!(refuse("", &leap), [message]);
}

#[test]
fn a_partial_year_is_accepted() {
    assert_eq!(accept("", &plain("2021-03-05T06:00:00", 500, 60)).axis.len, 500);
}

#[test]
fn a_year_one_hour_off_new_year_is_warned_of() {
    let (_, warnings) = accept_warned("", &plain("2021-01-01T01:00:00", 8760, 60));
    assert_eq!(
        warnings,
        ["w.csv: the year begins at 2021-01-01 01:00; are the stamps at the interval's end? See `label`"]
    );
    assert_eq!(accept("label = \"end\"", &plain("2021-01-01T01:00:00", 8760, 60)).axis.len, 8760);
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

#[test]
fn a_typical_year_runs_on_under_one_year_and_the_sun_keeps_to_each_row_s_date() {
    let csv = typical(|month| if month == 2 { 1996 } else { 2003 - i16::from(month) });
    let w = accept("", &csv);
    assert_eq!((w.axis.start.to_string().as_str(), w.axis.len), ("2002-01-01T00:00:00", 8760));
    assert!(!w.axis.leap_days);
    assert_eq!(w.axis.start_of(8759).to_string(), "2002-12-31T23:00:00");
    // 1 February is of 1996, 00:30 at UTC-7.
    assert_eq!(civil(w.mid_utc_s[31 * 24]).to_string(), "1996-02-01T07:30:00");
    let w = accept("label_year = 2030", &csv);
    assert_eq!(w.axis.start.to_string(), "2030-01-01T00:00:00");
    assert_eq!(civil(w.mid_utc_s[31 * 24]).to_string(), "1996-02-01T07:30:00");
}

#[test]
fn a_29_february_in_a_typical_year_is_dropped() {
    let csv = typical(|month| if month == 2 { 1996 } else { 2003 });
    let mut with_leap_day = String::new();
    for line in csv.lines() {
        if line.starts_with("2003-03-01T00") {
            for hour in 0..24 {
                writeln!(with_leap_day, "1996-02-29T{hour:02}:00:00,500,600,100,99,2").unwrap();
            }
        }
        writeln!(with_leap_day, "{line}").unwrap();
    }
    // The dropped day's values are still checked: 99 °C is no temperature.
    assert!(refuse("", &with_leap_day)[0].starts_with("w.csv:1418: temp_air: 99 °C is out of range"));
    assert_eq!(accept("", &with_leap_day.replace(",99,", ",2,")), accept("", &csv));
}

#[test]
fn a_real_year_called_by_another_is_a_typical_one() {
    let w = accept("label_year = 2019", &plain("2020-01-01T00:00:00", 8784, 60));
    assert_eq!((w.axis.len, w.axis.leap_days, w.axis.start.year()), (8760, false, 2019));
    assert_eq!(
        refuse("label_year = 2019", &plain("2020-06-01T00:00:00", 8760 * 2, 60)),
        ["w.csv: time: 730 days; a year whose dates repeat or are relabeled has at most 365"]
    );
}

#[test]
fn a_file_appended_to_itself_is_refused() {
    let year = plain("2021-01-01T00:00:00", 8760, 60);
    let doubled = format!("{year}{}", year.split_once('\n').unwrap().1);
    let message = "w.csv: time: 730 days; a year whose dates repeat or are relabeled has at most 365";
    assert_eq!(refuse("", &doubled), [message]);
}

#[test]
fn a_gap_in_a_typical_year_is_a_gap() {
    let csv = without(&typical(|month| 2000 + i16::from(month)), "2004-04-10T05");
    let message = "w.csv:2383: time: 2001-04-10 05:00 is missing";
    assert!(refuse("", &csv)[0].starts_with(message), "{:?}", refuse("", &csv));
}

#[test]
fn missing_and_impossible_values_are_told_column_by_column() {
    let csv = "time,ghi,dni,dhi,temp_air,wind_speed,pressure,albedo\n\
               2021-06-01T00:00,-6,1416,1601,71,101,950,2\n2021-06-01T01:00,1601,,NaN,-9999,-1,95000,20\n";
    assert_eq!(
        refuse("", csv),
        [
            "w.csv:2: ghi: -6 W/m² is out of range; it must be from -5 to 1600 W/m² (1 more such values follow)",
            "w.csv:2: dni: 1416 W/m² is out of range; it must be from -5 to 1415 W/m², and the sun outside the air \
             gives no more",
            "w.csv:2: dhi: 1601 W/m² is out of range; it must be from -5 to 1600 W/m²",
            "w.csv:2: temp_air: 71 °C is out of range; it must be from -90 to 70 °C; is it in kelvin or °F?",
            "w.csv:2: wind_speed: 101 m/s is out of range; it must be from 0 to 100 m/s (1 more such values follow)",
            "w.csv:2: pressure: 950 Pa is out of range; it must be from 30000 to 115000 Pa; is it in mbar?",
            "w.csv:2: albedo: 2 is out of range; it must be from 0 to 1; is it in %? (1 more such values follow)",
            "w.csv:3: dni: the value is missing; fill = \"interpolate\" fills up to 6 h",
            "w.csv:3: dhi: the value is missing; fill = \"interpolate\" fills up to 6 h",
            "w.csv:3: temp_air: the value is missing; fill = \"interpolate\" fills up to 6 h",
        ]
    );
}

#[test]
fn small_night_offsets_become_zero_and_extra_columns_with_gaps_are_left_out() {
    let csv = "time,ghi,temp_air,wind_speed,pressure,albedo\n\
               2021-06-01T00:00,-4.9,20,1,,0\n2021-06-01T01:00,-0.1,20,1,95000,0\n";
    let (w, warnings) = accept_warned("", csv);
    assert_eq!((w.ghi_w_m2, w.pressure_pa, w.albedo), (Some(vec![0.0, 0.0]), None, None));
    assert_eq!(
        warnings,
        ["w.csv: 2 values of `ghi` from -5 to 0 W/m² set to 0", "w.csv: `pressure` has missing values and is not used"]
    );
}

#[test]
fn irradiance_and_temperature_are_needed() {
    let csv = "time,dni,wind_speed\n2021-06-01T00:00,0,1\n2021-06-01T01:00,5,2\n";
    assert_eq!(
        refuse("", csv),
        [
            "w.csv: irradiance is missing: a column of GHI, or of DNI and of DHI, is needed",
            "w.csv: a column of air temperature is needed"
        ]
    );
    let empty = "time,ghi,temp_air,wind_speed\n2021-06-01T00:00,1,-9999,-9999\n2021-06-01T01:00,5,-9999,-9999\n";
    assert_eq!(refuse("", empty), ["w.csv: a column of air temperature is needed"]);
}

#[test]
fn gaps_up_to_six_hours_are_filled_on_request_and_reported() {
    let mut csv = "time,ghi,temp_air,wind_speed\n".to_owned();
    for hour in 0..24 {
        let wind = if hour == 20 { String::new() } else { "2".to_owned() };
        if !(3..=8).contains(&hour) {
            writeln!(csv, "2021-06-01T{hour:02}:00,{},{hour},{wind}", hour * 10).unwrap();
        }
    }
    let (w, warnings) = accept_warned("fill = \"interpolate\"", &csv);
    assert_eq!((w.axis.len, &w.temp_air_c[2..10]), (24, &[2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0][..]));
    assert_eq!(w.wind_speed_m_s[20], 2.0);
    assert!(w.mid_utc_s.windows(2).all(|pair| pair[1] - pair[0] == 3600));
    let report =
        "w.csv: 6 rows missing; values filled by interpolation: 6 of `ghi`, 6 of `temp_air`, 7 of `wind_speed`";
    assert_eq!(warnings, [report]);
}

#[test]
fn longer_gaps_and_open_ends_are_refused_even_then() {
    let gap = (3..10).fold(plain("2021-06-01T00:00:00", 24, 60), |csv, h| without(&csv, &format!("2021-06-01T{h:02}")));
    assert_eq!(
        refuse("fill = \"interpolate\"", &gap),
        ["w.csv:5: time: 2021-06-01 03:00 to 2021-06-01 09:00 are missing; fill = \"interpolate\" fills up to 6 h"]
    );
    let ends = SHORT.replace(",0,20", ",,20");
    assert_eq!(
        refuse("fill = \"interpolate\"", &ends),
        ["w.csv:2: ghi: 1 step without a value; fill = \"interpolate\" fills up to 6 h between two values"]
    );
}

#[test]
fn a_file_without_rows_is_refused() {
    let csv = SHORT.lines().next().unwrap();
    assert_eq!(refuse("", csv), ["w.csv: time: 0 rows with a time stamp; at least two are needed"]);
}

#[test]
fn many_problems_are_counted() {
    let csv = (0..40).fold("time,ghi,temp_air\n".to_owned(), |csv, i| csv + &format!("x{i},1,1\n"));
    let problems = refuse("", &csv);
    assert_eq!(problems.len(), 5, "{problems:?}");
    assert!(problems[0].starts_with("w.csv:2: time: `x0` is not a time stamp; write 2021-06-01T13:00"));
    assert_eq!(problems[3], "w.csv: time: 0 rows with a time stamp; at least two are needed");
    assert_eq!(problems[4], "w.csv: and 37 problems more in this file");
}

const TMY3: &str = "723170,\"GREENSBORO PIEDMONT TRIAD INT\",NC,-5.0,36.100,-79.950,273\n\
    Date (MM/DD/YYYY),Time (HH:MM),GHI (W/m^2),GHI source,DNI (W/m^2),DHI (W/m^2),Dry-bulb (C),Pressure (mbar),\
    Wspd (m/s),Alb (unitless)\n\
    01/31/1988,23:00,0,1,0,0,10.0,993,6.2,0.00\n01/31/1988,24:00,1,1,0,0,10.0,993,6.2,0.00\n\
    02/01/1996,01:00,2,1,0,0,-1.0,990,6.2,0.00\n";

#[test]
fn tmy3_hours_end_at_their_stamps_and_months_come_from_their_years() {
    let loaded = load("[site]\n", TMY3);
    assert!(loaded.clean && loaded.said.is_empty(), "{:?}", loaded.said);
    let (w, site) = loaded.weather.unwrap();
    assert_eq!(site, Site { latitude_deg: 36.1, longitude_deg: -79.95, elevation_m: 273.0 });
    assert_eq!((w.axis.start.to_string().as_str(), w.axis.len), ("1988-01-31T22:00:00", 3));
    assert_eq!((w.axis.utc_offset_s, w.axis.leap_days), (-18_000, false));
    assert_eq!(w.pressure_pa, Some(vec![99_300.0, 99_300.0, 99_000.0]));
    assert_eq!(w.albedo, None);
    let mid: Vec<_> = w.mid_utc_s.iter().map(|t| civil(*t).to_string()).collect();
    assert_eq!(mid, ["1988-02-01T03:30:00", "1988-02-01T04:30:00", "1996-02-01T05:30:00"]);
}

#[test]
fn a_tmy3_header_and_stamp_that_are_wrong_are_refused() {
    let wrong = TMY3.replace("36.100", "north").replace("01/31/1988,24:00", "31/01/1988,24:00");
    let said = refuse("[site]\n", &wrong);
    assert_eq!(
        said,
        [
            "w.csv:4: time: `31/01/1988 24:00` is not a time written MM/DD/YYYY HH:MM",
            "w.csv:1: latitude: `north` is not a latitude",
            "plant.toml:4: site.latitude_deg: missing; w.csv does not tell it, so it is required",
            "w.csv: time: the stamps do not rise by a step",
        ]
    );
}

fn nsrdb(time_zones: &str, rows: &str) -> String {
    format!(
        "Source,Location ID,Latitude,Longitude,Elevation,Pressure Units,Time Zone,Local Time Zone\n\
         NSRDB,91486,34.85,-116.78,561,mbar,{time_zones}\n\
         Year,Month,Day,Hour,Minute,DNI,DHI,GHI,Temperature,Pressure,Wind Speed,Surface Albedo,,,\n{rows}"
    )
}

#[test]
fn nsrdb_stamps_are_the_instant_of_the_sun_and_the_step_begins_below() {
    let hourly = nsrdb("-8,-8", "2008,1,1,0,30,1,2,3,-1,950,3.4,0.216,,,\n2008,1,1,1,30,0,0,0,-1,950,3,0.216,,,\n");
    let loaded = load("[site]\n", &hourly);
    assert!(loaded.clean && loaded.said.is_empty(), "{:?}", loaded.said);
    let w = loaded.weather.unwrap().0;
    assert_eq!(w.axis.start.to_string(), "2008-01-01T00:00:00");
    assert_eq!(civil(w.mid_utc_s[0]).to_string(), "2008-01-01T08:30:00");
    assert_eq!((w.pressure_pa.unwrap()[0], w.albedo.unwrap()[0]), (95_000.0, 0.216));
    let half_hourly = nsrdb("-8,-8", "2008,1,1,0,0,1,2,3,-1,950,3,0.2\n2008,1,1,0,30,0,0,0,-1,950,3,0.2\n");
    let w = load("[site]\n", &half_hourly).weather.unwrap().0;
    assert_eq!((w.axis.start.to_string().as_str(), w.axis.step_s), ("2008-01-01T00:00:00", 1800));
    assert_eq!(civil(w.mid_utc_s[0]).to_string(), "2008-01-01T08:00:00");
}

#[test]
fn stamps_in_utc_are_moved_to_the_site_s_standard_time() {
    let rows = "2008,1,1,0,30,1,2,3,-1,950,3.4,0.216\n2008,1,1,1,30,0,0,0,-1,950,3,0.216\n";
    let moved = "w.csv: the stamps moved -8 h to the site's standard time; the run begins at 2007-12-31T16:00:00";
    let loaded = load("[site]\n", &nsrdb("0,-8", rows));
    assert_eq!((loaded.clean, loaded.said), (true, vec![moved.to_owned()]));
    let w = loaded.weather.unwrap().0;
    assert_eq!((w.axis.utc_offset_s, w.axis.start.to_string().as_str()), (-28_800, "2007-12-31T16:00:00"));
    assert_eq!(civil(w.mid_utc_s[0]).to_string(), "2008-01-01T00:30:00");
    let planned = load("[site]\nutc_offset_h = -8", &nsrdb("0,", rows));
    assert_eq!(planned.weather.unwrap().0.axis, w.axis);
    // Nothing but the longitude tells that UTC is no clock for California.
    let unmoved = load("[site]\n", &nsrdb("0,", rows));
    assert_eq!(
        unmoved.said,
        ["site: longitude -116.78 does not go with standard time 0 h from UTC: both are positive to the east"]
    );
}

#[test]
fn a_typical_year_in_utc_is_turned_to_begin_at_new_year() {
    let csv = typical(|month| 2000 + i16::from(month)).replace(":00:00,", ":00:00Z,");
    let w = accept("label_year = 2001", &csv);
    assert_eq!((w.axis.start.to_string().as_str(), w.axis.len), ("2001-01-01T00:00:00", 8760));
    // The first row is 07:00 UTC of 1 January; the seven rows before it are now the year's end.
    assert_eq!(civil(w.mid_utc_s[0]).to_string(), "2001-01-01T07:30:00");
    assert_eq!(civil(w.mid_utc_s[8759]).to_string(), "2001-01-01T06:30:00");
    assert_eq!((w.temp_air_c[8752], w.temp_air_c[8753]), (12.0, 1.0));
}

#[test]
fn sam_csv_has_short_names_and_may_lack_the_minute() {
    let sam = "lat,lon,tz,elev\n33,-112,-7,300\nYear,Month,Day,Hour,GHI,DNI,DHI,Tdry (C),Wspd,Pres\n\
               2020,1,1,0,0,0,0,5,1,970\n2020,1,1,1,0,0,0,5,1,970\n";
    let loaded = load("[site]\nlatitude_deg = 34", sam);
    assert_eq!((loaded.clean, loaded.said), (true, vec!["site.latitude_deg is 34, but w.csv is for 33".to_owned()]));
    let (w, site) = loaded.weather.unwrap();
    assert_eq!(site.latitude_deg, 34.0);
    assert_eq!(civil(w.mid_utc_s[0]).to_string(), "2020-01-01T07:30:00");
    assert_eq!(w.pressure_pa.unwrap()[0], 97_000.0);
}

#[test]
fn other_formats_are_known_by_name_and_refused() {
    let epw = "LOCATION,Denver,CO,USA,TMY3,725650,39.83,-104.65,-7.0,1650.0\nDESIGN CONDITIONS,0\n";
    let read = "it reads TMY3, NSRDB and SAM CSV files, and plain CSV with [weather.columns]";
    assert_eq!(refuse("", epw), [format!("w.csv: this is EPW, which pvess does not read yet; {read}")]);
    assert_eq!(
        refuse("format = \"nsrdb\"", TMY3),
        ["w.csv: the file is \"tmy3\", not \"nsrdb\"; leave `format` away or correct it"]
    );
    assert_eq!(
        refuse("format = \"tmy33\"", SHORT),
        ["plant.toml:9: weather.format: \"tmy33\" is not known here; did you mean tmy3?"]
    );
    assert_eq!(accept_warned("format = \"csv\"", SHORT).0, accept("", SHORT),);
}

#[test]
fn a_file_that_cannot_be_read_is_told_at_its_key() {
    let dir = tempfile::tempdir().unwrap();
    let loaded = load_plan("[weather]\nfile = \"none.csv\"\n", dir.path());
    assert!(loaded.weather.is_none());
    assert!(loaded.said[0].starts_with("plant.toml:2: weather.file: there is no file "), "{:?}", loaded.said);
    let loaded = load_plan("[weather]\nlabel_year = 2020.5\n", dir.path());
    assert_eq!(
        loaded.said[0],
        "plant.toml:1: weather.file: missing; it is required: weather file, relative to this one; or pvess:NAME for shipped data"
    );
}

/// Pieces of which broken files are made: separators, stamps near the calendar's edges, markers, headers.
const PIECES: [&str; 33] = [
    ",",
    ",",
    ",",
    ";",
    "\n",
    "\n",
    "\n",
    "\r\n",
    "\r",
    "\"",
    "#",
    " ",
    "\u{feff}",
    "time",
    "ghi",
    "temp_air",
    "dni",
    "dhi",
    "2020-02-28 23:00",
    "2020-02-29 00:00",
    "2020-03-01 00:00",
    "2020-03-01 01:00",
    "2200-12-31 24:00",
    "1900-01-01T00:00-14:00",
    "1900-01-01T00:00Z",
    "1",
    "-9999",
    "1e400",
    "lat,lon,tz\n1,2,3\nyear,month,day,hour,min,ghi,tdry\n",
    "2020,2,29,0,30,1,1\n",
    "2020,3,1,0,30,1,1\n",
    "1999,3,1,1,30,1,1\n",
    "723170,X,NC,-5,36,-79,273\nDate (MM/DD/YYYY),Time (HH:MM)\n",
];

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(3000))]

    #[test]
    fn no_file_whatever_makes_it_fail(pieces in proptest::collection::vec(0..PIECES.len(), 0..60), fill: bool, middle: bool) {
        let csv: String = pieces.iter().map(|i| PIECES[*i]).collect();
        let text = format!(
            "{SITE}[weather]\nfile = \"pvess:w\"\nfill = \"{}\"\nlabel = \"{}\"\n",
            if fill { "interpolate" } else { "none" },
            if middle { "middle" } else { "end" },
        );
        let shipped: &'static [u8] = csv.leak().as_bytes();
        let loaded = load_files(&text, &Files::new(None, &|_| Some(shipped)));
        proptest::prop_assert!(loaded.clean || !loaded.said.is_empty());
        if let Some((w, _)) = loaded.weather.filter(|_| loaded.clean) {
            proptest::prop_assert!(w.temp_air_c.len() == w.axis.len && w.mid_utc_s.len() == w.axis.len);
            proptest::prop_assert!(w.temp_air_c.iter().all(|v| v.is_finite()));
        } else {
            proptest::prop_assert!(!loaded.clean);
        }
    }
}
