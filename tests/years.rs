//! Runs of many years: batteries that are added to and replaced, limits that change, and an energy balance that closes.

#[path = "command/mod.rs"]
mod command;

use std::f64::consts::PI;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use command::{done, pvess};
use pvess::{Project, Results, Simulation};
use tempfile::TempDir;

/// Four days of hours: PV of up to 1000 kW by day, a load of 60 kW, and prices that are negative at noon of the third day.
fn folder() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let (mut pv, mut load, mut prices) =
        ("time,pv_mv_kw\n".to_owned(), "time,load_kw\n".to_owned(), "time,buy_per_kwh,sell_per_kwh\n".to_owned());
    for h in 0..96 {
        let (day, hour) = (h / 24, h % 24);
        let sun = (PI * f64::from(hour - 6) / 12.0).sin().max(0.0);
        let sell = if day == 2 && hour == 12 { -0.05 } else { 0.05 + 0.1 * f64::from(hour) / 23.0 };
        let stamp = format!("2021-06-{:02}T{hour:02}:00", day + 1);
        writeln!(pv, "{stamp},{}", 1000.0 * sun - 1.0).unwrap();
        writeln!(load, "{stamp},60").unwrap();
        writeln!(prices, "{stamp},{},{sell}", sell + 0.1).unwrap();
    }
    for (name, text) in [("pv.csv", pv), ("load.csv", load), ("prices.csv", prices)] {
        fs::write(dir.path().join(name), text).unwrap();
    }
    dir
}

const SMALL: &str = r#"
name = "Small"
site = { utc_offset_h = 1 }
pv = { source = "series", file = "pv.csv", column = "pv_mv_kw", degradation_pct_per_year = 20 }
load = { file = "load.csv", column = "load_kw" }
prices = { file = "prices.csv", currency = "EUR" }

[plant]
availability_loss_pct = 1
import_limit = { kw = 400, by_year = [{ from_year = 8, kw = 300 }] }
equipment = [{ kind = "transformer", rating_mva = 1.5, no_load_pct = 0.1, full_load_pct = 0.5 }]

[plant.export_limit]
kw = 500
also = [{ name = "noon", kw = 450, season = [{ from = "06-03", to = "06-03", kw = 300 }] }]
by_year = [{ from_year = 5, kw = 420 }, { from_year = 10, monthly_kw = 800, flexible = { kw = 50 } }]

[storage]
nameplate_mwh = 2
usable_factor = 0.9
roundtrip_efficiency_pct = 90
capacity_fade_pct_per_cycle = 0.1
capacity_fade_pct_per_year = 100
efficiency_fade_pct_per_cycle = 0.02
self_discharge_pct_per_month = 3
min_soc_pct = 5
inverter = { rated_mw = 0.5, efficiency_pct = 98 }

[[storage.augmentation]]
when_capacity_below_pct = 97
to_capacity_pct = 100
most = 2

[[storage.augmentation]]
years = [6, 9]
nameplate_mwh = 0.5

[storage.replacement]
year = 9
nameplate_mwh = 0.2
"#;

/// The small plant with a strategy.
fn small(dir: &Path, strategy: &str) -> Project {
    let text = format!("{SMALL}\n[storage.dispatch]\n{strategy}\n");
    Project::from_text(&text, "plant.toml", Some(dir), &[]).unwrap_or_else(|p| panic!("{strategy}: {p}"))
}

const STRATEGIES: [&str; 9] = [
    "strategy = \"lgia_excess\"\ndischarge_hours = [\"18-23\"]",
    "strategy = \"lgia_excess\"\nlimits = \"exact\"\ndischarge_hours = [\"18-23\"]",
    "strategy = \"energy_available\"\ndischarge_hours = [\"18-23\"]",
    "strategy = \"self_sufficiency\"",
    "strategy = \"self_sufficiency_zero_feed_in\"",
    "strategy = \"grid_capacity_expansion\"",
    "strategy = \"sell_to_grid\"\nmin_price_difference_per_kwh = 0.01\narbitrage = true",
    "strategy = \"optimal\"\nwear_per_kwh = 0.01",
    "strategy = \"none\"",
];

fn column(results: &Results, name: &str) -> Vec<f64> {
    results.timeseries.column(name).unwrap_or_else(|| panic!("no column {name}")).to_vec()
}

