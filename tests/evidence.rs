//! Evidence of limits over whole runs: what it must agree with, and how it is asked for.

mod command;

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use command::{done, pvess};
use pvess::results::evidence::{Case, CaseRow, Cause, Evidence, Slot};
use pvess::{Project, Results, Simulation};

const ENVELOPE: (&str, &str) =
    ("plant.export_limit", "{file=\"pvess:limits/aachen-export-envelope-2018.csv\",fallback_kw=0}");

fn patches(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

fn plant(name: &str, changes: &[(&str, &str)]) -> Project {
    Project::shipped(name, &patches(changes)).unwrap_or_else(|p| panic!("{name}: {p}"))
}

/// A charging site as `pvess new --site` makes it, with changes.
fn site(changes: &[(&str, &str)]) -> Project {
    let dir = tempfile::tempdir().unwrap();
    done(&pvess(dir.path(), &["new", "--site", "mine"]));
    Project::from_file(dir.path().join("mine/plant.toml"), &patches(changes)).unwrap_or_else(|p| panic!("{p}"))
}

type Run = (&'static str, Results, Evidence);

/// Plants of every kind with their evidence, run once for all tests.
fn runs() -> &'static [Run] {
    static RUNS: OnceLock<Vec<Run>> = OnceLock::new();
    RUNS.get_or_init(run_all)
}

fn run_all() -> Vec<Run> {
    let strategy = |text| ("storage.dispatch", text);
    let called = "{kw=250,margin_pct=4,also=[{name=\"negative price\",kw=0,when_price={sell_below=0.0}}]}";
    let projects = vec![
        ("series plant", plant("moffat-series", &[])),
        ("tracker plant", plant("daggett-lgia-excess", &[])),
        ("envelope", site(&[ENVELOPE])),
        ("self-sufficiency", site(&[ENVELOPE, strategy("{strategy=\"self_sufficiency\"}")])),
        ("zero feed-in", site(&[strategy("{strategy=\"self_sufficiency_zero_feed_in\"}")])),
        ("ramps", site(&[ENVELOPE, strategy("{strategy=\"pv_smoothing\",max_ramp_pct_per_min=2}")])),
        ("sales", site(&[ENVELOPE, strategy("{strategy=\"sell_to_grid\"}")])),
        ("price", site(&[("plant.export_limit", called)])),
    ];
    let run = |(name, project): (_, Project)| {
        let (results, evidence) = Simulation::new(&project).keep_steps(false).run_with_evidence(|_| {});
        (name, results, evidence)
    };
    projects.into_iter().map(run).collect()
}

fn case(evidence: &Evidence, case: Case) -> &CaseRow {
    evidence.cases.iter().find(|row| row.case == case).unwrap_or_else(|| panic!("no {case:?}"))
}

fn took(evidence: &Evidence, cause: Cause) -> f64 {
    evidence.curtailment.by_cause.iter().find(|row| row.cause == cause).unwrap().kwh
}

#[test]
fn the_evidence_agrees_with_the_summary_and_with_itself() {
    let mut causes_seen = vec![];
    for (name, results, evidence) in runs() {
        let name = *name;
        let total = |figure| results.summary.total.get(figure).unwrap() * 1e3;
        let same = |what: &str, ours: f64, theirs: f64| {
            assert!((ours - theirs).abs() <= 1e-9 * theirs.abs().max(1.0), "{name}: {what} is {ours}, not {theirs}");
        };
        let curtailment = &evidence.curtailment;
        let clipped = took(evidence, Cause::InverterClipping);
        let all: f64 = curtailment.by_cause.iter().map(|row| row.kwh).sum();
        same("all causes", all, total("curtailed_mwh") + total("inverter_clipped_mwh"));
        same("clipping", clipped, total("inverter_clipped_mwh"));
        same("curtailment", curtailment.curtailed_kwh, total("curtailed_mwh"));
        for slots in [&curtailment.by_month, &curtailment.by_hour] {
            same("the slots' sum", slots.iter().map(Slot::curtailed_kwh).sum(), curtailment.curtailed_kwh);
            same("the slots' offer", slots.iter().map(|s| s.available_kwh).sum(), curtailment.available_kwh);
        }
        same("export", evidence.export.energy_kwh, total("export_mwh"));
        same("import", evidence.import.energy_kwh, total("import_mwh"));
        // Steps within a milliwatt of the limit do not count as above it.
        let missed = total("import_above_limit_mwh") - evidence.import.above_limit_kwh;
        assert!((-1e-9..=1e-6 * results.summary.hours).contains(&missed), "{name}: {missed} kWh of overload");
        for side in [&evidence.export, &evidence.import] {
            let Some(limit) = &side.limit else { continue };
            let levels: f64 = limit.levels.iter().map(|level| level.hours).sum();
            same("hours at all levels", levels + limit.without_limit_h, results.summary.hours);
            same("hours of all parts", limit.parts.iter().map(|part| part.hours).sum(), levels);
        }
        assert_eq!(evidence.export.excursions.number, 0, "{name}");
        let absorbed = evidence.absorbed;
        let left = absorbed.curtailed_without_either_kwh - absorbed.vehicles_kwh - absorbed.battery_kwh;
        // Where vehicles come first the battery is full when PV has too much.
        assert!(absorbed.battery_kwh > 0.0 || matches!(name, "envelope" | "price"), "{name}");
        assert!(absorbed.battery_kwh <= total("charge_dc_mwh") + total("ess_loss_mwh"), "{name}");
        // The plants' batteries have transformers that draw while they stand still, and ramps are no limit's.
        if !matches!(name, "series plant" | "tracker plant" | "ramps") {
            same("what is left", left, curtailment.curtailed_kwh);
        }
        causes_seen.extend(Cause::ALL.into_iter().filter(|cause| took(evidence, *cause) > 1.0));
    }
    for cause in [Cause::ExportLimit, Cause::Price, Cause::ZeroFeedIn, Cause::Ramp, Cause::InverterClipping] {
        assert!(causes_seen.contains(&cause), "{cause:?} is never seen");
    }
}

#[test]
fn counterfactuals_curtail_nothing_without_a_limit_and_most_with_a_static_one() {
    for (name, results, evidence) in runs() {
        let run = case(evidence, Case::AsRun).figures;
        let free = case(evidence, Case::NoExportLimit).figures;
        if *name == "zero feed-in" {
            // The operation's own rule stays where the connection has no limit.
            assert_eq!((free.export_kwh, free.curtailed_kwh), (0.0, run.curtailed_kwh));
        } else if *name == "sales" {
            // At negative prices nothing is sold, whatever the connection allows.
            let (left, all) = (free.curtailed_by_limits_kwh, run.curtailed_by_limits_kwh);
            assert!(took(evidence, Cause::Price) <= left && left < all, "{free:?}, {all}");
        } else {
            assert_eq!(free.curtailed_by_limits_kwh, 0.0, "{name}");
        }
        let fixed = case(evidence, Case::StaticLimit).figures;
        assert!(run.curtailed_by_limits_kwh <= fixed.curtailed_by_limits_kwh + 1e-6, "{name}: {run:?} {fixed:?}");
        let bare = case(evidence, Case::NoBattery).figures;
        let alone = results.summary.total.get("curtailed_without_storage_mwh").unwrap() * 1e3;
        assert!(
            (bare.curtailed_kwh - alone).abs() <= 1e-9 * alone.max(1.0),
            "{name}: {} not {alone}",
            bare.curtailed_kwh
        );
        let less = case(evidence, Case::NoBattery).run_less_this.unwrap();
        assert_eq!(less.export_kwh, run.export_kwh - bare.export_kwh, "{name}");
    }
}

#[test]
fn the_worth_of_limiting_at_the_poi_is_the_demand_it_lets_pv_serve() {
    let static_site = site(&[("plant.export_limit", "{kw=200,mode=\"static\"}")]);
    let (_, evidence) = Simulation::new(&static_site).keep_steps(false).run_with_evidence(|_| {});
    let (fixed, moving) = (case(&evidence, Case::AsRun).figures, case(&evidence, Case::DynamicLimit));
    assert_eq!(evidence.export.limit.as_ref().unwrap().mode, "static");
    assert!(fixed.curtailed_kwh > moving.figures.curtailed_kwh);
    assert!(evidence.cases.iter().all(|row| row.case != Case::StaticLimit));
    // It is the same, seen from the other side.
    let dynamic_site = site(&[("plant.export_limit", "{kw=200}")]);
    let (_, mirrored) = Simulation::new(&dynamic_site).keep_steps(false).run_with_evidence(|_| {});
    assert_eq!(case(&mirrored, Case::StaticLimit).figures, fixed);
    assert_eq!(case(&mirrored, Case::AsRun).figures, moving.figures);
}

#[test]
fn a_run_is_the_same_with_evidence_and_two_years_are_evidence_of_both() {
    let project = plant("moffat-series", &[]);
    let simulation = Simulation::new(&project).years(2);
    let mut seen = vec![];
    let (results, evidence) = simulation.run_with_evidence(|year| seen.push(year));
    let figures = |results: &Results| serde_json::to_string(&results.summary).unwrap();
    assert_eq!(figures(&results), figures(&simulation.run()));
    assert_eq!((seen, evidence.years), (vec![1, 2], 2));
    let limit = evidence.export.limit.as_ref().unwrap();
    assert_eq!(limit.parts[0].hours, 2.0 * 8760.0);
    assert_eq!(evidence.export.maximum.as_ref().unwrap().margin_kw, Some(0.0));
}

#[test]
fn a_dynamic_envelope_is_told_with_its_levels_and_the_steps_of_the_fallback() {
    let (_, evidence) = Simulation::new(&site(&[ENVELOPE])).keep_steps(false).run_with_evidence(|_| {});
    let limit = evidence.export.limit.unwrap();
    // As data/README.md has it: 8255 h at 300, 327 at 150, 127 at 0; 51 h without a signal, quarter hours here.
    let levels: Vec<_> = limit.levels.iter().map(|level| (level.to_kw, level.hours)).collect();
    assert_eq!(levels, [(0.0, 178.0), (150.0, 327.0), (300.0, 8255.0)]);
    assert_eq!(limit.fallback_steps, 204);
    assert!(evidence.phases.is_some() && evidence.vehicles_unserved_kwh.is_some());
}

#[test]
fn the_option_writes_both_files_and_says_so_and_a_second_run_replaces_them() {
    let dir = tempfile::tempdir().unwrap();
    let ask = ["run", "moffat-series", "--evidence", "--steps", "none", "--out", "r"];
    for _ in 0..2 {
        let said = done(&pvess(dir.path(), &ask));
        assert!(said.ends_with("Evidence of its limits in r/export_evidence.md and .json\n"), "{said}");
    }
    let page = fs::read_to_string(dir.path().join("r/export_evidence.md")).unwrap();
    assert!(page.starts_with("# Export and import limits: Moffat series plant\n"), "{page}");
    assert!(page.lines().filter(|line| !line.starts_with('|')).all(|line| line.chars().count() <= 100), "{page}");
    let text = fs::read_to_string(dir.path().join("r/export_evidence.json")).unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&value["step_min"], &value["years"]), (&30.into(), &1.into()));
    // An ordinary run leaves none, and takes an earlier one away.
    done(&pvess(dir.path(), &["run", "moffat-series", "--steps", "none", "--out", "r"]));
    assert!(!dir.path().join("r/export_evidence.md").exists());
}

