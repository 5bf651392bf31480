//! Where the documents of one source go that stay: tokens, files of documents, or both.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use assay_corpus::{AtomicDir, CorpusError, Encoded, Format, Shard, ShardWriter, encode};
use assay_mixture::StoreWriter;
use assay_schema::{DocumentFormat, DocumentShard};
use assay_tokenize::{TokenizeError, Tokenizer};
use rayon::prelude::*;

use crate::error::PipelineError;
use crate::read::input_set::InputSet;
use crate::read::reading::Block;
use crate::run::job::Job;
use crate::stages::decisions::Decisions;
use crate::stages::ordered::Settled;
use crate::stages::output::Output;

/// The parallel half: documents that stay, as they will be written.
pub(crate) struct Encoder<'a> {
    tokenizer: Option<&'a Tokenizer>,
    /// That of documents, where they are written.
    pub(crate) format: Option<Format>,
}

/// The folder of a source while it is written; it appears when it is finished.
pub(crate) struct Sink {
    folder: AtomicDir,
    store: Option<StoreWriter>,
    documents: Option<ShardWriter>,
    /// The shards that have ended.
    output: Output,
}

/// The documents of a block as they will be written.
pub(crate) struct Encoding<'a> {
    tokens: Vec<Result<(Vec<u32>, u64), TokenizeError>>,
    documents: Option<Result<Encoded<'a>, CorpusError>>,
}

impl<'a> Encoder<'a> {
    /// Without a format in the recipe, that of the first file is written.
    pub(crate) fn new(job: &'a Job<'_>, first: Format) -> Self {
        let documents = job.recipe.documents.as_ref();
        let format = documents.map(|settings| settings.format.map_or(first, format_of));
        Self::of(job, format)
    }

    /// For documents in a format, where they are written.
    pub(crate) fn of(job: &'a Job<'_>, format: Option<Format>) -> Self {
        Self {
            tokenizer: job.tokenizer.as_ref(),
            format,
        }
    }

    /// Encodes the documents of a block that stay.
    pub(crate) fn encode<'b>(&self, block: &'b Block, settled: &Settled) -> Encoding<'b> {
        let documents = || Some(encode(&block.batch, &settled.kept, self.format?));
        let (tokens, documents) = rayon::join(|| self.tokens_of(block, settled), documents);
        Encoding { tokens, documents }
    }

    fn tokens_of(
        &self,
        block: &Block,
        settled: &Settled,
    ) -> Vec<Result<(Vec<u32>, u64), TokenizeError>> {
        let Some(tokenizer) = self.tokenizer else {
            return Vec::new();
        };
        let Settled { kept, decoded } = settled;
        let encoded = kept.par_iter().zip(decoded).filter_map(|(kept, decoded)| {
            let text = match kept.text.as_ref().or(decoded.as_ref()) {
                Some(text) => text.into(),
                // A document that stays could be read before.
                None => block.batch.record(kept.index).ok()?.text,
            };
            let tokens = tokenizer.encode(&text);
            Some(tokens.map(|tokens| (tokens, text.len() as u64)))
        });
        encoded.collect()
    }
}

impl Sink {
    pub(crate) fn create(job: &Job<'_>, set: &InputSet) -> Result<Self, PipelineError> {
        let folder = AtomicDir::create(&job.output.join(&set.name))?;
        Self::new(job, set, folder, Output::default())
    }

    /// Goes on after `output` in the folder that an earlier run left; none if it is not there.
    pub(crate) fn take_up(
        job: &Job<'_>,
        set: &InputSet,
        output: Output,
    ) -> Result<Option<Self>, PipelineError> {
        let Some(folder) = AtomicDir::take_up(&job.output.join(&set.name)) else {
            return Ok(None);
        };
        let failed = |error| CorpusError::write(folder.path(), error);
        if !keep_only(folder.path(), output.files()).map_err(failed)? {
            return Ok(None);
        }
        Self::new(job, set, folder, output).map(Some)
    }

    fn new(
        job: &Job<'_>,
        set: &InputSet,
        folder: AtomicDir,
        output: Output,
    ) -> Result<Self, PipelineError> {
        let store = job.store_writer(folder.path(), set)?;
        let store = store.map(|(_, store)| match &output.store {
            Some(header) => store.after(header.clone()),
            None => store,
        });
        let shards = || ShardWriter::new(folder.path(), output.documents.len());
        Ok(Self {
            store,
            documents: job.recipe.documents.as_ref().map(|_| shards()),
            folder,
            output,
        })
    }

    /// The tables of decisions in its folder.
    pub(crate) fn decisions(&self) -> Decisions {
        Decisions::new(self.folder.path(), self.output.decisions.len())
    }

    /// What has ended so far.
    pub(crate) fn output(&self) -> &Output {
        &self.output
    }

    /// Leaves in its folder what has ended, whatever becomes of this run.
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

/// Removes all other files of a folder; false if one of these is missing.
fn keep_only(folder: &Path, mut files: BTreeSet<&str>) -> io::Result<bool> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !files.remove(&*entry.file_name().to_string_lossy()) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(files.is_empty())
}

fn shard(written: Shard) -> DocumentShard {
    DocumentShard {
        file: written.name,
        bytes: written.bytes,
        documents: written.documents,
        blake3: written.blake3,
    }
}

fn format_of(format: DocumentFormat) -> Format {
    match format {
        DocumentFormat::Jsonl => Format::Jsonl,
        DocumentFormat::JsonlGzip => Format::JsonlGz,
        DocumentFormat::JsonlZstd => Format::JsonlZst,
        DocumentFormat::Parquet => Format::Parquet,
        DocumentFormat::Arrow => Format::Arrow,
    }
}
