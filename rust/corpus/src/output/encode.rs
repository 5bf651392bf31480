//! Kept documents in the form of an output.

use std::cell::RefCell;
use std::io::{self, Write};

use arrow_array::RecordBatch;
use zstd::bulk::Compressor;
use zstd::zstd_safe::CParameter;

use crate::documents::batch::Batch;
use crate::documents::columns;
use crate::documents::kept::Kept;
use crate::documents::lines::Pieces;
use crate::error::CorpusError;
use crate::format::Format;

/// zstd's own default, about 250 MB a second.
const ZSTD_LEVEL: i32 = 3;

/// The kept documents of a batch, ready for a [`crate::ShardWriter`].
#[derive(Debug)]
pub struct Encoded<'a> {
    pub(crate) format: Format,
    pub(crate) documents: u64,
    pub(crate) content: Content<'a>,
}

impl Encoded<'_> {
    /// The format it was encoded for.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// Documents in it.
    #[must_use]
    pub fn documents(&self) -> u64 {
        self.documents
    }

    /// The bytes that are added to a file; empty for formats of rows.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        match self.content {
            Content::Bytes(pieces) => pieces.concat(),
            Content::Rows(_) => Vec::new(),
        }
    }
}

#[derive(Debug)]
pub(crate) enum Content<'a> {
    Bytes(Pieces<'a>),
    Rows(RecordBatch),
}

/// Encodes the kept documents of a batch, in ascending order of their index.
///
/// A JSON line that is kept as it was is copied byte for byte; where the text is new, every other
/// byte of the line is copied. Rows keep their columns, schema and metadata; an Arrow file has
/// dictionaries written out. What JSON Lines look like as rows is told at [`Batch::take`]. Rows
/// become JSON Lines with null values written. Compressed output is one gzip member or zstd frame
/// a batch, so it depends on nothing but the batch.
///
/// # Errors
/// [`CorpusError`] when a kept document is a bad one, or rows do not fit the output's types.
pub fn encode<'a>(
    batch: &'a Batch,
    kept: &[Kept],
    format: Format,
) -> Result<Encoded<'a>, CorpusError> {
    let content = match format {
        Format::Jsonl => Content::Bytes(batch.lines_of(kept)?),
        Format::JsonlGz => compressed(gzip(&batch.lines_of(kept)?))?,
        Format::JsonlZst => compressed(zstd(&batch.lines_of(kept)?.concat()))?,
        Format::Parquet => Content::Rows(batch.take(kept)?),
        Format::Arrow => {
            let rows = columns::without_dictionaries(&batch.take(kept)?);
            Content::Rows(rows.map_err(|error| CorpusError::arrow("rows as Arrow", error))?)
        }
    };
    Ok(Encoded {
        format,
        documents: kept.len() as u64,
        content,
    })
}

fn compressed(bytes: io::Result<Vec<u8>>) -> Result<Content<'static>, CorpusError> {
    let bytes = bytes.map_err(|source| CorpusError::Compress { source })?;
    Ok(Content::Bytes(vec![bytes.into()]))
}

fn gzip(lines: &Pieces<'_>) -> io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    for piece in lines {
        encoder.write_all(piece)?;
    }
    encoder.finish()
}

fn zstd(lines: &[u8]) -> io::Result<Vec<u8>> {
    thread_local! {
        /// A compressor's tables are megabytes: made once a thread, not once a batch.
        static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    }
    COMPRESSOR.with_borrow_mut(|compressor| match compressor {
        Some(compressor) => compressor.compress(lines),
        None => compressor.insert(new_compressor()?).compress(lines),
    })
}

fn new_compressor() -> io::Result<Compressor<'static>> {
    let mut compressor = Compressor::new(ZSTD_LEVEL)?;
    compressor.set_parameter(CParameter::ChecksumFlag(true))?;
    Ok(compressor)
}
