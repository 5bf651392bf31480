//! Where the documents of a token store lie, in order, without their tokens.

use std::fs::File;
use std::io::BufReader;

use assay_corpus::CorpusError;

use crate::error::MixtureError;
use crate::store::reader::StoreReader;
use crate::store::shard_documents::{Document, ShardDocuments};

/// Bytes that are asked of the system at once.
const BUFFER: usize = 1 << 18;

/// Reads the ends of a store's documents shard by shard, in memory that does not depend on them.
#[derive(Debug)]
pub struct Documents<'a> {
    store: &'a StoreReader,
    /// The shard that comes next.
    next: usize,
    shard: Option<ShardDocuments<BufReader<File>>>,
    /// Tokens of the shards up to the one being read.
    tokens: u64,
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
                && let Some(document) = shard.next()?
            {
                return Ok(Some(document));
            }
            let Some(shard) = self.store.header().shards.get(self.next) else {
                return Ok(None);
            };
            let path = self.store.folder().join(&shard.documents_file);
            let file = File::open(&path).map_err(|error| CorpusError::read(&path, error))?;
            let file = BufReader::with_capacity(BUFFER, file);
            self.shard = Some(ShardDocuments::new(path, file, shard, self.tokens));
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
