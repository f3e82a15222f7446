//! The reference cases hold, and a case that is false, malformed or compares nothing fails.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use pvess::validation::{self, Measure, Output, Verdict};
use tempfile::TempDir;

fn shipped_folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/validation"))
}

/// A folder with one case of these files, and how it comes out.
fn verdict(files: &[(&str, &str)]) -> Verdict {
    let dir = TempDir::new().unwrap();
    fs::create_dir(dir.path().join("mine")).unwrap();
    for (name, text) in files {
        fs::write(dir.path().join("mine").join(name), text).unwrap();
    }
    Verdict::of(&validation::of_folder(dir.path()).unwrap()[0])
}

const HEAD: &str = "title = \"t\"\nsource = \"s\"\n";
const AIRMASS: &str = "function = \"airmass_relative\"\n";
const TOLERANCE: &str = "[tolerance]\nairmass_relative = { absolute = 1e-9, relative = 0.0 }\n";
/// Kasten and Young at 60 degrees, from pvlib.
const ROWS: &str = "zenith_deg,airmass_relative\n60,1.9942928525292494\n";

/// How a function case with this case.toml (below title and source) and these rows comes out.
fn function(case: &str, rows: &str) -> Verdict {
    verdict(&[("case.toml", &format!("{HEAD}{case}")), ("expected.csv", rows)])
}

/// Why a function case cannot be compared.
fn refused(case: &str, rows: &str) -> String {
    let verdict = function(case, rows);
    assert!(!verdict.passes());
    verdict.result.unwrap_err().to_string()
}

#[test]
fn val_every_shipped_case_is_within_its_tolerances() {
    let cases = validation::shipped();
    let folders = fs::read_dir(shipped_folder()).unwrap().flatten();
    let folders = folders.filter(|entry| entry.path().join("case.toml").is_file()).count();
    assert!(cases.len() == folders && folders >= 39, "{} of {folders} cases found", cases.len());
    let verdicts: Vec<_> = cases.iter().map(Verdict::of).collect();
    let failing: Vec<_> = verdicts.into_iter().filter(|verdict| !verdict.passes()).collect();
    assert!(failing.is_empty(), "{}", pvess::report::validation(&failing, true));
}

#[test]
fn every_output_of_every_shipped_case_fails_when_one_expected_value_is_false() {
    let dir = TempDir::new().unwrap();
    for entry in fs::read_dir(shipped_folder()).unwrap().flatten().filter(|entry| entry.path().is_dir()) {
        let copy = dir.path().join(entry.file_name());
        fs::create_dir(&copy).unwrap();
        for file in fs::read_dir(entry.path()).unwrap().flatten().filter(|file| file.path().is_file()) {
            fs::copy(file.path(), copy.join(file.file_name())).unwrap();
        }
    }
    for case in validation::of_folder(dir.path()).unwrap() {
        let (name, before) = (case.name(), Verdict::of(&case));
        falsify(&dir.path().join(name).join("expected.csv"), &before);
        for output in Verdict::of(&case).outputs() {
            let first_row = output.worst.line.is_none_or(|line| line == 2);
            assert!(!output.passes() && output.failing == 1 && first_row, "{name}: {output:?}");
        }
        assert!(!before.outputs().is_empty(), "{name}");
    }
}

/// Moves the first expected value of every output just out of its tolerance, or all where the whole column is judged.
fn falsify(path: &Path, verdict: &Verdict) {
    let text = fs::read_to_string(path).unwrap();
    let mut rows: Vec<Vec<_>> = text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
    for output in verdict.outputs() {
        let column = rows[0].iter().position(|name| *name == output.name).unwrap();
        let last = if matches!(output.measure, Measure::Rows { .. }) { 1 } else { rows.len() - 1 };
        for row in &mut rows[1..=last] {
            let value: f64 = row[column].parse().unwrap();
            row[column] = false_value(value, output).to_string();
        }
    }
    let lines: Vec<_> = rows.iter().map(|row| row.join(",")).collect();
    fs::write(path, lines.join("\n")).unwrap();
}

fn false_value(value: f64, output: &Output) -> f64 {
    match output.measure {
        // Ours may be off by the allowed difference to the one side, so that twice of it is false on the other.
        Measure::Rows { absolute, relative } => value + 2.1 * (absolute + relative * value.abs()) + 1e-30,
        _ => 1.2 * value,
    }
}

#[test]
fn a_user_s_own_case_passes_when_it_is_right_and_fails_when_it_is_false() {
    let case = format!("{AIRMASS}{TOLERANCE}");
    assert!(function(&case, ROWS).passes());
    let off = function(&case, &ROWS.replace("1.99", "1.98"));
    assert!(!off.passes());
    assert_eq!((off.outputs()[0].failing, off.outputs()[0].worst.line), (1, Some(2)));
}