#[test]
fn a_plant_without_any_limit_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let output = pvess(dir.path(), &["run", "moffat-series", "--evidence", "--out", "r", "--set", "plant={}"]);
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{err}");
    assert!(err.contains("this plant has none in any step; give plant.export_limit"), "{err}");
    assert!(!dir.path().join("r").exists());
}

/// The excerpts of the page are lines of the files that its command writes.
#[test]
fn the_excerpts_in_the_documentation_are_what_the_command_writes() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/how-to/export-evidence.md");
    let page = fs::read_to_string(page).unwrap();
    let block = |language: &str| {
        let (_, rest) = page.split_once(&format!("```{language}\n")).expect("there is a block");
        rest.split_once("```").expect("it is closed").0
    };
    let dir = tempfile::tempdir().unwrap();
    for command in block("console").lines().filter_map(|line| line.strip_prefix("$ pvess ")) {
        let arguments: Vec<_> = command.split_whitespace().map(|word| word.trim_matches('\'')).collect();
        done(&pvess(dir.path(), &arguments));
    }
    for (language, file) in [("text", "export_evidence.md"), ("json", "export_evidence.json")] {
        let written = fs::read_to_string(dir.path().join("evidence").join(file)).unwrap();
        for part in block(language).split("…\n") {
            assert!(written.contains(part.trim_matches('\n')), "{file} does not hold\n{part}");
        }
    }
}
