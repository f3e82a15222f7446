//! A good project with one thing wrong is refused with a message that helps, or accepted with a warning.

use std::fs;
use std::path::Path;

use pvess::Project;
use tempfile::TempDir;

/// A project as `pvess new` makes it.
fn project() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("plant.toml"), include_str!("../src/cli/new/plant.toml")).unwrap();
    fs::write(dir.path().join("weather.csv"), include_str!("../data/weather/daggett-ca-nsrdb-psm3-tmy.csv")).unwrap();
    dir
}

fn open(dir: &Path, changes: &[(&str, &str)]) -> Result<Project, Vec<String>> {
    let changes: Vec<_> = changes.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let text = fs::read_to_string(dir.join("plant.toml")).unwrap();
    Project::from_text(&text, "plant.toml", Some(dir), &changes)
        .map_err(|p| p.0.iter().map(ToString::to_string).collect())
}

#[track_caller]
fn refused(changes: &[(&str, &str)], expected: &[&str]) {
    let dir = project();
    let problems = open(dir.path(), changes).expect_err("it must be refused");
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    for (problem, expected) in problems.iter().zip(expected) {
        assert!(problem.contains(expected), "{problem}\n  does not say\n{expected}");
    }
}

#[track_caller]
fn warned(changes: &[(&str, &str)], expected: &str) {
    let project = open(project().path(), changes).expect("it is legal");
    assert!(project.warnings.iter().any(|w| w.contains(expected)), "{:#?}", project.warnings);
}

/// Replaces the weather file by a changed copy; `change` sees all lines.
#[track_caller]
fn weather(change: impl FnOnce(&mut Vec<String>), expected: &[&str]) {
    let dir = project();
    rewrite_weather(dir.path(), change);
    let problems = open(dir.path(), &[]).expect_err("it must be refused");
    for expected in expected {
        assert!(problems.iter().any(|p| p.contains(expected)), "{problems:#?}\n  do not say\n{expected}");
    }
}

fn rewrite_weather(dir: &Path, change: impl FnOnce(&mut Vec<String>)) {
    let path = dir.join("weather.csv");
    let mut lines: Vec<String> = fs::read_to_string(&path).unwrap().lines().map(str::to_owned).collect();
    change(&mut lines);
    fs::write(&path, lines.join("\n")).unwrap();
}

/// Sets a cell of the weather file; columns: Year,Month,Day,Hour,Minute,DNI,DHI,GHI,Dew Point,Temperature,…
fn set_cell(lines: &mut [String], line: usize, column: usize, value: &str) {
    let mut cells: Vec<&str> = lines[line - 1].split(',').collect();
    cells[column] = value;
    lines[line - 1] = cells.join(",");
}

