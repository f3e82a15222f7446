//! Session files through the front door: every refusal, and where sessions come to lie.

use jiff::civil::date;

use super::*;
use crate::keys::{Door, Node};

/// An axis of hours from New Year of 2021 on.
fn axis(hours: usize) -> TimeAxis {
    let start = date(2021, 1, 1).at(0, 0, 0, 0);
    TimeAxis { start, step_s: 3600, len: hours, utc_offset_s: 3600, leap_days: true }
}

/// Loads a file with the plan of `keys`; 1.38 kW per phase are the least.
fn load_with(keys: &str, csv: &str, axis: &TimeAxis) -> Result<(Vec<SessionRow>, Vec<String>), Vec<String>> {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("s.csv"), csv).unwrap();
    let node = Node::parse(&format!("file = \"s.csv\"\n{keys}"), "plant.toml").unwrap();
    let findings = Findings::default();
    let plan = Keys::read(&node, &Door { findings: &findings, shelf: &|_, _| Err(vec![]) }, SessionsPlan::read);
    let rows = load_sessions(&plan, 1.38, axis, &Files::new(Some(dir.path()), &|_| None), &findings);
    let concluded = findings.conclude(rows).map_err(|p| p.0.iter().map(ToString::to_string).collect::<Vec<_>>());
    concluded.map(|(rows, warnings)| (rows.expect("nothing was noted"), warnings))
}

const HEADER: &str = "arrival,departure,energy_kwh,max_kw,phases,phase\n";

fn load(rows: &str, axis: &TimeAxis) -> (Vec<SessionRow>, Vec<String>) {
    load_with("", &format!("{HEADER}{rows}"), axis).expect("it is legal")
}

fn refused(rows: &str) -> Vec<String> {
    load_with("", &format!("{HEADER}{rows}"), &axis(24)).expect_err("it must be refused")
}

/// Rows of a session of 10 kWh from so many arrivals, each for two hours.
fn rows(arrivals: &[&str]) -> String {
    let one = |arrival: &&str| {
        let arrival_s = Stamp::parse(arrival).unwrap().civil_s;
        format!("{arrival},{},10,11,,\n", shown(arrival_s + 7200))
    };
    arrivals.iter().map(one).collect()
}

/// Arrivals in hours from the axis' start.
fn arrivals_h(rows: &[SessionRow]) -> Vec<i64> {
    rows.iter().map(|row| row.arrival_s / 3600).collect()
}

#[test]
fn a_row_is_read_with_its_phases() {
    let (read, warnings) = load("2021-01-01 08:00,01/01/2021 17:30,20.5,3.7,1,2\n", &axis(24));
    let row = SessionRow {
        arrival_s: 8 * 3600,
        departure_s: 17 * 3600 + 1800,
        energy_kwh: 20.5,
        max_kw: 3.7,
        phases: 1,
        phase: Some(2),
    };
    assert_eq!((read, warnings), (vec![row], vec![]));
    let (read, _) = load("2021-01-01 08:00,2021-01-01 17:30,20.5,4.14,,\n", &axis(24));
    assert_eq!((read[0].phases, read[0].phase), (3, None));
}

#[test]
fn phases_may_be_missing_and_columns_named() {
    let keys = "arrival_column = \"in\"\ndeparture_column = \"out\"\nenergy_column = \"e\"\nmax_column = \"p\"";
    let csv = "in;out;e;p\n01.01.2021 08:00;01.01.2021 09:00;5,5;11\n";
    let (read, _) = load_with(keys, csv, &axis(24)).unwrap();
    assert_eq!((read[0].energy_kwh, read[0].phases, read[0].arrival_s), (5.5, 3, 8 * 3600));
    let said = load_with("phases_column = \"ph\"", "arrival,departure,energy,max_kw\n", &axis(24)).unwrap_err();
    let wanted = "s.csv:1: there is no column `energy_kwh` (key energy_column); did you mean energy?";
    assert_eq!(said, [wanted]);
    let said = load_with("phases_column = \"ph\"", "arrival,departure,energy_kwh,max_kw\n", &axis(24)).unwrap_err();
    assert!(said[0].starts_with("s.csv:1: there is no column `ph` (key phases_column)"), "{said:?}");
}

#[test]
fn offsets_are_brought_to_the_site_s_clock() {
    let (read, _) = load("2021-01-01T08:00Z,2021-01-01T12:00+02:00,5,11,,\n", &axis(24));
    // 08:00 UTC is 09:00 at +1; 12:00 at +2 is 11:00.
    assert_eq!((read[0].arrival_s, read[0].departure_s), (9 * 3600, 11 * 3600));
    let said = refused("2021-01-01T08:00Z,2021-01-01T12:00,5,11,,\n");
    assert!(said[0].starts_with("s.csv:2: time: some stamps have an offset and some have none"), "{said:?}");
}

#[test]
fn a_session_that_leaves_before_it_comes_is_refused_with_its_line() {
    let said = refused("2021-01-01 08:00,2021-01-01 09:00,5,11,,\n2021-01-01 08:00,2021-01-01 08:00,5,11,,\n");
    assert_eq!(said, ["s.csv:3: departure: 2021-01-01 08:00 is not after the arrival, 2021-01-01 08:00"]);
}

