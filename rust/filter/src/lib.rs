//! Keep or drop a document, with a reason.
//!
//! A [`Chain`] is made from the rules of a recipe and judges documents from any number of
//! threads. One rule per file in `rules/`; `registry.rs` lists them. All rules of a chain share one
//! analysis of a document (`view.rs`), made when a rule first asks for it.

mod chain;
mod classes;
mod counts;
mod datatrove;
mod document;
mod error;
mod fasttext;
mod grams;
mod parts;
mod probe;
mod registry;
mod rule;
mod rules;
mod share;
mod tokens;
mod twice;
mod view;
mod word;
mod words;

pub use chain::{Chain, Judgement};
pub use document::{Document, Fields, NoFields};
pub use error::FilterError;
pub use fasttext::error::ModelError;
pub use probe::Reason;
pub use registry::registry;
pub use rules::expression::error::ExpressionError;
