//! Where the documents of one source go that stay: tokens, files of documents, or both.

use std::path::Path;

use assay_corpus::{AtomicDir, CorpusError, Encoded, Format, Shard, ShardWriter, encode};
use assay_mixture::StoreWriter;
use assay_schema::{DocumentFormat, DocumentShard, TokenStore};
use assay_tokenize::{TokenizeError, Tokenizer};
use rayon::prelude::*;

use crate::PipelineError;
use crate::job::{Job, Unit};
use crate::reading::Block;
use crate::settle::Settled;

const MIB: u64 = 1 << 20;

/// The parallel half: documents that stay, as they will be written.
pub(crate) struct Encoder<'a> {
    tokenizer: Option<&'a Tokenizer>,
    /// That of documents, where they are written.
    format: Option<Format>,
}

/// The folder of a source while it is written; it appears when it is finished.
pub(crate) struct Sink {
    folder: AtomicDir,
    store: Option<StoreWriter>,
    documents: Option<ShardWriter>,
}

/// The documents of a block as they will be written.
pub(crate) struct Encoding {
    tokens: Vec<Result<(Vec<u32>, u64), TokenizeError>>,
    documents: Option<Result<Encoded, CorpusError>>,
}

/// What was written.
#[derive(Default)]
pub(crate) struct Output {
    pub(crate) store: Option<TokenStore>,
    pub(crate) documents: Vec<DocumentShard>,
}

impl<'a> Encoder<'a> {
    /// Without a format in the recipe, that of the first file is written.
    pub(crate) fn new(job: &'a Job<'_>, first: Format) -> Self {
        let documents = job.recipe.documents.as_ref();
        let format = documents.map(|settings| settings.format.map_or(first, format_of));
        Self {
            tokenizer: job.tokenizer.as_ref(),
            format,
        }
    }

    /// Encodes the documents of a block that stay.
    pub(crate) fn encode(&self, block: &Block, settled: &Settled) -> Encoding {
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
    pub(crate) fn create(job: &Job<'_>, unit: &Unit) -> Result<Self, PipelineError> {
        let folder = AtomicDir::create(&job.output.join(&unit.name))?;
        let store = job
            .store_writer(folder.path(), unit)?
            .map(|(_, store)| store);
        let documents = job.recipe.documents.as_ref();
        let documents = documents.map(|settings| {
            let bytes = settings.shard_mib.saturating_mul(MIB);
            ShardWriter::new(folder.path(), bytes)
        });
        Ok(Self {
            folder,
            store,
            documents,
        })
    }

    /// The folder to write into.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes encoded documents, in the order of the calls.
    pub(crate) fn write(&mut self, encoding: Encoding) -> Result<(), PipelineError> {
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

    /// Ends every file and puts the folder in place.
    pub(crate) fn finish(self) -> Result<Output, PipelineError> {
        let store = self.store.map(StoreWriter::finish).transpose()?;
        let shards = self.documents.map(ShardWriter::finish);
        let shards = shards.transpose()?.unwrap_or_default();
        self.folder.commit()?;
        Ok(Output {
            store,
            documents: shards.into_iter().map(shard).collect(),
        })
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

fn format_of(format: DocumentFormat) -> Format {
    match format {
        DocumentFormat::Jsonl => Format::Jsonl,
        DocumentFormat::JsonlGzip => Format::JsonlGz,
        DocumentFormat::JsonlZstd => Format::JsonlZst,
        DocumentFormat::Parquet => Format::Parquet,
        DocumentFormat::Arrow => Format::Arrow,
    }
}
