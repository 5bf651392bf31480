//! What a stage takes out of a document, and the text without it.

use std::ops::Range;

/// What a stage takes out of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removal {
    /// Nothing: the document stays as it is.
    Nothing,
    /// These spans of its text, in order, apart from each other and on boundaries of characters.
    Spans(Vec<Range<usize>>),
    /// All of it, for this reason.
    Document(&'static str),
}

/// A text without the spans of a [`Removal`] for it.
pub use assay_text::without_spans as cut;
