//! Which tokens of a store make each of its sequences.

pub(crate) mod best_fit;
pub(crate) mod capacities;
pub(crate) mod concatenate;
pub(crate) mod pad;

use assay_schema::Packing;

use crate::{Document, MixtureError, StoreReader};

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

/// Packs a store: gives `sink` every sequence in order.
pub(crate) fn pack(
    packing: Packing,
    store: &StoreReader,
    sequence_tokens: u32,
    sink: &mut Sink<'_>,
) -> Result<(), MixtureError> {
    match packing {
        Packing::Concatenate => concatenate::pack(store.header().tokens, sequence_tokens, sink),
        Packing::BestFit => best_fit::pack(store.documents(), sequence_tokens, sink),
        Packing::Pad => pad::pack(store.documents(), sequence_tokens, sink),
    }
}

/// A document in pieces of `tokens`, the last perhaps shorter.
fn split(document: Document, tokens: u32) -> impl Iterator<Item = Piece> {
    let piece = move |start: u64| Piece {
        start,
        tokens: (document.start + document.tokens - start).min(tokens.into()) as u32,
    };
    let starts = (document.start..document.start + document.tokens).step_by(tokens as usize);
    starts.map(piece)
}
