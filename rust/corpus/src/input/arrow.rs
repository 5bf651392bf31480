//! Arrow IPC as rows, from a file or a stream.
//!
//! The file format is a stream between a magic number and a footer, so both are read from
//! beginning to end.

use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_ipc::reader::StreamReader;
use arrow_schema::ArrowError;

use crate::digest::{FileDigest, Shared};
use crate::documents::batch::Batch;
use crate::error::CorpusError;
use crate::fields::Fields;
use crate::format::Format;
use crate::input::row_pieces::RowPieces;

const FILE_MAGIC: &[u8; 6] = b"ARROW1";
/// Ends the messages of a stream.
const STREAM_END: [u8; 8] = [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0];

pub(crate) struct ArrowInput {
    path: PathBuf,
    file: Shared,
    reader: StreamReader<BufReader<Tail>>,
    is_file: bool,
    pieces: RowPieces,
}

impl ArrowInput {
    pub(crate) fn open(path: &Path, file: Shared) -> Result<Self, CorpusError> {
        let failed = |source| failed(path, 0, source);
        let mut bytes = BufReader::new(Tail {
            stream: file.clone(),
            last: [0; 8],
        });
        let is_file = skip_file_start(&mut bytes).map_err(|error| failed(error.into()))?;
        let reader = StreamReader::try_new(bytes, None).map_err(failed)?;
        Ok(Self {
            path: path.to_owned(),
            file,
            reader,
            is_file,
            pieces: RowPieces::default(),
        })
    }

    pub(crate) fn bytes_read(&self) -> u64 {
        self.file.lock().bytes
    }

    pub(crate) fn digest(&self) -> FileDigest {
        self.file.lock().digest()
    }

    pub(crate) fn next_batch(
        &mut self,
        fields: &Arc<Fields>,
    ) -> Result<Option<Batch>, CorpusError> {
        loop {
            if let Some(rows) = self.pieces.next() {
                return Ok(Some(Batch::from_rows(rows, fields)));
            }
            let decoded = self.reader.next().transpose();
            match decoded.map_err(|error| self.failed(error))? {
                Some(batch) => self.pieces.push(batch, fields)?,
                None => {
                    let end = self.check_end();
                    return end.map(|()| None).map_err(|error| self.failed(error));
                }
            }
        }
    }

    /// Without its last bytes an input may have lost batches that nobody would miss.
    fn check_end(&mut self) -> Result<(), ArrowError> {
        let bytes = self.reader.get_mut();
        let after = io::copy(bytes, &mut io::sink())?;
        let last = bytes.get_ref().last;
        let problem = if self.is_file {
            (!last.ends_with(FILE_MAGIC)).then_some("the footer is missing")
        } else if after > 0 {
            Some("there is something after the end of the stream")
        } else {
            (last != STREAM_END).then_some("the end of the stream is missing")
        };
        problem.map_or(Ok(()), |problem| {
            Err(ArrowError::IpcError(problem.to_owned()))
        })
    }

    fn failed(&self, source: ArrowError) -> CorpusError {
        failed(&self.path, self.pieces.rows(), source)
    }
}

/// Passes over the magic number of a file and the zeros after it, when they are there.
fn skip_file_start(bytes: &mut impl BufRead) -> io::Result<bool> {
    if !bytes.fill_buf()?.starts_with(FILE_MAGIC) {
        return Ok(false);
    }
    bytes.consume(FILE_MAGIC.len());
    while bytes.fill_buf()?.first() == Some(&0) {
        bytes.consume(1);
    }
    Ok(true)
}

fn failed(path: &Path, rows: u64, source: ArrowError) -> CorpusError {
    CorpusError::Table {
        path: path.to_owned(),
        format: Format::Arrow.ending(),
        rows,
        source,
    }
}

/// A stream that remembers its last bytes.
struct Tail {
    stream: Shared,
    last: [u8; 8],
}

impl Read for Tail {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(buffer)?;
        let newest = &buffer[count.saturating_sub(self.last.len())..count];
        self.last.rotate_left(newest.len());
        let older = self.last.len() - newest.len();
        self.last[older..].copy_from_slice(newest);
        Ok(count)
    }
}
