//! Limits through the front door: every form of value, several at once, and what is refused.

use jiff::civil::date;

use super::*;
use crate::inputs::PricesPlan;
use crate::keys::{Door, Node};

/// Two days from 31 January on, in hours.
fn axis() -> TimeAxis {
    let start = date(2021, 1, 31).at(0, 0, 0, 0);
    TimeAxis { start, step_s: 3600, len: 48, utc_offset_s: 0, leap_days: true }
}

/// Reads `export_limit` and `prices`, and loads them with a file `s.csv` of that text; 200 kWp of PV.
fn load(text: &str, csv: &str) -> Result<(LimitYear, Vec<String>), Vec<String>> {
    load_years(text, csv).map(|(years, warnings)| (years.first, warnings))
}

/// The same in all years.
fn load_years(text: &str, csv: &str) -> Result<(LimitYears, Vec<String>), Vec<String>> {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("s.csv"), csv).unwrap();
    let node = Node::parse(text, "plant.toml").unwrap();
    let findings = Findings::default();
    let door = Door { findings: &findings, shelf: &|_, _| Err(vec![]) };
    let (limit, prices) = Keys::read(&node, &door, |k| {
        (Limit::read(k, Direction::Export), k.section("prices", "prices", PricesPlan::read))
    });
    let axis = axis();
    let calendar = axis.moments();
    let files = Files::new(Some(dir.path()), &|_| None);
    limit.check((true, prices.is_some()), &findings);
    let prices = prices.and_then(|plan| plan.load((&axis, &calendar), &files, &findings));
    let ctx = LimitContext { axis: &axis, calendar: &calendar, nominal_dc_w: 200e3, prices: prices.as_ref() };
    let year = limit.load(&ctx, &files, &findings);
    let concluded = findings.conclude(year);
    let (year, warnings) = concluded.map_err(|p| p.0.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    Ok((year.expect("problems are noted where nothing comes back"), warnings))
}

#[track_caller]
fn accept(text: &str) -> LimitYear {
    accept_with(text, "")
}

#[track_caller]
fn accept_with(text: &str, csv: &str) -> LimitYear {
    let (year, warnings) = load(text, csv).unwrap();
    assert_eq!(warnings, [] as [String; 0]);
    year
}

#[track_caller]
fn refused(text: &str, expected: &[&str]) {
    let problems = load(text, "").unwrap_err();
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    for (problem, expected) in problems.iter().zip(expected) {
        assert!(problem.contains(expected), "{problem}\n  does not say\n{expected}");
    }
}

/// A file of 48 rows with these first values, then `rest`; a second column keeps an empty cell from being a blank line.
fn rows(name: &str, first: &[&str], rest: &str) -> String {
    let rest = std::iter::repeat_n(rest, 48 - first.len());
    first.iter().copied().chain(rest).fold(format!("{name},x\n"), |csv, row| csv + row + ",0\n")
}

#[test]
fn no_key_means_no_limit_and_zero_is_a_legal_limit() {
    let none = accept("");
    assert_eq!((none.limit_w[0], none.lowest_w()), (f64::INFINITY, f64::INFINITY));
    assert_eq!(accept("export_limit = { kw = 0 }").limit_w[0], 0.0);
}

#[test]
fn a_margin_is_kept_below_the_limit_and_never_below_zero() {
    assert_eq!(accept("export_limit = { kw = 100, margin_kw = 5 }").limit_w[0], 95e3);
    assert_eq!(accept("export_limit = { kw = 100, margin_pct = 2 }").limit_w[0], 98e3);
    assert_eq!(accept("export_limit = { kw = 3, margin_kw = 5 }").limit_w[0], 0.0);
}

#[test]
fn months_and_hours_follow_the_start_of_the_step() {
    let monthly = accept("export_limit = { monthly_kw = [1,2,3,4,5,6,7,8,9,10,11,12] }").limit_w;
    assert_eq!((monthly[23], monthly[24]), (1e3, 2e3));
    let row: Vec<String> = (0..24).map(|h| h.to_string()).collect();
    let rows = vec![format!("[{}]", row.join(",")); 12].join(",");
    let table = accept(&format!("export_limit = {{ table_kva = [{rows}], power_factor = 0.5 }}")).limit_w;
    assert_eq!((table[0], table[23], table[24]), (0.0, 11.5e3, 0.0));
}

