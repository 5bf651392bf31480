//! Files to read, and what is read from them.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::Schema;
use assay_corpus::{CorpusError, Fields, Reader};

pub fn fields() -> Fields {
    Fields {
        text: "text".to_owned(),
        id: "id".to_owned(),
        max_line_bytes: 1000,
    }
}

/// A document, or the reason against it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub number: u64,
    pub id: Option<String>,
    pub text: Result<String, &'static str>,
}

/// Everything in an input.
pub fn read_with(path: &Path, fields: &Fields) -> Result<Vec<Seen>, CorpusError> {
    let mut reader = Reader::open(path, fields)?;
    let mut seen = Vec::new();
    while let Some(batch) = reader.next_batch()? {
        assert!(!batch.is_empty());
        for index in 0..batch.len() {
            let record = batch.record(index);
            seen.push(Seen {
                number: batch.number(index),
                id: record
                    .as_ref()
                    .ok()
                    .and_then(|record| record.id.as_deref().map(str::to_owned)),
                text: record
                    .map(|record| record.text.into_owned())
                    .map_err(|bad| bad.reason()),
            });
        }
    }
    assert_eq!(reader.documents(), seen.len() as u64);
    assert_eq!(reader.digest()?, assay_corpus::blake3_file(path)?);
    assert!(matches!(reader.next_batch(), Ok(None)));
    Ok(seen)
}

pub fn read(path: &Path) -> Result<Vec<Seen>, CorpusError> {
    read_with(path, &fields())
}

/// The texts of an input, reasons in the place of bad ones.
pub fn texts(path: &Path) -> Vec<String> {
    let seen = read(path).unwrap().into_iter();
    seen.map(|seen| seen.text.unwrap_or_else(str::to_owned))
        .collect()
}

/// Lines that compress badly, so that a truncated file loses some of them.
pub fn jsonl(count: u64) -> String {
    let number = |i: u64| i.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let line = |i| format!("{{\"id\": {i}, \"text\": \"{i} {:x}\"}}\n", number(i));
    (0..count).map(line).collect()
}

pub fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

pub fn zstd(text: &str) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

pub fn batch<const N: usize>(columns: [(&str, ArrayRef); N]) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true)))
        .unwrap()
}

/// A file of one row group a batch.
pub fn parquet(batches: &[RecordBatch]) -> Vec<u8> {
    let schema = batches[0].schema();
    let mut writer = parquet::arrow::ArrowWriter::try_new(Vec::new(), schema, None).unwrap();
    for batch in batches {
        writer.write(batch).unwrap();
        writer.flush().unwrap();
    }
    writer.into_inner().unwrap()
}

pub fn arrow_file(batches: &[RecordBatch]) -> Vec<u8> {
    let schema: Arc<Schema> = batches[0].schema();
    let mut writer = arrow_ipc::writer::FileWriter::try_new(Vec::new(), &schema).unwrap();
    for batch in batches {
        writer.write(batch).unwrap();
    }
    writer.into_inner().unwrap()
}

pub fn arrow_stream(batches: &[RecordBatch]) -> Vec<u8> {
    let schema: Arc<Schema> = batches[0].schema();
    let mut writer = arrow_ipc::writer::StreamWriter::try_new(Vec::new(), &schema).unwrap();
    for batch in batches {
        writer.write(batch).unwrap();
    }
    writer.into_inner().unwrap()
}

/// A folder of its own for each test.
pub struct World(tempfile::TempDir);

impl World {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}
