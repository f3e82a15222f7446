//! The columns of a Parquet file: numbers and text.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::path::Path;

use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{FileReader, SerializedFileReader};
use polars::prelude::{Column, Float64Chunked, IntoColumn, NewChunkedArray, StringChunked};

/// Values read at once.
const BATCH: usize = 8192;

/// Reads all columns if their names are accepted.
///
/// # Errors
/// Why they are not, or what is wrong with the file.
pub(super) fn read(path: &Path, accept: impl Fn(&[String]) -> Result<(), String>) -> Result<Vec<Column>, String> {
    let wrong = |e: ParquetError| format!("is no Parquet file: {e}");
    let opened = File::open(path).map_err(|e| format!("cannot read it: {e}"))?;
    let file = SerializedFileReader::new(opened).map_err(wrong)?;
    let schema = file.metadata().file_metadata().schema_descr();
    let names: Vec<String> = schema.columns().iter().map(|column| column.path().string()).collect();
    accept(&names)?;
    let all = || (0..names.len()).map(|at| column(&file, at, &names[at]).map_err(wrong)).collect();
    quietly(all).unwrap_or_else(|| Err("is a damaged Parquet file".to_owned()))
}

/// What comes of reading; none where assertions of the reader itself fail, as they may of a damaged file. What they print is
/// for nobody.
fn quietly<T>(read: impl FnOnce() -> T) -> Option<T> {
    let hook = take_hook();
    set_hook(Box::new(|_| {}));
    let result = catch_unwind(AssertUnwindSafe(read)).ok();
    set_hook(hook);
    result
}

fn column(file: &SerializedFileReader<File>, at: usize, name: &str) -> Result<Column> {
    let descriptor = file.metadata().file_metadata().schema_descr().column(at);
    let other = || ParquetError::General(format!("column `{name}` holds neither numbers nor text"));
    if descriptor.max_rep_level() > 0 {
        return Err(other());
    }
    let present = descriptor.max_def_level();
    let (mut numbers, mut texts) = (vec![], vec![]);
    for group in 0..file.num_row_groups() {
        match file.get_row_group(group)?.get_column_reader(at)? {
            ColumnReader::DoubleColumnReader(mut c) => numbers.extend(cells(&mut c, present)?),
            ColumnReader::FloatColumnReader(mut c) => numbers.extend(each(cells(&mut c, present)?, f64::from)),
            ColumnReader::Int32ColumnReader(mut c) => numbers.extend(each(cells(&mut c, present)?, f64::from)),
            ColumnReader::Int64ColumnReader(mut c) => numbers.extend(each(cells(&mut c, present)?, |x| x as f64)),
            ColumnReader::BoolColumnReader(mut c) => texts.extend(each(cells(&mut c, present)?, |x| x.to_string())),
            ColumnReader::ByteArrayColumnReader(mut c) => {
                let text = |bytes: ByteArray| bytes.as_utf8().map(str::to_owned);
                for cell in cells(&mut c, present)? {
                    texts.push(cell.map(text).transpose()?);
                }
            }
            _ => return Err(other()),
        }
    }
    let name = name.into();
    Ok(if texts.is_empty() {
        Float64Chunked::from_iter_options(name, numbers.into_iter()).into_column()
    } else {
        StringChunked::from_iter_options(name, texts.into_iter()).into_column()
    })
}

fn each<T, U>(cells: Vec<Option<T>>, to: impl Fn(T) -> U) -> impl Iterator<Item = Option<U>> {
    cells.into_iter().map(move |cell| cell.map(&to))
}

/// The values of a column in a row group; none where the level says that it is not present.
fn cells<T: DataType>(reader: &mut ColumnReaderImpl<T>, present: i16) -> Result<Vec<Option<T::T>>> {
    let (mut values, mut levels) = (vec![], vec![]);
    while reader.read_records(BATCH, Some(&mut levels), None, &mut values)?.0 > 0 {}
    let mut values = values.into_iter();
    if present == 0 {
        return Ok(values.map(Some).collect());
    }
    Ok(levels.into_iter().map(|level| if level == present { values.next() } else { None }).collect())
}