fn by_year(results: &Results, name: &str) -> Vec<f64> {
    results.summary.years.iter().map(|figures| figures.get(name).unwrap()).collect()
}

fn set(name: &str, changes: &[(&str, &str)]) -> Project {
    let patches: Vec<_> = changes.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Project::shipped(name, &patches).unwrap_or_else(|p| panic!("{name}: {p}"))
}

#[test]
fn every_step_of_twelve_years_balances_while_battery_limits_and_array_change() {
    let dir = folder();
    for strategy in STRATEGIES {
        let results = Simulation::new(&small(dir.path(), strategy)).years(12).run();
        let names = ["pv_mv_kw", "ess_mv_kw", "combined_mv_kw", "before_limit_kw", "curtailed_kw", "load_kw", "poi_kw"];
        let [pv, ess, combined, before, curtailed, load, poi] = names.map(|name| column(&results, name));
        let off = results.timeseries.column("pv_off_kw").map_or(vec![0.0; pv.len()], |off| off.to_vec());
        let names = ["soc_kwh", "capacity_kwh", "limit_export_kw", "limit_import_kw"];
        let [soc, capacity, export, import] = names.map(|name| column(&results, name));
        assert_eq!(pv.len(), 12 * 96);
        for i in 0..pv.len() {
            let at = format!("{strategy}, step {i}");
            assert!((pv[i] - off[i] + ess[i] - combined[i]).abs() <= 1e-6, "{at}: the MV bus");
            assert!((before[i] - (curtailed[i] - off[i]) - load[i] - poi[i]).abs() <= 1e-6, "{at}: the POI");
            assert!(soc[i] >= 0.0 && soc[i] <= capacity[i] * (1.0 + 1e-12), "{at}: {} of {}", soc[i], capacity[i]);
            assert!(poi[i] <= export[i] + 1e-6 && -poi[i] <= import[i] + 1e-6, "{at}: {} kW", poi[i]);
        }
        let get = |name| results.summary.total.get(name).unwrap();
        assert!(get("balance_residual_mwh") <= 1e-9, "{strategy}: {} MWh", get("balance_residual_mwh"));
        assert!(results.losses.residual_mwh().abs() <= 1e-9, "{strategy}");
        // 0.5 MWh twice, and what the threshold added.
        assert!(get("augmented_mwh") >= 1.0 && get("replaced") == 1.0, "{strategy}: {}", get("augmented_mwh"));
    }
}

#[test]
fn a_smaller_battery_loses_what_does_not_fit_and_says_so() {
    let dir = folder();
    // Charged by day and never discharged, it is full in the evening of the fourth day.
    let project = small(dir.path(), "strategy = \"energy_available\"\ndischarge_hours = []");
    let results = Simulation::new(&project).years(9).run();
    let [soc, capacity] = ["soc_kwh", "capacity_kwh"].map(|name| column(&results, name));
    let last = 8 * 96;
    // 0.7 MWh of nameplate, of which 90 % are usable.
    assert!((capacity[last] - 630.0).abs() < 1e-6, "{}", capacity[last]);
    assert!(soc[last - 1] > 1500.0 && soc[last] <= 630.0, "{} and then {}", soc[last - 1], soc[last]);
    let fade = results.losses.stages().into_iter().find(|s| s.stage == "battery_fade").unwrap().loss_mwh;
    assert!(fade >= (soc[last - 1] - 630.0) / 1e3, "{fade}");
    assert!(results.losses.residual_mwh().abs() <= 1e-9);
}

#[test]
fn cycles_of_a_year_are_of_its_own_nameplate_and_those_of_the_run_of_the_mean() {
    let dir = folder();
    let results = Simulation::new(&small(dir.path(), STRATEGIES[0])).years(12).keep_steps(false).run();
    let [nameplate, cycles, discharged, added] =
        ["battery_nameplate_mwh", "equivalent_cycles", "discharge_dc_mwh", "augmented_mwh"]
            .map(|name| by_year(&results, name));
    for year in 0..12 {
        assert!((cycles[year] - discharged[year] / nameplate[year]).abs() < 1e-12);
    }
    let before: f64 = 2.0 + added[..6].iter().sum::<f64>();
    assert!((nameplate[5] - before).abs() < 1e-12 && added[5] == 0.5, "{nameplate:?} {added:?}");
    assert!((nameplate[8] - 0.7).abs() < 1e-12, "{nameplate:?}");
    let mean = nameplate.iter().sum::<f64>() / 12.0;
    let get = |name| results.summary.total.get(name).unwrap();
    assert!((get("battery_nameplate_mwh") - mean).abs() < 1e-12);
    assert!((get("equivalent_cycles") - get("discharge_dc_mwh") / mean).abs() < 1e-9);
    assert_eq!(get("final_capacity_mwh"), by_year(&results, "final_capacity_mwh")[11]);
}

