//! Missing, impossible and filled values.

use super::*;

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
