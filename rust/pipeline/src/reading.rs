//! The files of a source, read on a thread of their own.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::Scope;

use assay_corpus::{Batch, CorpusError, Fields, FileDigest, Format, Reader};
use assay_schema::InputReport;

use crate::job::Unit;

/// Batches that wait to be judged; with a batch of a few MiB this bounds memory.
const WAITING: usize = 4;

/// Some documents of one file.
pub(crate) struct Block {
    /// The file's place in its unit.
    pub(crate) file: usize,
    pub(crate) batch: Batch,
    /// The format of the file.
    pub(crate) format: Format,
    /// Bytes on disk read of the file when the batch was complete.
    pub(crate) bytes_read: u64,
}

enum Piece {
    Block(Block),
    End(InputReport),
}

/// The receiving end: what was read, in order.
pub(crate) struct Blocks {
    pieces: Receiver<Result<Piece, CorpusError>>,
    finished: Vec<InputReport>,
}

impl Blocks {
    /// Starts to read; the thread ends with the last file, the first error, or `self`.
    pub(crate) fn start<'scope, 'env>(
        scope: &'scope Scope<'scope, 'env>,
        unit: &'env Unit,
        fields: &'env Fields,
    ) -> Self {
        let (sender, pieces) = sync_channel(WAITING);
        scope.spawn(move || {
            if let Err(error) = read(unit, fields, &sender) {
                // Nobody listens only when the run has ended already.
                let _ = sender.send(Err(error));
            }
        });
        Self {
            pieces,
            finished: Vec::new(),
        }
    }

    /// The next blocks, at most `most`; none at the end. It waits for the first alone.
    pub(crate) fn next(&mut self, most: usize) -> Result<Vec<Block>, CorpusError> {
        let mut blocks = Vec::new();
        while blocks.len() < most {
            let piece = if blocks.is_empty() {
                self.pieces.recv().ok()
            } else {
                self.pieces.try_recv().ok()
            };
            match piece {
                None => break,
                Some(Err(error)) => return Err(error),
                Some(Ok(Piece::Block(block))) => blocks.push(block),
                Some(Ok(Piece::End(report))) => self.finished.push(report),
            }
        }
        Ok(blocks)
    }

    /// Bytes on disk of the files that were read to their end.
    pub(crate) fn bytes_finished(&self) -> u64 {
        self.finished.iter().map(|report| report.bytes).sum()
    }

    /// The files that were read to their end.
    pub(crate) fn into_reports(self) -> Vec<InputReport> {
        self.finished
    }
}

/// Sends everything there is to read, until nobody listens.
fn read(
    unit: &Unit,
    fields: &Fields,
    sender: &SyncSender<Result<Piece, CorpusError>>,
) -> Result<(), CorpusError> {
    for (place, file) in unit.files.iter().enumerate() {
        let mut reader = Reader::open(&file.path, fields)?;
        while let Some(batch) = reader.next_batch()? {
            let block = Block {
                file: place,
                batch,
                format: reader.format(),
                bytes_read: reader.bytes_read(),
            };
            if sender.send(Ok(Piece::Block(block))).is_err() {
                return Ok(());
            }
        }
        let report = report(&file.shown, reader.documents(), reader.digest());
        if sender.send(Ok(Piece::End(report))).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// What was read of one file.
pub(crate) fn report(shown: &str, documents: u64, digest: Option<FileDigest>) -> InputReport {
    // A reader at its end has one.
    let (bytes, blake3) = digest.map_or((0, String::new()), |found| (found.bytes, found.blake3));
    InputReport {
        path: shown.to_owned(),
        bytes,
        blake3,
        documents,
    }
}
