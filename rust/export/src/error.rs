//! What can go wrong with an export.

use std::path::PathBuf;

use arrow_schema::ArrowError;
use assay_corpus::CorpusError;
use assay_mixture::MixtureError;

/// Why tokens cannot be exported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The input is neither a token store nor a mixture.
    #[error("{}: no store.json and no mixture.json: name the folder of a token store or of a mixture", path.display())]
    Input {
        /// The input.
        path: PathBuf,
    },
    /// The output is there already.
    #[error("{}: exists and is not an empty folder: choose another output or remove it", path.display())]
    Exists {
        /// The output.
        path: PathBuf,
    },
    /// The format has no number for some tokens of the vocabulary.
    #[error(
        "a vocabulary of {vocab_size} tokens does not fit {format}, whose tokens are {dtype}, at \
         most {values} different ones: choose another format"
    )]
    Vocabulary {
        /// Size of the vocabulary.
        vocab_size: u64,
        /// The format.
        format: &'static str,
        /// How it writes a token.
        dtype: &'static str,
        /// How many tokens that can tell apart.
        values: u64,
    },
    /// A limit on the size of files for a format that has but one.
    #[error("shard_tokens is {shard_tokens}, but {format} is one file of tokens: leave it out")]
    OneFile {
        /// The limit.
        shard_tokens: u64,
        /// The format.
        format: &'static str,
    },
    /// A limit that no file can keep.
    #[error("shard_tokens is 0, expected at least 1")]
    ShardTokens,
    /// The tokenizer's name cannot be written into a file of the format.
    #[error(
        "tokenizer_name is {name:?}, expected a name in one line without '|', which {format} puts after it"
    )]
    TokenizerName {
        /// The name.
        name: String,
        /// The format.
        format: &'static str,
    },
    /// There is nothing to export.
    #[error("{name}: holds no document and no sequence: export something that has some")]
    Empty {
        /// The token store or mixture.
        name: String,
    },
    /// An item without tokens; a document has its separator at least.
    #[error("{name}: item {item}: no token, expected at least its separator")]
    EmptyItem {
        /// The token store or mixture.
        name: String,
        /// The item, from zero.
        item: u64,
    },
    /// An item is longer than formats can say.
    #[error("{name}: item {item}: {tokens} tokens, expected at most {limit}: split the document")]
    LongItem {
        /// The token store or mixture.
        name: String,
        /// The item, from zero.
        item: u64,
        /// Its tokens.
        tokens: usize,
        /// The most that are written.
        limit: usize,
    },
    /// A token is not in the vocabulary.
    #[error(
        "{name}: item {item}: token {token} is not below the vocabulary's size {vocab_size}: \
         prepare the source again with the tokenizer that made it"
    )]
    Token {
        /// The token store or mixture.
        name: String,
        /// The item, from zero.
        item: u64,
        /// The token.
        token: u32,
        /// Size of the vocabulary.
        vocab_size: u64,
    },
    /// Rows cannot be brought into the form of a table.
    #[error("{}: rows cannot be written: {source}", path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: ArrowError,
    },
    /// A token store cannot be read or is damaged.
    #[error(transparent)]
    Store(#[from] MixtureError),
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] CorpusError),
}

impl ExportError {
    /// Whether the system refused to write, for example on a full disk.
    #[must_use]
    pub fn is_write(&self) -> bool {
        match self {
            Self::File(error) => matches!(error, CorpusError::Write { .. }),
            Self::Store(error) => error.is_write(),
            _ => false,
        }
    }

    /// Whether what was asked for cannot be done, whatever the tokens are.
    #[must_use]
    pub fn is_request(&self) -> bool {
        matches!(
            self,
            Self::Input { .. }
                | Self::Exists { .. }
                | Self::Vocabulary { .. }
                | Self::OneFile { .. }
                | Self::ShardTokens
                | Self::TokenizerName { .. }
        )
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn no_reason_is_lost() {
        let path = PathBuf::from("out");
        let source = || io::Error::other("the disk is on fire");
        let errors = [
            ExportError::Store(MixtureError::File(CorpusError::read(&path, source()))),
            ExportError::File(CorpusError::write(&path, source())),
            ExportError::Table {
                path,
                source: ArrowError::from(source()),
            },
        ];
        for error in errors {
            let message = error.to_string();
            assert!(message.contains("the disk is on fire"), "{message}");
        }
    }
}
