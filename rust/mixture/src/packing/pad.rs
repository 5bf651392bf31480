//! One document, or part of a longer one, in each sequence.

use crate::error::MixtureError;
use crate::packing::piece::{Sink, split};
use crate::store::shard_documents::Document;

/// Gives `sink` a sequence for each document, or for each part of one.
pub(crate) fn pack(
    documents: impl Iterator<Item = Result<Document, MixtureError>>,
    sequence_tokens: u32,
    sink: &mut Sink<'_>,
) -> Result<(), MixtureError> {
    for document in documents {
        split(document?, sequence_tokens).try_for_each(|piece| sink(&[piece]))?;
    }
    Ok(())
}
