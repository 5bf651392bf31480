//! The parallel half of writing: documents that stay become tokens and bytes of a file.

use assay_corpus::{CorpusError, Encoded, Format, encode};
use assay_schema::{DocumentFormat, Documents};
use assay_tokenize::{TokenizeError, Tokenizer};

use crate::read::reading::Block;
use crate::stages::body::KeptDocuments;

/// Encodes the documents of one source.
pub(crate) struct Encoder<'a> {
    tokenizer: Option<&'a Tokenizer>,
    /// The format of the documents, when documents are written at all.
    pub(crate) format: Option<Format>,
}

/// The documents of a block as they will be written.
pub(crate) struct Encoding<'a> {
    /// For each document its tokens and the bytes of its text; nothing without a tokenizer.
    pub(crate) tokens: Vec<Result<(Vec<u32>, u64), TokenizeError>>,
    pub(crate) documents: Option<Result<Encoded<'a>, CorpusError>>,
}

impl<'a> Encoder<'a> {
    pub(crate) fn new(tokenizer: Option<&'a Tokenizer>, format: Option<Format>) -> Self {
        Self { tokenizer, format }
    }

    /// Encodes the documents of a block that stay.
    pub(crate) fn encode<'b>(&self, block: &'b Block, kept: &KeptDocuments) -> Encoding<'b> {
        let (tokens, documents) = rayon::join(
            || self.tokens_of(block, kept),
            || Some(encode(&block.batch, kept.places(), self.format?)),
        );
        Encoding { tokens, documents }
    }

    fn tokens_of(
        &self,
        block: &Block,
        kept: &KeptDocuments,
    ) -> Vec<Result<(Vec<u32>, u64), TokenizeError>> {
        let Some(tokenizer) = self.tokenizer else {
            return Vec::new();
        };
        kept.map_texts(&block.batch, |text| {
            let tokens = tokenizer.encode(text)?;
            Ok((tokens, text.len() as u64))
        })
    }
}

/// The format in which documents are written, when they are: the one that the recipe names, or
/// else the one of the `first` file that is read.
pub(crate) fn document_format(settings: Option<&Documents>, first: Format) -> Option<Format> {
    let format = match settings?.format {
        None => first,
        Some(DocumentFormat::Jsonl) => Format::Jsonl,
        Some(DocumentFormat::JsonlGzip) => Format::JsonlGz,
        Some(DocumentFormat::JsonlZstd) => Format::JsonlZst,
        Some(DocumentFormat::Parquet) => Format::Parquet,
        Some(DocumentFormat::Arrow) => Format::Arrow,
    };
    Some(format)
}
