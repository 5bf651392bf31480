//! What can go wrong with weights and token stores.

use std::path::PathBuf;

use assay_corpus::CorpusError;
use assay_schema::SchemaError;

/// Why weights mean nothing, or a token store cannot be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MixtureError {
    /// A weight is negative, infinite or not a number.
    #[error("weight {index} is {weight}, expected a finite number from 0 up")]
    Weight {
        /// Place of the weight, from zero.
        index: usize,
        /// The weight.
        weight: f64,
    },
    /// Every weight is zero; there may be none.
    #[error("no weight is positive ({count} weights): give at least one source a positive weight")]
    NoWeight {
        /// How many weights there are.
        count: usize,
    },
    /// A phase does not say what every source weighs.
    #[error("phase {index} has {found} weights for {expected} sources: give one for each")]
    PhaseWeights {
        /// Place of the phase, from zero.
        index: usize,
        /// Weights given.
        found: usize,
        /// Sources.
        expected: usize,
    },
    /// A source has no sequence to draw, or fewer than it should.
    #[error(
        "{name}: {unique} unique sequences of {available} are to be drawn, expected 1 to \
         {available}: add text to it or leave it out"
    )]
    Unique {
        /// The source.
        name: String,
        /// Different sequences to draw.
        unique: u64,
        /// Sequences that it has.
        available: u64,
    },
    /// A token is not in the vocabulary.
    #[error(
        "{store}: document {document}: token {token} is not below the vocabulary's size \
         {vocab_size}: use the tokenizer that made it"
    )]
    Token {
        /// Name of the store.
        store: String,
        /// The document, from zero.
        document: u64,
        /// The token.
        token: u32,
        /// Size of the vocabulary.
        vocab_size: u64,
    },
    /// The bytes per token do not cover the document.
    #[error("{store}: document {document}: {found}, expected {expected}")]
    Bytes {
        /// Name of the store.
        store: String,
        /// The document, from zero.
        document: u64,
        /// What was given.
        found: String,
        /// What the document needs.
        expected: String,
    },
    /// A file of a store has another size than its header says: truncated, or written over.
    #[error("{}: {found} bytes, expected {expected} by store.json: prepare the source again", path.display())]
    Size {
        /// The file.
        path: PathBuf,
        /// Bytes found.
        found: u64,
        /// Bytes that the header announces.
        expected: u64,
    },
    /// A file of a store was changed.
    #[error("{}: sha256 {found}, expected {expected} by store.json: prepare the source again", path.display())]
    Digest {
        /// The file.
        path: PathBuf,
        /// The digest of what is there.
        found: String,
        /// The digest in the header.
        expected: String,
    },
    /// A file of a store contradicts itself or the header.
    #[error("{}: entry {entry}: {problem}: prepare the source again", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// Place in the file, in tokens or documents from zero.
        entry: u64,
        /// What is wrong.
        problem: &'static str,
    },
    /// The header is wrong.
    #[error(transparent)]
    Header(#[from] SchemaError),
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] CorpusError),
}

impl MixtureError {
    /// Whether the system refused to write, for example on a full disk.
    #[must_use]
    pub fn is_write(&self) -> bool {
        matches!(self, Self::File(CorpusError::Write { .. }))
    }
}
