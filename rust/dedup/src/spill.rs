//! A temporary file, and who may use how much memory beside it.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::DedupError;

/// Where what many documents need is held until the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Storage {
    /// In memory.
    Memory,
    /// In temporary files.
    Disk {
        /// Where the files go; they vanish with the process.
        folder: PathBuf,
        /// Bytes of memory for sorting and reading back.
        memory_bytes: u64,
    },
}

/// An anonymous temporary file.
#[derive(Debug)]
pub(crate) struct Spill {
    folder: PathBuf,
    file: File,
    /// Bytes written.
    len: u64,
}

impl Spill {
    pub(crate) fn create(folder: &Path) -> Result<Self, DedupError> {
        let folder = folder.to_owned();
        match tempfile::tempfile_in(&folder) {
            Ok(file) => Ok(Self {
                folder,
                file,
                len: 0,
            }),
            Err(source) => Err(DedupError::TempFile { folder, source }),
        }
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    pub(crate) fn append(&mut self, bytes: &[u8]) -> Result<(), DedupError> {
        self.file
            .write_all(bytes)
            .map_err(|source| self.failed(source))?;
        self.len += bytes.len() as u64;
        Ok(())
    }

    /// Fills `bytes` from a place in the file; nothing is appended afterwards.
    pub(crate) fn read_at(&mut self, place: u64, bytes: &mut [u8]) -> Result<(), DedupError> {
        self.file
            .seek(SeekFrom::Start(place))
            .and_then(|_| self.file.read_exact(bytes))
            .map_err(|source| self.failed(source))
    }

    fn failed(&self, source: io::Error) -> DedupError {
        let folder = self.folder.clone();
        DedupError::TempFile { folder, source }
    }
}
