//! Kept documents in numbered files.

use std::path::{Path, PathBuf};

use crate::error::CorpusError;
use crate::output::encode::Encoded;
use crate::output::sink::Sink;

/// A finished file of documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shard {
    /// Its name in the folder, for example `documents-00000.jsonl.zst`.
    pub name: String,
    /// Documents in it.
    pub documents: u64,
    /// Size on disk.
    pub bytes: u64,
    /// BLAKE3 of the file, hexadecimal.
    pub blake3: String,
}

/// Writes encoded batches, in the order given, into files that end when they are told to.
///
/// Each file appears whole or not at all; for a folder that does so give it the path of an
/// [`crate::AtomicDir`]. A batch is never split. A shard also ends before a batch of another
/// schema. Without documents there is no shard.
pub struct ShardWriter {
    folder: PathBuf,
    /// Number of the next shard.
    next: usize,
    current: Option<Current>,
    finished: Vec<Shard>,
}

struct Current {
    name: String,
    documents: u64,
    sink: Sink,
}

impl ShardWriter {
    /// Writes into a folder that is there, and has shards below number `next`.
    #[must_use]
    pub fn new(folder: &Path, next: usize) -> Self {
        Self {
            folder: folder.to_owned(),
            next,
            current: None,
            finished: Vec::new(),
        }
    }

    /// Appends a batch.
    ///
    /// # Errors
    /// [`CorpusError::Write`] when the system refuses, [`CorpusError::Arrow`] when the rows hold a
    /// type that the format does not know. No half-written file is left once the writer is dropped.
    pub fn push(&mut self, encoded: &Encoded) -> Result<(), CorpusError> {
        if encoded.documents == 0 {
            return Ok(());
        }
        if self
            .current
            .as_ref()
            .is_some_and(|now| !now.sink.accepts(&encoded.content))
        {
            self.end_shard()?;
        }
        let mut current = match self.current.take() {
            Some(current) => current,
            None => self.begin(encoded)?,
        };
        current.sink.write(&encoded.content)?;
        current.documents += encoded.documents;
        self.current = Some(current);
        Ok(())
    }

    /// Ends the shard, if one is begun; gives the shards that ended since the last call.
    ///
    /// # Errors
    /// [`CorpusError::Write`] when the system refuses.
    pub fn end(&mut self) -> Result<Vec<Shard>, CorpusError> {
        self.end_shard()?;
        Ok(std::mem::take(&mut self.finished))
    }

    fn begin(&mut self, encoded: &Encoded) -> Result<Current, CorpusError> {
        let name = format!("documents-{:05}.{}", self.next, encoded.format);
        let path = self.folder.join(&name);
        self.next += 1;
        Ok(Current {
            name,
            documents: 0,
            sink: Sink::create(&path, encoded.format, &encoded.content)?,
        })
    }

    fn end_shard(&mut self) -> Result<(), CorpusError> {
        let Some(current) = self.current.take() else {
            return Ok(());
        };
        let digest = current.sink.finish()?;
        self.finished.push(Shard {
            name: current.name,
            documents: current.documents,
            bytes: digest.bytes,
            blake3: digest.blake3,
        });
        Ok(())
    }
}
