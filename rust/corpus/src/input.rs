//! One input file as a stream of decompressed bytes, hashed as it is read.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

use crate::CorpusError;

const BUFFER_BYTES: usize = 256 << 10;

/// What a file was when it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputDigest {
    /// Size on disk.
    pub bytes: u64,
    /// SHA-256 of the file as it is on disk, hexadecimal.
    pub sha256: String,
}

/// Reads a whole file for its digest.
///
/// # Errors
/// [`CorpusError`] when the file is missing or unreadable.
pub fn digest_file(path: &Path) -> Result<InputDigest, CorpusError> {
    let failed = |error| CorpusError::read(path, error);
    let mut file = HashingFile::open(path).map_err(failed)?;
    io::copy(&mut file, &mut io::sink()).map_err(failed)?;
    Ok(file.digest())
}

/// How a file is compressed; its name tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    None,
    Gzip,
    Zstd,
}

impl Compression {
    fn of(path: &Path) -> Self {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("gz") => Self::Gzip,
            Some("zst") => Self::Zstd,
            _ => Self::None,
        }
    }

    /// The name in error messages; empty when there is no compression.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }
}

/// An open input: decompressed bytes, and the digest of the file once they are all read.
pub(crate) struct Input {
    pub(crate) compression: Compression,
    pub(crate) bytes: Box<dyn BufRead + Send>,
    file: SharedFile,
}

impl Input {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = SharedFile(Arc::new(Mutex::new(HashingFile::open(path)?)));
        let compression = Compression::of(path);
        let raw = BufReader::with_capacity(BUFFER_BYTES, file.clone());
        let bytes: Box<dyn BufRead + Send> = match compression {
            Compression::None => Box::new(raw),
            Compression::Gzip => Box::new(BufReader::with_capacity(
                BUFFER_BYTES,
                MultiGzDecoder::new(raw),
            )),
            Compression::Zstd => Box::new(BufReader::with_capacity(
                BUFFER_BYTES,
                zstd::Decoder::with_buffer(raw)?,
            )),
        };
        Ok(Self {
            compression,
            bytes,
            file,
        })
    }

    /// The digest of what was read of the file so far: of all of it, at the end of the input.
    pub(crate) fn digest(&self) -> InputDigest {
        self.file.lock().digest()
    }

    pub(crate) fn bytes_read(&self) -> u64 {
        self.file.lock().bytes
    }
}

/// A file that hashes what is read of it.
struct HashingFile {
    file: File,
    hash: Sha256,
    bytes: u64,
}

impl HashingFile {
    fn open(path: &Path) -> io::Result<Self> {
        Ok(Self {
            file: File::open(path)?,
            hash: Sha256::new(),
            bytes: 0,
        })
    }

    fn digest(&self) -> InputDigest {
        let hash = self.hash.clone().finalize();
        InputDigest {
            bytes: self.bytes,
            sha256: hash.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}

impl Read for HashingFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.hash.update(&buffer[..count]);
        self.bytes += count as u64;
        Ok(count)
    }
}

/// The decoder reads the file while `Input` keeps a handle on its digest.
#[derive(Clone)]
struct SharedFile(Arc<Mutex<HashingFile>>);

impl SharedFile {
    fn lock(&self) -> MutexGuard<'_, HashingFile> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Read for SharedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.lock().read(buffer)
    }
}
