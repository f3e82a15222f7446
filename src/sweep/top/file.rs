//! The file of a sweep as a table, and a table as a file.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use polars::prelude::{
    Column, DataFrame, DataType, Float64Chunked, IntoColumn, PolarsError, PolarsResult, StringChunked,
    StringChunkedBuilder,
};
use rayon::prelude::*;

use crate::error::Problems;

use super::super::journal::TEXTS;
use super::super::parquet;
use super::super::place::{PARTIAL, STAGING, beside, check_place, is_parquet};
use super::super::table::LABEL;
use super::columns;

/// The columns that every file of a sweep has.
const NEEDED: [&str; 2] = [LABEL, "error"];

/// Reads a file of a sweep: Parquet if its name says so, else CSV. Of an unfinished one the whole rows are read.
///
/// # Errors
/// Why it is no such file.
pub(super) fn read(path: &Path) -> Result<DataFrame, Problems> {
    let shown = path.display().to_string();
    let refuse = |message: String| Problems::one(&shown, message);
    if path.is_dir() {
        return Err(refuse("is a directory; name the file of a sweep in it".to_owned()));
    }
    let partial = beside(path, PARTIAL);
    if !path.exists() && partial.exists() {
        return Err(refuse(format!(
            "is not there; the rows so far of its unfinished sweep are in {}",
            partial.display()
        )));
    }
    let read = if is_parquet(path) { columns::read(path, check_columns) } else { csv(path) };
    let typed = read.map_err(refuse)?.par_iter().map(typed).collect::<PolarsResult<_>>();
    typed.and_then(DataFrame::new_infer_height).map_err(|e| refuse(said(&e)))
}

/// Whether a file is that of a sweep on its way.
pub(super) fn is_partial(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "partial")
}

/// The columns of a CSV file, all as text; what is a number is told from the whole column.
fn csv(path: &Path) -> Result<Vec<Column>, String> {
    let mut bytes = fs::read(path).map_err(|e| format!("cannot read it: {e}"))?;
    if is_partial(path) {
        // The last row may have been cut in the middle; a row stays on one line.
        bytes.truncate(bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1));
    }
    if bytes.is_empty() {
        return Err("is empty; name the rows that `pvess sweep` wrote".to_owned());
    }
    let wrong = |e: csv::Error| format!("is no CSV file: {e}");
    let mut reader = csv::Reader::from_reader(bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes));
    let names: Vec<String> = reader.headers().map_err(wrong)?.iter().map(str::to_owned).collect();
    check_columns(&names)?;
    let mut columns: Vec<_> = names.iter().map(|name| StringChunkedBuilder::new(name.as_str().into(), 0)).collect();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(wrong)? {
        columns.iter_mut().zip(&record).for_each(|(column, cell)| column.append_value(cell));
    }
    Ok(columns.into_iter().map(|column| column.finish().into_column()).collect())
}

/// Refuses what `pvess sweep` did not write.
fn check_columns(names: &[String]) -> Result<(), String> {
    for needed in NEEDED {
        if !names.iter().any(|name| name == needed) {
            return Err(format!("has no column `{needed}`; name the rows that `pvess sweep` wrote"));
        }
    }
    match names.iter().enumerate().find(|(at, name)| names[..*at].contains(name)) {
        Some((_, twice)) => Err(format!("has two columns `{twice}`")),
        None => Ok(()),
    }
}

/// A column as doubles if its every value is a number, else as text. Empty text and NaN become missing, minus zero zero.
pub(super) fn typed(column: &Column) -> PolarsResult<Column> {
    let name = column.name().clone();
    let number = |x: f64| Some(x + 0.0).filter(|x| !x.is_nan());
    // What a word may stand in is text whatever stands there.
    let is_text = name == LABEL || TEXTS.contains(&name.as_str());
    if column.dtype().is_primitive_numeric() && !is_text {
        let numbers = column.cast(&DataType::Float64)?;
        let numbers: Float64Chunked = numbers.f64()?.iter().map(|x| x.and_then(number)).collect();
        return Ok(numbers.with_name(name).into_column());
    }
    let texts = column.cast(&DataType::String)?;
    let texts = texts.str()?;
    let trimmed = || texts.iter().map(|text| text.map(str::trim).filter(|text| !text.is_empty()));
    let numbers = trimmed().map(|text| text.map_or(Ok(None), |text| text.parse().map(number)));
    match numbers.collect::<Result<Float64Chunked, _>>() {
        Ok(numbers) if !is_text => Ok(numbers.with_name(name).into_column()),
        _ => Ok(trimmed().collect::<StringChunked>().with_name(name).into_column()),
    }
}

/// A column of text; the missing values are empty.
pub(super) fn words(column: &Column) -> Vec<String> {
    match (column.f64(), column.str()) {
        (Ok(numbers), _) => numbers.iter().map(|x| x.map_or_else(String::new, |x| x.to_string())).collect(),
        (_, Ok(texts)) => texts.iter().map(|text| text.unwrap_or_default().to_owned()).collect(),
        _ => vec![String::new(); column.len()],
    }
}

/// Writes a table beside its place and moves it there: as Parquet if its name says so, else as CSV.
///
/// # Errors
/// What is in the way, unless it may be replaced, and what goes wrong in writing.
pub(super) fn write(frame: &DataFrame, target: &Path, force: bool) -> Result<(), Problems> {
    let shown = target.display().to_string();
    check_place(target).map_err(|message| Problems::one("", message))?;
    if target.exists() && !force {
        return Err(Problems::one(shown, "is in the way; name another --out, or --force to replace it"));
    }
    let staging = beside(target, STAGING);
    let put = || {
        if let Some(folder) = target.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder)?;
        }
        let rows = rows(frame)?;
        if is_parquet(target) {
            let names: Vec<String> = frame.columns().iter().map(|column| column.name().to_string()).collect();
            let numeric: Vec<bool> = frame.columns().iter().map(|column| column.f64().is_ok()).collect();
            parquet::write(csv::Reader::from_reader(&rows[..]), &staging, &names, &numeric)?;
        } else {
            fs::File::create(&staging)?.write_all(&rows)?;
        }
        fs::rename(&staging, target)
    };
    put().map_err(|e: io::Error| {
        let _ = fs::remove_file(&staging);
        Problems::one(shown, format!("cannot write there: {e}"))
    })
}

/// A table as CSV. Numbers are written in their shortest form, as in the file of a sweep.
fn rows(frame: &DataFrame) -> io::Result<Vec<u8>> {
    let columns: Vec<Vec<String>> = frame.columns().iter().map(words).collect();
    let mut writer = csv::Writer::from_writer(vec![]);
    writer.write_record(frame.columns().iter().map(|column| column.name().as_bytes()))?;
    for row in 0..frame.height() {
        writer.write_record(columns.iter().map(|cells| &cells[row]))?;
    }
    writer.into_inner().map_err(|e| io::Error::other(e.to_string()))
}

/// What the table library says, on one line.
pub(super) fn said(error: &PolarsError) -> String {
    error.to_string().lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().to_owned()
}
