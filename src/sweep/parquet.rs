//! The rows of a finished sweep as a Parquet file.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as PhysicalType};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;

use crate::results::{field, write_column};

use super::Layout;

/// Rows of a group: what is held in memory at once.
const GROUP: usize = 65_536;

/// Converts the rows of a CSV file of this layout. Numbers become doubles, empty ones null; all else is text.
///
/// # Errors
/// Those of reading and writing.
pub fn convert(from: &Path, to: &Path, layout: &Layout) -> io::Result<()> {
    let reader = csv::Reader::from_path(from).map_err(io::Error::other)?;
    write(reader, to, &layout.columns(), &layout.numeric())
}

/// Writes rows of CSV with these columns, some of them numeric.
///
/// # Errors
/// Those of reading and writing.
pub(super) fn write(
    mut reader: csv::Reader<impl io::Read>,
    to: &Path,
    columns: &[String],
    numeric: &[bool],
) -> io::Result<()> {
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut write = || -> Result<()> {
        let schema = schema(columns, numeric)?;
        let mut file = SerializedFileWriter::new(File::create(to)?, schema, Arc::new(properties.clone()))?;
        let mut records = reader.records();
        loop {
            let rows: Vec<_> = records.by_ref().take(GROUP).collect::<csv::Result<_>>().map_err(io::Error::other)?;
            if rows.is_empty() {
                break;
            }
            let mut group = file.next_row_group()?;
            for (at, numeric) in numeric.iter().enumerate() {
                let cells = rows.iter().map(|row| &row[at]);
                if *numeric { numbers(&mut group, cells)? } else { texts(&mut group, cells)? }
            }
            group.close()?;
        }
        file.close()?;
        Ok(())
    };
    write().map_err(io::Error::other)
}

fn schema(columns: &[String], numeric: &[bool]) -> Result<Arc<Type>> {
    let field = |(name, numeric): (&String, &bool)| {
        let (kind, logical) =
            if *numeric { (PhysicalType::DOUBLE, None) } else { (PhysicalType::BYTE_ARRAY, Some(LogicalType::String)) };
        field(name, kind, Repetition::OPTIONAL, logical)
    };
    let fields = columns.iter().zip(numeric).map(field).collect::<Result<_>>()?;
    Type::group_type_builder("sweep").with_fields(fields).build().map(Arc::new)
}

type Group<'g> = SerializedRowGroupWriter<'g, File>;

fn numbers<'c>(group: &mut Group<'_>, cells: impl Iterator<Item = &'c str>) -> Result<()> {
    let values: Vec<Option<f64>> = cells.map(|cell| cell.parse().ok()).collect();
    let defined: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
    let present: Vec<f64> = values.into_iter().flatten().collect();
    write_column(group, |column| match column {
        ColumnWriter::DoubleColumnWriter(c) => c.write_batch(&present, Some(&defined), None),
        _ => Ok(0),
    })
}

fn texts<'c>(group: &mut Group<'_>, cells: impl Iterator<Item = &'c str> + Clone) -> Result<()> {
    let defined: Vec<i16> = cells.clone().map(|cell| i16::from(!cell.is_empty())).collect();
    let present: Vec<ByteArray> = cells.filter(|cell| !cell.is_empty()).map(ByteArray::from).collect();
    write_column(group, |column| match column {
        ColumnWriter::ByteArrayColumnWriter(c) => c.write_batch(&present, Some(&defined), None),
        _ => Ok(0),
    })
}
