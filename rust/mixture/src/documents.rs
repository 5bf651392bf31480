//! The documents of a token store, in order.

use std::fs::File;
use std::io::{BufReader, Read};

use assay_corpus::CorpusError;

use crate::{MixtureError, StoreReader};

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
    shard: usize,
    /// Tokens of the shards before.
    base: u64,
    file: Option<BufReader<File>>,
    /// Entries read of this shard.
    entry: u64,
    /// The end of the last document in this shard.
    end: u64,
}

impl StoreReader {
    /// The documents, in order.
    #[must_use]
    pub fn documents(&self) -> Documents<'_> {
        Documents {
            store: self,
            shard: 0,
            base: 0,
            file: None,
            entry: 0,
            end: 0,
        }
    }
}

impl Documents<'_> {
    fn read(&mut self) -> Result<Option<Document>, MixtureError> {
        while let Some(shard) = self.store.header().shards.get(self.shard) {
            let path = self.store.folder().join(&shard.documents_file);
            if self.entry < shard.documents {
                let failed = |error| CorpusError::read(&path, error);
                let file = match self.file.take() {
                    Some(file) => file,
                    None => BufReader::with_capacity(BLOCK, File::open(&path).map_err(failed)?),
                };
                let mut bytes = [0; ENTRY];
                self.file
                    .insert(file)
                    .read_exact(&mut bytes)
                    .map_err(failed)?;
                let (end, _) = u128_halves(bytes);
                if end <= self.end || end > shard.tokens {
                    return Err(self.fault("document ends out of order"));
                }
                let document = Document {
                    start: self.base + self.end,
                    tokens: end - self.end,
                };
                (self.entry, self.end) = (self.entry + 1, end);
                return Ok(Some(document));
            }
            if self.end != shard.tokens {
                return Err(self.fault("tokens after the last document"));
            }
            self.base += shard.tokens;
            self.shard += 1;
            (self.file, self.entry, self.end) = (None, 0, 0);
        }
        Ok(None)
    }

    fn fault(&self, problem: &'static str) -> MixtureError {
        let name = &self.store.header().shards[self.shard].documents_file;
        MixtureError::Content {
            path: self.store.folder().join(name),
            entry: self.entry,
            problem,
        }
    }
}

/// The low and the high half of a little-endian number.
fn u128_halves(bytes: [u8; ENTRY]) -> (u64, u64) {
    let number = u128::from_le_bytes(bytes);
    (number as u64, (number >> 64) as u64)
}

impl Iterator for Documents<'_> {
    type Item = Result<Document, MixtureError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}
