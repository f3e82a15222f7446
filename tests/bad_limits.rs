//! A plant with a limit or a price table that is wrong is refused with a message that helps, all at once.

use std::fs;

use pvess::Project;
use pvess::plant::LimitKind;
use tempfile::TempDir;

/// Two days of hours at the end of April 2021.
fn series(header: &str, row: &str, hours: u32) -> String {
    (0..hours).fold(format!("time,{header}\n"), |csv, h| {
        csv + &format!("2021-04-{:02}T{:02}:00,{row}\n", 29 + h / 24, h % 24)
    })
}

/// A folder with a PV series and the files that limits and prices may name.
fn folder() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let put = |name: &str, text: String| fs::write(dir.path().join(name), text).unwrap();
    put("pv.csv", series("pv_mv_kw", "500", 48));
    put("signal.csv", series("limit_kw,event", "300,1", 48).replace("29T02:00,300,1", "29T02:00,,"));
    put("prices.csv", series("buy_per_kwh,sell_per_kwh", "0.3,0.1", 48));
    put("short.csv", series("buy_per_kwh,sell_per_kwh", "0.3,0.1", 5));
    dir
}

fn open(keys: &str) -> Result<Project, Vec<String>> {
    let text = format!(
        "name = \"limits\"\nsite = {{ utc_offset_h = 1 }}\npv = {{ source = \"series\", file = \"pv.csv\", column = \
         \"pv_mv_kw\" }}\n{keys}"
    );
    Project::from_text(&text, "plant.toml", Some(folder().path()), &[])
        .map_err(|p| p.0.iter().map(ToString::to_string).collect())
}

#[track_caller]
fn refused(keys: &str, expected: &[&str]) {
    let problems = open(keys).expect_err("it must be refused");
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    for (problem, expected) in problems.iter().zip(expected) {
        assert!(problem.contains(expected), "{problem}\n  does not say\n{expected}");
    }
}

const SEASONS: &str = "[plant.export_limit]\nkw = 400\n\
                       [[plant.export_limit.season]]\nfrom = \"05-01\"\nto = \"09-30\"\nkw = 300\n\
                       [[plant.export_limit.season]]\nfrom = \"09-15\"\nto = \"10-31\"\nkw = 350\n";

#[test]
fn windows_that_share_a_day_are_named() {
    refused(
        SEASONS,
        &["plant.export_limit.season: 05-01 to 09-30 and 09-15 to 10-31 both hold on 09-15; windows may not overlap"],
    );
    assert!(open(&SEASONS.replace("09-15", "10-01")).is_ok());
    refused(&SEASONS.replace("09-15", "12-01").replace("10-31", "05-01"), &["both hold on 05-01"]);
}

#[test]
fn days_that_do_not_exist_and_windows_without_a_value_are_refused_with_their_lines() {
    let keys = SEASONS.replace("09-15", "02-30").replace("to = \"10-31\"\nkw = 350", "to = 31");
    refused(
        &keys,
        &[
            "plant.toml:10: plant.export_limit.season.1.kw: missing; give one of kw, kva, a, share_of_dc_pct",
            "plant.toml:11: plant.export_limit.season.1.from: \"02-30\" is no day of the year; write month and day",
            "plant.toml:12: plant.export_limit.season.1.to: 31 is a whole number; it must be text in quotes",
        ],
    );
}

#[test]
fn a_missing_signal_needs_a_fallback() {
    refused(
        "plant.export_limit = { file = \"signal.csv\" }",
        &["signal.csv:4: limit_kw: the value is missing; give `fallback_kw`, the limit that holds where the signal is"],
    );
    refused(
        "plant.export_limit = { also = [{ name = \"call\", kw = 1, when = { file = \"signal.csv\" } }] }",
        &["signal.csv:4: event: the value is missing; give `fallback_kw`"],
    );
    let project = open("plant.export_limit = { file = \"signal.csv\", fallback_kw = 100 }").unwrap();
    assert_eq!(project.grid.export.limit_w[1..4], [300e3, 100e3, 300e3]);
    let warned = "plant.export_limit: the signal is missing in 1 of 48 steps; fallback_kw holds there";
    assert_eq!(project.warnings, [warned]);
}

