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
         {available}: raise unique_tokens or leave the source out"
    )]
    Unique {
        /// The source.
        name: String,
        /// Different sequences to draw.
        unique: u64,
        /// Sequences that it has.
        available: u64,
    },
    /// A store is too small for a single sequence.
    #[error(
        "{name}: {tokens} tokens make no sequence of {sequence_tokens}: add text to it, shorten \
         the sequences or leave it out"
    )]
    TooShort {
        /// The source.
        name: String,
        /// Tokens of its store.
        tokens: u64,
        /// Tokens of a sequence.
        sequence_tokens: u32,
    },
    /// More different tokens are asked for than a store has.
    #[error(
        "{name}: unique_tokens is {asked}, and its store has {tokens} tokens: ask for fewer or \
         leave unique_tokens out"
    )]
    UniqueTokens {
        /// The source.
        name: String,
        /// Different tokens asked for.
        asked: u64,
        /// Tokens of its store.
        tokens: u64,
    },
    /// A source would be repeated more often than allowed.
    #[error(
        "{name}: {drawn} sequences are to be drawn of {unique} different ones, in {} passes where \
         max_epochs is {max_epochs}: lower its weight or the tokens of the run, add text to it or \
         raise max_epochs", passes(*drawn, *unique)
    )]
    Repeats {
        /// The source.
        name: String,
        /// Sequences to draw.
        drawn: u64,
        /// Different ones.
        unique: u64,
        /// Passes allowed.
        max_epochs: u32,
    },
    /// A phase gives a weight to a source that is not there.
    #[error("phase {phase} weighs {name:?}, which is no source: name one of {}", known.join(", "))]
    UnknownSource {
        /// The phase, from one.
        phase: usize,
        /// The name.
        name: String,
        /// The sources.
        known: Vec<String>,
    },
    /// Two stores were made by different tokenizers.
    #[error(
        "{name}: tokenizer {found}, but {first} has {expected}: prepare both with one tokenizer \
         and separator"
    )]
    Tokenizer {
        /// The source.
        name: String,
        /// Its tokenizer.
        found: String,
        /// Another source.
        first: String,
        /// The other's tokenizer.
        expected: String,
    },
    /// A span lies beyond the end of a store.
    #[error(
        "{store}: tokens {start} to {start} + {count} of {total}: the mixture is of another store"
    )]
    Span {
        /// Name of the store.
        store: String,
        /// First token.
        start: u64,
        /// Tokens.
        count: u64,
        /// Tokens of the store.
        total: u64,
    },
    /// The pieces of a sequence are longer than it.
    #[error("{name}: sequence {sequence} has more tokens than fit: mix again")]
    Overfull {
        /// The source.
        name: String,
        /// The sequence.
        sequence: u64,
    },
    /// A store or a file of a mixture is not the one that the mixture was made from.
    #[error("{}: {found}, expected {expected} by mixture.json: mix again", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
        /// What was found.
        found: String,
        /// What the manifest says.
        expected: String,
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
    /// A header or a manifest is wrong.
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

    /// Whether a recipe asks for what cannot be done.
    #[must_use]
    pub fn is_request(&self) -> bool {
        matches!(
            self,
            Self::Weight { .. }
                | Self::NoWeight { .. }
                | Self::PhaseWeights { .. }
                | Self::Unique { .. }
                | Self::TooShort { .. }
                | Self::UniqueTokens { .. }
                | Self::Repeats { .. }
                | Self::UnknownSource { .. }
                | Self::Tokenizer { .. }
        )
    }
}

fn passes(drawn: u64, unique: u64) -> String {
    format!("{:.2}", drawn as f64 / unique as f64)
}
