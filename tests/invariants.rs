//! What must hold on every shipped plant, whatever its numbers.

use std::sync::OnceLock;

use pvess::project::library;
use pvess::{Project, Results, Simulation};

fn patches(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

fn plant(name: &str, changes: &[(&str, &str)]) -> Project {
    Project::shipped(name, &patches(changes)).unwrap_or_else(|p| panic!("{name}: {p}"))
}

fn run(name: &str, changes: &[(&str, &str)]) -> Results {
    Simulation::new(&plant(name, changes)).run()
}

fn column(results: &Results, name: &str) -> Vec<f64> {
    results.timeseries.column(name).unwrap_or_else(|| panic!("no column {name}")).to_vec()
}

fn plants() -> Vec<&'static str> {
    library::entries("plants").iter().map(|e| e.name).collect()
}

/// Every shipped plant with its year, computed once.
fn years() -> &'static [(&'static str, Results)] {
    static YEARS: OnceLock<Vec<(&'static str, Results)>> = OnceLock::new();
    YEARS.get_or_init(|| plants().into_iter().map(|name| (name, run(name, &[]))).collect())
}

/// The share of the throughput that an energy balance may miss.
const BALANCE: f64 = 1e-9;

#[test]
fn every_shipped_plant_runs_and_its_energy_balances_at_every_step() {
    assert!(years().len() >= 11);
    for (name, results) in years() {
        let [pv, ess, combined] = ["pv_mv_kw", "ess_mv_kw", "combined_mv_kw"].map(|c| column(results, c));
        let [hv, before, curtailed] =
            ["combined_hv_loss_kw", "before_limit_kw", "curtailed_kw"].map(|c| column(results, c));
        let [load, ev, poi] = ["load_kw", "ev_kw", "poi_kw"].map(|c| column(results, c));
        let [export, import] = ["export_kw", "import_kw"].map(|c| column(results, c));
        let scale = pv.iter().copied().fold(1.0, f64::max);
        for i in 0..pv.len() {
            let step = |residual: f64, node: &str| {
                assert!(residual.abs() <= BALANCE * scale, "{name}: step {i} misses {residual} kW at {node}");
            };
            step(pv[i] + ess[i] - combined[i], "the MV bus");
            step(before[i] - curtailed[i] - load[i] - ev[i] - poi[i], "the POI");
            step(export[i] - import[i] - poi[i], "the meter");
            let lost = combined[i] - hv[i] - before[i];
            assert!(hv[i] >= 0.0 && lost >= -BALANCE * scale && curtailed[i] >= 0.0, "{name}: step {i} gains energy");
        }
        let throughput = results.summary.total.get("pv_mv_mwh").unwrap();
        let residual = results.summary.total.get("balance_residual_mwh").unwrap();
        assert!(residual <= BALANCE * throughput, "{name}: {residual} MWh of {throughput}");
    }
}

#[test]
fn the_loss_tree_closes_on_the_energy_at_the_poi() {
    for (name, results) in years() {
        let stages = results.losses.stages();
        let input = stages[0].energy_mwh;
        assert!(results.losses.residual_mwh().abs() <= 1e-9 * input, "{name}: {}", results.losses.residual_mwh());
        let lost: f64 = stages.iter().map(|s| s.loss_mwh).sum();
        assert!((input - lost - stages.last().unwrap().energy_mwh).abs() <= 1e-9 * input, "{name}");
        let net = results.summary.total.get("export_mwh").unwrap() - results.summary.total.get("import_mwh").unwrap();
        assert!((stages.last().unwrap().energy_mwh - net).abs() <= 1e-9 * input, "{name}");
    }
}

#[test]
fn without_storage_both_walks_are_bit_identical() {
    let text = library::find("plants", "daggett-lgia-excess").unwrap().text;
    let without = &text[..text.find("[storage]").unwrap()];
    let project = Project::from_text(without, "plant.toml", None, &[]).unwrap();
    let results = Simulation::new(&project).run();
    for (first, second) in
        [("pv_mv_kw", "combined_mv_kw"), ("pv_avail_kw", "before_limit_kw"), ("pv_only_poi_kw", "poi_kw")]
    {
        let (first, second) = (column(&results, first), column(&results, second));
        assert!(first.iter().zip(&second).all(|(a, b)| a.to_bits() == b.to_bits()));
    }
    let [with, alone] =
        ["curtailed_mwh", "curtailed_without_storage_mwh"].map(|f| results.summary.total.get(f).unwrap());
    assert_eq!(with.to_bits(), alone.to_bits());
}

#[test]
fn an_idle_battery_changes_nothing_but_its_own_standing_losses() {
    let idle = run("daggett-lgia-excess", &[("storage.dispatch", "{ strategy = \"none\" }")]);
    assert!(column(&idle, "charge_dc_kw").iter().chain(&column(&idle, "discharge_dc_kw")).all(|kw| *kw == 0.0));
    let no_load_kw = 33e3 * 0.001;
    assert!(column(&idle, "ess_mv_kw").iter().all(|kw| (kw + no_load_kw).abs() < 1e-9));
}

#[test]
fn poi_power_never_passes_the_limit_and_the_battery_keeps_its_bounds() {
    for (name, results) in years() {
        let [poi, limit] = ["poi_kw", "limit_export_kw"].map(|c| column(results, c));
        assert!(poi.iter().zip(&limit).all(|(p, l)| p <= l || l.is_nan()), "{name}");
        let [charge, discharge] = ["charge_dc_kw", "discharge_dc_kw"].map(|c| column(results, c));
        assert!(charge.iter().zip(&discharge).all(|(c, d)| *c >= 0.0 && *d >= 0.0 && c * d == 0.0), "{name}");
        let [soc, capacity] = ["soc_kwh", "capacity_kwh"].map(|c| column(results, c));
        assert!(soc.iter().zip(&capacity).all(|(s, c)| *s >= 0.0 && *s <= c * (1.0 + 1e-12)), "{name}");
    }
}

#[test]
fn exact_limits_stand_on_the_limit_unless_hardware_or_energy_binds() {
    let results = run("moffat-series", &[]);
    let [soc, capacity] = ["soc_kwh", "capacity_kwh"].map(|c| column(&results, c));
    let [discharge, charge] = ["discharge_dc_kw", "charge_dc_kw"].map(|c| column(&results, c));
    let [allowed, taken] = ["discharge_limit_kw", "charge_limit_kw"].map(|c| column(&results, c));
    let [before, ac] = ["before_limit_kw", "ess_ac_kw"].map(|c| column(&results, c));
    let mut landed = 0;
    for i in 0..soc.len() {
        let energy_binds =
            discharge[i] < allowed[i] && charge[i] < taken[i] || soc[i] <= 1e-9 || soc[i] >= capacity[i] - 1e-9;
        let moves = discharge[i] > 0.0 || charge[i] > 0.0;
        if moves && !energy_binds && ac[i].abs() < 5_000.0 - 1e-6 {
            assert!((before[i] - 15_000.0).abs() <= 1e-9, "step {i}: {} kW", before[i]);
            landed += 1;
        }
    }
    assert!(landed > 50, "only {landed} steps landed");
}

#[test]
fn documented_limits_cost_energy_against_exact_ones_and_the_summary_says_how_much() {
    let documented = run("daggett-lgia-excess", &[]);
    let exact = run("daggett-lgia-excess", &[("storage.dispatch.limits", "exact")]);
    let export = |r: &Results| r.summary.total.get("export_mwh").unwrap();
    let said = documented.summary.total.get("limit_approximation_mwh").unwrap();
    assert!((export(&exact) - export(&documented) - said).abs() < 1e-6, "{said}");
    assert!(said > 0.0);
    assert_eq!(exact.summary.total.get("limit_approximation_mwh"), Some(0.0));
}

#[test]
fn fade_carries_over_the_years_and_every_year_is_reported() {
    let project = plant("daggett-lgia-excess", &[]);
    let results = Simulation::new(&project).years(3).run();
    let capacity: Vec<f64> = results.summary.years.iter().map(|y| y.get("final_capacity_mwh").unwrap()).collect();
    assert_eq!(capacity.len(), 3);
    assert!(capacity[0] > capacity[1] && capacity[1] > capacity[2]);
    assert_eq!(results.timeseries.len(), 3 * 8760);
    let sum: f64 = results.summary.years.iter().map(|y| y.get("export_mwh").unwrap()).sum();
    assert!((sum - results.summary.total.get("export_mwh").unwrap()).abs() < 1e-6);
    assert!(results.losses.residual_mwh().abs() < 1e-6);
}

#[test]
fn a_year_begins_with_the_battery_as_the_year_before_left_it() {
    // This battery starts full with 16 MWh and ends its year nearly empty, on a winter night.
    let results = Simulation::new(&plant("moffat-series", &[])).years(2).run();
    let soc = column(&results, "soc_kwh");
    let (end, next) = (soc[17_519], soc[17_520]);
    assert!(end < 1_000.0 && (next - end).abs() < 1.0, "{end} then {next}");
}

/// A two-day PV series that fills and empties a battery every day.
fn two_days(storage: &str) -> (tempfile::TempDir, Project) {
    let dir = tempfile::tempdir().unwrap();
    let hour = |h: usize| if (8..16).contains(&(h % 24)) { "20000" } else { "0" };
    let rows: Vec<_> = (0..48).map(|h| format!("2021-06-{:02}T{:02}:00,{}", h / 24 + 1, h % 24, hour(h))).collect();
    std::fs::write(dir.path().join("pv.csv"), format!("time,pv_mv_kw\n{}\n", rows.join("\n"))).unwrap();
    let text = format!(
        "name = \"two days\"\nsite = {{ utc_offset_h = 0 }}\npv = {{ source = \"series\", file = \"pv.csv\" }}\n\
         [plant]\nexport_limit = {{ kw = 10000 }}\n[storage]\nnameplate_mwh = 10\nroundtrip_efficiency_pct = 100\n\
         initial_soc_pct = 0\ninverter = {{ rated_mw = 5, efficiency_pct = 100 }}\n{storage}\n\
         [storage.dispatch]\nstrategy = \"lgia_excess\"\ndischarge_hours = [\"18-23\"]\n"
    );
    let project = Project::from_text(&text, "plant.toml", Some(dir.path()), &[]).unwrap_or_else(|p| panic!("{p}"));
    (dir, project)
}

#[test]
fn a_daily_cycle_limit_starts_anew_on_the_first_day_of_every_year() {
    let (_dir, project) = two_days("max_cycles_per_day = 0.5");
    let discharge = column(&Simulation::new(&project).years(2).run(), "discharge_dc_kw");
    let days: Vec<f64> = discharge.chunks(24).map(|day| day.iter().sum()).collect();
    assert_eq!(days, [5000.0; 4]);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let bytes = || {
        let mut bytes = vec![];
        pvess::results::write_timeseries(&run("greensboro-custom", &[]).timeseries, &mut bytes).unwrap();
        bytes
    };
    assert!(bytes() == bytes());
}

#[test]
fn months_add_up_to_the_year() {
    let results = run("daggett-evening-peak", &[]);
    assert_eq!(results.summary.monthly.len(), 12);
    for name in ["pv_mv_mwh", "export_mwh", "curtailed_mwh", "ess_loss_mwh", "hv_loss_mwh"] {
        let sum: f64 = results.summary.monthly.iter().map(|(_, f)| f.get(name).unwrap()).sum();
        let total = results.summary.total.get(name).unwrap();
        assert!((sum - total).abs() <= 1e-9 * total.abs().max(1.0), "{name}: {sum} not {total}");
    }
}

#[test]
fn a_zero_export_limit_is_legal_and_nothing_leaves_the_site() {
    let results = run("daggett-lgia-excess", &[("plant.export_limit.kw", "0")]);
    assert_eq!(results.summary.total.get("export_mwh"), Some(0.0));
    assert!(results.summary.total.get("import_mwh").unwrap() > 0.0);
}