#[test]
fn a_missing_input_column_fails() {
    let why = refused(&format!("{AIRMASS}{TOLERANCE}"), &ROWS.replace("zenith_deg", "zenit_deg"));
    assert_eq!(why, "mine/expected.csv: there is no column `zenith_deg`, and no parameter; did you mean zenit_deg?");
}

#[test]
fn a_function_of_all_rows_names_every_input_it_misses() {
    let case = "function = \"optimum_lp\"\n[tolerance]\nobjective = { absolute = 0, relative = 1e-6 }\n";
    let why = refused(case, "pv_kw,demand_kw,objective\n0,1,1\n");
    for name in ["buy_per_kwh", "sell_per_kwh", "import_limit_kw", "step_h", "full_kwh", "end_kwh"] {
        assert!(why.contains(&format!("there is no column `{name}`")), "{why}");
    }
}

#[test]
fn an_unknown_function_fails_and_offers_the_nearest() {
    let why = refused(&format!("function = \"airmass\"\n{TOLERANCE}"), ROWS);
    assert!(
        why.starts_with(
            "mine/case.toml: function: \"airmass\" is not known here; the nearest known are airmass_relative"
        ),
        "{why}"
    );
}

#[test]
fn an_empty_table_or_no_table_fails() {
    let case = format!("{AIRMASS}{TOLERANCE}");
    for rows in ["", "zenith_deg,airmass_relative\n", "\n\n"] {
        assert_eq!(refused(&case, rows), "mine/expected.csv: has no rows; a case that compares nothing fails");
    }
    let without = verdict(&[("case.toml", &format!("{HEAD}{case}"))]);
    assert!(without.result.unwrap_err().to_string().contains("there is no file"));
}

#[test]
fn a_case_without_a_tolerance_fails() {
    for tolerance in ["", "[tolerance]\n", "[annual]\n[rmse]\n"] {
        let why = refused(&format!("{AIRMASS}{tolerance}"), ROWS);
        assert!(why.contains("no output in tolerance, annual, rmse; a case that compares nothing fails"), "{why}");
    }
    let why = refused(&format!("{AIRMASS}tolerance = 1e-9\n"), ROWS);
    assert!(why.contains("tolerance: must be a table with a line for each output"), "{why}");
    let why = refused(&format!("{AIRMASS}[tolerance]\nairmass_relative = {{ absolute = -1 }}\n"), ROWS);
    assert!(why.contains("absolute: -1 is out of range") && why.contains("relative: missing"), "{why}");
    let why = refused(&format!("{AIRMASS}[annual]\nairmass_relative = {{ of_max = 1 }}\n"), ROWS);
    assert!(why.contains("of_max: unknown key") && why.contains("relative: missing"), "{why}");
}

#[test]
fn sums_and_root_mean_squares_are_judged_beside_the_rows() {
    let line = |section: &str, key: &str| format!("[{section}]\nairmass_relative = {{ {key} = 1e-6 }}\n");
    let case = format!("{AIRMASS}{TOLERANCE}{}{}", line("annual", "relative"), line("rmse", "of_max"));
    let right = function(&case, ROWS);
    assert!(right.passes() && right.outputs().len() == 3, "{right:?}");
    let wrong = function(&case, &ROWS.replace("1.99", "1.98"));
    assert!(wrong.outputs().iter().all(|output| !output.passes()), "{wrong:?}");
}

#[test]
fn a_tolerance_for_what_is_no_column_or_no_output_fails() {
    let more = format!("{AIRMASS}{TOLERANCE}air = {{ absolute = 0, relative = 0 }}\n");
    assert!(refused(&more, ROWS).contains("air: has a tolerance and is no output"));
    let input = format!("{AIRMASS}{TOLERANCE}zenith_deg = {{ absolute = 0, relative = 0 }}\n");
    assert!(refused(&input, ROWS).contains("zenith_deg: has a tolerance and is no output"));
    let why = refused(&format!("{AIRMASS}{TOLERANCE}"), "zenith_deg\n60\n");
    assert!(why.contains("airmass_relative: has a tolerance and no column"), "{why}");
}

#[test]
fn a_column_or_parameter_that_nothing_uses_fails() {
    let case = format!("{AIRMASS}{TOLERANCE}");
    let why = refused(&case, "zenith_deg,airmass_relative,kt\n60,1.9942928525292494,0.5\n");
    assert_eq!(why, "mine/expected.csv: kt: this column is no input and has no tolerance");
    let why = refused(&format!("{AIRMASS}[parameters]\nkt = 1\n{TOLERANCE}"), ROWS);
    assert_eq!(why, "mine/case.toml: kt: this parameter is no input");
}

#[test]
fn a_parameter_is_an_input_that_is_the_same_in_every_row() {
    let case = format!("{AIRMASS}[parameters]\nzenith_deg = 60\n{TOLERANCE}");
    assert!(function(&case, "airmass_relative\n1.9942928525292494\n").passes());
}

