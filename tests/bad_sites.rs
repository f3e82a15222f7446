//! A charging site that is wrong is refused with messages that help, all at once; what is only odd is warned of.

use std::fs;

use pvess::Project;
use tempfile::TempDir;

/// Six hours of a June night in 2021.
fn series(columns: &[(&str, &str)], step_min: u32, rows: u32) -> String {
    let names: Vec<_> = columns.iter().map(|(name, _)| *name).collect();
    let cells: Vec<_> = columns.iter().map(|(_, value)| *value).collect();
    (0..rows).fold(format!("time,{}\n", names.join(",")), |csv, row| {
        let min = row * step_min;
        csv + &format!("2021-06-01T{:02}:{:02},{}\n", min / 60, min % 60, cells.join(","))
    })
}

/// A folder with the files that a site may name; the run's step is `step_min`.
fn folder(step_min: u32) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let put = |name: &str, text: String| fs::write(dir.path().join(name), text).unwrap();
    let steps = 360 / step_min;
    put("pv.csv", series(&[("pv_mv_kw", "50")], step_min, steps));
    put("ev.csv", series(&[("ev_kw", "20")], step_min, steps).replace("T01:00,20", "T01:00,-6"));
    put("prices.csv", series(&[("buy_per_kwh", "0.3"), ("sell_per_kwh", "0.1")], 60, 3));
    put("signal.csv", series(&[("limit_kw", "80")], 60, 6).replace("T02:00,80", "T02:00,"));
    let sessions = "arrival,departure,energy_kwh,max_kw,phases,phase\n\
                    2021-06-01T03:00,2021-06-01T02:00,10,11,3,\n2021-06-01T01:00,2021-06-01T04:00,-5,11,3,\n\
                    2021-06-01T01:00,2021-06-01T04:00,5,2,3,\n2021-06-01T01:00,2021-06-01T04:00,5,11,4,\n";
    put("sessions.csv", sessions.to_owned());
    dir
}

fn open_at(step_min: u32, keys: &str) -> Result<Project, Vec<String>> {
    let text = format!(
        "name = \"site\"\nsite = {{ utc_offset_h = 1 }}\npv = {{ source = \"series\", file = \"pv.csv\" }}\n{keys}"
    );
    Project::from_text(&text, "plant.toml", Some(folder(step_min).path()), &[])
        .map_err(|p| p.0.iter().map(ToString::to_string).collect())
}

#[track_caller]
fn refused_at(step_min: u32, keys: &str, expected: &[&str]) {
    let problems = open_at(step_min, keys).map(|p| p.name).expect_err("it must be refused");
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    for (problem, expected) in problems.iter().zip(expected) {
        assert!(problem.starts_with(expected), "{problem}\n  does not begin with\n{expected}");
    }
}

#[track_caller]
fn refused(keys: &str, expected: &[&str]) {
    refused_at(60, keys, expected);
}

#[track_caller]
fn warned(keys: &str, expected: &[&str]) {
    let project = open_at(60, keys).unwrap_or_else(|p| panic!("{p:#?}"));
    assert_eq!(project.warnings, expected);
}

const LIMIT: &str = "plant.import_limit = { kw = 200 }\n";

/// A storage with further keys and a strategy; its own first line is the file's fifth after one line of keys.
fn storage(keys: &str, strategy: &str) -> String {
    format!(
        "[storage]\nnameplate_mwh = 0.2\nroundtrip_efficiency_pct = 92\ninverter = {{ rated_mw = 0.1, efficiency_pct = 97 \
         }}\n{keys}[storage.dispatch]\nstrategy = \"{strategy}\"\n"
    )
}

#[test]
fn more_than_one_battery_is_refused_where_an_objective_controls_it() {
    let advice =
        "batteries are too many: a site objective controls exactly one battery; give its whole energy as nameplate_mwh";
    for objective in ["grid_capacity_expansion", "self_sufficiency", "self_sufficiency_zero_feed_in"] {
        refused(
            &format!("{LIMIT}{}", storage("units = 2\n", objective)),
            &[&format!("plant.toml:9: storage.units: 2 {advice}")],
        );
    }
    assert!(
        open_at(60, &format!("{LIMIT}{}", storage("units = 2\n", "peak_shaving") + "threshold_kw = 100\n")).is_ok()
    );
}

