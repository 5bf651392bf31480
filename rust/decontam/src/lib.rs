//! Finds evaluation text inside documents.

mod index;
pub mod slow;

pub use index::{DecontamError, EvalIndex, Overlap};
