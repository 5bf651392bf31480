//! Tables of strings and numbers as Parquet, for what was decided about each document.

use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::{Float64Builder, Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use crate::digest::FileDigest;
use crate::error::CorpusError;
use crate::output::parquet::ParquetFile;

/// Rows that are gathered before they are encoded.
const BATCH_ROWS: usize = 8192;

/// Bytes of strings at which fewer rows are encoded.
const BATCH_BYTES: usize = 4 << 20;

/// The name and kind of a column; any cell may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column<'a> {
    /// A column of strings.
    Text(&'a str),
    /// A column of whole numbers.
    Integer(&'a str),
    /// A column of other numbers.
    Number(&'a str),
}

/// A value in a table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// A string, for a column of strings.
    Text(&'a str),
    /// A whole number, for a column of them.
    Integer(i64),
    /// A number, for a column of other numbers.
    Number(f64),
    /// No value, for any column.
    Empty,
}

/// Writes a table row by row into a Parquet file, which appears whole or not at all.
pub struct TableWriter {
    schema: SchemaRef,
    builders: Vec<Builder>,
    rows: usize,
    bytes: usize,
    file: ParquetFile,
}

enum Builder {
    Text(StringBuilder),
    Integer(Int64Builder),
    Number(Float64Builder),
}

impl TableWriter {
    /// Begins a table.
    ///
    /// # Errors
    /// [`CorpusError::Write`] when the system refuses.
    pub fn create(path: &Path, columns: &[Column<'_>]) -> Result<Self, CorpusError> {
        let fields: Vec<_> = columns.iter().map(field).collect();
        let schema = Arc::new(Schema::new(fields));
        Ok(Self {
            file: ParquetFile::create(path, Arc::clone(&schema))?,
            schema,
            builders: columns.iter().map(builder).collect(),
            rows: 0,
            bytes: 0,
        })
    }

    /// Appends a row, with a cell for each column.
    ///
    /// # Errors
    /// [`CorpusError::BadCells`] when a cell does not fit its column; the row is then not in the
    /// table. [`CorpusError::Write`] when the system refuses.
    pub fn push(&mut self, row: &[Cell<'_>]) -> Result<(), CorpusError> {
        let pairs = || self.builders.iter().zip(row);
        if row.len() != self.builders.len() || !pairs().all(|(builder, cell)| builder.fits(*cell)) {
            return Err(self.bad_cells(row));
        }
        for (builder, cell) in self.builders.iter_mut().zip(row) {
            builder.append(*cell);
            if let Cell::Text(text) = cell {
                self.bytes += text.len();
            }
        }
        self.rows += 1;
        if self.rows == BATCH_ROWS || self.bytes >= BATCH_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    /// Ends the table and puts the file in place.
    ///
    /// # Errors
    /// [`CorpusError::Write`] when the system refuses.
    pub fn finish(mut self) -> Result<FileDigest, CorpusError> {
        self.flush()?;
        self.file.finish()
    }

    fn flush(&mut self) -> Result<(), CorpusError> {
        let columns = self.builders.iter_mut().map(Builder::finish).collect();
        let rows = RecordBatch::try_new(Arc::clone(&self.schema), columns);
        let rows = rows.map_err(|error| CorpusError::arrow("rows of a table", error))?;
        (self.rows, self.bytes) = (0, 0);
        self.file.write(&rows)
    }

    fn bad_cells(&self, row: &[Cell<'_>]) -> CorpusError {
        let columns = self.schema.fields().iter();
        let columns: Vec<_> = columns.map(|field| format!("{field}")).collect();
        CorpusError::BadCells {
            cells: row.len(),
            columns: columns.join(", "),
        }
    }
}

fn field(column: &Column<'_>) -> Field {
    match column {
        Column::Text(name) => Field::new(*name, DataType::Utf8, true),
        Column::Integer(name) => Field::new(*name, DataType::Int64, true),
        Column::Number(name) => Field::new(*name, DataType::Float64, true),
    }
}

fn builder(column: &Column<'_>) -> Builder {
    match column {
        Column::Text(_) => Builder::Text(StringBuilder::new()),
        Column::Integer(_) => Builder::Integer(Int64Builder::new()),
        Column::Number(_) => Builder::Number(Float64Builder::new()),
    }
}

impl Builder {
    fn fits(&self, cell: Cell<'_>) -> bool {
        matches!(
            (self, cell),
            (Self::Text(_), Cell::Text(_))
                | (Self::Integer(_), Cell::Integer(_))
                | (Self::Number(_), Cell::Number(_))
                | (_, Cell::Empty)
        )
    }

    /// Appends a cell that [`Builder::fits`].
    fn append(&mut self, cell: Cell<'_>) {
        match (self, cell) {
            (Self::Text(builder), Cell::Text(text)) => builder.append_value(text),
            (Self::Text(builder), _) => builder.append_null(),
            (Self::Integer(builder), Cell::Integer(number)) => builder.append_value(number),
            (Self::Integer(builder), _) => builder.append_null(),
            (Self::Number(builder), Cell::Number(number)) => builder.append_value(number),
            (Self::Number(builder), _) => builder.append_null(),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(builder) => Arc::new(builder.finish()),
            Self::Integer(builder) => Arc::new(builder.finish()),
            Self::Number(builder) => Arc::new(builder.finish()),
        }
    }
}