#[test]
fn an_export_limit_that_rises_in_year_three_is_that_of_its_years_in_everything() {
    let limits =
        [("plant.export_limit.by_year", "[{from_year=3,kw=18000}]"), ("storage.dispatch", "{strategy=\"none\"}")];
    let results = Simulation::new(&set("moffat-series", &limits)).years(4).run();
    let higher = [("plant.export_limit.kw", "18000"), limits[1]];
    let [low, high] = [&limits[1..], &higher].map(|changes| Simulation::new(&set("moffat-series", changes)).run());
    let figure = |results: &Results, name| results.summary.total.get(name).unwrap();
    // Nothing ages: years 1 and 2 are the plant with 15 MW, years 3 and 4 that with 18 MW, to the bit.
    for name in ["export_mwh", "curtailed_mwh", "curtailed_without_storage_mwh", "capacity_factor"] {
        let (low, high) = (figure(&low, name), figure(&high, name));
        assert_eq!(by_year(&results, name), [low, low, high, high], "{name}");
        assert!(low != high, "{name}");
    }
    let poi = column(&results, "poi_kw");
    let most = |year: usize| poi[year * 17_520..(year + 1) * 17_520].iter().copied().fold(0.0, f64::max);
    assert_eq!([0, 1, 2, 3].map(most), [15_000.0, 15_000.0, 18_000.0, 18_000.0]);
    // 16.5 MW over four years.
    assert_eq!(results.summary.nameplate.capacity_w, 16.5e6);
    let expected = figure(&results, "export_mwh") / (16.5 * 4.0 * 8760.0);
    assert!((figure(&results, "capacity_factor") - expected).abs() < 1e-12);
}

#[test]
fn evidence_holds_every_year_against_its_own_limit() {
    let limits =
        [("plant.export_limit.by_year", "[{from_year=3,kw=18000}]"), ("storage.dispatch", "{strategy=\"none\"}")];
    let project = set("moffat-series", &limits);
    let (results, evidence) = Simulation::new(&project).years(3).keep_steps(false).run_with_evidence(|_| {});
    let limit = evidence.export.limit.as_ref().unwrap();
    let levels: Vec<_> = limit.levels.iter().map(|level| (level.from_kw, level.hours)).collect();
    assert_eq!(levels, [(15_000.0, 2.0 * 8760.0), (18_000.0, 8760.0)]);
    assert_eq!((limit.in_force.min_kw, limit.in_force.median_kw, limit.in_force.max_kw), (15e3, 15e3, 18e3));
    assert_eq!((evidence.export.above_limit_h, evidence.export.maximum.as_ref().unwrap().kw), (0.0, 18e3));
    assert_eq!(evidence.export.maximum.as_ref().unwrap().at.year, 3);
    // Without the limit nothing is curtailed in any year.
    let free = evidence.cases.iter().find(|row| format!("{:?}", row.case) == "NoExportLimit").unwrap();
    assert_eq!(free.figures.curtailed_kwh, 0.0);
    assert!(results.summary.total.get("curtailed_mwh").unwrap() > 0.0);
    // A limit that begins in a later year is a subject, too.
    let later = set("moffat-series", &[("plant.export_limit", "{by_year=[{from_year=2,kw=12000}]}")]);
    let (_, evidence) = Simulation::new(&later).years(2).keep_steps(false).run_with_evidence(|_| {});
    assert_eq!(evidence.export.limit.unwrap().without_limit_h, 8760.0);
}

