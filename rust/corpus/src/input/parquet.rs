//! Parquet as rows, one row group at a time.

use std::fs::File;
use std::io::Seek;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_schema::ArrowError;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder,
};

use crate::digest::{FileDigest, Hashed};
use crate::documents::batch::Batch;
use crate::error::CorpusError;
use crate::fields::Fields;
use crate::format::Format;
use crate::input::row_pieces::RowPieces;

/// Rows are decoded in numbers that come to this size on average.
const BATCH_BYTES: i64 = 2 << 20;
const BATCH_ROWS: i64 = 8192;

pub(crate) struct ParquetInput {
    path: PathBuf,
    file: File,
    metadata: ArrowReaderMetadata,
    next_group: usize,
    group: Option<ParquetRecordBatchReader>,
    pieces: RowPieces,
    digest: Option<FileDigest>,
}

impl ParquetInput {
    pub(crate) fn open(path: &Path, file: File) -> Result<Self, CorpusError> {
        let options = ArrowReaderOptions::new();
        let metadata = ArrowReaderMetadata::load(&file, options);
        let metadata = metadata.map_err(|error| failed(path, 0, error.into()))?;
        Ok(Self {
            path: path.to_owned(),
            file,
            metadata,
            next_group: 0,
            group: None,
            pieces: RowPieces::default(),
            digest: None,
        })
    }

    pub(crate) fn bytes_read(&self) -> u64 {
        let groups = self.metadata.metadata().row_groups();
        let begun = &groups[..self.next_group.min(groups.len())];
        let bytes: i64 = begun.iter().map(|group| group.compressed_size()).sum();
        u64::try_from(bytes).unwrap_or(0)
    }

    /// The digest of the whole file, which is not read from its beginning to its end; it is hashed
    /// when it is first asked for.
    pub(crate) fn digest(&mut self) -> Result<FileDigest, CorpusError> {
        if let Some(digest) = &self.digest {
            return Ok(digest.clone());
        }
        let failed = |error| CorpusError::read(&self.path, error);
        self.file.rewind().map_err(failed)?;
        let mut file = Hashed::new(&self.file);
        file.drain().map_err(failed)?;
        Ok(self.digest.insert(file.digest()).clone())
    }

    pub(crate) fn next_batch(
        &mut self,
        fields: &Arc<Fields>,
    ) -> Result<Option<Batch>, CorpusError> {
        loop {
            if let Some(rows) = self.pieces.next() {
                return Ok(Some(Batch::from_rows(rows, fields)));
            }
            let decoded = self.group.as_mut().and_then(Iterator::next);
            match decoded.transpose().map_err(|error| self.failed(error))? {
                Some(batch) => self.pieces.push(batch, fields)?,
                None if self.begin_group()? => {}
                None => return Ok(None),
            }
        }
    }

    /// Whether there is another row group.
    fn begin_group(&mut self) -> Result<bool, CorpusError> {
        let groups = self.metadata.metadata().row_groups();
        let Some(group) = groups.get(self.next_group) else {
            return Ok(false);
        };
        let row_bytes = group.total_byte_size() / group.num_rows().max(1);
        let rows = (BATCH_BYTES / row_bytes.max(1)).clamp(1, BATCH_ROWS);
        let file = self.file.try_clone();
        let file = file.map_err(|error| CorpusError::read(&self.path, error))?;
        let builder =
            ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone())
                .with_row_groups(vec![self.next_group])
                .with_batch_size(usize::try_from(rows).unwrap_or(1));
        self.group = Some(builder.build().map_err(|error| self.failed(error.into()))?);
        self.next_group += 1;
        Ok(true)
    }

    fn failed(&self, error: ArrowError) -> CorpusError {
        failed(&self.path, self.pieces.rows(), error)
    }
}

fn failed(path: &Path, rows: u64, source: ArrowError) -> CorpusError {
    CorpusError::Table {
        path: path.to_owned(),
        format: Format::Parquet.ending(),
        rows,
        source,
    }
}
