//! A file of an export while it is written.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use assay_corpus::{CorpusError, hexadecimal};
use assay_schema::ExportFile;
use sha2::{Digest, Sha256};

use crate::error::ExportError;

/// Bytes that are gathered before the system is asked to write them.
const BUFFER: usize = 1 << 18;

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
