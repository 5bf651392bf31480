//! The result of scanning a document: the text that it shares with evaluation items.

use std::ops::Range;

use serde::Serialize;

/// An item that shares more than the threshold with a document.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Overlap<'a> {
    /// Name of the evaluation set.
    pub eval_name: &'a str,
    /// The item's number in its set, as it was given.
    pub document: u64,
    /// The share of the item's different n-grams that occur in the document.
    pub fraction: f64,
    /// The item's number among all items, for the tally.
    #[serde(skip)]
    pub(crate) item: u32,
}

/// What one document shares with evaluation items.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Scan<'a> {
    /// Every item above the threshold, the largest share first, equal ones as they were added.
    pub overlaps: Vec<Overlap<'a>>,
    /// The words shared with these items: ranges of bytes of the text, ascending, from the first
    /// character of a word to the last of another.
    pub spans: Vec<Range<usize>>,
    /// How many words are outside the spans.
    pub words_left: usize,
}

impl Scan<'_> {
    /// The numbers, among all items, of those above the threshold, for a [`Tally`](crate::Tally).
    #[must_use]
    pub fn items(&self) -> Vec<u32> {
        self.overlaps.iter().map(|overlap| overlap.item).collect()
    }
}

/// Unites ranges of words that overlap or touch. They are sorted by their start.
pub(crate) fn unite(ranges: impl IntoIterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut united: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match united.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => united.push(range),
        }
    }
    united
}
