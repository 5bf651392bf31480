//! `gopher-repetition`: documents that say the same thing again and again.
//!
//! # Source
//! Rae et al. 2021, arXiv:2112.11446, appendix A.1.1 and table A1. A line, paragraph or n-gram is a
//! duplicate when an equal one came before it in the document; of n-grams that overlap no
//! character counts twice; of the most frequent n-gram (the first of several) every occurrence
//! counts, if there are at least two. Characters are those of words for n-grams, those of lines
//! without the white space around them otherwise.
//!
//! # Checks, in this order
//! * `duplicate-lines`, `duplicate-line-characters`
//! * `duplicate-paragraphs`, `duplicate-paragraph-characters`
//! * `top-2-gram`, `top-3-gram`, `top-4-gram`: characters in the most frequent n-gram.
//! * `duplicate-5-gram` to `duplicate-10-gram`: characters in duplicate n-grams.

use std::collections::{HashMap, HashSet};

use assay_text::{PassThrough, ngrams, word_hashes, words};

use crate::lines::{lines, paragraphs};
use crate::share::share;
use crate::{Filter, Reason, drop_if};

pub(crate) const RULE: &str = "gopher-repetition";

const TOP: [(usize, Reason); 3] = [(2, "top-2-gram"), (3, "top-3-gram"), (4, "top-4-gram")];
const DUPLICATE: [(usize, Reason); 6] = [
    (5, "duplicate-5-gram"),
    (6, "duplicate-6-gram"),
    (7, "duplicate-7-gram"),
    (8, "duplicate-8-gram"),
    (9, "duplicate-9-gram"),
    (10, "duplicate-10-gram"),
];

/// Drops documents with much repetition.
#[derive(Debug, Clone)]
pub struct GopherRepetition {
    settings: assay_schema::GopherRepetition,
}

impl GopherRepetition {
    /// The rule with these thresholds.
    #[must_use]
    pub fn new(settings: assay_schema::GopherRepetition) -> Self {
        Self { settings }
    }
}

impl Filter for GopherRepetition {
    fn rule(&self) -> &'static str {
        RULE
    }

    fn check(&self, text: &str) -> Result<(), Reason> {
        let limits = &self.settings;
        let (count, characters) = repeated(lines(text));
        drop_if(count > limits.max_duplicate_lines, "duplicate-lines")?;
        drop_if(
            characters > limits.max_duplicate_line_characters,
            "duplicate-line-characters",
        )?;
        let (count, characters) = repeated(paragraphs(text).into_iter());
        drop_if(
            count > limits.max_duplicate_paragraphs,
            "duplicate-paragraphs",
        )?;
        drop_if(
            characters > limits.max_duplicate_paragraph_characters,
            "duplicate-paragraph-characters",
        )?;

        let words = Words::of(text);
        for ((n, reason), limit) in TOP.into_iter().zip(limits.max_top_ngram_characters) {
            drop_if(words.share_of_top_ngram(n) > limit, reason)?;
        }
        for ((n, reason), limit) in DUPLICATE
            .into_iter()
            .zip(limits.max_duplicate_ngram_characters)
        {
            drop_if(words.share_of_duplicate_ngrams(n) > limit, reason)?;
        }
        Ok(())
    }
}

/// The share of `parts` that repeat an earlier one, and the share of characters in those.
fn repeated<'a>(parts: impl Iterator<Item = &'a str>) -> (f64, f64) {
    let mut seen = HashSet::new();
    let (mut count, mut repeats, mut characters, mut repeated) = (0, 0, 0, 0);
    for part in parts {
        let length = part.chars().count();
        count += 1;
        characters += length;
        if !seen.insert(part) {
            repeats += 1;
            repeated += length;
        }
    }
    (share(repeats, count), share(repeated, characters))
}

/// The words of a text as hashes and lengths.
struct Words {
    hashes: Vec<u64>,
    /// Characters before each word, and of all words.
    ends: Vec<usize>,
}

impl Words {
    fn of(text: &str) -> Self {
        let mut ends = vec![0];
        let mut end = 0;
        ends.extend(words(text).map(|word| {
            end += word.chars().count();
            end
        }));
        Self {
            hashes: word_hashes(words(text), 0),
            ends,
        }
    }

    /// The share of characters in the most frequent n-gram.
    fn share_of_top_ngram(&self, n: usize) -> f64 {
        let hashes = ngrams(&self.hashes, n);
        let mut counts: HashMap<u64, u32, PassThrough> = HashMap::default();
        for hash in &hashes {
            *counts.entry(*hash).or_default() += 1;
        }
        let most = counts.values().copied().max().unwrap_or(0);
        let Some(top) = hashes.iter().find(|hash| most > 1 && counts[*hash] == most) else {
            return 0.0;
        };
        self.share_covered(n, hashes.iter().map(|hash| hash == top))
    }

    /// The share of characters in n-grams that occurred before.
    fn share_of_duplicate_ngrams(&self, n: usize) -> f64 {
        let hashes = ngrams(&self.hashes, n);
        let mut seen: HashSet<u64, PassThrough> = HashSet::default();
        self.share_covered(n, hashes.iter().map(|hash| !seen.insert(*hash)))
    }

