//! The files of a source, read in blocks of documents on a thread of their own.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::Scope;

use assay_corpus::{Batch, CorpusError, Fields, FileDigest, Format, Reader};
use assay_schema::InputReport;
use serde::{Deserialize, Serialize};

use crate::error::PipelineError;
use crate::observer::Observer;
use crate::read::input_set::{InputSet, same_files};

/// Batches that wait for the stages. A batch has a few MiB, so this bounds memory.
const WAITING: usize = 4;

/// Blocks that are worked on together: enough for any number of cores to share, few enough to
/// bound memory.
pub(crate) const BLOCKS_PER_STEP: usize = 16;

/// Some documents of one file.
pub(crate) struct Block {
    /// The file's place in its input set.
    pub(crate) file: usize,
    pub(crate) batch: Batch,
    /// The format of the file.
    pub(crate) format: Format,
    /// How far the file was read when the batch was complete.
    pub(crate) place: FilePosition,
}

/// How far a file was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FilePosition {
    /// Batches that were read. Their boundaries depend on the file alone.
    pub(crate) batches: u64,
    /// Bytes on disk that were read.
    pub(crate) bytes_read: u64,
    /// Digest of those bytes, to see whether the file has changed since.
    pub(crate) blake3: String,
}

/// Where reading begins.
#[derive(Default)]
pub(crate) struct Start {
    /// The files that were read to their end.
    inputs: Vec<InputReport>,
    /// The file after them, if it was begun, and how many batches of it were read.
    begun: Option<(Reader, u64)>,
}

/// What the reading thread sends.
enum Piece {
    Block(Block),
    /// A file was read to its end.
    End(InputReport),
}

/// The receiving end of the reading thread, which gives the blocks in order.
pub(crate) struct Blocks {
    pieces: Receiver<Result<Piece, CorpusError>>,
    finished: Vec<InputReport>,
}

impl Start {
    /// Begins after `inputs` and as much of the next file as `place` says; none if the files are no
    /// longer what they were.
    pub(crate) fn at(
        set: &InputSet,
        fields: &Fields,
        inputs: &[InputReport],
        place: &FilePosition,
        observer: &dyn Observer,
    ) -> Result<Option<Self>, PipelineError> {
        let (Some(before), Some(file)) =
            (set.files.get(..inputs.len()), set.files.get(inputs.len()))
        else {
            return Ok(None);
        };
        if !same_files(before, inputs, observer)? {
            return Ok(None);
        }
        let mut reader = Reader::open(&file.path, fields)?;
        for _ in 0..place.batches {
            observer.check()?;
            if reader.next_batch()?.is_none() {
                return Ok(None);
            }
        }
        let same = FilePosition::of(&mut reader, place.batches)? == *place;
        Ok(same.then(|| Self {
            inputs: inputs.to_vec(),
            begun: Some((reader, place.batches)),
        }))
    }
}

impl FilePosition {
    fn of(reader: &mut Reader, batches: u64) -> Result<Self, CorpusError> {
        Ok(Self {
            batches,
            bytes_read: reader.bytes_read(),
            blake3: reader.digest()?.blake3,
        })
    }
}

impl Blocks {
    /// Starts to read; the thread ends with the last file, the first error, or `self`.
    pub(crate) fn start<'scope, 'env>(
        scope: &'scope Scope<'scope, 'env>,
        set: &'env InputSet,
        fields: &'env Fields,
        start: Start,
    ) -> Self {
        let (sender, pieces) = sync_channel(WAITING);
        let Start {
            inputs: finished,
            begun,
        } = start;
        let files = finished.len();
        scope.spawn(move || {
            if let Err(error) = read(set, fields, files, begun, &sender) {
                // Sending fails only after the run has ended, when no error matters.
                let _ = sender.send(Err(error));
            }
        });
        Self { pieces, finished }
    }

    /// The next blocks, at most `most`; none at the end. Waits for the first one, and takes of the
    /// others what is there, so that a slow disk does not hold up the stages.
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
    pub(crate) fn finished(&self) -> &[InputReport] {
        &self.finished
    }
}

/// Sends all that is left to read after `finished` files. If the next file was `begun`, it goes on
/// from there. Ends early when the receiver is gone.
fn read(
    set: &InputSet,
    fields: &Fields,
    finished: usize,
    mut begun: Option<(Reader, u64)>,
    sender: &SyncSender<Result<Piece, CorpusError>>,
) -> Result<(), CorpusError> {
    for (number, file) in set.files.iter().enumerate().skip(finished) {
        let (mut reader, mut batches) = match begun.take() {
            Some(begun) => begun,
            None => (Reader::open(&file.path, fields)?, 0),
        };
        while let Some(batch) = reader.next_batch()? {
            batches += 1;
            let block = Block {
                file: number,
                batch,
                format: reader.format(),
                place: FilePosition::of(&mut reader, batches)?,
            };
            if sender.send(Ok(Piece::Block(block))).is_err() {
                return Ok(());
            }
        }
        let report = report(&file.shown, &mut reader)?;
        if sender.send(Ok(Piece::End(report))).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// The report on a file that was read to its end.
pub(crate) fn report(shown: &str, reader: &mut Reader) -> Result<InputReport, CorpusError> {
    let FileDigest { bytes, blake3 } = reader.digest()?;
    Ok(InputReport {
        path: shown.to_owned(),
        bytes,
        blake3,
        documents: reader.documents(),
    })
}
