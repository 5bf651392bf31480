//! The parallel half: what the search for substrings needs to know of one text.

use assay_schema::Substring;
use assay_text::hash64;

use crate::substring::anchors::{Anchor, Anchors};

/// What is sorted: by the first number, then the second, then the third.
pub(super) type Record = [u64; 3];

/// Where the anchors of one text are, and hashes of what they stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch(pub(super) Vec<Record>);

/// The sketch of a text under valid settings.
#[must_use]
pub fn sketch(settings: &Substring, text: &str) -> Sketch {
    let (text, length) = (text.as_bytes(), settings.length as usize);
    let record = |anchor: Anchor| {
        let block = hash64(0, &text[anchor.first..anchor.last + length]);
        [anchor.hash, block, anchor.place as u64]
    };
    Sketch(Anchors::new(text, length).map(record).collect())
}
