//! The rows of an input in pieces of bounded size, whatever batches its file has.

use arrow_array::RecordBatch;

use crate::documents::rows::Rows;
use crate::error::CorpusError;
use crate::fields::Fields;

/// A piece of a larger batch ends with the row that reaches this many bytes of text.
const PIECE_BYTES: usize = 2 << 20;

/// A piece of short texts ends at this many rows.
const PIECE_ROWS: usize = 8192;

/// Rows in pieces of bounded size, which depend on the rows alone.
#[derive(Default)]
pub(crate) struct RowPieces {
    whole: Option<Rows>,
    at: usize,
    /// Rows so far.
    rows: u64,
}

impl RowPieces {
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// Begins with the next rows of the input.
    pub(crate) fn push(&mut self, batch: RecordBatch, fields: &Fields) -> Result<(), CorpusError> {
        self.whole = Some(Rows::new(batch, self.rows + 1, fields)?);
        self.at = 0;
        Ok(())
    }

    pub(crate) fn next(&mut self) -> Option<Rows> {
        let whole = self.whole.as_ref()?;
        let (start, most) = (self.at, whole.len().min(self.at + PIECE_ROWS));
        let mut bytes = 0;
        while self.at < most && bytes < PIECE_BYTES {
            bytes += whole.size(self.at);
            self.at += 1;
        }
        self.rows += (self.at - start) as u64;
        (self.at > start).then(|| whole.slice(start, self.at - start))
    }
}