#[test]
fn a_list_of_batteries_is_refused() {
    let keys = storage("", "self_sufficiency").replace("[storage]", "[[storage]]");
    refused(
        &keys.replace("[storage.dispatch]\nstrategy", "dispatch.strategy"),
        &[
            "plant.toml:4: storage: must be a table of keys, not a list; there is one only: write [storage] once, not [[storage]]",
        ],
    );
}

#[test]
fn sales_need_prices_that_cover_the_run() {
    refused(
        &storage("", "sell_to_grid"),
        &["plant.toml: prices: missing; storage.dispatch.strategy = \"sell_to_grid\" plans by prices"],
    );
    refused(
        &format!("prices = {{ file = \"prices.csv\" }}\n{}", storage("", "sell_to_grid")),
        &["prices.csv: time: the series covers 2021-06-01 00:00 to 2021-06-01 03:00, the run 2021-06-01 00:00 to \
           2021-06-01 06:00; it must cover the run"],
    );
}

#[test]
fn grid_capacity_expansion_needs_an_import_limit_and_warns_of_a_small_one() {
    refused(
        &storage("", "grid_capacity_expansion"),
        &["plant.import_limit: missing; grid_capacity_expansion holds the import below it"],
    );
    warned(
        &format!("plant.import_limit = {{ kw = 99 }}\n{}", storage("", "grid_capacity_expansion")),
        &[
            "plant.import_limit: falls to 99 kW; below 100 kW the steps of single vehicles are too coarse for a site battery's \
           control",
        ],
    );
    warned(&format!("plant.import_limit = {{ kw = 100 }}\n{}", storage("", "grid_capacity_expansion")), &[]);
}

#[test]
fn states_of_charge_settings_and_foreign_keys_come_at_once() {
    let keys = storage("min_soc_pct = 30\ninitial_soc_pct = 20\n", "grid_capacity_expansion");
    refused(
        &format!(
            "{LIMIT}{keys}taper_band_pct = 0\nhysteresis_pct = 0.05\nev_reserve_kw = -1\nmax_charge_kw = -2\nstanding_import_kw = \
             3\npeak_shaver = {{ threshold_kw = -5, interval_min = 90 }}\n"
        ),
        &[
            "plant.toml:9: storage.min_soc_pct: 30 % is above initial_soc_pct = 20 %; the battery must start at or above its \
             minimum",
            "plant.toml:13: storage.dispatch.taper_band_pct: 0 is out of range; it must be above 0 and up to 100",
            "plant.toml:14: storage.dispatch.hysteresis_pct: 0.05 is out of range; it must be from 0.1 to 100",
            "plant.toml:16: storage.dispatch.max_charge_kw: -2 is out of range; it must be 0 or more",
            "plant.toml:18: storage.dispatch.peak_shaver.threshold_kw: -5 is out of range; it must be 0 or more",
            "plant.toml:18: storage.dispatch.peak_shaver.interval_min: 90 is out of range; it must be a whole number from 1 to 60",
            "plant.toml:15: storage.dispatch.ev_reserve_kw: -1 is out of range; it must be 0 or more",
            "plant.toml:17: storage.dispatch.standing_import_kw: unknown key; choose one of",
        ],
    );
}

