//! `pvess sweep-top` as a user has it: the rows of a real sweep, CSV and Parquet, and slips.

mod command;
#[cfg(feature = "polars")]
mod week;

use std::path::Path;

use command::{done, pvess};

#[track_caller]
fn refused(dir: &Path, args: &[&str], code: i32, parts: &[&str]) {
    let output = pvess(dir, &[&["sweep-top"], args].concat());
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(output.stdout.is_empty() && !said.contains("panicked"), "{said}");
    for part in parts {
        assert!(said.contains(part), "{said}\n  does not contain\n{part}");
    }
}

#[cfg(not(feature = "polars"))]
#[test]
fn a_build_without_it_says_how_to_get_it_whatever_is_asked_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    for args in [&[][..], &["--help"], &["s.csv", "--max", "export_mwh"], &["--nonsense", "-x"]] {
        refused(dir.path(), args, 2, &["cargo install --path . --features polars"]);
        let output = pvess(dir.path(), &[&["sweep-top"], args].concat());
        assert_eq!(String::from_utf8_lossy(&output.stderr).lines().count(), 1);
    }
    assert!(done(&pvess(dir.path(), &["--help"])).contains("sweep-top"));
}

#[cfg(feature = "polars")]
mod with_polars {
    use std::fs;

    use super::week::folder;
    use super::*;

    const SIZES: [&str; 6] = [
        "sweep",
        "plant.toml",
        "--vary",
        "storage.nameplate_mwh=10:40:4",
        "--vary",
        "storage.inverter.rated_mw=5,10,-1",
    ];

    fn top(dir: &Path, args: &[&str]) -> String {
        done(&pvess(dir, &[&["sweep-top"], args].concat()))
    }

    /// The cells of a CSV file, and its header.
    fn read(dir: &Path, name: &str) -> (Vec<String>, Vec<csv::StringRecord>) {
        let mut reader = csv::Reader::from_path(dir.join(name)).unwrap();
        let header = reader.headers().unwrap().iter().map(str::to_owned).collect();
        (header, reader.records().map(Result::unwrap).collect())
    }

    /// A column of a CSV file as numbers.
    fn numbers(dir: &Path, name: &str, column: &str) -> Vec<f64> {
        let (header, rows) = read(dir, name);
        let at = header.iter().position(|name| name == column).unwrap();
        rows.iter().map(|row| row[at].parse().unwrap_or(f64::NAN)).collect()
    }

    #[test]
    fn the_best_rows_of_a_sweep_are_those_with_most_and_the_same_from_csv_and_parquet() {
        let dir = folder(None);
        let dir = dir.path();
        for out in ["s.csv", "s.parquet"] {
            done(&pvess(dir, &[&SIZES[..], &["--out", out, "--quiet"]].concat()));
        }
        let ask = ["--max", "export_mwh", "--count", "3", "--figures", "equivalent_cycles"];
        let said = top(dir, &[&["s.csv"], &ask[..], &["--out", "best.csv"]].concat());
        let header = "label  storage.nameplate_mwh  storage.inverter.rated_mw  export_mwh  equivalent_cycles";
        assert_eq!(said.lines().next(), Some(header));
        assert!(said.contains("\n\n3 of 8 rows; left out: 4 with errors\nRows in best.csv\n"), "{said}");
        assert_eq!(said.lines().count(), 1 + 3 + 3);
        // All columns of the best rows, by the file itself.
        let mut exports = numbers(dir, "s.csv", "export_mwh");
        exports.retain(|x| !x.is_nan());
        exports.sort_by(|a, b| b.total_cmp(a));
        assert_eq!(numbers(dir, "best.csv", "export_mwh"), exports[..3]);
        assert_eq!(read(dir, "best.csv").0, read(dir, "s.csv").0);
        let from_parquet = top(dir, &[&["s.parquet"], &ask[..], &["--out", "again.csv"]].concat());
        assert_eq!(from_parquet.replace("again", "best"), said);
        assert_eq!(fs::read(dir.join("again.csv")).unwrap(), fs::read(dir.join("best.csv")).unwrap());
        // What it wrote is a sweep's file, too.
        top(dir, &["best.csv", "--min", "export_mwh", "--out", "least.parquet"]);
        let back = top(dir, &["least.parquet", "--min", "export_mwh", "--count", "1"]);
        assert!(back.contains("1 of 3 rows\n"), "{back}");
    }