#[test]
fn a_case_is_one_function_or_one_plant() {
    assert!(refused(TOLERANCE, ROWS).contains("function: missing"));
    let both = format!("{AIRMASS}project = \"plant.toml\"\n{TOLERANCE}");
    assert!(refused(&both, ROWS).contains("project: there is a function too"));
    let misspelt = format!("{AIRMASS}tolerances = 1\n{TOLERANCE}");
    assert!(refused(&misspelt, ROWS).contains("tolerances: unknown key; did you mean tolerance?"));
}

/// How a plant case of the shipped two-day plant with these rows and tolerance comes out.
fn plant(column: &str, rows: &str) -> Verdict {
    let read = |name: &str| fs::read_to_string(shipped_folder().join("custom_two_days").join(name)).unwrap();
    let case = format!("{HEAD}project = \"plant.toml\"\n[tolerance]\n{column} = {{ absolute = 1, relative = 0 }}\n");
    let [plant, pv, dispatch] = ["plant.toml", "pv.csv", "dispatch.csv"].map(read);
    let files = [("case.toml", case.as_str()), ("plant.toml", &plant), ("pv.csv", &pv), ("dispatch.csv", &dispatch)];
    verdict(&[&files[..], &[("expected.csv", rows)]].concat())
}

#[test]
fn a_plant_s_rows_are_found_by_their_time() {
    // The night's draw of the PV transformers in the first and the last hour.
    let [first, last] = ["2021-06-01T00:00:00-07:00", "2021-06-02T23:00:00-07:00"];
    assert!(plant("pv_mv_kw", &format!("time,pv_mv_kw\n{last},-150\n{first},-150\n")).passes());
    assert!(!plant("pv_mv_kw", &format!("time,pv_mv_kw\n{last},-150\n{first},-152\n")).passes());
    let refused = |column: &str, rows: &str| plant(column, rows).result.unwrap_err().to_string();
    let elsewhere = refused("pv_mv_kw", "time,pv_mv_kw\n2021-06-01T00:00:00Z,-150\n");
    assert!(
        elsewhere.contains("time: the run has no step 2021-06-01T00:00:00Z; its first is 2021-06-01T00:00:00-07:00")
    );
    assert!(refused("pv_mv_kw", "pv_mv_kw\n-150\n").contains("there is no column `time`"));
    let unknown = refused("pv_kw", &format!("time,pv_kw\n{first},-150\n"));
    assert!(
        unknown.contains("pv_kw: has a tolerance and is no output; did you mean ev_kw or poi_kw or pv_mv_kw?"),
        "{unknown}"
    );
    let idle = refused("pv_mv_kw", &format!("time,pv_mv_kw,poi_kw\n{first},-150,7\n"));
    assert!(idle.contains("poi_kw: this column is no input and has no tolerance"), "{idle}");
}

fn pvess(arguments: &[&str]) -> (bool, String, String) {
    let out = Command::cargo_bin("pvess").unwrap().arg("validate").args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (out.status.code() == Some(0), text(out.stdout), text(out.stderr))
}

#[test]
fn the_command_prints_a_line_per_case_and_per_output_when_asked() {
    let (ok, out, _) = pvess(&["perez", "aoi"]);
    assert!(ok && out.lines().count() == 4 && out.ends_with("2 of 2 cases within their tolerances\n"), "{out}");
    let (ok, out, _) = pvess(&["aoi", "--verbose"]);
    assert!(ok && out.lines().count() == 5 && out.contains("q99"), "{out}");
}

#[test]
fn the_command_fails_for_unknown_names_false_cases_and_folders_without_cases() {
    let (ok, out, err) = pvess(&["perze"]);
    assert!(!ok && out.is_empty());
    assert_eq!(err, "error: there is no case \"perze\"; did you mean perez?\n");
    let dir = TempDir::new().unwrap();
    let path = dir.path().to_str().unwrap();
    let (ok, _, err) = pvess(&["--dir", path]);
    assert!(!ok && err.contains("no folder in it has a case.toml"), "{err}");
    fs::create_dir(dir.path().join("mine")).unwrap();
    fs::write(dir.path().join("mine/case.toml"), format!("{HEAD}{AIRMASS}{TOLERANCE}")).unwrap();
    let (ok, out, err) = pvess(&["--dir", path]);
    assert!(!ok && out.contains("mine  cannot be compared  FAILS") && out.contains("there is no file"), "{out}");
    assert_eq!(err, "error: 1 of 1 cases fall short: mine\n");
    fs::write(dir.path().join("mine/expected.csv"), ROWS.replace("1.99", "1.98")).unwrap();
    let (ok, out, _) = pvess(&["--dir", path]);
    assert!(!ok && out.contains("FAILS"), "{out}");
}