#[test]
fn every_strategy_refuses_the_keys_of_the_others() {
    for (strategy, own, foreign) in [
        ("none", "", "hysteresis_pct = 2"),
        ("self_sufficiency", "", "ev_reserve_kw = 5"),
        ("self_sufficiency_zero_feed_in", "", "dead_band_kw = 5"),
        ("grid_capacity_expansion", "", "standing_import_kw = 5"),
        ("peak_shaving", "threshold_kw = 100\n", "taper_band_pct = 5"),
        ("pv_smoothing", "", "threshold_kw = 100"),
        ("lgia_excess", "discharge_hours = [18]\n", "peak_shaver = { threshold_kw = 100 }"),
        ("energy_available", "discharge_hours = [18]\n", "wear_per_kwh = 1"),
        ("optimal", "", "arbitrage = true"),
        ("sell_to_grid", "", "max_charge_kw = 5"),
    ] {
        let prices = "prices = { buy_per_kwh = 0.3, sell_per_kwh = 0.1 }\n";
        let keys = format!("{prices}{LIMIT}{}{own}{foreign}\n", storage("", strategy));
        let problems = open_at(60, &keys).expect_err("it must be refused");
        let key = foreign.split(' ').next().unwrap();
        let line = 12 + u32::from(!own.is_empty());
        assert_eq!(problems.len(), 1, "{strategy}: {problems:#?}");
        assert!(
            problems[0].starts_with(&format!("plant.toml:{line}: storage.dispatch.{key}: unknown key;")),
            "{problems:#?}"
        );
    }
}

#[test]
fn reserves_and_horizons_out_of_range_come_at_once() {
    let keys = format!("prices = {{ buy_per_kwh = 0.3, sell_per_kwh = 0.1 }}\n{}", storage("", "sell_to_grid"));
    refused(
        &format!("{keys}reserve_pct = 101\nev_boost_reserve_pct = -1\nhorizon_h = 12\ntail_h = 30\n"),
        &[
            "plant.toml:13: storage.dispatch.horizon_h: 12 is out of range; it must be from 24 to 36",
            "plant.toml:14: storage.dispatch.tail_h: 30 is out of range; it must be from 0 to 24",
            "plant.toml:11: storage.dispatch.reserve_pct: 101 is out of range; it must be from 0 to 100",
            "plant.toml:12: storage.dispatch.ev_boost_reserve_pct: -1 is out of range; it must be from 0 to 100",
        ],
    );
}

#[test]
fn a_price_gate_needs_prices() {
    let gate = "[storage.grid_charging]\nbuy_below_per_kwh = 0.2\n";
    refused(
        &format!("{LIMIT}{}{gate}", storage("", "grid_capacity_expansion")),
        &["plant.toml:5: storage: grid_charging.buy_below_per_kwh needs prices, and there is no [prices]"],
    );
}

#[test]
fn a_billing_interval_is_a_whole_number_of_steps() {
    let objective = format!("{LIMIT}{}peak_shaver = {{ threshold_kw = 100 }}\n", storage("", "self_sufficiency"));
    let shaving = format!("{}threshold_kw = 100\n", storage("", "peak_shaving"));
    let wrong = "15 min is no multiple of the run's step of 10 min; give one that is";
    refused_at(10, &objective, &[&format!("storage.dispatch.peak_shaver.interval_min: {wrong}")]);
    refused_at(10, &shaving, &[&format!("storage.dispatch.interval_min: {wrong}")]);
    assert!(open_at(10, &format!("{shaving}interval_min = 30\n")).is_ok());
    // A longer step is its own interval.
    assert!(open_at(5, &shaving).is_ok() && open_at(60, &shaving).is_ok() && open_at(60, &objective).is_ok());
}

#[test]
fn vehicles_limits_and_signals_come_at_once() {
    let keys = "plant.import_limit = { file = \"signal.csv\" }\n";
    refused(
        &format!("{keys}ev = {{ source = \"profile\", file = \"ev.csv\" }}\n{}", storage("", "self_sufficiency")),
        &[
            "signal.csv:4: limit_kw: the value is missing; give `fallback_kw`, the limit that holds where the signal is",
            "ev.csv:3: ev_kw: -6 is out of range; it must be 0 or more",
        ],
    );
}

