//! A Parquet file while it is written.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use crate::digest::FileDigest;
use crate::error::CorpusError;
use crate::output::atomic::AtomicFile;

/// A row group of Parquet ends when this many bytes are encoded, which bounds memory.
const ROW_GROUP_BYTES: usize = 64 << 20;

/// Rows on their way into a Parquet file.
pub(super) struct ParquetFile {
    path: PathBuf,
    schema: SchemaRef,
    writer: ArrowWriter<AtomicFile>,
}

impl ParquetFile {
    pub(super) fn create(path: &Path, schema: SchemaRef) -> Result<Self, CorpusError> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .build();
        let file = AtomicFile::create(path)?;
        let writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties));
        Ok(Self {
            path: path.to_owned(),
            schema,
            writer: writer.map_err(|error| failed(path, error))?,
        })
    }

    pub(super) fn write(&mut self, rows: &RecordBatch) -> Result<(), CorpusError> {
        let written = self.writer.write(rows).and_then(|()| {
            if self.writer.in_progress_size() < ROW_GROUP_BYTES {
                return Ok(());
            }
            self.writer.flush()
        });
        written.map_err(|error| failed(&self.path, error))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn has_schema(&self, schema: &SchemaRef) -> bool {
        self.schema == *schema
    }

    pub(super) fn finish(self) -> Result<FileDigest, CorpusError> {
        let file = self.writer.into_inner();
        file.map_err(|error| failed(&self.path, error))?.commit()
    }
}

/// The system's reason when there is one, else what does not fit the format.
pub(super) fn failed(path: &Path, error: ParquetError) -> CorpusError {
    let what = || format!("{}: rows cannot be written", path.display());
    match error {
        ParquetError::External(source) => match source.downcast::<io::Error>() {
            Ok(source) => CorpusError::write(path, *source),
            Err(other) => CorpusError::arrow(what(), ParquetError::External(other)),
        },
        other => CorpusError::arrow(what(), other),
    }
}

/// An IO error stays one on its way from Arrow to Parquet.
pub(super) fn from_arrow(error: ArrowError) -> ParquetError {
    match error {
        ArrowError::IoError(_, source) => source.into(),
        other => other.into(),
    }
}
