//! Parquet and Hugging Face datasets on disk: a row for each item, with a column `input_ids`.
//!
//! The column is a list of 32-bit integers, which is what the tokenizers of transformers make and
//! its collators take. Parquet files are named for the split that `load_dataset` puts them in. A
//! dataset on disk is Arrow streams and two JSON files, `state.json` naming the streams and
//! `dataset_info.json`, whose columns `load_from_disk` takes from the streams when it names none.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, Int32Array, ListArray, RecordBatch};
use arrow_buffer::{OffsetBuffer, ScalarBuffer};
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use assay_corpus::{CorpusError, hexadecimal};
use assay_schema::ExportFile;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::error::ExportError;
use crate::formats::out::Out;
use crate::formats::writer::{Shards, Writer};

/// A batch of rows ends with as many rows, or as many tokens, whichever comes first.
const BATCH_ROWS: usize = 1024;
const BATCH_TOKENS: usize = 1 << 20;

/// A row group of Parquet ends when this many bytes are encoded, which bounds memory.
const ROW_GROUP_BYTES: usize = 64 << 20;

/// Which of the two kinds of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Parquet,
    Arrow,
}

pub(crate) struct Table {
    folder: PathBuf,
    kind: Kind,
    schema: SchemaRef,
    shards: Shards,
    file: Option<TableFile>,
    batch: Batch,
    files: Vec<ExportFile>,
}

impl Table {
    pub(crate) fn create(folder: &Path, kind: Kind, shard_tokens: u64) -> Self {
        let column = Field::new("input_ids", DataType::List(item_field()), true);
        Self {
            folder: folder.to_owned(),
            kind,
            schema: Arc::new(Schema::new(vec![column])),
            shards: Shards::new(shard_tokens),
            file: None,
            batch: Batch::default(),
            files: Vec::new(),
        }
    }

    fn write_batch(&mut self) -> Result<(), ExportError> {
        let mut file = match self.file.take() {
            Some(file) => file,
            None => TableFile::create(&self.folder, self.kind, self.files.len(), &self.schema)?,
        };
        let rows = self.batch.take(&self.schema);
        file.write(rows)?;
        self.file = Some(file);
        Ok(())
    }

    fn close_file(&mut self) -> Result<(), ExportError> {
        self.write_batch()?;
        if let Some(file) = self.file.take() {
            self.files.push(file.finish()?);
        }
        Ok(())
    }

    fn write_json(&mut self, name: &str, value: &serde_json::Value) -> Result<(), ExportError> {
        let mut file = Out::create(&self.folder, name)?;
        file.put(format!("{value:#}\n").as_bytes())?;
        self.files.push(file.finish()?);
        Ok(())
    }
}

