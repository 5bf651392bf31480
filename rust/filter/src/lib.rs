//! Filter rules: keep, change or drop a document, with a reason.
//!
//! A [`Chain`] is made from the rules of a recipe and decides about documents on any number of
//! threads. Each rule is a file of its own in `rules/`, and `registry.rs` lists them. All rules of
//! a chain share one analysis of a document (`analysis/`), whose parts are made when a rule first
//! asks for them. Rules compare what they measure with their thresholds through `thresholds.rs`.

mod analysis;
mod chain;
mod document;
mod error;
mod expression;
mod fasttext;
mod registry;
mod rule;
mod rules;
#[cfg(test)]
mod testing;
mod thresholds;

pub use chain::{Chain, Judgement};
pub use document::{Document, Fields, NoFields};
pub use error::FilterError;
pub use expression::error::ExpressionError;
pub use fasttext::error::ModelError;
pub use registry::registry;
pub use thresholds::Reason;
