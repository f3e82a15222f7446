//! TMY3, NSRDB, SAM and formats not read.

use super::*;

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
