//! One output file of any format while it is written.

use std::io::{self, BufWriter, IntoInnerError, Write};
use std::path::{Path, PathBuf};

use arrow_ipc::writer::FileWriter;

use crate::digest::FileDigest;
use crate::error::CorpusError;
use crate::format::Format;
use crate::output::atomic::AtomicFile;
use crate::output::encode::Content;
use crate::output::parquet::{ParquetFile, failed, from_arrow};

/// Bytes that are hashed and written at once: enough for both to be fast, few enough for a cache.
const BUFFER_BYTES: usize = 128 << 10;

/// An output file.
pub(crate) enum Sink {
    Bytes(PathBuf, Box<BufWriter<AtomicFile>>),
    Parquet(Box<ParquetFile>),
    Arrow(PathBuf, Box<FileWriter<BufWriter<AtomicFile>>>),
}

impl Sink {
    /// Begins a file for content like this.
    pub(crate) fn create(
        path: &Path,
        format: Format,
        content: &Content<'_>,
    ) -> Result<Self, CorpusError> {
        let owned = path.to_owned();
        let buffered = || {
            let file = AtomicFile::create(path)?;
            Ok(BufWriter::with_capacity(BUFFER_BYTES, file))
        };
        Ok(match content {
            Content::Bytes(_) => Self::Bytes(owned, Box::new(buffered()?)),
            Content::Rows(rows) if format == Format::Parquet => {
                Self::Parquet(Box::new(ParquetFile::create(path, rows.schema())?))
            }
            Content::Rows(rows) => {
                let writer = FileWriter::try_new(buffered()?, &rows.schema());
                let writer = writer.map_err(|error| failed(path, from_arrow(error)))?;
                Self::Arrow(owned, Box::new(writer))
            }
        })
    }

    /// Whether the content fits what is in the file already.
    pub(crate) fn accepts(&self, content: &Content<'_>) -> bool {
        match (self, content) {
            (Self::Bytes(..), Content::Bytes(_)) => true,
            (Self::Parquet(file), Content::Rows(rows)) => file.has_schema(&rows.schema()),
            (Self::Arrow(_, writer), Content::Rows(rows)) => *writer.schema() == rows.schema(),
            _ => false,
        }
    }

    /// Appends content that [`Sink::accepts`].
    pub(crate) fn write(&mut self, content: &Content<'_>) -> Result<(), CorpusError> {
        match (self, content) {
            (Self::Bytes(path, file), Content::Bytes(pieces)) => {
                let written = pieces.iter().try_for_each(|piece| file.write_all(piece));
                written.map_err(|source| CorpusError::write(path, source))
            }
            (Self::Parquet(file), Content::Rows(rows)) => file.write(rows),
            (Self::Arrow(path, writer), Content::Rows(rows)) => {
                let written = writer.write(rows);
                written.map_err(|error| failed(path, from_arrow(error)))
            }
            (sink, _) => Err(CorpusError::write(
                sink.path(),
                io::ErrorKind::InvalidInput.into(),
            )),
        }
    }

    /// Ends the file and puts it in place.
    pub(crate) fn finish(self) -> Result<FileDigest, CorpusError> {
        match self {
            Self::Bytes(path, file) => commit(&path, *file),
            Self::Parquet(file) => file.finish(),
            Self::Arrow(path, writer) => {
                let file = writer.into_inner();
                commit(
                    &path,
                    file.map_err(|error| failed(&path, from_arrow(error)))?,
                )
            }
        }
    }

    fn path(&self) -> &Path {
        match self {
            Self::Bytes(path, _) | Self::Arrow(path, _) => path,
            Self::Parquet(file) => file.path(),
        }
    }
}

fn commit(path: &Path, file: BufWriter<AtomicFile>) -> Result<FileDigest, CorpusError> {
    let file = file.into_inner().map_err(IntoInnerError::into_error);
    file.map_err(|source| CorpusError::write(path, source))?
        .commit()
}