    #[test]
    fn the_front_of_a_sweep_rises_and_nothing_beats_it() {
        let dir = folder(None);
        let dir = dir.path();
        done(&pvess(dir, &[&SIZES[..], &["--out", "s.csv", "--quiet"]].concat()));
        let ask = ["s.csv", "--pareto", "max:export_mwh,min:storage.nameplate_mwh", "--where", "label!=1"];
        let said = top(dir, &[&ask[..], &["--out", "front.csv"]].concat());
        assert!(said.contains("rows are on the front; left out: 4 with errors, 1 by --where\n"), "{said}");
        let pairs = |name: &str| -> Vec<(f64, f64)> {
            numbers(dir, name, "export_mwh").into_iter().zip(numbers(dir, name, "storage.nameplate_mwh")).collect()
        };
        let (front, all) = (pairs("front.csv"), pairs("s.csv"));
        assert!(front.len() >= 2 && front.windows(2).all(|w| w[0].0 >= w[1].0 && w[0].1 >= w[1].1), "{front:?}");
        let beats = |a: &(f64, f64), b: &(f64, f64)| a.0 >= b.0 && a.1 <= b.1 && (a.0 > b.0 || a.1 < b.1);
        for (row, pair) in all.iter().enumerate().skip(1).filter(|(_, pair)| !pair.0.is_nan()) {
            let is_beaten = all[1..].iter().any(|other| beats(other, pair));
            assert_eq!(front.contains(pair), !is_beaten, "row {}", row + 1);
        }
    }

    #[test]
    fn a_heat_map_has_the_figure_of_each_pair() {
        let dir = folder(None);
        let dir = dir.path();
        done(&pvess(dir, &[&SIZES[..], &["--out", "s.csv", "--quiet"]].concat()));
        let pivot = ["--pivot", "storage.nameplate_mwh,storage.inverter.rated_mw,export_mwh"];
        let said = top(dir, &[&["s.csv"], &pivot[..], &["--out", "map.csv"]].concat());
        assert!(said.starts_with("export_mwh; across: storage.inverter.rated_mw\n\nstorage.nameplate_mwh  "), "{said}");
        assert!(said.ends_with("\n8 rows in 8 of 8 cells; left out: 4 with errors\nTable in map.csv\n"), "{said}");
        let (header, map) = read(dir, "map.csv");
        let across = ["storage.inverter.rated_mw=5", "storage.inverter.rated_mw=10"];
        assert_eq!(header, [&["storage.nameplate_mwh"], &across[..]].concat());
        let (all, rows) = read(dir, "s.csv");
        let at = all.iter().position(|name| name == "export_mwh").unwrap();
        for (i, size) in ["10", "20", "30", "40"].iter().enumerate() {
            assert_eq!([&map[i][0], &map[i][1], &map[i][2]], [size, &rows[3 * i][at], &rows[3 * i + 1][at]]);
        }
        let shared = ["--pivot", "storage.nameplate_mwh,error,export_mwh"];
        refused(dir, &[&["s.csv"], &shared[..]].concat(), 1, &["none of the 8 rows has a value of", "and error"]);
        // Text across, several rows in a cell.
        fs::write(dir.join("t.csv"), "label,a,b,export_mwh,error\n1,x,2,5,\n2,x,2,8,\n3,y,1,7.25,\n").unwrap();
        let said = top(dir, &["t.csv", "--pivot", "b,a,export_mwh", "--cell", "max"]);
        let table = "b     x     y\n1        7.25\n2  8.00\n\n3 rows in 2 of 4 cells, the largest of up to 2 rows\n";
        assert!(said.ends_with(table), "{said}");
    }

