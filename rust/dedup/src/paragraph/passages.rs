//! The parallel half of the removal of repeated paragraphs or lines: splits a text into them and
//! hashes each.

use std::ops::Range;

use assay_schema::{Passage, RepeatedParagraphs};
use assay_text::{
    draw, hash128, lines, ngrams, normal_word_hashes_into, with_normals, word_hashes,
    word_sequence_hash, words,
};

/// The passages of one text: its paragraphs or its lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passages {
    pub(crate) list: Vec<Hashed>,
    /// The n-grams of all passages, one after the other.
    ngrams: Vec<u64>,
}

/// One passage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hashed {
    /// Where it stands, without the line break at its end.
    pub(crate) span: Range<usize>,
    /// Hash of the whole; none for a passage that is too short to be compared.
    pub(crate) hash: Option<u128>,
    /// Where its n-grams are, among those of the text.
    ngrams: Range<usize>,
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
        let spans = spans(text, self.unit);
        let mut passages = Passages::default();
        passages.list.reserve_exact(spans.len());
        let mut hashes = Vec::new();
        if self.normalized {
            with_normals(text, spans, |span, normal| {
                if let Some(ngram) = self.ngram {
                    normal_word_hashes_into(normal, self.seed, &mut hashes);
                    passages.push_ngrams(span, &hashes, ngram, self.least_words);
                } else {
                    let passage = &text[span.clone()];
                    let hash = word_sequence_hash(passage, normal, self.least_words);
                    passages.push(span, hash);
                }
            });
        } else {
            for span in spans {
                let passage = &text[span.clone()];
                if let Some(ngram) = self.ngram {
                    let hashes = word_hashes(words(passage), self.seed);
                    passages.push_ngrams(span, &hashes, ngram, self.least_words);
                } else {
                    let enough = words(passage).reach(self.least_words);
                    passages.push(span, enough.then(|| hash128(passage.as_bytes())));
                }
            }
        }
        passages
    }
}

impl Passages {
    /// The n-grams of one of the passages.
    pub(crate) fn ngrams_of(&self, passage: &Hashed) -> &[u64] {
        &self.ngrams[passage.ngrams.clone()]
    }

    fn push(&mut self, span: Range<usize>, hash: Option<u128>) {
        let ngrams = self.ngrams.len()..self.ngrams.len();
        self.list.push(Hashed { span, hash, ngrams });
    }

    /// Adds a passage whose n-grams, if it is long enough, stand for its hash, which is zero.
    fn push_ngrams(&mut self, span: Range<usize>, words: &[u64], ngram: usize, least: usize) {
        let start = self.ngrams.len();
        let hash = (words.len() >= least).then(|| {
            self.ngrams.extend(ngrams(words, ngram));
            0
        });
        let ngrams = start..self.ngrams.len();
        self.list.push(Hashed { span, hash, ngrams });
    }
}

/// The place of each passage, in order: lines, or runs of lines, that are not blank.
fn spans(text: &str, unit: Passage) -> Vec<Range<usize>> {
    let mut spans: Vec<Range<usize>> = Vec::new();
    let (mut start, mut after_blank) = (0, true);
    for line in lines(text) {
        let breaks = line
            .bytes()
            .rev()
            .take_while(|byte| matches!(byte, b'\n' | b'\r'));
        let end = start + line.len() - breaks.count();
        let blank = is_blank(&text[start..end]);
        match spans.last_mut() {
            _ if blank => {}
            Some(passage) if !after_blank && unit == Passage::Paragraph => passage.end = end,
            _ => spans.push(start..end),
        }
        after_blank = blank;
        start += line.len();
    }
    spans
}

/// Whether there is white space alone. Most lines end in something else.
fn is_blank(line: &str) -> bool {
    let ends_in_a_mark = line.as_bytes().last().is_some_and(u8::is_ascii_graphic);
    !ends_in_a_mark && line.chars().all(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(text: &str, unit: Passage) -> Vec<&str> {
        spans(text, unit)
            .into_iter()
            .map(|span| &text[span])
            .collect()
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
                for span in spans(&text, unit) {
                    prop_assert!(text[end..span.start].trim().is_empty());
                    prop_assert!(!text[span.clone()].trim().is_empty());
                    end = span.end;
                }
                prop_assert!(text[end..].trim().is_empty());
            }
        }
    }
}
