//! Where the documents of one shard end, read and checked one by one.

use std::io::Read;
use std::path::PathBuf;

use assay_corpus::CorpusError;
use assay_schema::Shard;

use crate::error::MixtureError;

/// Bytes of an entry: the end of a document's tokens, and that of its text.
const ENTRY: usize = 16;

/// Where a document lies in its store; the separator is part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Document {
    /// Its first token, counted over all shards.
    pub start: u64,
    /// Its tokens.
    pub tokens: u64,
}

/// The documents of one shard.
#[derive(Debug)]
pub(super) struct ShardDocuments<R> {
    path: PathBuf,
    file: R,
    /// Tokens of the shards before.
    base: u64,
    /// Documents and tokens of this shard.
    documents: u64,
    tokens: u64,
    /// Documents read of this shard, and the end of the last.
    read: u64,
    end: u64,
}

impl<R: Read> ShardDocuments<R> {
    /// The documents in the file at `path`, of a shard that comes after `base` tokens.
    pub(super) fn new(path: PathBuf, file: R, shard: &Shard, base: u64) -> Self {
        Self {
            path,
            file,
            base,
            documents: shard.documents,
            tokens: shard.tokens,
            read: 0,
            end: 0,
        }
    }

    /// The next document; at the end, all tokens must be those of some document.
    pub(super) fn next(&mut self) -> Result<Option<Document>, MixtureError> {
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

    /// The file, of which the documents so far were read.
    pub(super) fn into_file(self) -> R {
        self.file
    }

    fn fault(&self, problem: &'static str) -> MixtureError {
        MixtureError::Content {
            path: self.path.clone(),
            entry: self.read,
            problem,
        }
    }
}
