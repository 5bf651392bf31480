//! A Hugging Face tokenizer file, opened for encoding.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use assay_corpus::{CorpusError, sha256_file};
use assay_schema::SpecialTokens;
use tokenizers::Encoding;

use crate::error::TokenizeError;
use crate::fast::Fast;
use crate::slow;
use crate::spans::bytes_per_token;

/// Turns documents into tokens.
///
/// Nothing is added before or after a document, nothing is cut or padded. Files of known families
/// of byte-level BPE are encoded by a fast path, all others by the tokenizers crate; the tokens are
/// the same.
#[derive(Debug)]
pub struct Tokenizer {
    fast: Option<Fast>,
    /// Read at once without a fast path, else when a text asks for it.
    slow: OnceLock<tokenizers::Tokenizer>,
    special: SpecialTokens,
    path: PathBuf,
    sha256: String,
    vocab_size: u64,
}

impl Tokenizer {
    /// Reads a `tokenizer.json`; special tokens in a text will be text.
    ///
    /// # Errors
    /// [`TokenizeError`] when the file is missing, not a tokenizer, empty or random.
    pub fn open(path: &Path) -> Result<Self, TokenizeError> {
        Self::open_with(path, SpecialTokens::Text)
    }

    /// Reads a `tokenizer.json`.
    ///
    /// # Errors
    /// The errors of [`Tokenizer::open`].
    pub fn open_with(path: &Path, special: SpecialTokens) -> Result<Self, TokenizeError> {
        let bytes = read(path)?;
        let sha256 = sha256_file(path)?;
        let fast = Fast::open(&bytes, special == SpecialTokens::Text);
        let slow = OnceLock::new();
        let vocab_size = match &fast {
            Some(fast) => fast.vocab_size(),
            None => {
                let opened = slow::open(&bytes, path, special)?;
                slow::vocab_size(slow.get_or_init(|| opened), path)?
            }
        };
        Ok(Self {
            fast,
            slow,
            special,
            path: path.to_owned(),
            sha256,
            vocab_size,
        })
    }

    /// Whether the file is of a family with a fast path.
    #[must_use]
    pub fn is_fast(&self) -> bool {
        self.fast.is_some()
    }

    /// The tokens of a text.
    ///
    /// # Errors
    /// [`TokenizeError::Encode`] when the tokenizer refuses it, [`TokenizeError::NoToken`] when
    /// a text that is not empty becomes no token.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, TokenizeError> {
        let mut ids = Vec::new();
        self.encode_into(text, &mut ids)?;
        Ok(ids)
    }

    /// Appends the tokens of a text to `ids`, and nothing on an error.
    ///
    /// # Errors
    /// The errors of [`Tokenizer::encode`].
    pub fn encode_into(&self, text: &str, ids: &mut Vec<u32>) -> Result<(), TokenizeError> {
        match &self.fast {
            Some(fast) if fast.takes(text) => {
                let before = ids.len();
                fast.encode(text, ids);
                if ids.len() == before && !text.is_empty() {
                    return Err(self.no_token(text));
                }
            }
            _ => {
                let encoding = self.slow()?.encode_fast(text, false);
                ids.extend_from_slice(self.checked(text, encoding)?.get_ids());
            }
        }
        Ok(())
    }

    /// The tokens of a text, and for each the bytes of the text that it covers; these sum to the
    /// length of the text.
    ///
    /// # Errors
    /// The errors of [`Tokenizer::encode`], and [`TokenizeError::Changed`].
    pub fn encode_with_bytes(&self, text: &str) -> Result<(Vec<u32>, Vec<u32>), TokenizeError> {
        if let Some(fast) = &self.fast {
            let ids = self.encode(text)?;
            if let Some(ends) = fast.ends(text, &ids) {
                return Ok((ids, bytes_per_token(&ends, text.len())));
            }
        }
        let encoding = self.checked(text, self.slow()?.encode(text, false))?;
        let ends: Vec<usize> = encoding.get_offsets().iter().map(|(_, end)| *end).collect();
        Ok((
            encoding.get_ids().to_vec(),
            bytes_per_token(&ends, text.len()),
        ))
    }

    /// The tokenizers crate's own reading of the file.
    fn slow(&self) -> Result<&tokenizers::Tokenizer, TokenizeError> {
        if let Some(slow) = self.slow.get() {
            return Ok(slow);
        }
        let opened = slow::open(&read(&self.path)?, &self.path, self.special)?;
        if sha256_file(&self.path)? != self.sha256 {
            return Err(TokenizeError::Changed {
                path: self.path.clone(),
            });
        }
        Ok(self.slow.get_or_init(|| opened))
    }

    fn checked(
        &self,
        text: &str,
        encoding: Result<Encoding, tokenizers::Error>,
    ) -> Result<Encoding, TokenizeError> {
        match encoding {
            Err(source) => Err(TokenizeError::Encode {
                path: self.path.clone(),
                beginning: beginning(text),
                source,
            }),
            Ok(encoding) if encoding.is_empty() && !text.is_empty() => Err(self.no_token(text)),
            Ok(encoding) => Ok(encoding),
        }
    }

    fn no_token(&self, text: &str) -> TokenizeError {
        TokenizeError::NoToken {
            path: self.path.clone(),
            beginning: beginning(text),
        }
    }

    /// One more than the largest token.
    #[must_use]
    pub fn vocab_size(&self) -> u64 {
        self.vocab_size
    }

    /// The token with this name, special tokens included.
    #[must_use]
    pub fn token_id(&self, name: &str) -> Option<u32> {
        match &self.fast {
            Some(fast) => fast.token_id(name),
            None => self.slow.get()?.token_to_id(name),
        }
    }

    /// SHA-256 of the file, hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }
}

/// What an error shows of a text.
fn beginning(text: &str) -> String {
    text.chars().take(40).collect()
}

fn read(path: &Path) -> Result<Vec<u8>, CorpusError> {
    fs::read(path).map_err(|source| CorpusError::read(path, source))
}

#[cfg(test)]
mod tests;
