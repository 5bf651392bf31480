//! The documents of a token store, one by one, with every digest checked on the way.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use assay_corpus::{CorpusError, sha256_file};
use assay_mixture::{HEADER, MixtureError, StoreReader};
use assay_schema::{ExportSource, Shard, TokenDtype, TokenStore};
use sha2::{Digest, Sha256};

use crate::ExportError;
use crate::out::hexadecimal;

/// Bytes that are read from a file at once.
const BUFFER: usize = 1 << 18;

/// Reads the documents of a token store in order; memory is that of the longest one.
///
/// A damaged shard is found at its end at the latest, before [`StoreDocuments::advance`] gives
/// a document of the next one or says that there is none.
pub struct StoreDocuments {
    folder: PathBuf,
    header: TokenStore,
    shards: std::vec::IntoIter<Shard>,
    shard: Option<ShardFiles>,
    bytes: Vec<u8>,
    document: Vec<u32>,
}

impl StoreDocuments {
    /// Opens the store in `folder` and compares the sizes of its files with its header.
    ///
    /// # Errors
    /// [`ExportError::Store`] naming the file that is missing or truncated, or what is wrong with
    /// the header.
    pub fn open(folder: &Path) -> Result<Self, ExportError> {
        let header = StoreReader::open(folder)?.header().clone();
        Ok(Self {
            folder: folder.to_owned(),
            shards: header.shards.clone().into_iter(),
            header,
            shard: None,
            bytes: Vec::new(),
            document: Vec::new(),
        })
    }

    /// The header.
    #[must_use]
    pub fn header(&self) -> &TokenStore {
        &self.header
    }

    /// What an export of the store says of it; `tokenizer_name` is what engines call its tokenizer.
    ///
    /// # Errors
    /// [`ExportError::File`] when the system refuses.
    pub fn source(&self, tokenizer_name: Option<String>) -> Result<ExportSource, ExportError> {
        Ok(ExportSource {
            name: self.header.name.clone(),
            sha256: sha256_file(&self.folder.join(HEADER))?,
            sequence_tokens: None,
            tokenizer_sha256: self.header.tokenizer_sha256.clone(),
            tokenizer_name,
            vocab_size: self.header.vocab_size,
            separator_id: self.header.separator_id,
        })
    }

    /// Goes to the next document, separator included; none after the last one.
    ///
    /// # Errors
    /// [`ExportError::Store`] naming the file that differs from the header.
    pub fn advance(&mut self) -> Result<Option<&[u32]>, ExportError> {
        while self.shard.as_ref().is_none_or(ShardFiles::is_done) {
            if let Some(shard) = self.shard.take() {
                shard.check()?;
            }
            match self.shards.next() {
                None => return Ok(None),
                Some(shard) => self.shard = Some(ShardFiles::open(&self.folder, shard)?),
            }
        }
        if let Some(shard) = &mut self.shard {
            shard.read(self.header.dtype, &mut self.bytes)?;
            decode(&self.bytes, self.header.dtype, &mut self.document);
            if self.document.last() != Some(&self.header.separator_id) {
                return Err(shard.no_separator());
            }
        }
        Ok(Some(&self.document))
    }
}

fn decode(bytes: &[u8], dtype: TokenDtype, tokens: &mut Vec<u32>) {
    tokens.clear();
    match dtype {
        TokenDtype::Uint16 => tokens.extend(
            bytes
                .as_chunks()
                .0
                .iter()
                .map(|bytes| u32::from(u16::from_le_bytes(*bytes))),
        ),
        TokenDtype::Uint32 => tokens.extend(
            bytes
                .as_chunks()
                .0
                .iter()
                .map(|bytes| u32::from_le_bytes(*bytes)),
        ),
    }
}

/// The two files of a shard, read side by side.
struct ShardFiles {
    shard: Shard,
    tokens: Hashed,
    documents: Hashed,
    /// Documents and tokens read so far.
    read: (u64, u64),
}

impl ShardFiles {
    fn open(folder: &Path, shard: Shard) -> Result<Self, ExportError> {
        Ok(Self {
            tokens: Hashed::open(&folder.join(&shard.tokens_file))?,
            documents: Hashed::open(&folder.join(&shard.documents_file))?,
            shard,
            read: (0, 0),
        })
    }

    fn is_done(&self) -> bool {
        self.read.0 == self.shard.documents
    }

    /// Reads the tokens of the next document.
    fn read(&mut self, dtype: TokenDtype, bytes: &mut Vec<u8>) -> Result<(), ExportError> {
        // The end of the document's tokens, and that of its text.
        let mut ends = [[0; 8]; 2];
        self.documents.read(ends.as_flattened_mut())?;
        let (start, end) = (self.read.1, u64::from_le_bytes(ends[0]));
        if end <= start || end > self.shard.tokens {
            let problem = "document ends out of order";
            return Err(content(&self.documents.path, self.read.0, problem));
        }
        bytes.resize((end - start) as usize * dtype.bytes(), 0);
        self.tokens.read(bytes)?;
        self.read = (self.read.0 + 1, end);
        Ok(())
    }

    /// Whether the files, which were read to the last document, are those of the header.
    fn check(self) -> Result<(), ExportError> {
        if self.read.1 != self.shard.tokens {
            let problem = "tokens after the last document";
            return Err(content(&self.documents.path, self.read.0, problem));
        }
        for file in [self.tokens, self.documents] {
            file.check(&self.shard)?;
        }
        Ok(())
    }

    fn no_separator(&self) -> ExportError {
        let problem = "no separator after a document";
        content(&self.tokens.path, self.read.1 - 1, problem)
    }
}

fn content(path: &Path, entry: u64, problem: &'static str) -> ExportError {
    let path = path.to_owned();
    ExportError::Store(MixtureError::Content {
        path,
        entry,
        problem,
    })
}

/// A file that is hashed while it is read.
struct Hashed {
    path: PathBuf,
    file: BufReader<File>,
    hash: Sha256,
}

impl Hashed {
    fn open(path: &Path) -> Result<Self, ExportError> {
        let file = File::open(path).map_err(|error| CorpusError::read(path, error))?;
        Ok(Self {
            path: path.to_owned(),
            file: BufReader::with_capacity(BUFFER, file),
            hash: Sha256::new(),
        })
    }

    fn read(&mut self, bytes: &mut [u8]) -> Result<(), ExportError> {
        let read = self.file.read_exact(bytes);
        read.map_err(|error| CorpusError::read(&self.path, error))?;
        self.hash.update(bytes);
        Ok(())
    }

    fn check(self, shard: &Shard) -> Result<(), ExportError> {
        let found = hexadecimal(&self.hash.finalize());
        let name = self.path.file_name().unwrap_or_default();
        let expected = shard.sha256.get(name.to_string_lossy().as_ref());
        let expected = expected.cloned().unwrap_or_default();
        if found == expected {
            return Ok(());
        }
        Err(ExportError::Store(MixtureError::Digest {
            path: self.path,
            found,
            expected,
        }))
    }
}
