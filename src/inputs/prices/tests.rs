//! Prices through the front door: sources, units, fees, the billing interval, and every refusal.

use jiff::civil::date;

use super::*;
use crate::keys::{Door, Keys, Node};

/// Two days from 31 January on.
fn axis(step_min: u32) -> TimeAxis {
    let start = date(2021, 1, 31).at(0, 0, 0, 0);
    TimeAxis { start, step_s: step_min * 60, len: 2880 / step_min as usize, utc_offset_s: 0, leap_days: true }
}

/// Loads `[prices]` on a step; the prices with the warnings, or the problems.
fn load(keys: &str, csv: &str, step_min: u32) -> Result<(Prices, Vec<String>), Vec<String>> {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("p.csv"), csv).unwrap();
    let node = Node::parse(keys, "plant.toml").unwrap();
    let findings = Findings::default();
    let plan = Keys::read(&node, &Door { findings: &findings, shelf: &|_, _| Err(vec![]) }, PricesPlan::read);
    let axis = axis(step_min);
    let prices = plan.load((&axis, &axis.moments()), &Files::new(Some(dir.path()), &|_| None), &findings);
    let (prices, warnings) =
        findings.conclude(prices).map_err(|p| p.0.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    Ok((prices.expect("problems are noted where nothing comes back"), warnings))
}

fn accept(keys: &str, csv: &str) -> Prices {
    let (prices, warnings) = load(keys, csv, 60).unwrap();
    assert_eq!(warnings, [] as [String; 0]);
    prices
}

#[track_caller]
fn refused(keys: &str, expected: &[&str]) {
    let rows = "buy_per_kwh,sell_per_kwh\n".to_owned() + &"0.3,0.1\n".repeat(48);
    let problems = load(keys, &rows, 60).unwrap_err();
    assert_eq!(problems, expected);
}

fn table() -> String {
    let row: Vec<String> = (0..24).map(|hour| (f64::from(hour) / 100.0).to_string()).collect();
    format!("[{}]", vec![format!("[{}]", row.join(",")); 12].join(","))
}

#[test]
fn a_file_gives_both_prices_and_nothing_is_charged_for_demand() {
    let rows = "buy_per_kwh,sell_per_kwh\n".to_owned() + &"0.3,-0.1\n".repeat(48);
    let prices = accept("file = \"p.csv\"", &rows);
    assert_eq!((prices.buy_per_kwh[47], prices.sell_per_kwh[0]), (0.3, -0.1));
    assert_eq!((prices.demand_charge_per_kw, prices.currency.as_str()), (None, "EUR"));
}

#[test]
fn a_market_file_per_mwh_takes_fees_on_both_sides() {
    // 80 per MWh are 0.08 per kWh; the buyer pays 0.12 more, the seller gives up 0.01.
    let keys = "file = \"p.csv\"\nbuy_column = \"spot\"\nsell_column = \"spot\"\nunit = \"per_mwh\"\n\
                buy_adder_per_kwh = 0.12\nsell_adder_per_kwh = -0.01\ncurrency = \"CHF\"";
    let prices = accept(keys, &("spot\n".to_owned() + &"80\n".repeat(48)));
    assert!((prices.buy_per_kwh[0] - 0.2).abs() < 1e-15 && (prices.sell_per_kwh[0] - 0.07).abs() < 1e-15);
    assert_eq!(prices.currency, "CHF");
}

#[test]
fn a_file_may_give_one_price_and_a_value_the_other() {
    let rows = "sell_per_kwh\n".to_owned() + &"0.1\n".repeat(48);
    let prices = accept("file = \"p.csv\"\nbuy_per_kwh = 0.25", &rows);
    assert_eq!((prices.buy_per_kwh[5], prices.sell_per_kwh[5]), (0.25, 0.1));
    let rows = "buy_per_kwh\n".to_owned() + &"0.4\n".repeat(48);
    let prices = accept(&format!("file = \"p.csv\"\nsell_table_per_kwh = {}", table()), &rows);
    assert_eq!((prices.buy_per_kwh[5], prices.sell_per_kwh[5], prices.sell_per_kwh[29]), (0.4, 0.05, 0.05));
}

