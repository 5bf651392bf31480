//! Finds evaluation text inside documents.
//!
//! An [`EvalIndexBuilder`] takes the items of evaluation sets and becomes an [`EvalIndex`]. The
//! index scans a document: with which items it shares n-grams, and where ([`Scan`]). A [`Decision`]
//! says what becomes of the document, and a [`Tally`] counts the items that were found.

mod builder;
mod decision;
mod each_ngram;
mod error;
mod index;
mod items;
mod scan;
mod short_items;
pub mod slow;
mod table;
mod tally;
#[cfg(test)]
mod tests;

pub use builder::EvalIndexBuilder;
pub use decision::Decision;
pub use error::DecontamError;
pub use index::EvalIndex;
pub use scan::{Overlap, Scan};
pub use tally::{SetReport, Tally};
