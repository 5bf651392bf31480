//! The token store: one folder of flat token files with a document index.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;

/// The header of a token store, `store.json` in its folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenStore {
    /// Version of this format; 1.
    pub schema_version: u32,
    /// Name of the source or evaluation set.
    pub name: String,
    /// Width of one token on disk.
    pub dtype: TokenDtype,
    /// Size of the tokenizer's vocabulary; every token is below it.
    pub vocab_size: u64,
    /// SHA-256 of the tokenizer file, hexadecimal.
    pub tokenizer_sha256: String,
    /// The token after each document.
    pub separator_id: u32,
    /// Documents in all shards.
    pub documents: u64,
    /// Tokens in all shards, separators included.
    pub tokens: u64,
    /// UTF-8 bytes of the text of all documents.
    pub text_bytes: u64,
    /// The files, in order.
    pub shards: Vec<Shard>,
}

/// The files of one shard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Shard {
    /// Little-endian token ids, each document followed by the separator.
    pub tokens_file: String,
    /// Two little-endian 64-bit integers per document: the end of its tokens (separator
    /// included) and the end of its text in bytes, both counted from the start of the shard.
    pub documents_file: String,
    /// Evaluation sets only: one little-endian 32-bit integer per token, the UTF-8 bytes of the
    /// text that it covers (0 for the separator). Training sources: null.
    pub bytes_file: Option<String>,
    /// Documents in this shard.
    pub documents: u64,
    /// Tokens in this shard, separators included.
    pub tokens: u64,
    /// SHA-256 of each of the files above, hexadecimal, by file name.
    pub sha256: BTreeMap<String, String>,
}

/// Width of one token on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TokenDtype {
    /// Two bytes, for vocabularies of at most 65,536 tokens.
    Uint16,
    /// Four bytes.
    Uint32,
}

impl TokenStore {
    /// Checks the version and that the shards add up; `origin` names the file in errors.
    ///
    /// # Errors
    /// [`SchemaError`] naming the key that is wrong.
    pub fn validate(&self, origin: &str) -> Result<(), SchemaError> {
        let check = Check { origin };
        check.version(self.schema_version)?;
        let documents: u64 = self.shards.iter().map(|shard| shard.documents).sum();
        let tokens: u64 = self.shards.iter().map(|shard| shard.tokens).sum();
        if documents != self.documents {
            return Err(check.fail(
                "documents",
                self.documents,
                &format!("{documents}, the sum over shards"),
            ));
        }
        if tokens != self.tokens {
            return Err(check.fail(
                "tokens",
                self.tokens,
                &format!("{tokens}, the sum over shards"),
            ));
        }
        if !self.dtype.holds(self.vocab_size) {
            let expected = format!("uint32 for a vocabulary of {}", self.vocab_size);
            return Err(check.fail("dtype", "uint16", &expected));
        }
        if u64::from(self.separator_id) >= self.vocab_size {
            return Err(check.fail(
                "separator_id",
                self.separator_id,
                "a token of the vocabulary",
            ));
        }
        Ok(())
    }
}

impl TokenDtype {
    /// The narrowest width that holds every token of a vocabulary.
    pub fn for_vocabulary(size: u64) -> Self {
        if size <= 1 << 16 {
            Self::Uint16
        } else {
            Self::Uint32
        }
    }

    /// Whether it holds every token of a vocabulary.
    pub fn holds(self, vocab_size: u64) -> bool {
        self == Self::Uint32 || vocab_size <= 1 << 16
    }

    /// Bytes per token.
    pub fn bytes(self) -> usize {
        match self {
            Self::Uint16 => 2,
            Self::Uint32 => 4,
        }
    }
}