impl Writer for Table {
    fn push(&mut self, item: &[u32]) -> Result<(), ExportError> {
        if self.shards.full(item) {
            self.close_file()?;
        }
        self.batch.push(item);
        if self.batch.is_full() {
            self.write_batch()?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Vec<ExportFile>, ExportError> {
        self.close_file()?;
        if self.kind == Kind::Arrow {
            let state = state(&self.files);
            self.write_json("state.json", &state)?;
            self.write_json("dataset_info.json", &json!({}))?;
        }
        Ok(self.files)
    }
}

/// The state of a dataset on disk. Its fingerprint, by which results are cached, is drawn from the
/// content.
fn state(files: &[ExportFile]) -> serde_json::Value {
    let mut hash = Sha256::new();
    for file in files {
        hash.update(&file.sha256);
    }
    let names = files.iter().map(|file| json!({"filename": file.file}));
    json!({
        "_data_files": names.collect::<Vec<_>>(),
        "_fingerprint": hexadecimal(&hash.finalize()[..8]),
        "_format_columns": null,
        "_format_kwargs": {},
        "_format_type": null,
        "_output_all_columns": false,
        "_split": "train",
    })
}

/// Rows that are gathered before they are written.
#[derive(Default)]
struct Batch {
    tokens: Vec<i32>,
    ends: Vec<i32>,
}

impl Batch {
    /// Adds a row of tokens that are all below 2^31.
    fn push(&mut self, item: &[u32]) {
        self.tokens.extend(item.iter().map(|token| *token as i32));
        self.ends.push(self.tokens.len() as i32);
    }

    fn is_full(&self) -> bool {
        self.ends.len() >= BATCH_ROWS || self.tokens.len() >= BATCH_TOKENS
    }

    fn take(&mut self, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
        let mut ends = vec![0];
        ends.append(&mut self.ends);
        let offsets = OffsetBuffer::new(ScalarBuffer::from(ends));
        let tokens = Int32Array::from(std::mem::take(&mut self.tokens));
        let rows = ListArray::try_new(item_field(), offsets, Arc::new(tokens), None)?;
        RecordBatch::try_new(Arc::clone(schema), vec![Arc::new(rows) as ArrayRef])
    }
}

fn item_field() -> Arc<Field> {
    Arc::new(Field::new("item", DataType::Int32, true))
}

/// A file while rows are added.
struct TableFile {
    path: PathBuf,
    writer: TableWriter,
}

enum TableWriter {
    Parquet(Box<ArrowWriter<Out>>),
    Arrow(Box<StreamWriter<Out>>),
}

impl TableFile {
    fn create(
        folder: &Path,
        kind: Kind,
        number: usize,
        schema: &SchemaRef,
    ) -> Result<Self, ExportError> {
        let name = match kind {
            Kind::Parquet => format!("train-{number:05}.parquet"),
            Kind::Arrow => format!("data-{number:05}.arrow"),
        };
        let file = Out::create(folder, &name)?;
        let path = file.path().to_owned();
        let writer = match kind {
            Kind::Parquet => {
                let properties = WriterProperties::builder()
                    .set_compression(Compression::ZSTD(ZstdLevel::default()))
                    .build();
                ArrowWriter::try_new(file, Arc::clone(schema), Some(properties))
                    .map(|writer| TableWriter::Parquet(Box::new(writer)))
                    .map_err(to_arrow)
            }
            Kind::Arrow => StreamWriter::try_new(file, schema)
                .map(|writer| TableWriter::Arrow(Box::new(writer))),
        };
        let writer = writer.map_err(|error| failed(&path, error))?;
        Ok(Self { path, writer })
    }

    fn write(&mut self, rows: Result<RecordBatch, ArrowError>) -> Result<(), ExportError> {
        let written = rows.and_then(|rows| match &mut self.writer {
            TableWriter::Parquet(writer) => writer
                .write(&rows)
                .and_then(|()| match writer.in_progress_size() {
                    0..ROW_GROUP_BYTES => Ok(()),
                    _ => writer.flush(),
                })
                .map_err(to_arrow),
            TableWriter::Arrow(writer) => writer.write(&rows),
        });
        written.map_err(|error| failed(&self.path, error))
    }

    fn finish(self) -> Result<ExportFile, ExportError> {
        let file = match self.writer {
            TableWriter::Parquet(writer) => writer.into_inner().map_err(to_arrow),
            TableWriter::Arrow(writer) => writer.into_inner(),
        };
        file.map_err(|error| failed(&self.path, error))?.finish()
    }
}

/// The system's reason stays one on its way from Parquet to Arrow.
fn to_arrow(error: ParquetError) -> ArrowError {
    match error {
        ParquetError::External(source) => match source.downcast::<std::io::Error>() {
            Ok(source) => ArrowError::IoError(source.to_string(), *source),
            Err(other) => ParquetError::External(other).into(),
        },
        other => other.into(),
    }
}

/// The system's reason when there is one, else what does not fit the format.
fn failed(path: &Path, error: ArrowError) -> ExportError {
    match error {
        ArrowError::IoError(_, source) => CorpusError::write(path, source).into(),
        source => ExportError::Table {
            path: path.to_owned(),
            source,
        },
    }
}
