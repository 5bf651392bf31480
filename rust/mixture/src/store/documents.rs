//! The documents of a token store, in order.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::PathBuf;

use assay_corpus::CorpusError;
use assay_schema::Shard;

use crate::error::MixtureError;
use crate::store::reader::StoreReader;

/// Bytes of an entry of a documents file.
const ENTRY: usize = 16;
/// Bytes read at once.
const BLOCK: usize = 1 << 18;

/// Where a document lies in its store; the separator is part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Document {
    /// Its first token, counted over all shards.
    pub start: u64,
    /// Its tokens.
    pub tokens: u64,
}

/// Reads the ends of a store's documents shard by shard, in memory that does not depend on them.
#[derive(Debug)]
pub struct Documents<'a> {
    store: &'a StoreReader,
    /// The shard that comes next.
    next: usize,
    shard: Option<ShardDocuments>,
    /// Tokens of the shards up to the one being read.
    tokens: u64,
}

/// The documents of one shard.
#[derive(Debug)]
struct ShardDocuments {
    path: PathBuf,
    file: BufReader<File>,
    /// Tokens of the shards before.
    base: u64,
    /// Documents and tokens of this shard.
    documents: u64,
    tokens: u64,
    /// Documents read of this shard, and the end of the last.
    read: u64,
    end: u64,
}

impl StoreReader {
    /// The documents, in order.
    #[must_use]
    pub fn documents(&self) -> Documents<'_> {
        Documents {
            store: self,
            next: 0,
            shard: None,
            tokens: 0,
        }
    }
}

impl Documents<'_> {
    fn read(&mut self) -> Result<Option<Document>, MixtureError> {
        loop {
            if let Some(shard) = &mut self.shard
                && let Some(document) = shard.read()?
            {
                return Ok(Some(document));
            }
            let Some(shard) = self.store.header().shards.get(self.next) else {
                return Ok(None);
            };
            let path = self.store.folder().join(&shard.documents_file);
            self.shard = Some(ShardDocuments::open(path, shard, self.tokens)?);
            self.tokens += shard.tokens;
            self.next += 1;
        }
    }
}

impl Iterator for Documents<'_> {
    type Item = Result<Document, MixtureError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

impl ShardDocuments {
    fn open(path: PathBuf, shard: &Shard, base: u64) -> Result<Self, MixtureError> {
        let file = File::open(&path).map_err(|error| CorpusError::read(&path, error))?;
        Ok(Self {
            path,
            file: BufReader::with_capacity(BLOCK, file),
            base,
            documents: shard.documents,
            tokens: shard.tokens,
            read: 0,
            end: 0,
        })
    }

    fn read(&mut self) -> Result<Option<Document>, MixtureError> {
        if self.read == self.documents {
            return match self.end == self.tokens {
                true => Ok(None),
                false => Err(self.fault("tokens after the last document")),
            };
        }
        let mut entry = [0; ENTRY];
        let read = self.file.read_exact(&mut entry);
        read.map_err(|error| CorpusError::read(&self.path, error))?;
        let end = u64::from_le_bytes(entry.as_chunks().0[0]);
        if end <= self.end || end > self.tokens {
            return Err(self.fault("document ends out of order"));
        }
        let document = Document {
            start: self.base + self.end,
            tokens: end - self.end,
        };
        (self.read, self.end) = (self.read + 1, end);
        Ok(Some(document))
    }

    fn fault(&self, problem: &'static str) -> MixtureError {
        MixtureError::Content {
            path: self.path.clone(),
            entry: self.read,
            problem,
        }
    }
}
