//! Keep or drop a document, with a reason.
//!
//! A [`Chain`] is made from the rules of a recipe and judges documents from any number of
//! threads. One rule per file; `rule.rs` lists them. All rules of a chain share one analysis of
//! a document (`view.rs`), made when a rule first asks for it.

mod c4;
mod chain;
mod classes;
mod classifier;
mod counts;
mod datatrove;
mod dclm_addresses;
mod dclm_lines;
mod dclm_quality;
mod dclm_repetition;
mod document;
mod error;
mod expression;
mod fasttext;
mod features;
mod fineweb;
mod gopher_quality;
mod gopher_repetition;
mod grams;
mod language;
mod length;
mod lines;
mod paragraphs;
mod parts;
mod pii;
mod probe;
mod prose;
mod ratios;
mod rule;
mod share;
#[cfg(test)]
mod testing;
mod tokens;
mod twice;
mod url_list;
mod view;
mod word;
mod words;

pub use chain::{Chain, Judgement};
pub use document::{Document, Fields, NoFields};
pub use error::FilterError;
pub use expression::ExpressionError;
pub use fasttext::ModelError;

/// Why a document is dropped: a constant in kebab case, counted in the manifest.
pub type Reason = &'static str;

/// The names of all rules, as a recipe writes them.
#[must_use]
pub fn registry() -> &'static [&'static str] {
    assay_schema::FilterSpec::RULES
}
