//! Rows of a sweep of twelve scenarios, by hand.

use std::fs;

use tempfile::TempDir;

use super::super::{Cell, Condition};
use super::*;

/// Twelve scenarios: one failed (12), one without export (11), one with the plant's own strategy (10), one without
/// curtailed energy (4), and two that are equal in both figures (7, 8).
const TABLE: &str = "label,storage.nameplate_mwh,storage.dispatch.strategy,export_mwh,curtailed_mwh,error\n\
    1,50,none,100,40,\n2,100,none,110,30,\n3,200,none,110,25,\n4,400,none,112,,\n\
    5,50,peak,90,45,\n6,100,peak,105.5,30,\n7,200,peak,112,20,\n8,400,peak,112,20,\n\
    9,50,none,104,42,\n10,100,,120,10,\n11,200,peak,,5,\n12,-1,peak,,,\"plant.toml: -1, bad\"\n";

fn folder(text: &str) -> (TempDir, std::path::PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.csv");
    fs::write(&path, text).unwrap();
    (dir, path)
}

fn rows(text: &str) -> Rows {
    let (_dir, path) = folder(text);
    Rows::read(&path).unwrap().0
}

fn refused(text: &str) -> String {
    let (_dir, path) = folder(text);
    let refused = Rows::read(&path).unwrap_err().to_string();
    refused.strip_prefix(&format!("{}: ", path.display())).unwrap().to_owned()
}

fn goal(text: &str) -> Goal {
    Goal::parse(text).unwrap()
}

fn conditions(texts: &[&str]) -> Vec<Condition> {
    texts.iter().map(|text| Condition::parse(text).unwrap()).collect()
}

fn labels(picked: &Picked) -> Vec<String> {
    picked.rows.words("label")
}

#[test]
fn rows_with_errors_are_left_out_and_keys_stand_before_the_figures() {
    let (_dir, path) = folder(TABLE);
    let (rows, failed) = Rows::read(&path).unwrap();
    assert_eq!((rows.len(), failed, rows.is_empty()), (11, 1, false));
    assert_eq!(rows.keys(), ["storage.nameplate_mwh", "storage.dispatch.strategy"]);
    assert_eq!(rows.numbers("storage.nameplate_mwh").unwrap()[..3], [50.0, 100.0, 200.0]);
    assert!(rows.numbers("storage.dispatch.strategy").is_none() && rows.numbers("nowhere").is_none());
    assert!(rows.numbers("export_mwh").unwrap()[10].is_nan());
    // A label is text although every one is a number.
    assert_eq!((rows.numbers("label"), rows.words("label")[9].as_str()), (None, "10"));
    assert_eq!(rows.words("export_mwh")[4..6], ["90", "105.5"]);
}

#[test]
fn the_best_come_first_and_equal_ones_in_the_order_of_the_file() {
    let rows = rows(TABLE);
    let best = rows.best(&goal("max:export_mwh"), 5).unwrap();
    // 120, thrice 112, and the first of two with 110; row 11 has no export.
    assert_eq!((labels(&best), best.of, best.without), (["10", "4", "7", "8", "2"].map(String::from).to_vec(), 10, 1));
    let least = rows.best(&goal("min:curtailed_mwh"), 3).unwrap();
    assert_eq!((labels(&least), least.of, least.without), (["11", "10", "7"].map(String::from).to_vec(), 10, 1));
    let all = rows.best(&goal("min:storage.nameplate_mwh"), 100).unwrap();
    assert_eq!((all.rows.len(), all.without, &labels(&all)[..4]), (11, 0, &["1", "5", "9", "2"].map(String::from)[..]));
}

#[test]
fn the_front_has_duplicates_and_leaves_out_what_is_beaten_or_missing() {
    let rows = rows(TABLE);
    // 10 exports most with 100 MWh; only those of 50 MWh are smaller, of which 9 exports most.
    let small = rows.front(&[goal("max:export_mwh"), goal("min:storage.nameplate_mwh")]).unwrap();
    assert_eq!((labels(&small), small.of, small.without), (vec!["10".to_owned(), "9".to_owned()], 10, 1));
    let others = rows.keep(&conditions(&["label!=10"])).unwrap();
    // 7 and 8 export most, 112, and curtail least, 20; 4 is without.
    let best = others.front(&[goal("max:export_mwh"), goal("min:curtailed_mwh")]).unwrap();
    assert_eq!((labels(&best), best.of, best.without), (vec!["7".to_owned(), "8".to_owned()], 8, 2));
    // The more is exported, the less is curtailed: (112, 20) twice, (110, 30) before (110, 25), (104, 42), (90, 45).
    let both = others.front(&[goal("max:export_mwh"), goal("max:curtailed_mwh")]).unwrap();
    assert_eq!(labels(&both), ["7", "8", "2", "9", "5"]);
    // One figure against itself: all of them, or the best.
    assert_eq!(rows.front(&[goal("max:export_mwh"), goal("min:export_mwh")]).unwrap().rows.len(), 10);
    assert_eq!(labels(&rows.front(&[goal("max:export_mwh"), goal("max:export_mwh")]).unwrap()), ["10"]);
}

