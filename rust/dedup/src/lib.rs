//! Exact and MinHash-LSH deduplication.
//!
//! Both indexes are greedy: documents come in order, the first of several equal ones stays, and
//! only documents that stay are compared with later ones. [`slow`] holds what the fast parts are
//! tested against.

mod error;
mod exact;
mod lsh;
mod minhash;
mod saved;
pub mod slow;

pub use error::DedupError;
pub use exact::{ExactIndex, exact_hash};
pub use lsh::{LshIndex, Verdict};
pub use minhash::{MinHasher, Signature};