#[test]
fn the_good_project_is_accepted_without_a_warning() {
    let project = open(project().path(), &[]).unwrap();
    assert!(project.warnings.is_empty(), "{:#?}", project.warnings);
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest_one() {
    refused(&[("pv.block.0.conut", "3")], &["pv.block.0.conut: unknown key; did you mean count"]);
    refused(&[("storage.dispach.strategy", "none")], &["storage.dispach: unknown key; did you mean dispatch?"]);
}

#[test]
fn problems_of_the_file_itself_name_its_line() {
    let dir = project();
    let text = include_str!("../src/cli/new/plant.toml").replace("albedo = 0.2", "albedoo = 0.2");
    let line = text.lines().position(|l| l.starts_with("albedoo")).unwrap() + 1;
    fs::write(dir.path().join("plant.toml"), text).unwrap();
    let problems = open(dir.path(), &[]).unwrap_err();
    assert_eq!(problems, [format!("plant.toml:{line}: pv.block.0.albedoo: unknown key; did you mean albedo?")]);
}

#[test]
fn a_wrong_type_is_refused() {
    refused(&[("pv.block.0.count", "\"four\"")], &["pv.block.0.count: \"four\" is text; it must be a number"]);
    refused(&[("plant.equipment", "3")], &["plant.equipment: 3 is a whole number; it must be a list of tables"]);
    refused(&[("site", "7")], &["site: must be a table of keys, not a whole number"]);
}

#[test]
fn values_out_of_range_are_refused_all_at_once() {
    refused(
        &[
            ("pv.block.0.soiling_pct", "-1"),
            ("pv.block.0.albedo", "20"),
            ("plant.availability_loss_pct", "101"),
            ("plant.export_limit.kw", "-5"),
            ("storage.inverter.efficiency_pct", "120"),
            ("storage.roundtrip_efficiency_pct", "0"),
        ],
        &[
            "pv.block.0.albedo: 20 is out of range",
            "pv.block.0.soiling_pct: -1 is out of range",
            "plant.availability_loss_pct: 101 is out of range; it must be from 0 to 100",
            "plant.export_limit.kw: -5 is out of range; it must be 0 or more",
            "storage.roundtrip_efficiency_pct: 0 is out of range; it must be above 0 and up to 100",
            "storage.inverter.efficiency_pct: 120 is out of range",
        ],
    );
}

#[test]
fn missing_keys_and_tables_are_named() {
    let dir = project();
    fs::write(dir.path().join("plant.toml"), "[pv]\n[[pv.block]]\ncount = 2\n").unwrap();
    let problems = open(dir.path(), &[]).unwrap_err().join("\n");
    for key in ["name", "weather", "module", "inverter", "strings", "modules_per_string", "mount"] {
        assert!(problems.contains(&format!("{key}: missing")), "{key} in\n{problems}");
    }
}

#[test]
fn missing_files_and_unknown_equipment_are_refused_with_the_nearest_names() {
    refused(&[("weather.file", "wether.csv")], &["wether.csv; did you mean weather.csv?"]);
    refused(&[("weather.file", "pvess:weather/daget.csv")], &["no data named `weather/daget.csv` are shipped"]);
    refused(&[("pv.block.0.module", "cs6x-310")], &["\"cs6x-310\" is not in models/modules; did you mean cs6x-310p"]);
    refused(&[("pv.block.0.inverter", "sungrow-sg2500")], &["did you mean sungrow-sg2500u"]);
    refused(&[("storage.base", "generic-lfp")], &["storage.base: \"generic-lfp\" is not in models/batteries"]);
}

#[test]
fn three_capacities_that_disagree_are_refused() {
    refused(
        &[("storage.nameplate_mwh", "10"), ("storage.usable_factor", "0.9"), ("storage.usable_mwh", "8")],
        &["storage.usable_mwh: 8 disagrees with nameplate_mwh · usable_factor = 10 · 0.9 = 9; give two of the three"],
    );
    let agreeing = [("storage.nameplate_mwh", "10"), ("storage.usable_factor", "0.9"), ("storage.usable_mwh", "9")];
    assert!(open(project().path(), &agreeing).is_ok());
}

#[test]
fn hour_24_of_a_dispatch_table_is_refused() {
    refused(&[("storage.dispatch.discharge_hours", "[17, 24]")], &["discharge_hours: hour 24 does not exist"]);
}

#[test]
fn a_minimum_state_of_charge_above_the_initial_one_is_refused() {
    refused(
        &[("storage.min_soc_pct", "30"), ("storage.initial_soc_pct", "20")],
        &["min_soc_pct: 30 % is above initial_soc_pct = 20 %"],
    );
}

#[test]
fn a_custom_fraction_above_one_an_unknown_command_and_a_short_series_are_refused() {
    let dir = project();
    let custom = [("storage.dispatch", "{ strategy = \"custom\", file = \"dispatch.csv\" }")];
    let rows = |first: &str, n: usize| format!("command,fraction\n{first}\n{}", "idle,0\n".repeat(n - 1));
    let put = |text: String| fs::write(dir.path().join("dispatch.csv"), text).unwrap();

    put(rows("discharge,1.2", 8760));
    let problems = open(dir.path(), &custom).unwrap_err().join("\n");
    assert!(problems.contains("dispatch.csv:2: fraction") && problems.contains("1.2"), "{problems}");

    put(rows("dump,1", 8760));
    let problems = open(dir.path(), &custom).unwrap_err().join("\n");
    assert!(problems.contains("dispatch.csv:2: command") && problems.contains("dump"), "{problems}");

    put(rows("idle,1", 100));
    let problems = open(dir.path(), &custom).unwrap_err().join("\n");
    assert!(problems.contains("dispatch.csv") && problems.contains("100 rows"), "{problems}");

    put(rows("discharge,0.5", 8760));
    assert!(open(dir.path(), &custom).is_ok());
}

#[test]
fn strings_too_long_for_the_inverter_are_an_error_and_outside_the_window_a_warning() {
    refused(&[("pv.block.0.modules_per_string", "40")], &["above the inverter's 1500 V; 28 or fewer stay below"]);
    warned(&[("pv.block.0.modules_per_string", "18")], "outside the inverter's MPPT window of 800 to 1200 V");
}

#[test]
fn a_transformer_below_a_fifth_of_what_feeds_it_is_refused() {
    refused(&[("pv.block.0.transformer.rating_mva", "0.5")], &["less than a fifth"]);
    refused(
        &[("storage.transformer.rating_mva", "0.9")],
        &["0.9 MVA is less than a fifth of the storage inverter's 5 MW"],
    );
}

#[test]
fn zero_inverters_are_refused_and_a_zero_export_limit_is_legal() {
    refused(&[("pv.block.0.inverters", "0")], &["inverters: 0 is out of range; it must be a whole number from 1"]);
    assert!(open(project().path(), &[("plant.export_limit.kw", "0")]).is_ok());
}

#[test]
fn a_base_s_usable_factor_gives_way_to_a_usable_energy_written_here() {
    let project = open(project().path(), &[("storage.usable_mwh", "4.5")]).unwrap();
    assert_eq!(project.storage.unwrap().battery.usable_wh, 4.0 * 4.5e6);
}

#[test]
fn without_weather_the_other_files_are_still_looked_at() {
    refused(
        &[
            ("weather.file", "none.csv"),
            ("load", "{ file = \"load.csv\" }"),
            ("pv.block.0.transformer.rating_mva", "0.5"),
        ],
        &["weather.file: there is no file", "load.file: there is no file", "less than a fifth"],
    );
}

#[test]
fn an_efficiency_written_as_a_fraction_is_noticed() {
    warned(&[("storage.roundtrip_efficiency_pct", "0.95")], "storage.roundtrip_efficiency_pct: is below 50 %");
    warned(&[("storage.inverter.efficiency_pct", "0.98")], "storage.inverter.efficiency_pct: is below 50 %");
}

#[test]
fn an_hv_transformer_far_below_the_plant_and_a_series_of_huge_imports_are_refused() {
    refused(
        &[("plant.equipment.0.rating_mva", "0.005")],
        &["plant.equipment.0: 0.005 MVA is less than a fifth of the plant's 25.000 MW"],
    );
    let dir = project();
    let text = "name = \"s\"\nsite = { utc_offset_h = 0 }\npv = { source = \"series\", file = \"pv.csv\" }\n\
                plant.equipment = [{ kind = \"transformer\", rating_mva = 10, no_load_pct = 0.1, full_load_pct = 5 }]\n";
    fs::write(dir.path().join("plant.toml"), text).unwrap();
    fs::write(dir.path().join("pv.csv"), format!("pv_mv_kw\n{}", "-900000\n".repeat(8760))).unwrap();
    let problems = open(dir.path(), &[]).unwrap_err().join("\n");
    assert!(
        problems.contains("carries an import of at most 49.990 MW, and the PV series draws 900.000 MW"),
        "{problems}"
    );
}

#[test]
fn a_plant_without_a_block_is_refused() {
    refused(&[("pv.block", "[]")], &["pv.block: there is no block; give at least one [[pv.block]]"]);
}

#[test]
fn a_line_that_cannot_carry_the_plant_is_refused() {
    let line = "[{ kind = \"line\", length_km = 200, resistance_ohm_per_km = 1.0, voltage_kv = 20 }]";
    refused(&[("plant.equipment", line)], &["carries at most 1.0 MW, and the plant gives up to 25.0 MW"]);
}

#[test]
fn empty_and_non_utf8_files_are_refused() {
    let dir = project();
    fs::write(dir.path().join("weather.csv"), "").unwrap();
    assert!(open(dir.path(), &[]).unwrap_err()[0].contains("weather.csv: the file is empty"));
    fs::write(dir.path().join("weather.csv"), b"Source,\xe9\n1,2\n").unwrap();
    assert!(open(dir.path(), &[]).unwrap_err()[0].contains("is not UTF-8 text: byte 0xe9"));
}

#[test]
fn gaps_duplicates_and_disorder_in_the_weather_name_the_line() {
    weather(|lines| drop(lines.remove(1000)), &["weather.csv:1001", "missing"]);
    weather(|lines| lines.insert(1000, lines[999].clone()), &["weather.csv:1001", "twice"]);
    weather(|lines| lines.swap(999, 1000), &["weather.csv:1001"]);
}

#[test]
fn a_year_of_8759_rows_is_told_from_a_whole_one() {
    weather(|lines| drop(lines.pop()), &["8759 rows"]);
}

#[test]
fn missing_negative_and_impossible_values_name_line_and_column() {
    weather(|lines| set_cell(lines, 20, 7, ""), &["weather.csv:20: GHI"]);
    weather(|lines| set_cell(lines, 20, 7, "-999"), &["weather.csv:20: GHI"]);
    weather(|lines| set_cell(lines, 20, 7, "NaN"), &["weather.csv:20: GHI"]);
    weather(|lines| set_cell(lines, 20, 7, "many"), &["weather.csv:20: GHI", "many"]);
    weather(|lines| set_cell(lines, 20, 6, "-40"), &["weather.csv:20: DHI", "-40"]);
    weather(|lines| set_cell(lines, 20, 5, "1500"), &["weather.csv:20: DNI", "1500"]);
    weather(|lines| set_cell(lines, 20, 9, "400"), &["weather.csv:20: Temperature", "400"]);
}

#[test]
fn many_faults_of_a_file_are_cut_short() {
    let dir = project();
    rewrite_weather(dir.path(), |lines| (100..200).for_each(|line| set_cell(lines, line, 7, "x")));
    let problems = open(dir.path(), &[]).unwrap_err();
    assert!(problems.len() < 20, "{}", problems.len());
    assert!(problems.last().unwrap().contains("more"), "{problems:#?}");
}

#[test]
fn a_repair_is_made_on_request_only_and_reported() {
    let dir = project();
    rewrite_weather(dir.path(), |lines| drop(lines.drain(1000..1003)));
    assert!(open(dir.path(), &[]).is_err());
    let project = open(dir.path(), &[("weather.fill", "interpolate")]).unwrap();
    assert!(project.warnings.iter().any(|w| w.contains('3') && w.contains("fill")), "{:#?}", project.warnings);
    assert_eq!(project.axis.len, 8760);
    rewrite_weather(dir.path(), |lines| drop(lines.drain(2000..2010)));
    assert!(open(dir.path(), &[("weather.fill", "interpolate")]).is_err());
}

#[test]
fn windows_line_ends_a_byte_order_mark_and_trailing_commas_change_nothing() {
    let dir = project();
    let plain = open(dir.path(), &[]).unwrap();
    rewrite_weather(dir.path(), |lines| {
        lines[0].insert(0, '\u{feff}');
        for line in lines.iter_mut() {
            line.push_str(",,\r");
        }
    });
    assert_eq!(open(dir.path(), &[]).unwrap().pv, plain.pv);
}

#[test]
fn a_wrong_sign_of_the_longitude_is_noticed() {
    warned(&[("site.longitude_deg", "116.78")], "longitude");
}

#[test]
fn a_series_source_refuses_what_it_cannot_use() {
    let dir = project();
    let mut text =
        "name = \"series\"\n[weather]\nfile = \"weather.csv\"\n[pv]\nsource = \"series\"\nfile = \"pv.csv\"\n"
            .to_owned();
    text.push_str("[plant]\nexport_limit = { share_of_dc_pct = 70 }\n");
    fs::write(dir.path().join("plant.toml"), text).unwrap();
    fs::write(dir.path().join("pv.csv"), format!("pv_mv_kw\n{}", "1\n".repeat(8760))).unwrap();
    let problems = open(dir.path(), &[]).unwrap_err().join("\n");
    assert!(problems.contains("weather: not used when PV is given as a series"), "{problems}");
    assert!(problems.contains("share_of_dc_pct: needs the PV power at STC"), "{problems}");
}

#[test]
fn patches_that_lead_nowhere_are_refused() {
    refused(&[("pv.block.3.count", "2")], &["`pv.block` has no item `3`; it has 1, counted from 0"]);
    refused(&[("name.first", "x")], &["`name` is text, it has no key `first`"]);
    refused(&[("..", "1")], &["is no path of keys"]);
    refused(&[(&"a.".repeat(20_000), "1")], &["is no path of keys"]);
    refused(&[(&vec!["a"; 20_000].join("."), "1")], &["leads deeper than 20 tables"]);
}
