//! The pieces that sequences are made of.

use crate::error::MixtureError;
use crate::store::shard_documents::Document;

/// A span of a store's tokens: within one document, unless documents are concatenated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Its first token, counted over all shards.
    pub start: u64,
    /// Its tokens.
    pub tokens: u32,
}

/// Takes sequences, each as its pieces.
pub(crate) type Sink<'a> = dyn FnMut(&[Piece]) -> Result<(), MixtureError> + 'a;

/// A document in pieces of `tokens`, the last perhaps shorter.
pub(super) fn split(document: Document, tokens: u32) -> impl Iterator<Item = Piece> {
    let piece = move |start: u64| Piece {
        start,
        tokens: (document.start + document.tokens - start).min(tokens.into()) as u32,
    };
    let starts = (document.start..document.start + document.tokens).step_by(tokens as usize);
    starts.map(piece)
}
