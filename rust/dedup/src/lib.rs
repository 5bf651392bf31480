//! Removal of duplicates: whole documents, near-duplicates, paragraphs and passages.
//!
//! [`ExactIndex`] and [`LshIndex`] are greedy: documents come in order, the first of several equal
//! ones stays, and only documents that stay are compared with later ones. [`Clusters`] decides when
//! it has seen all documents, in memory or on disk. [`slow`] holds what the fast parts are tested
//! against.

mod banding;
mod clusters;
mod cut;
mod error;
mod exact;
mod lsh;
mod merge;
mod minhash;
mod ngram_set;
mod paragraph;
mod records;
mod saved;
mod sketches;
pub mod slow;
mod sorter;
mod spill;
mod substring;
mod table;
mod union_find;
mod verify;

pub use banding::Banding;
pub use clusters::{Clusters, Member};
pub use cut::{Removal, cut};
pub use error::DedupError;
pub use exact::{ExactIndex, exact_hash, raw_hash};
pub use lsh::{LshIndex, Verdict};
pub use minhash::{MinHasher, Signature};
pub use ngram_set::NgramSet;
pub use paragraph::{FalsePositives, ParagraphIndex, PassageHasher, Passages};
pub use spill::Storage;
pub use substring::{Removals, Sketch, SubstringIndex, sketch};
pub use verify::Verification;