#[test]
fn values_out_of_range_are_refused_all_at_once() {
    let said = refused(
        "2021-01-01 08:00,2021-01-01 09:00,0,11,,\n\
         2021-01-01 08:00,2021-01-01 09:00,,-2,,\n\
         2021-01-01 08:00,2021-01-01 09:00,20000,11000,4,\n\
         8 o'clock,2021-01-01 09:00,x,11,1,4\n",
    );
    let wanted = [
        "s.csv:2: energy_kwh: 0 is out of range; it must be above 0 and up to 5000",
        "s.csv:3: energy_kwh: the value is missing",
        "s.csv:3: max_kw: -2 is out of range; it must be above 0 and up to 4000",
        "s.csv:4: energy_kwh: 20000 is out of range; it must be above 0 and up to 5000",
        "s.csv:4: max_kw: 11000 is out of range; it must be above 0 and up to 4000",
        "s.csv:4: phases: `4` is not 1, 2 or 3",
        "s.csv:5: arrival: `8 o'clock` is not a time stamp; write 2021-06-01T13:00",
        "s.csv:5: phase: `4` is not 1, 2 or 3",
        "s.csv: and 1 problem more in this file",
    ];
    assert_eq!(said.len(), wanted.len(), "{said:#?}");
    for (said, wanted) in said.iter().zip(wanted) {
        assert!(said.starts_with(wanted), "{said}\n  is not\n{wanted}");
    }
}

#[test]
fn a_power_below_the_least_of_its_phases_is_refused() {
    let said = refused("2021-01-01 08:00,2021-01-01 09:00,5,3.7,,\n");
    let wanted = "s.csv:2: max_kw: 3.7 is below the 4.14 kW at which 3 phases begin; see the column of phases, and \
                  `min_a` and `voltage_v`";
    assert_eq!(said, [wanted]);
    let said = refused("2021-01-01 08:00,2021-01-01 09:00,5,11,,2\n");
    assert_eq!(said, ["s.csv:2: phase: given for a session on three phases; leave it empty, or say `phases` 1 or 2"]);
}

#[test]
fn a_file_without_sessions_is_refused() {
    assert_eq!(refused(""), ["s.csv: there is no session in the file"]);
}

#[test]
fn sessions_outside_the_run_are_left_out_and_counted() {
    let (read, said) =
        load(&rows(&["2020-12-31 12:00", "2020-12-31 23:00", "2021-01-01 05:00", "2021-01-02 00:00"]), &axis(24));
    assert_eq!(arrivals_h(&read), [-1, 5]);
    assert_eq!(said, ["s.csv: 2 of 4 sessions lie outside the run and are left out"]);
}

const MOVED: &str = "s.csv: the sessions are not of the run's time; they are laid on the run by month, day and time of \
                     day; their weekdays are not kept";

#[test]
fn sessions_of_another_year_are_laid_on_by_month_day_and_time() {
    let (read, said) = load(&rows(&["2019-01-02 08:00", "2019-12-31 23:00"]), &axis(8760));
    assert_eq!(arrivals_h(&read), [32, 8759]);
    assert_eq!(read[1].departure_s, 8761 * 3600);
    assert_eq!(said, [MOVED]);
    // A leap day that the run does not have.
    let (read, said) = load(&rows(&["2020-02-28 08:00", "2020-02-29 08:00", "2020-03-01 00:00"]), &axis(8760));
    assert_eq!(arrivals_h(&read), [58 * 24 + 8 - 24 + 24, 59 * 24]);
    assert_eq!(said, [MOVED, "s.csv: 1 of 3 sessions lie outside the run and are left out"]);
}

#[test]
fn of_several_other_years_the_first_counts() {
    let (read, said) = load(&rows(&["2018-03-01 00:00", "2019-01-02 08:00", "2019-03-01 00:00"]), &axis(8760));
    assert_eq!(arrivals_h(&read), [59 * 24, 32]);
    assert_eq!(said, [MOVED, "s.csv: 1 of 3 sessions lie outside the run and are left out"]);
}

#[test]
fn a_typical_run_has_no_29_february_and_stays_keep_their_length() {
    let start = date(2020, 1, 1).at(0, 0, 0, 0);
    let typical = TimeAxis { start, leap_days: false, ..axis(8760) };
    let (read, said) = load(&rows(&["2020-02-28 23:00", "2020-02-29 08:00", "2020-03-01 00:00"]), &typical);
    assert_eq!(arrivals_h(&read), [58 * 24 + 23, 59 * 24]);
    assert_eq!(read[0].departure_s - read[0].arrival_s, 7200);
    assert_eq!(said, ["s.csv: 1 of 3 sessions lie outside the run and are left out"]);
}

#[test]
fn a_run_that_begins_on_the_old_year_s_eve_takes_the_sessions_of_a_calendar_year() {
    let eve = TimeAxis { start: date(2020, 12, 31).at(16, 0, 0, 0), ..axis(8760) };
    let many: Vec<String> = (1..=31).map(|day| format!("2020-12-{day:02} 18:00")).collect();
    let (read, said) = load(&rows(&many.iter().map(String::as_str).collect::<Vec<_>>()), &eve);
    // The last is on the run's first evening, the first 335 days into the run's own year.
    assert_eq!((read.len(), said), (31, vec![MOVED.to_owned()]));
    assert_eq!((arrivals_h(&read)[30], arrivals_h(&read)[0]), (2, 334 * 24 + 8 + 18));
}