#[test]
fn a_heat_map_has_a_cell_for_each_pair_and_says_what_shares_one() {
    let rows = rows(TABLE);
    let names = ["storage.nameplate_mwh", "storage.dispatch.strategy", "export_mwh"].map(String::from);
    let map = rows.heat_map(&names, Cell::Mean).unwrap();
    assert_eq!((map.down.join(" "), map.across.join(" ")), ("50 100 200 400".into(), "none peak".into()));
    // Rows 1 and 9 share the first cell: (100 + 104) / 2. Row 10 has no strategy, row 11 no export.
    assert_eq!(map.cells, [[102.0, 90.0], [110.0, 105.5], [110.0, 112.0], [112.0, 112.0]]);
    assert_eq!((map.rows, map.most, map.without, map.filled()), (9, 2, 2, 8));
    assert_eq!(rows.heat_map(&names, Cell::Min).unwrap().cells[0], [100.0, 90.0]);
    assert_eq!(rows.heat_map(&names, Cell::Max).unwrap().cells[0], [104.0, 90.0]);
    // Twice the same key is its diagonal.
    let twice = [&names[0], &names[0], &names[2]].map(Clone::clone);
    let map = rows.keep(&conditions(&["storage.nameplate_mwh<=100"])).unwrap().heat_map(&twice, Cell::Max).unwrap();
    assert_eq!((map.cells[0][0], map.cells[1][1], map.filled()), (104.0, 120.0, 2));
}

#[test]
fn rows_are_kept_by_number_and_by_text() {
    let rows = rows(TABLE);
    let kept = |texts: &[&str]| rows.keep(&conditions(texts)).map(|rows| rows.words("label").join(" "));
    assert_eq!(kept(&[]).unwrap().split(' ').count(), 11);
    assert_eq!(kept(&["storage.nameplate_mwh>=200", "export_mwh>110"]).unwrap(), "4 7 8");
    // Row 10 has the plant's own strategy: neither one nor another.
    assert_eq!(kept(&["storage.dispatch.strategy!=peak", "storage.nameplate_mwh=100"]).unwrap(), "2");
    assert_eq!(kept(&["storage.nameplate_mwh=1e2", "curtailed_mwh<30"]).unwrap(), "10");
    let none = kept(&["export_mwh>200"]).unwrap_err().to_string();
    assert!(none.ends_with("none of the 11 rows without error meets export_mwh>200"), "{none}");
}

#[test]
fn a_key_with_a_word_among_numbers_is_text() {
    let rows = rows("label,storage.dispatch,export_mwh,error\n1,a,5,\n2,1,6,\n3,2,7,\n4,1,8,\n");
    assert_eq!(rows.keep(&conditions(&["storage.dispatch=1"])).unwrap().words("label"), ["2", "4"]);
    let names = ["label", "storage.dispatch", "export_mwh"].map(String::from);
    assert_eq!(rows.heat_map(&names, Cell::Mean).unwrap().across, ["a", "1", "2"]);
    let slips = rows.check(&[], &conditions(&["storage.dispatch<2"])).unwrap_err().to_string();
    assert_eq!(slips, "--where: storage.dispatch: holds text, such as `a`, and numbers are needed here");
}

#[test]
fn slips_are_told_all_at_once_with_the_nearest_column() {
    let rows = rows(TABLE);
    let uses = [
        Use { place: "--max", column: "exprt_mwh", is_number: true },
        Use { place: "--pareto", column: "storage.dispatch.strategy", is_number: true },
        Use { place: "--figures", column: "storage.dispatch.strategy", is_number: false },
        Use { place: "--figures", column: "export_mwh", is_number: true },
    ];
    let asked = conditions(&["storage.nameplate<5", "storage.nameplate_mwh=big", "label=1"]);
    let slips: Vec<_> = rows.check(&uses, &asked).unwrap_err().0.iter().map(ToString::to_string).collect();
    assert!(slips[0].starts_with("--max: exprt_mwh: there is no such column in "), "{slips:#?}");
    assert!(slips[0].ends_with("s.csv; did you mean export_mwh?"), "{slips:#?}");
    assert!(slips[2].starts_with("--where: storage.nameplate: there is no such column"), "{slips:#?}");
    assert_eq!(
        [&slips[1], &slips[3]],
        [
            "--pareto: storage.dispatch.strategy: holds text, such as `none`, and numbers are needed here",
            "--where: storage.nameplate_mwh: `big` is no number, and the column holds numbers",
        ]
    );
    assert_eq!(slips.len(), 4);
    assert!(rows.check(&uses[2..], &asked[2..]).is_ok());
}

