//! The tokenizers crate: what reads every file, and the slow twin of the fast path.

use std::path::Path;

use assay_schema::SpecialTokens;
use tokenizers::{ModelWrapper, PostProcessorWrapper, Tokenizer};

use crate::error::TokenizeError;

/// Reads the bytes of a `tokenizer.json`; `path` is for errors.
pub(crate) fn open(
    bytes: &[u8],
    path: &Path,
    special: SpecialTokens,
) -> Result<Tokenizer, TokenizeError> {
    let format = |source| TokenizeError::Format {
        path: path.to_owned(),
        source,
    };
    let mut tokenizer = Tokenizer::from_bytes(bytes).map_err(format)?;
    tokenizer
        .with_padding(None)
        .with_truncation(None)
        .map_err(format)?;
    tokenizer.set_encode_special_tokens(special == SpecialTokens::Text);
    // It would add special tokens and cut white space off the spans, nothing else.
    tokenizer.with_post_processor(None::<PostProcessorWrapper>);
    refuse_dropout(&tokenizer, path)?;
    Ok(tokenizer)
}

/// One more than the largest token.
pub(crate) fn vocab_size(tokenizer: &Tokenizer, path: &Path) -> Result<u64, TokenizeError> {
    match tokenizer.get_vocab(true).into_values().max() {
        Some(largest) => Ok(u64::from(largest) + 1),
        None => Err(TokenizeError::Empty {
            path: path.to_owned(),
        }),
    }
}

fn refuse_dropout(tokenizer: &Tokenizer, path: &Path) -> Result<(), TokenizeError> {
    let ModelWrapper::BPE(model) = tokenizer.get_model() else {
        return Ok(());
    };
    match model.dropout {
        Some(dropout) if dropout > 0.0 => Err(TokenizeError::Dropout {
            path: path.to_owned(),
            dropout,
        }),
        _ => Ok(()),
    }
}