    /// The share of characters in the n-grams that are `marked`.
    fn share_covered(&self, n: usize, marked: impl Iterator<Item = bool>) -> f64 {
        let (mut covered, mut reached) = (0, 0);
        for (place, _) in marked.enumerate().filter(|(_, marked)| *marked) {
            let end = (place + n).min(self.hashes.len());
            covered += self.ends[end] - self.ends[place.max(reached)];
            reached = end;
        }
        share(covered, self.ends.last().copied().unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> Result<(), Reason> {
        GopherRepetition::new(assay_schema::GopherRepetition::default()).check(text)
    }

    /// Words that are all different and of the same length.
    fn distinct(from: usize, count: usize) -> String {
        (from..from + count)
            .map(|i| format!("w{i:04}"))
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn slow_top(words: &[&str], n: usize) -> f64 {
        let grams: Vec<_> = words.windows(n).collect();
        let count = |gram: &&[&str]| grams.iter().filter(|other| *other == gram).count();
        let most = grams.iter().map(count).max().unwrap_or(0);
        let top = grams.iter().find(|gram| most > 1 && count(gram) == most);
        slow_share(words, n, |place| Some(&grams[place]) == top)
    }

    fn slow_duplicate(words: &[&str], n: usize) -> f64 {
        slow_share(words, n, |place| {
            words[..place + n - 1]
                .windows(n)
                .any(|gram| gram == &words[place..place + n])
        })
    }

    fn slow_share(words: &[&str], n: usize, marked: impl Fn(usize) -> bool) -> f64 {
        let mut covered = vec![false; words.len()];
        for place in 0..(words.len() + 1).saturating_sub(n) {
            if marked(place) {
                covered[place..place + n].fill(true);
            }
        }
        let length = |word: &&str| word.chars().count();
        let part = words
            .iter()
            .zip(covered)
            .filter(|(_, c)| *c)
            .map(|(w, _)| length(w))
            .sum();
        share(part, words.iter().map(length).sum())
    }

    #[test]
    fn a_text_without_repetition_is_kept() {
        assert_eq!(check(&distinct(0, 500)), Ok(()));
        assert_eq!(check(""), Ok(()));
    }

    #[test]
    fn lines() {
        let long = distinct(0, 100);
        assert_eq!(check(&format!("a\nb\na\n{long}")), Ok(()));
        assert_eq!(check(&format!("a\na\na\n{long}")), Err("duplicate-lines"));
        let half = distinct(0, 50);
        let many = (100..110)
            .map(|i| distinct(i, 1))
            .collect::<Vec<_>>()
            .join("\n");
        assert_eq!(
            check(&format!("{half}\n{half}\n{many}")),
            Err("duplicate-line-characters")
        );
    }

    #[test]
    fn paragraphs() {
        let limits = assay_schema::GopherRepetition {
            max_duplicate_lines: 1.0,
            max_duplicate_line_characters: 1.0,
            ..Default::default()
        };
        let rule = GopherRepetition::new(limits);
        let long = distinct(0, 100);
        assert_eq!(
            rule.check(&format!("a\nb\n\nb\na\n\na\nb\n\n{long}")),
            Ok(())
        );
        let thrice = format!("a\nb\n\na\nb\n\na\nb\n\n{long}");
        assert_eq!(rule.check(&thrice), Err("duplicate-paragraphs"));
        let half = distinct(0, 50);
        let many = (100..110)
            .map(|i| distinct(i, 1))
            .collect::<Vec<_>>()
            .join("\n\n");
        let twice = format!("{half}\n\n{half}\n\n{many}");
        assert_eq!(rule.check(&twice), Err("duplicate-paragraph-characters"));
    }

    #[test]
    fn ngrams_have_their_own_limits() {
        let top = format!("{} {}", "again then ".repeat(12), distinct(0, 60));
        assert_eq!(check(&top), Err("top-2-gram"));
        let block = distinct(0, 20);
        let twice = format!("{block} {} {block}", distinct(100, 60));
        assert_eq!(check(&twice), Err("duplicate-5-gram"));
    }

    #[test]
    fn each_gram_fails_alone() {
        let text = format!("{0} {1} {0}", distinct(0, 12), distinct(100, 76));
        let mut limits = assay_schema::GopherRepetition::default();
        for (place, (_, reason)) in DUPLICATE.into_iter().enumerate() {
            limits.max_duplicate_ngram_characters = [1.0; 6];
            limits.max_duplicate_ngram_characters[place] = 0.11;
            assert_eq!(
                GopherRepetition::new(limits.clone()).check(&text),
                Err(reason)
            );
            limits.max_duplicate_ngram_characters[place] = 0.13;
            assert_eq!(GopherRepetition::new(limits.clone()).check(&text), Ok(()));
        }
    }

    proptest! {
        #[test]
        fn shares_agree_with_the_slow_twins(
            words in prop::collection::vec("[ab]|éé", 0..60), n in 2_usize..11,
        ) {
            let text = words.join(" ");
            let split: Vec<&str> = words.iter().map(String::as_str).collect();
            let fast = Words::of(&text);
            prop_assert_eq!(fast.share_of_top_ngram(n), slow_top(&split, n));
            prop_assert_eq!(fast.share_of_duplicate_ngrams(n), slow_duplicate(&split, n));
        }
    }
}