#[test]
fn what_is_no_sweep_or_has_nothing_to_show_is_refused() {
    assert_eq!(refused(""), "is empty; name the rows that `pvess sweep` wrote");
    assert_eq!(refused("a,b\n1,2\n"), "has no column `label`; name the rows that `pvess sweep` wrote");
    assert_eq!(refused("label,a,error,a\n"), "has two columns `a`");
    assert_eq!(refused("label,a,error\n"), "has no rows");
    assert_eq!(refused("label,a,error\n1,2,bad\n2,3,worse\n"), "all its 2 rows have errors; the first: bad");
    assert!(refused("label,a,error\n1,2,,4,5\n").starts_with("is no CSV file: "));
    let empty = rows("label,a,export_mwh,error\n1,2,,\n").best(&goal("max:export_mwh"), 1).unwrap_err().to_string();
    assert!(empty.ends_with("none of the 1 rows has a value of export_mwh"), "{empty}");
    let dir = tempfile::tempdir().unwrap();
    let said = |path: &Path| Rows::read(path).unwrap_err().to_string();
    assert!(said(dir.path()).ends_with("is a directory; name the file of a sweep in it"));
    assert!(said(&dir.path().join("s.csv")).contains("cannot read it"));
    fs::write(dir.path().join("s.csv.partial"), TABLE).unwrap();
    assert!(said(&dir.path().join("s.csv")).contains("its unfinished sweep are in "));
}

#[test]
fn of_an_unfinished_sweep_the_whole_rows_are_read_wherever_it_was_cut() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.parquet.partial");
    assert!(Rows::is_unfinished(&path) && !Rows::is_unfinished(Path::new("s.csv")));
    let header = TABLE.find('\n').unwrap() + 1;
    for cut in 0..TABLE.len() {
        fs::write(&path, &TABLE[..cut]).unwrap();
        let whole = TABLE[..cut].matches('\n').count().saturating_sub(1);
        match Rows::read(&path) {
            Ok((rows, _)) => assert_eq!(rows.len(), whole.min(11)),
            Err(_) => assert!(cut < header || whole == 0, "cut at {cut}"),
        }
    }
}

#[test]
fn rows_written_and_read_again_are_the_same_as_csv_and_as_parquet() {
    let (dir, path) = folder(TABLE);
    let (rows, _) = Rows::read(&path).unwrap();
    let [csv, parquet] = ["new/a.csv", "b.PARQUET"].map(|name| dir.path().join(name));
    for target in [&csv, &parquet] {
        rows.write(target, false).unwrap();
        assert!(Rows::read(target).unwrap().0.frame.equals_missing(&rows.frame), "{}", target.display());
        let refused = rows.write(target, false).unwrap_err().to_string();
        assert!(refused.ends_with("is in the way; name another --out, or --force to replace it"), "{refused}");
        rows.best(&goal("max:export_mwh"), 1).unwrap().rows.write(target, true).unwrap();
        assert_eq!(Rows::read(target).unwrap().0.words("label"), ["10"]);
    }
    assert!(rows.write(dir.path(), true).unwrap_err().to_string().contains("is a directory"));
    let left: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "{left:?}");
    // The cells of a CSV file come out as they came in.
    rows.write(&csv, true).unwrap();
    assert_eq!(fs::read_to_string(&csv).unwrap(), TABLE[..TABLE.find("12,-1").unwrap()]);
}

#[test]
fn a_heat_map_is_written_with_the_values_across_in_the_names() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("map.csv");
    let names = ["storage.nameplate_mwh", "storage.dispatch.strategy", "curtailed_mwh"].map(String::from);
    rows(TABLE).heat_map(&names, Cell::Mean).unwrap().write(&path, false).unwrap();
    let header = "storage.nameplate_mwh,storage.dispatch.strategy=none,storage.dispatch.strategy=peak\n";
    // Row 4 curtails nothing that is known.
    let expected = format!("{header}50,41,45\n100,30,30\n200,25,12.5\n400,,20\n");
    assert_eq!(fs::read_to_string(&path).unwrap(), expected);
}

#[test]
fn a_damaged_parquet_file_is_refused_or_read_and_never_ends_the_program() {
    let (dir, path) = folder(TABLE);
    let target = dir.path().join("s.parquet");
    Rows::read(&path).unwrap().0.write(&target, false).unwrap();
    let whole = fs::read(&target).unwrap();
    for cut in 0..whole.len() {
        fs::write(&target, &whole[..cut]).unwrap();
        assert!(Rows::read(&target).is_err(), "cut at {cut}");
    }
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= [0x01, 0x55, 0xff][at % 3];
        fs::write(&target, damaged).unwrap();
        let read = std::panic::catch_unwind(|| Rows::read(&target).is_ok());
        assert!(read.is_ok(), "byte {at}");
    }
}
