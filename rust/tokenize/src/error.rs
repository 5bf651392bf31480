//! What can go wrong with a tokenizer.

use std::path::PathBuf;

use assay_corpus::CorpusError;

/// Why a tokenizer file cannot be used or a text not encoded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TokenizeError {
    /// The file is missing or unreadable.
    #[error(transparent)]
    File(#[from] CorpusError),
    /// The file is not a tokenizer.
    #[error("{}: not a tokenizer file ({source}): expected the tokenizer.json of a model", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// The parser's reason.
        source: tokenizers::Error,
    },
    /// The vocabulary is empty.
    #[error("{}: the vocabulary is empty: expected the tokenizer.json of a model", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// Encoding the same text twice would give different tokens.
    #[error("{}: model.dropout is {dropout}: set it to null, tokens must not be random", path.display())]
    Dropout {
        /// The file.
        path: PathBuf,
        /// The probability of skipping a merge.
        dropout: f32,
    },
    /// The tokenizer refused a text.
    #[error("{}: cannot encode the text that begins {beginning:?}: {source}", path.display())]
    Encode {
        /// The tokenizer file.
        path: PathBuf,
        /// The first characters of the text.
        beginning: String,
        /// The tokenizer's reason.
        source: tokenizers::Error,
    },
    /// A text with content became no token at all.
    #[error("{}: no token for the text that begins {beginning:?}: remove the document", path.display())]
    NoToken {
        /// The tokenizer file.
        path: PathBuf,
        /// The first characters of the text.
        beginning: String,
    },
    /// The file is not the one that was opened.
    #[error("{}: the file changed while it was in use: begin again with one tokenizer", path.display())]
    Changed {
        /// The tokenizer file.
        path: PathBuf,
    },
}
