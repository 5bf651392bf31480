//! A file of a token store that is hashed while it is read from beginning to end.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use assay_corpus::{CorpusError, hexadecimal};
use assay_schema::Shard;
use sha2::{Digest, Sha256};

use crate::error::MixtureError;
use crate::store::names::check_digest;

/// Bytes that are asked of the system at once.
const BUFFER: usize = 1 << 18;

/// A file and the digest of what was read of it.
pub(super) struct HashedFile {
    path: PathBuf,
    file: BufReader<File>,
    hash: Sha256,
}

impl HashedFile {
    pub(super) fn open(path: &Path) -> Result<Self, MixtureError> {
        let file = File::open(path).map_err(|error| CorpusError::read(path, error))?;
        Ok(Self {
            path: path.to_owned(),
            file: BufReader::with_capacity(BUFFER, file),
            hash: Sha256::new(),
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Fills `bytes`; an error names the file.
    pub(super) fn fill(&mut self, bytes: &mut [u8]) -> Result<(), MixtureError> {
        let filled = self.read_exact(bytes);
        Ok(filled.map_err(|error| CorpusError::read(&self.path, error))?)
    }

    /// Compares the file, which was read to its end, with the digest that its shard announces.
    pub(super) fn check(self, shard: &Shard) -> Result<(), MixtureError> {
        check_digest(self.path, hexadecimal(&self.hash.finalize()), shard)
    }
}

impl Read for HashedFile {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(bytes)?;
        self.hash.update(&bytes[..count]);
        Ok(count)
    }

    fn read_exact(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        self.file.read_exact(bytes)?;
        self.hash.update(bytes);
        Ok(())
    }
}
