//! Temporary files, and how much memory may be used beside them.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::error::DedupError;

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
pub(crate) struct TempFile {
    folder: PathBuf,
    file: File,
    /// Bytes written.
    len: u64,
}

impl TempFile {
    pub(crate) fn create(folder: &Path) -> Result<Self, DedupError> {
        let file = tempfile::tempfile_in(folder).map_err(DedupError::temp_file(folder))?;
        Ok(Self {
            folder: folder.to_owned(),
            file,
            len: 0,
        })
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    pub(crate) fn append(&mut self, bytes: &[u8]) -> Result<(), DedupError> {
        self.file
            .write_all(bytes)
            .map_err(DedupError::temp_file(&self.folder))?;
        self.len += bytes.len() as u64;
        Ok(())
    }

    /// Fills `bytes` from a place in the file; nothing is appended afterwards.
    pub(crate) fn read_at(&mut self, place: u64, bytes: &mut [u8]) -> Result<(), DedupError> {
        self.file
            .seek(SeekFrom::Start(place))
            .and_then(|_| self.file.read_exact(bytes))
            .map_err(DedupError::temp_file(&self.folder))
    }
}