#[test]
fn two_units_and_conversions_of_nothing_are_refused() {
    refused(
        "plant.import_limit = { kw = 100, kva = 110, voltage_v = 400 }",
        &["plant.import_limit.kva: given beside kw; give one of kw, monthly_kw", "voltage_v: no value here is in A"],
    );
    refused("plant.import_limit = { kva = 110, power_factor = 0 }", &["power_factor: 0 is out of range"]);
}

#[test]
fn a_share_needs_the_power_at_stc_wherever_it_stands() {
    refused(
        "[plant.export_limit]\nkw = 1\nflexible = { share_of_dc_pct = 10 }\n\
         also = [{ name = \"feed-in rule\", share_of_dc_pct = 60 }]\n\
         [[plant.export_limit.season]]\nfrom = \"05-01\"\nto = \"05-31\"\nshare_of_dc_pct = 70\n",
        &[
            "plant.toml:11: plant.export_limit.season.0.share_of_dc_pct: needs the PV power at STC",
            "plant.toml:6: plant.export_limit.flexible.share_of_dc_pct: needs the PV power at STC",
            "plant.toml:7: plant.export_limit.also.0.share_of_dc_pct: needs the PV power at STC",
        ],
    );
}

#[test]
fn a_price_condition_needs_prices() {
    let keys = "plant.export_limit = { also = [{ name = \"negative\", kw = 0, when_price = { sell_below = 0 } }] }";
    refused(keys, &["plant.toml:4: plant.export_limit.also.0.when_price: needs prices; give a [prices] table"]);
    let project = open(&format!("{keys}\nprices = {{ buy_per_kwh = 0.3, sell_per_kwh = -0.1 }}")).unwrap();
    assert_eq!((project.grid.export.lowest_w(), project.grid.export.kinds[1]), (0.0, LimitKind::Price));
}

#[test]
fn a_price_series_shorter_than_the_run_says_both_spans_once() {
    refused(
        "prices = { file = \"short.csv\" }\n\
         plant.export_limit = { also = [{ name = \"dear\", kw = 0, when_price = { buy_above = 0.2 } }] }",
        &["short.csv: time: the series covers 2021-04-29 00:00 to 2021-04-29 05:00, the run 2021-04-29 00:00 to \
           2021-05-01 00:00; it must cover the run"],
    );
}

#[test]
fn two_margins_negative_values_and_a_static_import_limit_come_at_once() {
    refused(
        "[plant]\nexport_limit = { kw = -1, margin_kw = -2, margin_pct = 3 }\n\
         import_limit = { a = -3, mode = \"static\", scope = \"phases\" }\n[prices]\nfile = \"prices.csv\"\n\
         unit = \"per_gwh\"\ndemand_charge_per_kw = -5\n",
        &[
            "plant.export_limit.kw: -1 is out of range; it must be 0 or more",
            "plant.export_limit.margin_kw: -2 is out of range; it must be 0 or more",
            "plant.export_limit.margin_pct: given beside margin_kw; give one of the two",
            "plant.import_limit.a: -3 is out of range; it must be 0 or more",
            "plant.import_limit.mode: static is for the plant's output",
            "plant.import_limit.scope: \"phases\" is not known here",
            "prices.unit: \"per_gwh\" is not known here; did you mean per_kwh or per_mwh?",
            "prices.demand_charge_per_kw: -5 is out of range; it must be 0 or more",
        ],
    );
}

#[test]
fn without_an_axis_the_files_of_limits_and_prices_are_still_looked_at() {
    let keys = "prices = { file = \"p.csv\" }\n[plant.export_limit]\nfile = \"a.csv\"\nflexible = { file = \"b.csv\" }\n\
                also = [{ name = \"c\", kw = 1, when = { file = \"c.csv\" } }]\n";
    let text = format!("name = \"x\"\npv = {{ source = \"series\", file = \"no.csv\", column = \"pv\" }}\n{keys}");
    let problems = Project::from_text(&text, "plant.toml", Some(folder().path()), &[]).unwrap_err().to_string();
    for key in ["pv.file", "prices.file", "export_limit.file", "flexible.file", "also.0.when.file"] {
        assert!(problems.contains(&format!("{key}: there is no file")), "{key} in\n{problems}");
    }
}