#[test]
fn sessions_that_cannot_be_are_refused_line_by_line() {
    refused(
        "ev = { source = \"sessions\", file = \"sessions.csv\" }\n",
        &[
            "sessions.csv:3: energy_kwh: -5 is out of range; it must be above 0 and up to 5000",
            "sessions.csv:4: max_kw: 2 is below the 4.14 kW at which 3 phases begin",
            "sessions.csv:5: phases: `4` is not 1, 2 or 3",
            "sessions.csv:2: departure: 2021-06-01 02:00 is not after the arrival, 2021-06-01 03:00",
        ],
    );
}

#[test]
fn permission_to_charge_from_the_grid_is_refused_where_it_could_do_nothing() {
    let gate = "[storage.grid_charging]\nallowed = true\n";
    for strategy in ["none", "self_sufficiency", "self_sufficiency_zero_feed_in", "pv_smoothing"] {
        refused(
            &format!("{LIMIT}{}{gate}", storage("", strategy)),
            &[
                "plant.toml:11: storage.grid_charging: the strategy never charges from the grid; take the table out, or say \
               allowed = false",
            ],
        );
        assert!(open_at(60, &format!("{LIMIT}{}{}", storage("", strategy), gate.replace("true", "false"))).is_ok());
    }
}

#[test]
fn what_leaves_a_site_s_battery_nothing_to_do_is_warned_of() {
    let keys = "ev_reserve_kw = 200\nmax_charge_kw = 120\n";
    warned(
        &format!("{LIMIT}{}{keys}", storage("", "grid_capacity_expansion")),
        &[
            "storage.dispatch.ev_reserve_kw: 200 kW is no less than the import limit of 200 kW; the grid never charges",
            "storage.dispatch.max_charge_kw: 120 kW is more than the storage inverter's 100 kW, which hold",
        ],
    );
    warned(
        &format!("{LIMIT}{}standing_import_kw = 250\n", storage("", "self_sufficiency_zero_feed_in")),
        &[
            "storage.dispatch.standing_import_kw: 250 kW is no less than the import limit of 200 kW; the battery never serves \
           load or vehicles",
        ],
    );
}

#[test]
fn auxiliary_load_is_no_less_at_work_and_a_smoothing_target_no_less_than_the_minimum() {
    let keys = "min_soc_pct = 20\nauxiliary_idle_kw = 2\nauxiliary_active_kw = 1.5\n";
    refused(
        &format!("{}target_soc_pct = 10\n", storage(keys, "pv_smoothing")),
        &[
            "plant.toml:10: storage.auxiliary_active_kw: 1.5 is less than auxiliary_idle_kw = 2; it can be at least that",
            "plant.toml:13: storage.dispatch.target_soc_pct: 10 % is below min_soc_pct = 20; give at least that",
        ],
    );
}

#[test]
fn a_refused_import_limit_is_not_called_missing() {
    let keys = format!("plant.import_limit = {{ kw = -3 }}\n{}", storage("", "grid_capacity_expansion"));
    refused(&keys, &["plant.toml:4: plant.import_limit.kw: -3"]);
}

#[test]
fn prices_and_vehicles_are_refused_together_and_a_missing_row_is_not_said_to_be_fillable() {
    let keys = "prices = { file = \"prices.csv\" }\nev = { source = \"profile\", file = \"ev.csv\" }\n\
                load = { file = \"gap.csv\" }\n";
    let dir = folder(60);
    let load = series(&[("load_kw", "20")], 60, 6).replace("2021-06-01T03:00,20\n", "");
    fs::write(dir.path().join("gap.csv"), load).unwrap();
    let text = format!(
        "name = \"site\"\nsite = {{ utc_offset_h = 1 }}\npv = {{ source = \"series\", file = \"pv.csv\" }}\n{keys}"
    );
    let problems = Project::from_text(&text, "plant.toml", Some(dir.path()), &[]).unwrap_err();
    let said: Vec<_> = problems.0.iter().map(ToString::to_string).collect();
    let has = |part: &str| said.iter().any(|problem| problem.contains(part));
    assert!(has("prices.csv") && has("ev.csv") && has("gap.csv"), "{said:#?}");
    assert!(has("2021-06-01 03:00 is missing; every step needs its row") && !has("interpolate"), "{said:#?}");
}
