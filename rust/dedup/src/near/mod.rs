//! Near-duplicates: documents that share most of their n-grams.
//!
//! `minhash` makes a signature of a text, and `banding` says which signatures are compared at all.
//! `index` decides about each document as it comes. Clusters need all documents first: `clusters`
//! collects their signatures, `linking` joins similar documents, and `ngram_check` decides by the
//! n-grams themselves where signatures leave it open.

pub(crate) mod banding;
pub(crate) mod clusters;
pub(crate) mod index;
pub(crate) mod linking;
pub(crate) mod minhash;
pub(crate) mod ngram_check;
pub(crate) mod ngram_set;
mod signatures;
#[cfg(test)]
mod slow;
mod union_find;
