//! `lines`: removes lines or paragraphs by what they are like, and drops a document that loses too
//! much by it.
//!
//! # Source
//! No single paper: no setting has a default, since what is usual depends on the language and the kind of text. The kinds of
//! criteria are those of C4, RefinedWeb, DCLM and FineWeb, whose own rules are `c4`, `dclm-lines`
//! and `fineweb`.
//!
//! # A line goes when, without the white space around it,
//! * it has fewer than `min_words` words (UAX #29, with a letter or a digit) or fewer than
//!   `min_characters` characters,
//! * it ends in none of `must_end_in`, or in one of `must_not_end_in`,
//! * its share of digits is above `max_digits`, of symbols above `max_symbols`, or of capitals
//!   among its letters above `max_capitals`,
//! * it holds one of `phrases`, in any case of the letters a to z,
//! * it repeats an earlier line of the document, where `repeated` says so.
//!
//! With `part = "paragraph"` all this is asked of runs of lines between blank lines. Blank lines
//! stay; those behind a paragraph go with it. Where something goes, so does the white space around
//! the whole text; otherwise the text stays as it is.
//!
//! # Checks, in this order
//! * `no-lines-left`: nothing but blank lines is left.
//! * `many-words-removed`: the share of words that were removed is above `max_removed_words`.
//! * `few-words-left`, `few-lines-left`: fewer than `min_words_left`, `min_lines_left`.

use std::collections::HashSet;

use aho_corasick::AhoCorasick;
use assay_schema::Lines;
use assay_text::{PassThrough, hash64, words};

use crate::analysis::character_counts::CharacterCounts;
use crate::analysis::lines_and_paragraphs::removable;
use crate::analysis::view::View;
use crate::error::FilterError;
use crate::rule::Rule;
use crate::thresholds::{Rejection, Thresholds, share};

/// Removes lines, and drops documents that keep little.
pub(crate) struct LinesRule {
    settings: Lines,
    /// Where there are phrases.
    phrases: Option<AhoCorasick>,
    counts_words: bool,
    counts_characters: bool,
}

/// What is left of a text, and what was there.
#[derive(Default)]
struct Left {
    text: String,
    lines: usize,
    words: usize,
    words_before: usize,
    removed: bool,
}

impl LinesRule {
    pub(crate) fn new(settings: &Lines) -> Result<Self, FilterError> {
        let s = settings;
        let words = [s.min_words, s.min_words_left];
        let shares = [s.max_digits, s.max_capitals, s.max_symbols];
        let phrases = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(&s.phrases)
            .map_err(|error| FilterError::Phrases {
                rule: "lines",
                error,
            })?;
        Ok(Self {
            counts_words: words.iter().any(Option::is_some) || s.max_removed_words.is_some(),
            counts_characters: shares.iter().any(Option::is_some),
            phrases: (!s.phrases.is_empty()).then_some(phrases),
            settings: s.clone(),
        })
    }

    fn remove(&self, text: &str) -> Left {
        let mut left = Left::default();
        let mut seen = HashSet::default();
        for part in removable(text, self.settings.part) {
            let line = part.trim();
            if line.is_empty() {
                left.text.push_str(part);
                continue;
            }
            let words = if self.counts_words {
                words(line).count()
            } else {
                0
            };
            left.words_before += words;
            if self.stays(line, words) && !self.repeats(line, &mut seen) {
                left.text.push_str(part);
                left.lines += 1;
                left.words += words;
            } else {
                left.removed = true;
            }
        }
        left
    }

    fn stays(&self, line: &str, words: usize) -> bool {
        let s = &self.settings;
        let ends_in = |texts: &[String]| texts.iter().any(|text| line.ends_with(text));
        s.min_words.is_none_or(|least| words as u64 >= least)
            && s.min_characters
                .is_none_or(|least| has_characters(line, least))
            && (s.must_end_in.is_empty() || ends_in(&s.must_end_in))
            && !ends_in(&s.must_not_end_in)
            && (!self.counts_characters || self.has_usual_shares(&CharacterCounts::of(line)))
            && !self
                .phrases
                .as_ref()
                .is_some_and(|phrases| phrases.is_match(line))
    }

    fn has_usual_shares(&self, counts: &CharacterCounts) -> bool {
        let s = &self.settings;
        let all = counts.characters();
        let within =
            |part, whole, most: Option<f64>| most.is_none_or(|most| share(part, whole) <= most);
        within(counts.digits, all, s.max_digits)
            && within(counts.symbols, all, s.max_symbols)
            && within(counts.capitals, counts.letters, s.max_capitals)
    }

    /// Whether an earlier line that stayed is the same.
    fn repeats(&self, line: &str, seen: &mut HashSet<u64, PassThrough>) -> bool {
        self.settings.repeated && !seen.insert(hash64(0, line.as_bytes()))
    }
}

impl Rule for LinesRule {
    fn examine(
        &self,
        view: &View<'_>,
        thresholds: &mut Thresholds,
    ) -> Result<Option<String>, Rejection> {
        let s = &self.settings;
        let left = self.remove(view.text());
        thresholds.fail_if(left.lines == 0, "no-lines-left", || "0 lines".to_owned())?;
        if let Some(most) = s.max_removed_words {
            let removed = share(left.words_before - left.words, left.words_before);
            thresholds.at_most("lines.removed-words", removed, most, "many-words-removed")?;
        }
        if let Some(least) = s.min_words_left {
            let words = left.words as f64;
            thresholds.at_least("lines.words-left", words, least as f64, "few-words-left")?;
        }
        if let Some(least) = s.min_lines_left {
            let lines = left.lines as f64;
            thresholds.at_least("lines.lines-left", lines, least as f64, "few-lines-left")?;
        }
        Ok(left.removed.then(|| left.text.trim().to_owned()))
    }
}

fn has_characters(line: &str, least: u64) -> bool {
    // A character has at least one byte.
    line.len() as u64 >= least && line.chars().count() as u64 >= least
}

#[cfg(test)]
mod tests;
