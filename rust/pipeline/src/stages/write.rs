//! The folder of a source while it is written: tokens, files of documents, or both.

use assay_corpus::{AtomicDir, CorpusError, Shard, ShardWriter};
use assay_mixture::StoreWriter;
use assay_schema::DocumentShard;

use crate::error::PipelineError;
use crate::stages::decisions::Decisions;
use crate::stages::encode::Encoding;
use crate::stages::output::Output;

/// Writes one source into a folder that appears when it is finished.
pub(crate) struct SourceWriter {
    folder: AtomicDir,
    store: Option<StoreWriter>,
    documents: Option<ShardWriter>,
    /// The files that have ended.
    output: Output,
}

impl SourceWriter {
    /// Goes on after `output`, whose files are in the folder. Tokens are written with a `store`,
    /// documents if `writes_documents`.
    pub(crate) fn new(
        folder: AtomicDir,
        store: Option<StoreWriter>,
        writes_documents: bool,
        output: Output,
    ) -> Self {
        let store = store.map(|store| match &output.store {
            Some(header) => store.after(header.clone()),
            None => store,
        });
        let shards = || ShardWriter::new(folder.path(), output.documents.len());
        Self {
            store,
            documents: writes_documents.then(shards),
            folder,
            output,
        }
    }

    /// The tables of decisions in the folder.
    pub(crate) fn decisions(&self) -> Decisions {
        Decisions::new(self.folder.path(), self.output.decisions.len())
    }

    /// The files that have ended so far.
    pub(crate) fn output(&self) -> &Output {
        &self.output
    }

    /// Leaves in the folder what has ended, even if this run fails later.
    pub(crate) fn keep(&mut self) -> Result<(), CorpusError> {
        self.folder.keep()
    }

    /// Writes encoded documents, in the order of the calls.
    pub(crate) fn write(&mut self, encoding: Encoding<'_>) -> Result<(), PipelineError> {
        if let Some(store) = &mut self.store {
            for encoded in encoding.tokens {
                let (tokens, text_bytes) = encoded?;
                store.push(&tokens, text_bytes, None)?;
            }
        }
        if let (Some(shards), Some(encoded)) = (&mut self.documents, encoding.documents) {
            shards.push(&encoded?)?;
        }
        Ok(())
    }

    /// Ends every file, the table of decisions with the others.
    pub(crate) fn end_shards(
        &mut self,
        decisions: Option<&mut Decisions>,
    ) -> Result<(), PipelineError> {
        if let Some(decisions) = decisions {
            self.output.decisions.extend(decisions.end_table()?);
        }
        if let Some(store) = &mut self.store {
            self.output.store = Some(store.end_shard()?.clone());
        }
        if let Some(documents) = &mut self.documents {
            let ended = documents.end()?.into_iter().map(shard);
            self.output.documents.extend(ended);
        }
        Ok(())
    }

    /// Ends every file and puts the folder in place.
    pub(crate) fn finish(
        mut self,
        decisions: Option<&mut Decisions>,
    ) -> Result<Output, PipelineError> {
        self.end_shards(decisions)?;
        if let Some(store) = self.store {
            self.output.store = Some(store.finish()?);
        }
        self.folder.commit()?;
        Ok(self.output)
    }
}

fn shard(written: Shard) -> DocumentShard {
    DocumentShard {
        file: written.name,
        bytes: written.bytes,
        documents: written.documents,
        blake3: written.blake3,
    }
}
