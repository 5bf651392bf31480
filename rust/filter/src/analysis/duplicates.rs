//! How many lines or paragraphs of a text are the same as an earlier one.

use std::collections::HashSet;

use assay_text::{PassThrough, hash64};

use crate::analysis::words::MOST_KEPT;

/// Counts of the parts of a text, and of those that repeat an earlier part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Duplicates {
    /// How many parts there are.
    pub(crate) count: usize,
    /// Characters of all parts.
    pub(crate) characters: usize,
    /// How many parts repeat an earlier one.
    pub(crate) duplicates: usize,
    /// Characters of the parts that repeat an earlier one.
    pub(crate) duplicate_characters: usize,
}

impl Duplicates {
    /// Counts `parts`, which are parts of `text`.
    pub(crate) fn of<'a>(text: &'a str, parts: impl Iterator<Item = &'a str>) -> Self {
        let is_ascii = text.is_ascii();
        // Most parts are not much shorter than this.
        let few = (text.len() / 64).min(MOST_KEPT);
        let mut seen: HashSet<u64, PassThrough> =
            HashSet::with_capacity_and_hasher(few, PassThrough::default());
        let mut found = Self::default();
        for part in parts {
            let length = if is_ascii {
                part.len()
            } else {
                part.chars().count()
            };
            found.count += 1;
            found.characters += length;
            if !seen.insert(hash64(0, part.as_bytes())) {
                found.duplicates += 1;
                found.duplicate_characters += length;
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_count_and_not_bytes() {
        for (text, characters) in [("ab\nab\nc", 5), ("aé\naé\nc", 5)] {
            let found = Duplicates::of(text, text.lines());
            let expected = Duplicates {
                count: 3,
                characters,
                duplicates: 1,
                duplicate_characters: 2,
            };
            assert_eq!(found, expected);
        }
    }
}
