//! Removal of duplicates: whole documents, near-duplicates, paragraphs and substrings.
//!
//! Each kind has a folder: `exact`, `near`, `paragraph` and `substring`; all of them keep what
//! they collect in `store`. Work comes in two halves. The parallel half makes from one
//! text what is compared: a hash, a [`Signature`], [`Passages`] (paragraphs or lines) or a
//! [`Sketch`]. The sequential half takes documents in order and says what goes.
//!
//! [`ExactIndex`], [`NearIndex`] and [`ParagraphIndex`] decide at once: the first of several equal
//! ones stays, and only what stays is compared with what comes later. [`Clusters`] and
//! [`SubstringIndex`] decide when they have seen all documents, in bounded memory.

mod error;
mod exact;
mod near;
mod paragraph;
mod removal;
mod store;
mod substring;

pub use error::DedupError;
pub use exact::hash::{exact_hash, raw_hash};
pub use exact::index::ExactIndex;
pub use exact::kept::{KeptTexts, Shared};
pub use near::banding::Banding;
pub use near::clusters::Clusters;
pub use near::index::{Decision, NearIndex};
pub use near::linking::Member;
pub use near::minhash::{MinHasher, Signature};
pub use near::ngram_check::NgramCheck;
pub use near::ngram_set::NgramSet;
pub use paragraph::checked_filter::FalsePositives;
pub use paragraph::index::ParagraphIndex;
pub use paragraph::passages::{PassageHasher, Passages};
pub use removal::{Removal, cut};
pub use store::temp_file::Storage;
pub use substring::index::SubstringIndex;
pub use substring::removals::Removals;
pub use substring::sketch::{Sketch, sketch};
