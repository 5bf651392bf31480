//! Packs a store as its recipe asks.

use assay_schema::Packing;

use crate::error::MixtureError;
use crate::packing::piece::Sink;
use crate::packing::{best_fit, concatenate, pad};
use crate::store::reader::StoreReader;

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
