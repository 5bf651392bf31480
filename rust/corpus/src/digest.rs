//! Digests of files: BLAKE3 while they are read and written, SHA-256 of whole ones.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

use crate::error::CorpusError;

/// What a file was when it was read or written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDigest {
    /// Size on disk.
    pub bytes: u64,
    /// BLAKE3 of the file as it is on disk, hexadecimal.
    pub blake3: String,
}

/// Reads a whole file for its digest.
///
/// # Errors
/// [`CorpusError`] when the file is missing or unreadable.
pub fn blake3_file(path: &Path) -> Result<FileDigest, CorpusError> {
    let failed = |error| CorpusError::read(path, error);
    let mut file = Hashed::new(File::open(path).map_err(failed)?);
    file.drain().map_err(failed)?;
    Ok(file.digest())
}

/// Reads a whole file for its SHA-256, hexadecimal, which tokenizers and token stores go by.
///
/// # Errors
/// [`CorpusError`] when the file is missing or unreadable.
pub fn sha256_file(path: &Path) -> Result<String, CorpusError> {
    let failed = |error| CorpusError::read(path, error);
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; 1 << 16]);
    let mut file = File::open(path).map_err(failed)?;
    loop {
        match file.read(&mut buffer).map_err(failed)? {
            0 => break,
            read => hash.update(&buffer[..read]),
        }
    }
    Ok(hexadecimal(&hash.finalize()))
}

/// A digest as it is written down: two lower-case digits a byte.
#[must_use]
pub fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A stream that hashes what passes through it.
pub(crate) struct Hashed<T> {
    stream: T,
    hash: blake3::Hasher,
    pub(crate) bytes: u64,
}

impl<T> Hashed<T> {
    pub(crate) fn new(stream: T) -> Self {
        Self {
            stream,
            hash: blake3::Hasher::new(),
            bytes: 0,
        }
    }

    pub(crate) fn digest(&self) -> FileDigest {
        FileDigest {
            bytes: self.bytes,
            blake3: self.hash.finalize().to_hex().to_string(),
        }
    }

    pub(crate) fn get_ref(&self) -> &T {
        &self.stream
    }

    fn passed(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
    }
}

impl<T: Read> Hashed<T> {
    /// Reads what is left.
    pub(crate) fn drain(&mut self) -> io::Result<()> {
        let mut buffer = vec![0; 256 << 10];
        while self.read(&mut buffer)? > 0 {}
        Ok(())
    }
}

impl<T: Read> Read for Hashed<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.stream.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                Ok(count) => {
                    self.passed(&buffer[..count]);
                    return Ok(count);
                }
            }
        }
    }
}

impl<T: Write> Write for Hashed<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.stream.write(bytes)?;
        self.passed(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// An input that a decoder reads while the reader keeps a handle on its digest.
#[derive(Clone)]
pub(crate) struct Shared(Arc<Mutex<Hashed<Box<dyn Read + Send>>>>);

impl Shared {
    pub(crate) fn new(stream: Box<dyn Read + Send>) -> Self {
        Self(Arc::new(Mutex::new(Hashed::new(stream))))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Hashed<Box<dyn Read + Send>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Read for Shared {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.lock().read(buffer)
    }
}
