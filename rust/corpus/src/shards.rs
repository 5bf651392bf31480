//! Kept documents in files of bounded size.

use std::path::{Path, PathBuf};

use crate::sink::Sink;
use crate::{CorpusError, Encoded};

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

/// Writes encoded batches, in the order given, into files of about the same size.
///
/// Each file appears whole or not at all; for a folder that does so give it the path of an
/// [`crate::AtomicDir`]. A batch is never split: a shard ends before the batch that would make it
/// larger than asked, and before one of another schema. Without documents there is no shard.
pub struct ShardWriter {
    folder: PathBuf,
    shard_bytes: u64,
    current: Option<Current>,
    finished: Vec<Shard>,
}

struct Current {
    name: String,
    documents: u64,
    sink: Sink,
}

impl ShardWriter {
    /// Begins shards in a folder that is there.
    pub fn new(folder: &Path, shard_bytes: u64) -> Self {
        Self {
            folder: folder.to_owned(),
            shard_bytes,
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
            .is_some_and(|now| !self.fits(now, encoded))
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

    /// The files that are in place so far.
    pub fn finished(&self) -> &[Shard] {
        &self.finished
    }

    /// Ends the last shard.
    ///
    /// # Errors
    /// [`CorpusError::Write`] when the system refuses.
    pub fn finish(mut self) -> Result<Vec<Shard>, CorpusError> {
        self.end_shard()?;
        Ok(self.finished)
    }

    fn fits(&self, current: &Current, encoded: &Encoded) -> bool {
        let size = current.sink.size().saturating_add(encoded.size());
        size <= self.shard_bytes && current.sink.accepts(&encoded.content)
    }

    fn begin(&self, encoded: &Encoded) -> Result<Current, CorpusError> {
        let number = self.finished.len();
        let name = format!("documents-{number:05}.{}", encoded.format);
        let path = self.folder.join(&name);
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
