//! The files of an export while they are written.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use assay_corpus::{CorpusError, hexadecimal};
use assay_schema::ExportFile;
use sha2::{Digest, Sha256};

use crate::ExportError;

/// Bytes that are gathered before the system is asked to write them.
const BUFFER: usize = 1 << 18;

/// A writer of one format; the folder that it writes into is put in place by its caller.
pub(crate) trait Writer {
    /// Adds an item, which has tokens and fits the format.
    fn push(&mut self, item: &[u32]) -> Result<(), ExportError>;

    /// Ends all files, in the order of their items.
    fn finish(self: Box<Self>) -> Result<Vec<ExportFile>, ExportError>;
}

/// A file that is hashed while it is written.
pub(crate) struct Out {
    path: PathBuf,
    file: BufWriter<File>,
    hash: Sha256,
    bytes: u64,
}

impl Out {
    pub(crate) fn create(folder: &Path, name: &str) -> Result<Self, ExportError> {
        let path = folder.join(name);
        let file = File::create(&path).map_err(|error| CorpusError::write(&path, error))?;
        Ok(Self {
            path,
            file: BufWriter::with_capacity(BUFFER, file),
            hash: Sha256::new(),
            bytes: 0,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes all bytes; an error names the file.
    pub(crate) fn put(&mut self, bytes: &[u8]) -> Result<(), ExportError> {
        let written = self.write_all(bytes);
        Ok(written.map_err(|error| CorpusError::write(&self.path, error))?)
    }

    pub(crate) fn finish(mut self) -> Result<ExportFile, ExportError> {
        let written = self.file.flush();
        written.map_err(|error| CorpusError::write(&self.path, error))?;
        let digest = self.hash.finalize();
        let name = self.path.file_name().unwrap_or_default();
        Ok(ExportFile {
            file: name.to_string_lossy().into_owned(),
            bytes: self.bytes,
            sha256: hexadecimal(&digest),
        })
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.hash.update(&bytes[..count]);
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// When to begin the next file: items stay whole, and a file holds at most so many tokens unless a
/// single item has more.
pub(crate) struct Shards {
    limit: u64,
    tokens: u64,
}

impl Shards {
    pub(crate) fn new(limit: u64) -> Self {
        Self { limit, tokens: 0 }
    }

    /// Counts an item; true when it does not go into the file of the item before it.
    pub(crate) fn full(&mut self, item: &[u32]) -> bool {
        let length = item.len() as u64;
        let full = self.tokens > 0 && self.tokens + length > self.limit;
        self.tokens = if full { 0 } else { self.tokens } + length;
        full
    }
}