#[test]
fn a_series_loses_its_degradation_year_by_year_and_keeps_its_night() {
    let project = set("moffat-series", &[("pv.degradation_pct_per_year", "0.5")]);
    let results = Simulation::new(&project).years(3).run();
    let pv = column(&results, "pv_mv_kw");
    for i in 0..17_520 {
        let (first, third) = (pv[i], pv[i + 2 * 17_520]);
        let expected = if first > 0.0 { 0.99 * first } else { first };
        assert!((third - expected).abs() <= 1e-9, "step {i}: {third} is not {expected}");
    }
    assert!(pv.iter().any(|kw| *kw < 0.0));
}

#[test]
fn fifty_years_run_with_a_battery_that_is_kept_up() {
    let changes = [
        ("storage.augmentation", "[{when_capacity_below_pct=90,to_capacity_pct=100}]"),
        ("storage.replacement", "{years=[16,31,46]}"),
    ];
    let results = Simulation::new(&set("moffat-series", &changes)).years(50).keep_steps(false).run();
    assert_eq!(results.summary.years.len(), 50);
    let capacity = by_year(&results, "final_capacity_mwh");
    // 16 MWh usable when new; it loses less than 5 % a year.
    assert!(capacity.iter().all(|mwh| *mwh > 0.85 * 16.0 && *mwh <= 16.0), "{capacity:?}");
    assert_eq!(results.summary.total.get("replaced"), Some(3.0));
    let residual = results.summary.total.get("balance_residual_mwh").unwrap();
    assert!(residual <= 1e-9 * results.summary.total.get("pv_mv_mwh").unwrap());
}

#[test]
fn a_battery_without_later_years_has_no_such_figures_and_the_same_as_one_whose_years_never_come() {
    let plain = Simulation::new(&set("moffat-series", &[])).years(2).run();
    assert_eq!(plain.summary.total.get("augmented_mwh"), None);
    let changes = [("storage.replacement", "{year=3}"), ("plant.export_limit.by_year", "[{from_year=3,kw=1}]")];
    let planned = Simulation::new(&set("moffat-series", &changes)).years(2).run();
    // NaN, where there is no import limit, equals itself in its bits only.
    let bits = |results: &Results| results.timeseries.values().mapv(f64::to_bits);
    assert!(bits(&planned) == bits(&plain));
    assert_eq!(planned.summary.total.get("augmented_mwh"), Some(0.0));
    assert_eq!(planned.summary.total.get("battery_nameplate_mwh"), Some(20.0));
}

#[test]
fn a_sweep_reaches_the_keys_of_later_years() {
    let dir = tempfile::tempdir().unwrap();
    let plan =
        ["--set", "storage.augmentation=[{year=2,nameplate_mwh=5}]", "--years", "3", "--quiet", "--out", "s.csv"];
    let vary =
        ["--vary", "storage.augmentation.0.year=2,3,4", "--figures", "augmented_mwh,battery_nameplate_mwh,replaced"];
    done(&pvess(dir.path(), &[&["sweep", "moffat-series"][..], &plan, &vary].concat()));
    let rows = fs::read_to_string(dir.path().join("s.csv")).unwrap();
    let rows: Vec<_> = rows.lines().skip(1).map(|row| row.split(',').skip(1).take(4).collect::<Vec<_>>()).collect();
    // 20 MWh, and 25 in two, one or none of the three years.
    assert_eq!(rows, [["2", "5", "23.333333", "0"], ["3", "5", "21.666667", "0"], ["4", "0", "20", "0"]]);
}

#[test]
fn plants_of_a_sweep_that_share_rooms_keep_the_limits_of_their_own_years() {
    let dir = tempfile::tempdir().unwrap();
    let vary = ["--vary", "plant.export_limit.by_year.0.kw=16000,18000", "--vary", "storage.units=2,4"];
    let plan = ["--set", "plant.export_limit.by_year=[{from_year=2,kw=15500}]", "--years", "2", "--quiet"];
    let rest = ["--figures", "export_mwh,curtailed_without_storage_mwh", "--threads", "2", "--out", "s.csv"];
    done(&pvess(dir.path(), &[&["sweep", "moffat-series"][..], &plan, &vary, &rest].concat()));
    let rows = fs::read_to_string(dir.path().join("s.csv")).unwrap();
    assert_eq!(rows.lines().count(), 5);
    for row in rows.lines().skip(1) {
        let cells: Vec<_> = row.split(',').collect();
        let limits = format!("[{{from_year=2,kw={}}}]", cells[1]);
        let plant = set("moffat-series", &[("plant.export_limit.by_year", &limits), ("storage.units", cells[2])]);
        let run = Simulation::new(&plant).years(2).keep_steps(false).run();
        for (name, cell) in [("export_mwh", cells[3]), ("curtailed_without_storage_mwh", cells[4])] {
            let (alone, beside): (f64, f64) = (run.summary.total.get(name).unwrap(), cell.parse().unwrap());
            assert!((alone - beside).abs() <= 1e-6, "{row}: {name} is {alone}");
        }
    }
}