#[test]
fn a_share_refers_to_the_power_at_stc() {
    assert_eq!(accept("export_limit = { share_of_dc_pct = 70 }").limit_w[0], 140e3);
}

#[test]
fn a_current_per_phase_is_a_power_of_three_phases() {
    // √3 · 400 V · 63 A = 43.648 kW
    let fuse_w = accept("export_limit = { a = 63 }").limit_w[0];
    assert!((fuse_w - 43_647.680_35).abs() < 1e-4, "{fuse_w}");
    let csv = rows("limit_kw", &[], "10");
    let file_w = accept_with("export_limit = { file = \"s.csv\", unit = \"a\", voltage_v = 1000 }", &csv).limit_w[0];
    assert!((file_w - 17_320.508_08).abs() < 1e-4, "{file_w}");
}

#[test]
fn a_window_of_days_overrides_the_base_from_its_first_to_its_last_day() {
    let text = "[export_limit]\nkw = 9\n[[export_limit.season]]\nfrom = \"02-01\"\nto = \"02-28\"\nkva = 5\n";
    let year = accept(text);
    assert_eq!((year.limit_w[23], year.limit_w[24], year.limit_w[47]), (9e3, 5e3, 5e3));
    let wrapped = "[[export_limit.season]]\nfrom = \"12-01\"\nto = \"01-31\"\nshare_of_dc_pct = 10\n";
    let (year, warnings) = load(wrapped, "").unwrap();
    assert_eq!((year.limit_w[23], year.limit_w[24]), (20e3, f64::INFINITY));
    assert_eq!(warnings, ["export_limit.season: no limit holds outside the windows; give kw for the rest of the year"]);
}

#[test]
fn the_most_restrictive_of_several_limits_holds_and_is_named() {
    let text = "[export_limit]\nkw = 9\nmargin_kw = 1\n\
                [[export_limit.also]]\nname = \"winter\"\nmonthly_kw = [7,9,9,9,9,9,9,9,9,9,9,9]\n\
                [[export_limit.also]]\nname = \"operator\"\nfile = \"s.csv\"\n";
    let year = accept_with(text, &rows("limit_kw", &["4", "8"], "20"));
    assert_eq!(year.names, ["limit", "winter", "operator"]);
    assert_eq!((&year.limit_w[..3], year.limit_w[24]), (&[3e3, 6e3, 6e3][..], 8e3));
    assert_eq!((&year.binding[..3], year.binding[24]), (&[2, 1, 1][..], 0));
    assert_eq!((year.lowest_w(), year.kinds), (3e3, vec![LimitKind::Standing; 3]));
}

#[test]
fn a_limit_may_hold_during_an_event_only() {
    let text = "[[export_limit.also]]\nname = \"call\"\nkw = 2\nwhen = { file = \"s.csv\" }\n";
    let year = accept_with(text, &rows("event", &["0", "0.5", "1"], "0"));
    assert_eq!(year.limit_w[..4], [f64::INFINITY, f64::INFINITY, 2e3, f64::INFINITY]);
    assert_eq!((year.kinds, &year.binding[..4]), (vec![LimitKind::Standing, LimitKind::Event], &[0, 0, 1, 0][..]));
}

#[test]
fn a_limit_may_hold_while_prices_pass_every_threshold() {
    let text = "export_limit = { kw = 9, also = [{ name = \"negative\", kw = 0, \
                when_price = { sell_below = 0.0, buy_above = 0.2 } }] }\n\
                prices = { file = \"s.csv\", sell_column = \"x\", buy_per_kwh = 0.3 }";
    let csv = "x\n".to_owned() + &["-0.1\n0\n0.1\n".to_owned(), "-1\n".repeat(45)].concat();
    let year = accept_with(text, &csv);
    assert_eq!(year.limit_w[..4], [0.0, 9e3, 9e3, 0.0]);
    assert_eq!(year.kinds[1], LimitKind::Price);
    let dear = accept_with(&text.replace("buy_above = 0.2", "buy_above = 0.3"), &csv);
    assert_eq!(dear.lowest_w(), 9e3);
}

