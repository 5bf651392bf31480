//! Taking spans out of a text.

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

/// `text` without `spans`, which are those of a [`Removal`] for it.
///
/// # Panics
/// When a span begins before the one before it ends, or not on a boundary of characters, which
/// spans of another text may.
#[must_use]
pub fn cut(text: &str, spans: &[Range<usize>]) -> String {
    let mut left = String::with_capacity(text.len());
    let mut start = 0;
    for span in spans {
        left.push_str(&text[start..span.start]);
        start = span.end;
    }
    left.push_str(&text[start..]);
    left
}
