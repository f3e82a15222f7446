//! Years made of several years' months.

use super::*;

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