#[test]
fn values_need_no_file() {
    let prices = accept(&format!("buy_table_per_kwh = {}\nsell_per_kwh = -0.02", table()), "unused\n");
    assert_eq!((prices.buy_per_kwh[23], prices.buy_per_kwh[24], prices.sell_per_kwh[0]), (0.23, 0.0, -0.02));
}

#[test]
fn the_billing_interval_is_never_shorter_than_the_step_and_a_whole_number_of_steps() {
    let keys = "buy_per_kwh = 0.3\nsell_per_kwh = 0.1\ndemand_charge_per_kw = 8";
    let (prices, warnings) = load(keys, "", 5).unwrap();
    assert_eq!((prices.billing_interval_s, prices.demand_charge_per_kw, warnings.len()), (900, Some([8.0; 12]), 0));
    let (prices, warnings) = load(keys, "", 60).unwrap();
    assert_eq!(prices.billing_interval_s, 3600);
    assert!(warnings[0].starts_with("billing_interval_min: 15 min is shorter than the run's step"), "{warnings:?}");
    assert_eq!(
        load(keys, "", 10).unwrap_err(),
        ["plant.toml: billing_interval_min: 15 min is no multiple of the run's step of 10 min; give one that is"]
    );
    let (prices, _) = load(&format!("{keys}\nbilling_interval_min = 30"), "", 10).unwrap();
    assert_eq!(prices.billing_interval_s, 1800);
    // Where nothing is charged the interval only keeps its meaning.
    let (prices, warnings) = load("buy_per_kwh = 0.3\nsell_per_kwh = 0.1", "", 60).unwrap();
    assert_eq!((prices.billing_interval_s, warnings.len()), (3600, 0));
}

#[test]
fn two_sources_for_a_price_or_none_are_refused() {
    refused(
        "file = \"p.csv\"\nbuy_column = \"buy_per_kwh\"\nbuy_per_kwh = 0.3\nbuy_adder_per_kwh = 0.1",
        &[
            "plant.toml:2: buy_column: given beside buy_per_kwh; give one of the two",
            "plant.toml:4: buy_adder_per_kwh: is added to the file's values; buy_per_kwh gives the price itself",
        ],
    );
    refused(
        &format!("buy_per_kwh = 0.3\nbuy_table_per_kwh = {}", table()),
        &[
            "plant.toml:2: buy_table_per_kwh: given beside buy_per_kwh; give one of the two",
            "plant.toml: sell_per_kwh: missing; give sell_per_kwh, sell_table_per_kwh or a file",
        ],
    );
    refused(
        "file = \"p.csv\"\nbuy_per_kwh = 0.3\nsell_per_kwh = 0.1",
        &["plant.toml:1: file: gives nothing: both prices have a value of their own; take it out"],
    );
}

#[test]
fn keys_that_would_do_nothing_are_refused() {
    refused(
        "buy_per_kwh = 0.3\nsell_per_kwh = 0.1\nunit = \"per_mwh\"\nbilling_interval_min = 7\ncurrency = \" \"",
        &[
            "plant.toml:3: unit: is about a file's values, and there is no `file`",
            "plant.toml:4: billing_interval_min: a day is no whole number of 7 min; give 15, 30 or 60, say",
            "plant.toml:4: billing_interval_min: there is no `demand_charge_per_kw` to bill",
            "plant.toml:5: currency: is empty; name the currency",
        ],
    );
}

#[test]
fn a_price_series_shorter_than_the_run_says_so() {
    let csv = "time,buy_per_kwh,sell_per_kwh\n2021-01-31 00:00,0.3,0.1\n2021-01-31 01:00,0.3,0.1\n";
    assert_eq!(
        load("file = \"p.csv\"", csv, 60).unwrap_err(),
        [
            "p.csv: time: the series covers 2021-01-31 00:00 to 2021-01-31 02:00, the run 2021-01-31 00:00 to 2021-02-02 \
          00:00; it must cover the run, or a whole calendar year of another"
        ]
    );
}
