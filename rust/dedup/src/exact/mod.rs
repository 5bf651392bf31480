//! Whole documents with the same words, or the same bytes.

pub(crate) mod hash;
pub(crate) mod index;
pub(crate) mod kept;
