//! The parallel half: a text is split into passages, and these are hashed.

use std::ops::Range;

use assay_schema::{Passage, RepeatedParagraphs};
use assay_text::{draw, hash128, ngrams, text_word_hashes_into, words};

/// The passages of one text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passages {
    pub(crate) list: Vec<Hashed>,
    /// The n-grams of all passages, one after the other.
    pub(crate) ngrams: Vec<u64>,
}

/// One passage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hashed {
    /// Where it stands, without the line break at its end.
    pub(crate) span: Range<usize>,
    /// Hash of the whole; none for a passage that is too short to be compared.
    pub(crate) hash: Option<u128>,
    /// Its n-grams, among those of the text.
    pub(crate) ngrams: Range<usize>,
}

/// Makes passages under fixed settings and seed.
#[derive(Debug, Clone)]
pub struct PassageHasher {
    unit: Passage,
    normalized: bool,
    least_words: usize,
    ngram: Option<usize>,
    seed: u64,
}

/// Memory that goes from passage to passage.
#[derive(Default)]
struct Buffers {
    /// Hashes of words.
    words: Vec<u64>,
    /// The same as bytes.
    bytes: Vec<u8>,
}

impl PassageHasher {
    /// A hasher whose word hashes are drawn from `seed`.
    #[must_use]
    pub fn new(settings: &RepeatedParagraphs, seed: u64) -> Self {
        Self {
            unit: settings.unit,
            normalized: settings.normalized,
            least_words: settings.least_words as usize,
            ngram: settings.ngrams.as_ref().map(|ngrams| ngrams.ngram as usize),
            seed: draw(seed, "paragraphs/word", 0),
        }
    }

    /// The passages of a text.
    #[must_use]
    pub fn passages(&self, text: &str) -> Passages {
        let mut passages = Passages::default();
        let mut buffers = Buffers::default();
        each_passage(text, self.unit, |span| {
            let passage = &text[span.clone()];
            let start = passages.ngrams.len();
            let hash = match self.ngram {
                Some(ngram) => self.add_ngrams(passage, ngram, &mut buffers, &mut passages.ngrams),
                None => self.hash(passage, &mut buffers),
            };
            let ngrams = start..passages.ngrams.len();
            passages.list.push(Hashed { span, hash, ngrams });
        });
        passages
    }

    /// The hash of a passage that is long enough.
    fn hash(
        &self,
        passage: &str,
        Buffers {
            words: hashes,
            bytes,
        }: &mut Buffers,
    ) -> Option<u128> {
        if !self.normalized {
            let enough = words(passage).take(self.least_words).count() == self.least_words;
            return enough.then(|| hash128(passage.as_bytes()));
        }
        self.words(passage, hashes);
        if hashes.len() < self.least_words {
            return None;
        }
        // Without words all passages would be the same.
        if hashes.is_empty() {
            return Some(hash128(passage.as_bytes()));
        }
        bytes.clear();
        for word in hashes {
            bytes.extend_from_slice(&word.to_le_bytes());
        }
        Some(hash128(bytes))
    }

    /// Adds the n-grams of a passage that is long enough; they stand for its hash, which is zero.
    fn add_ngrams(
        &self,
        passage: &str,
        ngram: usize,
        buffers: &mut Buffers,
        all: &mut Vec<u64>,
    ) -> Option<u128> {
        let words = &mut buffers.words;
        self.words(passage, words);
        if words.len() < self.least_words {
            return None;
        }
        all.extend(ngrams(words, ngram));
        Some(0)
    }

    /// Replaces the contents of `hashes` by those of the words of a passage.
    fn words(&self, passage: &str, hashes: &mut Vec<u64>) {
        if self.normalized {
            text_word_hashes_into(passage, self.seed, hashes);
        } else {
            *hashes = assay_text::word_hashes(words(passage), self.seed);
        }
    }
}

/// Calls `found` with the place of each passage, in order: lines, or runs of lines, that are not
/// blank.
fn each_passage(text: &str, unit: Passage, mut found: impl FnMut(Range<usize>)) {
    let mut open: Option<Range<usize>> = None;
    let mut start = 0;
    for line in lines(text) {
        let end = start + line.trim_end_matches(['\n', '\r']).len();
        let blank = line.chars().all(char::is_whitespace);
        match &mut open {
            Some(passage) if !blank && unit == Passage::Paragraph => passage.end = end,
            _ => {
                let next = (!blank).then_some(start..end);
                if let Some(finished) = std::mem::replace(&mut open, next) {
                    found(finished);
                }
            }
        }
        start += line.len();
    }
    if let Some(finished) = open {
        found(finished);
    }
}

/// Lines with their line breaks.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).map(|place| place + 1);
    let mut start = 0;
    ends.chain([text.len()]).map(move |end| {
        let line = &text[start..end];
        start = end;
        line
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(text: &str, unit: Passage) -> Vec<&str> {
        let mut passages = Vec::new();
        each_passage(text, unit, |span| passages.push(&text[span]));
        passages
    }

    #[test]
    fn blank_lines_part_paragraphs() {
        let text = "\na\n b \n\n \t\n\nc\r\nd\r\n\r\ne";
        assert_eq!(split(text, Passage::Paragraph), ["a\n b ", "c\r\nd", "e"]);
        assert_eq!(split(text, Passage::Line), ["a", " b ", "c", "d", "e"]);
    }

    fn hashes(text: &str, normalized: bool, least_words: u32) -> Vec<Option<u128>> {
        let settings = RepeatedParagraphs {
            normalized,
            least_words,
            ..RepeatedParagraphs::default()
        };
        let passages = PassageHasher::new(&settings, 1).passages(text);
        passages
            .list
            .into_iter()
            .map(|passage| passage.hash)
            .collect()
    }

    #[test]
    fn case_matters_only_where_bytes_are_compared() {
        let text = "To be.\n\nto\nBE\n\n---\n\n...";
        let same = |normalized, least_words| {
            let hashes = hashes(text, normalized, least_words);
            [
                hashes[0] == hashes[1],
                hashes[2] == hashes[3],
                hashes[2].is_none(),
            ]
        };
        assert_eq!(same(true, 0), [true, false, false]);
        assert_eq!(same(true, 2), [true, true, true]);
        assert_eq!(same(false, 0), [false, false, false]);
        assert_eq!(same(false, 2), [false, true, true]);
    }

    proptest! {
        #[test]
        fn only_blank_text_is_outside_of_passages(text in "([a é]|\\PC|\n|\r|\n\n){0,40}") {
            for unit in [Passage::Line, Passage::Paragraph] {
                let mut end = 0;
                each_passage(&text, unit, |span| {
                    assert!(text[end..span.start].trim().is_empty());
                    assert!(!text[span.clone()].trim().is_empty());
                    end = span.end;
                });
                prop_assert!(text[end..].trim().is_empty());
            }
        }
    }
}