#[test]
fn a_flexible_part_stands_on_the_firm_one_which_is_kept() {
    let text = "[export_limit]\nkw = 5\nmargin_kw = 1\n[export_limit.flexible]\nfile = \"s.csv\"\nfallback_kw = 0\n\
                [[export_limit.also]]\nname = \"line\"\nkw = 8\n";
    let (year, warnings) = load(text, &rows("limit_kw", &["1", "", "6"], "0")).unwrap();
    assert_eq!(year.limit_w[..4], [5e3, 4e3, 7e3, 4e3]);
    assert_eq!((&year.firm_w[..4], &year.binding[..4]), (&[4e3; 4][..], &[0, 0, 1, 0][..]));
    assert_eq!(warnings, ["export_limit: the signal is missing in 1 of 48 steps; fallback_kw holds there"]);
}

#[test]
fn a_missing_signal_takes_the_fallback_and_is_counted() {
    let text = "[export_limit]\nfile = \"s.csv\"\nunit = \"a\"\nfallback_kw = 3\n\
                [[export_limit.also]]\nname = \"call\"\nkw = 2\nfallback_kw = 1\n\
                when = { file = \"s.csv\", column = \"event\" }\n";
    let csv = "limit_kw,event\n,0\nnan,1\n10,\n".to_owned() + &"10,0\n".repeat(45);
    let (year, warnings) = load(text, &csv).unwrap();
    assert_eq!((&year.limit_w[..3], year.fallback_steps), (&[3e3, 2e3, 1e3][..], 3));
    assert_eq!(warnings, ["export_limit: the signal is missing in 3 of 48 steps; fallback_kw holds there"]);
    // Quarter hours: one missing cell gives the whole hour to the fallback.
    let fine = "limit_kw\n1\n\n1\n1\n".replace("\n\n", "\n-\n") + &"1\n".repeat(188);
    let (year, _) = load("export_limit = { file = \"s.csv\", fallback_kw = 7 }", &fine).unwrap();
    assert_eq!((year.limit_w[0], year.limit_w[1], year.fallback_steps), (7e3, 1e3, 1));
}

#[test]
fn a_gap_without_a_fallback_names_its_line_and_the_remedy() {
    let problems = load("export_limit = { file = \"s.csv\" }", &rows("limit_kw", &["1", ""], "1")).unwrap_err();
    assert_eq!(
        problems,
        [
            "s.csv:3: limit_kw: the value is missing; give `fallback_kw`, the limit that holds where the signal is missing"
        ]
    );
}

#[test]
fn two_values_or_none_are_refused() {
    refused("export_limit = { kw = 1, share_of_dc_pct = 70 }", &["share_of_dc_pct: given beside kw"]);
    refused("export_limit = { margin_kw = 1 }", &["missing; give one of kw, monthly_kw"]);
    refused("export_limit = { kw = -1 }", &["must be 0 or more"]);
    refused("export_limit = { kw = 1, a = 5, kva = 3 }", &["kva: given beside kw", "a: given beside kw"]);
}

#[test]
fn keys_that_would_do_nothing_are_refused() {
    refused(
        "export_limit = { kw = 1, power_factor = 0.9, voltage_v = 400, fallback_kw = 1, unit = \"a\" }",
        &[
            "unit: is the unit of a file's values",
            "power_factor: no value here is in kVA or A",
            "voltage_v: no value here is in A",
            "fallback_kw: there is no signal that could be missing",
        ],
    );
    refused(
        "export_limit = { also = [{ name = \"a\", kw = 1 }], flexible = { kw = 1 } }",
        &["flexible: adds to a firm limit, and there is none; give kw = 0"],
    );
}

#[test]
fn further_limits_have_names_of_their_own_and_one_condition() {
    refused(
        "export_limit = { also = [{ name = \"a\", kw = 1 }, { name = \"a\", kw = 1 }, { name = \"limit\", kw = 1 }] }",
        &["two limits are called \"a\"", "two limits are called \"limit\""],
    );
    refused(
        "prices = { buy_per_kwh = 1, sell_per_kwh = 1 }\nexport_limit = { also = [{ name = \"a\", kw = 1, \
         when_price = {} }] }",
        &["also.0.when_price: has no threshold; give one or more of sell_below, sell_above, buy_below, buy_above"],
    );
}

#[test]
fn more_limits_than_can_be_told_apart_are_refused() {
    let limits: Vec<_> = (0..300).map(|i| format!("{{ name = \"{i}\", kw = 1 }}")).collect();
    refused(
        &format!("export_limit = {{ also = [{}] }}", limits.join(",")),
        &["also: has 300 limits; give 100 or fewer"],
    );
    assert_eq!(accept(&format!("export_limit = {{ also = [{}] }}", limits[..100].join(","))).names.len(), 101);
}

