//! Time rules of weather files: labels, offsets, gaps, steps, leap and partial years.

use super::*;

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
