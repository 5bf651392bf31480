//! Columns of a table: found by path, replaced, and written as JSON.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch, StructArray};
use arrow_buffer::NullBuffer;
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType, FieldRef, Schema};

use crate::error::CorpusError;

/// A column, and where a struct that it is inside of is null.
pub(crate) struct Found {
    pub(crate) array: ArrayRef,
    pub(crate) parents: Option<NullBuffer>,
}

/// The column at a path; one that is literally named so wins.
pub(crate) fn find(batch: &RecordBatch, path: &str) -> Option<Found> {
    find_inside(batch.schema_ref().fields(), batch.columns(), path, None)
}

fn find_inside(
    fields: &[FieldRef],
    columns: &[ArrayRef],
    path: &str,
    parents: Option<NullBuffer>,
) -> Option<Found> {
    if let Some(at) = position(fields, path) {
        let array = Arc::clone(&columns[at]);
        return Some(Found { array, parents });
    }
    let (outer, rest) = path.split_once('.')?;
    let outer = as_struct(&columns[position(fields, outer)?])?;
    let parents = NullBuffer::union(parents.as_ref(), outer.nulls());
    find_inside(outer.fields(), outer.columns(), rest, parents)
}

/// The batch with another column at a path that [`find`] finds; its type must be the same.
pub(crate) fn replace(
    batch: &RecordBatch,
    path: &str,
    new: ArrayRef,
) -> Result<RecordBatch, ArrowError> {
    let schema = batch.schema();
    let columns = replace_inside(schema.fields(), batch.columns(), path, new)?;
    RecordBatch::try_new(schema, columns)
}

fn replace_inside(
    fields: &[FieldRef],
    columns: &[ArrayRef],
    path: &str,
    new: ArrayRef,
) -> Result<Vec<ArrayRef>, ArrowError> {
    let mut columns = columns.to_vec();
    if let Some(at) = position(fields, path) {
        columns[at] = new;
        return Ok(columns);
    }
    let inside = path.split_once('.').and_then(|(outer, rest)| {
        let at = position(fields, outer)?;
        Some((at, as_struct(&columns[at])?.clone(), rest))
    });
    if let Some((at, outer, rest)) = inside {
        let inner = replace_inside(outer.fields(), outer.columns(), rest, new)?;
        let (fields, nulls) = (outer.fields().clone(), outer.nulls().cloned());
        columns[at] = Arc::new(StructArray::try_new(fields, inner, nulls)?);
    }
    Ok(columns)
}

/// The batch with every dictionary written out: an Arrow file holds one dictionary a column, and
/// batches each have their own.
pub(crate) fn without_dictionaries(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let schema = batch.schema();
    let fields: arrow_schema::Fields = schema.fields().iter().map(plain_field).collect();
    let columns = batch.columns().iter().zip(&fields);
    let columns = columns.map(|(column, field)| cast(column, field.data_type()));
    let columns = columns.collect::<Result<_, _>>()?;
    let schema = Schema::new_with_metadata(fields, schema.metadata().clone());
    RecordBatch::try_new(Arc::new(schema), columns)
}

fn plain_field(field: &FieldRef) -> FieldRef {
    let plain = match field.data_type() {
        DataType::Dictionary(_, values) => values.as_ref().clone(),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(plain_field).collect()),
        DataType::List(item) => DataType::List(plain_field(item)),
        DataType::LargeList(item) => DataType::LargeList(plain_field(item)),
        DataType::FixedSizeList(item, size) => DataType::FixedSizeList(plain_field(item), *size),
        DataType::Map(entries, sorted) => DataType::Map(plain_field(entries), *sorted),
        other => other.clone(),
    };
    Arc::new(field.as_ref().clone().with_data_type(plain))
}

fn position(fields: &[FieldRef], name: &str) -> Option<usize> {
    fields.iter().position(|field| field.name() == name)
}

fn as_struct(column: &ArrayRef) -> Option<&StructArray> {
    column.as_any().downcast_ref()
}

/// What a type is, in words.
pub(crate) fn type_name(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Null => "null",
        DataType::Boolean => "a boolean",
        DataType::Struct(_) | DataType::Map(_, _) => "an object",
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => "bytes",
        DataType::Dictionary(_, values) => type_name(values),
        other if other.is_numeric() => "a number",
        other if other.is_nested() => "a list",
        _ => "a value of another type",
    }
}

/// Rows as JSON Lines; null values are written too.
pub(crate) fn to_lines(rows: &RecordBatch) -> Result<Vec<u8>, CorpusError> {
    let builder = arrow_json::WriterBuilder::new().with_explicit_nulls(true);
    let mut writer = builder.build::<_, arrow_json::writer::LineDelimited>(Vec::new());
    let written = writer.write(rows).and_then(|()| writer.finish());
    written.map_err(|error| CorpusError::arrow("rows as JSON Lines", error))?;
    Ok(writer.into_inner())
}
