//! The time series as a Parquet file, full doubles.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as PhysicalType};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;

use super::TimeSeries;

/// Writes the same columns as the CSV file: `year` (several years only), `time` as ISO 8601 text, then doubles. Missing
/// values are null.
///
/// # Errors
/// Those of the writer.
pub fn write_parquet(series: &TimeSeries, to: impl Write + Send) -> Result<()> {
    let several = series.years > 1;
    let schema = schema(series, several)?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut file = SerializedFileWriter::new(to, schema, Arc::new(properties))?;
    let mut group = file.next_row_group()?;
    let rows = 0..series.len();
    if several {
        let years: Vec<i32> = rows.clone().map(|row| series.year(row) as i32).collect();
        write_column(&mut group, |column| match column {
            ColumnWriter::Int32ColumnWriter(c) => c.write_batch(&years, None, None),
            _ => Ok(0),
        })?;
    }
    let stamps: Vec<ByteArray> = rows.map(|row| ByteArray::from(series.stamp(row))).collect();
    write_column(&mut group, |column| match column {
        ColumnWriter::ByteArrayColumnWriter(c) => c.write_batch(&stamps, None, None),
        _ => Ok(0),
    })?;
    for values in series.values().rows() {
        let present: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
        let defined: Vec<i16> = values.iter().map(|v| i16::from(!v.is_nan())).collect();
        write_column(&mut group, |column| match column {
            ColumnWriter::DoubleColumnWriter(c) => c.write_batch(&present, Some(&defined), None),
            _ => Ok(0),
        })?;
    }
    if !series.reasons().is_empty() {
        let words: Vec<ByteArray> = series.reasons().iter().map(|reason| ByteArray::from(reason.as_str())).collect();
        write_column(&mut group, |column| match column {
            ColumnWriter::ByteArrayColumnWriter(c) => c.write_batch(&words, None, None),
            _ => Ok(0),
        })?;
    }
    group.close()?;
    file.close()?;
    Ok(())
}

/// A column of a schema.
pub(crate) fn field(
    name: &str,
    kind: PhysicalType,
    repetition: Repetition,
    logical: Option<LogicalType>,
) -> Result<Arc<Type>> {
    let builder = Type::primitive_type_builder(name, kind).with_repetition(repetition);
    builder.with_logical_type(logical).build().map(Arc::new)
}

fn schema(series: &TimeSeries, several: bool) -> Result<Arc<Type>> {
    let mut fields = vec![];
    if several {
        fields.push(field("year", PhysicalType::INT32, Repetition::REQUIRED, None)?);
    }
    fields.push(field("time", PhysicalType::BYTE_ARRAY, Repetition::REQUIRED, Some(LogicalType::String))?);
    for name in series.columns() {
        fields.push(field(name, PhysicalType::DOUBLE, Repetition::OPTIONAL, None)?);
    }
    if !series.reasons().is_empty() {
        fields.push(field("reason", PhysicalType::BYTE_ARRAY, Repetition::REQUIRED, Some(LogicalType::String))?);
    }
    Type::group_type_builder("timeseries").with_fields(fields).build().map(Arc::new)
}

/// Writes the next column of a group.
pub(crate) fn write_column<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    write: impl FnOnce(&mut ColumnWriter<'_>) -> Result<usize>,
) -> Result<()> {
    let Some(mut column) = group.next_column()? else { return Ok(()) };
    write(column.untyped())?;
    column.close()
}