#[test]
fn the_command_line_tells_what_was_done_and_what_a_run_does_not_reach() {
    let dir = tempfile::tempdir().unwrap();
    let plan = [
        "moffat-series",
        "--set",
        "storage.augmentation=[{year=2,nameplate_mwh=5}]",
        "--set",
        "storage.replacement={years=[3,9]}",
        "--set",
        "plant.export_limit.by_year=[{from_year=3,kw=18000},{from_year=7,kw=19000}]",
    ];
    let checked = pvess(dir.path(), &[&["check"][..], &plan].concat());
    assert!(done(&checked).contains("ready to run, no warnings"));
    let run = pvess(dir.path(), &[&["run"][..], &plan, &["--years", "3", "--steps", "none", "--out", "r"]].concat());
    let said = done(&run);
    assert!(said.contains("\nBattery added / times replaced                    5.0 MWh / 1\n"), "{said}");
    assert!(said.contains("  +5.00 MWh\n") && said.contains("  replaced\n"), "{said}");
    let warned = String::from_utf8_lossy(&run.stderr).into_owned();
    for expected in [
        "plant.export_limit.by_year.1.from_year: a run of 3 years does not reach year 7; --years makes it longer",
        "storage.replacement.years: a run of 3 years does not reach year 9; --years makes it longer",
    ] {
        assert!(warned.contains(expected), "{warned}");
    }
    assert_eq!(warned.lines().count(), 2, "{warned}");
    let summary = fs::read_to_string(dir.path().join("r/summary.json")).unwrap();
    let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
    let years = summary["years"].as_array().unwrap();
    let of = |name: &str| years.iter().map(|year| year[name].as_f64().unwrap()).collect::<Vec<_>>();
    assert_eq!((of("augmented_mwh"), of("replaced")), (vec![0.0, 5.0, 0.0], vec![0.0, 0.0, 1.0]));
    assert_eq!(of("battery_nameplate_mwh"), [20.0, 25.0, 20.0]);
    assert_eq!(summary["capacity_factor_reference_kw"], 16_000.0);
}

#[test]
fn one_to_fifty_years_are_simulated_and_no_others() {
    let dir = tempfile::tempdir().unwrap();
    for command in [&["run", "moffat-series"][..], &["sweep", "moffat-series", "--vary", "storage.units=1,2"]] {
        for years in ["0", "51", "-1", "2.5"] {
            let refused = pvess(dir.path(), &[command, &[&format!("--years={years}")]].concat());
            let said = String::from_utf8_lossy(&refused.stderr).into_owned();
            assert!(!refused.status.success() && said.contains("--years"), "{said}");
            if ["0", "51"].contains(&years) {
                assert!(said.contains(&format!("{years} is not in 1..=50")), "{said}");
            }
        }
    }
}

#[test]
fn the_specific_yield_of_several_years_is_that_of_a_year() {
    let project = Project::demonstration(&[]).unwrap();
    let summary = Simulation::new(&project).years(2).keep_steps(false).run().summary;
    let of = |figures: &pvess::results::Figures| figures.get("specific_yield_kwh_per_kwp").unwrap();
    let mean = f64::midpoint(of(&summary.years[0]), of(&summary.years[1]));
    assert!((of(&summary.total) - mean).abs() <= 1e-12 * mean && mean > 2000.0, "{} and {mean}", of(&summary.total));
    let months: f64 = summary.monthly.iter().map(|(_, figures)| of(figures)).sum();
    assert!((months - mean).abs() <= 1e-12 * mean, "{months} and {mean}");
}
