//! The language of conditions on documents that the rule `expression` reads.
//!
//! `token.rs` cuts a text into the words of the language, `parse.rs` makes a tree of them
//! (`syntax.rs`), and `evaluate.rs` says whether it holds for a document.

pub(crate) mod error;
pub(crate) mod evaluate;
mod parse;
mod syntax;
#[cfg(test)]
mod tests;
mod token;