#[test]
fn the_unused_table_has_neither_files_nor_a_mode() {
    let node = Node::parse("", "plant.toml").unwrap();
    let findings = Findings::default();
    let door = Door { findings: &findings, shelf: &|_, _| Err(vec![]) };
    let limit = Keys::read(&node, &door, |k| Limit::read(k, Direction::Import));
    assert_eq!((limit.series_plans().count(), limit.is_static(), limit.is_per_phase()), (0, false, false));
}

#[test]
fn mode_scope_and_every_file_are_told() {
    let text = "[export_limit]\nfile = \"a.csv\"\nmode = \"static\"\nscope = \"per_phase\"\n\
                [export_limit.flexible]\nfile = \"b.csv\"\n\
                [[export_limit.also]]\nname = \"c\"\nfile = \"c.csv\"\nwhen = { file = \"d.csv\" }\n";
    let node = Node::parse(text, "plant.toml").unwrap();
    let findings = Findings::default();
    let door = Door { findings: &findings, shelf: &|_, _| Err(vec![]) };
    let limit = Keys::read(&node, &door, |k| Limit::read(k, Direction::Export));
    assert!(findings.is_clean() && limit.is_static() && limit.is_per_phase());
    let files: Vec<_> = limit.series_plans().map(|plan| plan.file.as_str()).collect();
    assert_eq!(files, ["a.csv", "b.csv", "c.csv", "d.csv"]);
}

#[test]
fn a_later_year_s_value_stands_for_base_and_flexible_part_and_all_else_stays() {
    let text = "[export_limit]\nkw = 100\nflexible = { kw = 20 }\nmargin_kw = 5\nmode = \"static\"\n\
                also = [{ name = \"line\", kw = 140 }]\n\
                by_year = [{ from_year = 4, kw = 110 }, { from_year = 9, share_of_dc_pct = 60, flexible = { kw = 80 } }]\n";
    let (years, warnings) = load_years(text, "").unwrap();
    let of = |limit: &LimitYear| (limit.limit_w[0], limit.firm_w[0], limit.binding[0]);
    // 100 + 20 − 5; then 110 − 5; then 120 + 80 above the line's 140 − 5.
    assert_eq!(of(&years.first), (115e3, 95e3, 0));
    let later: Vec<_> = years.later.iter().map(|(year, limit)| (*year, of(limit))).collect();
    assert_eq!(later, [(4, (105e3, 105e3, 0)), (9, (135e3, 115e3, 1))]);
    assert_eq!(warnings, [] as [String; 0]);
}

#[test]
fn a_limit_may_begin_in_a_later_year_and_may_come_from_a_file() {
    let csv = rows("limit_kw", &["70", ""], "80");
    let text = "export_limit = { by_year = [{ from_year = 2, file = \"s.csv\", fallback_kw = 1 }] }";
    let (years, warnings) = load_years(text, &csv).unwrap();
    assert_eq!(years.first.lowest_w(), f64::INFINITY);
    assert_eq!(years.later[0].1.limit_w[..3], [70e3, 1e3, 80e3]);
    assert_eq!(warnings, ["export_limit.by_year.0: the signal is missing in 1 of 48 steps; fallback_kw holds there"]);
}

#[test]
fn later_years_must_rise_and_have_a_value_and_no_keys_of_the_whole_limit() {
    refused(
        "export_limit = { kw = 1, by_year = [{ from_year = 6, kw = 1 }, { from_year = 6, kw = 2 }] }",
        &["export_limit.by_year: year 6 stands behind year 6; the years must rise"],
    );
    refused(
        "export_limit = { kw = 1, by_year = [{ from_year = 1, kw = -1 }, { kw = 2 }, { from_year = 3 }, { from_year = 4, kw = 1, margin_kw = 1 }] }",
        &[
            "by_year.0.from_year: 1 is out of range; it must be a whole number from 2 to 50",
            "by_year.0.kw: -1 is out of range",
            "by_year.1.from_year: missing; it is required: the first year in which it holds",
            "by_year.2.kw: missing; give one of kw",
            "by_year.3.margin_kw: unknown key",
        ],
    );
}