    #[test]
    fn an_unfinished_sweep_is_read_and_said_to_be() {
        let dir = folder(None);
        let dir = dir.path();
        done(&pvess(dir, &[&SIZES[..], &["--out", "s.csv", "--quiet"]].concat()));
        let rows = fs::read_to_string(dir.join("s.csv")).unwrap();
        let cut = rows.len() - 200;
        fs::write(dir.join("u.csv.partial"), &rows[..cut]).unwrap();
        let output = pvess(dir, &["sweep-top", "u.csv.partial", "--max", "export_mwh"]);
        assert_eq!(
            String::from_utf8_lossy(&output.stderr),
            "warning: u.csv.partial: the sweep is not finished; these are its rows so far\n"
        );
        assert!(output.status.success());
        refused(dir, &["u.csv", "--max", "export_mwh"], 1, &["u.csv: is not there; the rows so far", "u.csv.partial"]);
    }

    #[test]
    fn slips_are_refused_with_what_would_be_right() {
        let dir = folder(None);
        let dir = dir.path();
        done(&pvess(dir, &[&SIZES[..], &["--out", "s.csv", "--quiet"]].concat()));
        let two = ["s.csv", "--max", "exprt_mwh", "--where", "label<3", "--figures", "curtailed"];
        let said = [
            "--max: exprt_mwh: there is no such column in s.csv; did you mean export_mwh",
            "--figures: curtailed: there is no such column in s.csv; did you mean curtailed_mwh",
            "--where: label: holds text, and numbers are needed here",
        ];
        refused(dir, &two, 1, &said);
        refused(dir, &["plant.toml", "--max", "a"], 1, &["plant.toml: has no column `label`"]);
        refused(dir, &["pv.csv", "--max", "a"], 1, &["pv.csv: has no column `label`"]);
        refused(dir, &["s.csv", "--min", "bill"], 1, &["none of the 8 rows has a value of bill"]);
        fs::write(dir.join("not.parquet"), "label,error\n").unwrap();
        refused(dir, &["not.parquet", "--max", "a"], 1, &["not.parquet: is no Parquet file"]);
        fs::write(dir.join("bytes.csv"), b"label,a,error\n1,\xff,\n").unwrap();
        refused(dir, &["bytes.csv", "--max", "a"], 1, &["bytes.csv: is no CSV file"]);
        // What is wrong in the command itself ends with 2.
        refused(dir, &["s.csv"], 2, &["required"]);
        refused(dir, &["s.csv", "--max", "export_mwh", "--min", "bill"], 2, &["cannot be used with"]);
        refused(dir, &["s.csv", "--pareto", "max:export_mwh"], 2, &["name two goals"]);
        refused(dir, &["s.csv", "--pareto", "export_mwh,min:bill"], 2, &["`export_mwh` is no goal; write max:COLUMN"]);
        refused(dir, &["s.csv", "--pivot", "a,b"], 2, &["name the key down, the key across and the figure"]);
        refused(dir, &["s.csv", "--max", "bill", "--where", "label"], 2, &["`label` is no condition"]);
        refused(dir, &["s.csv", "--max", "bill", "--cell", "max"], 2, &["cannot be used with"]);
        // A file that is there stays, but for --force.
        let out = ["s.csv", "--max", "export_mwh", "--out", "plant.toml"];
        refused(dir, &out, 1, &["plant.toml: is in the way; name another --out, or --force to replace it"]);
        assert!(fs::read_to_string(dir.join("plant.toml")).unwrap().starts_with("name"));
        let best = ["s.csv", "--max", "export_mwh", "--force", "--out"];
        refused(dir, &[&best[..], &["s.csv"]].concat(), 1, &["s.csv: is read, so it cannot be written"]);
        fs::write(dir.join("best.csv"), "").unwrap();
        top(dir, &[&best[..], &["best.csv", "--count", "2"]].concat());
        assert_eq!((read(dir, "best.csv").1.len(), read(dir, "s.csv").1.len()), (2, 12));
    }
}
