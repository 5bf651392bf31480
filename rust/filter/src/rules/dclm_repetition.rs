//! `dclm-repetition`: the repetition rules of DCLM-Baseline.
//!
//! # Source
//! `massive_web_repetition_filters` of the DCLM repository (Li et al. 2024, arXiv:2406.11794),
//! after table A1 of Gopher (Rae et al. 2021, arXiv:2112.11446). All occurrences of what repeats
//! count, the first too; of the most frequent n-grams the longest counts; overlapping occurrences
//! count. Words are UAX #29 words that begin with a letter or a digit.
//!
//! # Checks, in this order
//! * `no-lines`: every line is blank.
//! * `repeated-lines`, `repeated-paragraphs`: among all lines, and among the paragraphs between
//!   empty lines. A single line or paragraph never fails.
//! * `repeated-line-characters`, `repeated-paragraph-characters`: by their characters.
//! * `top-2-gram` to `top-4-gram`: characters in the most frequent n-gram, if it repeats.
//! * `repeated-5-grams` to `repeated-10-grams`: characters in n-grams that repeat.

use std::collections::HashMap;

use assay_schema::{DclmRepetition, WordRule};
use assay_text::python::strip;
use assay_text::{PassThrough, hash64};

use crate::analysis::grams::Grams;
use crate::analysis::view::View;
use crate::analysis::words::Words;
use crate::rule::Rule;
use crate::thresholds::Reason;
use crate::thresholds::{Rejection, Thresholds, share};

/// Feature and reason for 2- to 4-grams, and for 5- to 10-grams.
const TOP: [(&str, Reason); 3] = [
    ("dclm-repetition.top-2-gram", "top-2-gram"),
    ("dclm-repetition.top-3-gram", "top-3-gram"),
    ("dclm-repetition.top-4-gram", "top-4-gram"),
];
const REPEATED: [(&str, Reason); 6] = [
    ("dclm-repetition.repeated-5-grams", "repeated-5-grams"),
    ("dclm-repetition.repeated-6-grams", "repeated-6-grams"),
    ("dclm-repetition.repeated-7-grams", "repeated-7-grams"),
    ("dclm-repetition.repeated-8-grams", "repeated-8-grams"),
    ("dclm-repetition.repeated-9-grams", "repeated-9-grams"),
    ("dclm-repetition.repeated-10-grams", "repeated-10-grams"),
];

/// Drops documents that repeat themselves.
pub(crate) struct DclmRepetitionRule {
    settings: DclmRepetition,
}

impl DclmRepetitionRule {
    pub(crate) fn new(settings: &DclmRepetition) -> Self {
        Self {
            settings: settings.clone(),
        }
    }

    fn check_parts(&self, text: &str, thresholds: &mut Thresholds) -> Result<(), Rejection> {
        let limits = &self.settings;
        let lines = Repeats::of(text, "\n");
        let paragraphs = Repeats::of(text, "\n\n");
        thresholds.fail_if(lines.parts == 0, "no-lines", || "0 lines".to_owned())?;
        for (feature, value, most, reason) in [
            (
                "dclm-repetition.lines",
                lines.share(),
                limits.max_repeated_lines,
                "repeated-lines",
            ),
            (
                "dclm-repetition.paragraphs",
                paragraphs.share(),
                limits.max_repeated_paragraphs,
                "repeated-paragraphs",
            ),
            (
                "dclm-repetition.line-characters",
                lines.share_of_characters(),
                limits.max_repeated_line_characters,
                "repeated-line-characters",
            ),
            (
                "dclm-repetition.paragraph-characters",
                paragraphs.share_of_characters(),
                limits.max_repeated_paragraph_characters,
                "repeated-paragraph-characters",
            ),
        ] {
            thresholds.at_most(feature, value, most, reason)?;
        }
        Ok(())
    }

    fn check_grams(&self, words: &Words, thresholds: &mut Thresholds) -> Result<(), Rejection> {
        Grams::with(words, |grams| {
            let limits = self.settings.max_top_ngram_characters;
            for (n, ((feature, reason), limit)) in (2..).zip(TOP.into_iter().zip(limits)) {
                if n > 2 {
                    grams.grow();
                }
                let top = share(top_characters(grams, words, n), words.characters);
                thresholds.at_most(feature, top, limit, reason)?;
            }
            let limits = self.settings.max_repeated_ngram_characters;
            for (n, ((feature, reason), limit)) in (5..).zip(REPEATED.into_iter().zip(limits)) {
                grams.grow();
                let places = grams.repeated().map(|(place, _)| place);
                let covered = Grams::covered(n, words, places);
                thresholds.at_most(feature, share(covered, words.characters), limit, reason)?;
            }
            Ok(())
        })
    }
}

impl Rule for DclmRepetitionRule {
    fn examine(
        &self,
        view: &View<'_>,
        thresholds: &mut Thresholds,
    ) -> Result<Option<String>, Rejection> {
        self.check_parts(view.text(), thresholds)?;
        let words = view.words(WordRule::Uax29);
        self.check_grams(&words.begun_by_letter_or_digit(), thresholds)?;
        Ok(None)
    }
}

/// Characters in all occurrences of the most frequent n-gram, the longest of several; zero where
/// none repeats.
fn top_characters(grams: &Grams, words: &Words, n: usize) -> usize {
    let with_length = grams
        .repeated()
        .map(|(place, count)| (count, words.length_of(place..place + n)));
    with_length
        .max()
        .map_or(0, |(count, length)| count * length)
}

/// How much the parts of a text repeat each other.
#[derive(Debug, Default, PartialEq, Eq)]
struct Repeats {
    parts: usize,
    characters: usize,
    /// Parts that occur more than once, every occurrence counted; and their characters.
    repeated: usize,
    repeated_characters: usize,
}

impl Repeats {
    /// Counts the parts between `separator` that are not blank, without the white space around
    /// them.
    fn of(text: &str, separator: &str) -> Self {
        let mut seen: HashMap<u64, (usize, usize), PassThrough> = HashMap::default();
        let mut repeats = Self::default();
        for part in text
            .split(separator)
            .map(strip)
            .filter(|part| !part.is_empty())
        {
            let length = part.chars().count();
            repeats.parts += 1;
            repeats.characters += length;
            seen.entry(hash64(0, part.as_bytes()))
                .or_insert((0, length))
                .0 += 1;
        }
        for (times, length) in seen.into_values().filter(|(times, _)| *times > 1) {
            repeats.repeated += times;
            repeats.repeated_characters += times * length;
        }
        repeats
    }

    fn share(&self) -> f64 {
        share(self.repeated, self.parts)
    }

    fn share_of_characters(&self) -> f64 {
        share(self.repeated_characters, self.characters)
    }
}

#[cfg(test)]
mod tests {
    use assay_schema::FilterSpec;
    use proptest::prelude::*;

    use super::*;
    use crate::chain::Chain;
    use crate::document::Document;
    use crate::testing;

    fn check(text: &str) -> Result<(), Reason> {
        testing::check(FilterSpec::DclmRepetition(DclmRepetition::default()), text)
    }

    /// Words that all differ.
    fn words(from: usize, count: usize) -> String {
        let words: Vec<_> = (from..from + count).map(|n| format!("w{n:04}")).collect();
        words.join(" ")
    }

    #[test]
    fn lines_and_paragraphs() {
        assert_eq!(check(""), Err("no-lines"));
        assert_eq!(check(" \n\t\n"), Err("no-lines"));
        assert_eq!(check(&words(0, 9)), Ok(()));
        let lines: Vec<_> = (0..10).map(|n| words(n * 20, 20)).collect();
        assert_eq!(check(&lines.join("\n")), Ok(()));
        let again = format!("{}\na\na\na\na\na", lines.join("\n"));
        assert_eq!(check(&again), Err("repeated-lines"));
        let long = words(900, 40);
        let long = format!("{}\n{long}\n{long}", lines.join("\n"));
        assert_eq!(check(&long), Err("repeated-line-characters"));
        let paragraphs = format!("{}\n\na\nb\n\na\nb\n\nc\nd", lines.join("\n"));
        assert_eq!(check(&paragraphs), Err("repeated-paragraphs"));
    }

    #[test]
    fn frequent_and_repeated_ngrams() {
        let text = format!("{} {}", words(0, 60), "same pair ".repeat(20));
        assert_eq!(check(&text), Err("top-2-gram"));
        let part = words(0, 9);
        let text = format!("{} {part} {} {part}", words(100, 40), words(200, 40));
        assert_eq!(check(&text), Err("repeated-5-grams"));
        assert_eq!(check(&"a ".repeat(50_000)), Err("top-2-gram"));
    }

    /// The slow twin: shares by the definition, from lists of words.
    fn slow(words: &[&str], n: usize) -> f64 {
        let grams: Vec<_> = words.windows(n).collect();
        let count = |gram: &[&str]| grams.iter().filter(|other| **other == gram).count();
        let characters =
            |words: &[&str]| words.iter().map(|word| word.chars().count()).sum::<usize>();
        let repeated: Vec<_> = (0..grams.len())
            .filter(|place| count(grams[*place]) > 1)
            .collect();
        let part = if n < 5 {
            let top = repeated
                .iter()
                .map(|place| (count(grams[*place]), characters(grams[*place])));
            top.max().map_or(0, |(count, length)| count * length)
        } else {
            let covers = |word: &usize| {
                repeated
                    .iter()
                    .any(|place| (*place..place + n).contains(word))
            };
            let covered = (0..words.len()).filter(covers);
            covered.map(|word| characters(&words[word..=word])).sum()
        };
        share(part, characters(words))
    }

    proptest! {
        #[test]
        fn ngrams_agree_with_the_slow_twin(words in prop::collection::vec("a|b|cé|_a", 0..40)) {
            let chain = Chain::new(&[FilterSpec::DclmRepetition(DclmRepetition::default())]).unwrap();
            let features = chain.features(&Document::of_text(&words.join(" ")));
            let words = words.iter().map(String::as_str).filter(|word| !word.starts_with('_'));
            let words: Vec<_> = words.collect();
            for (n, (name, value)) in (2..).zip(&features[4..]) {
                prop_assert_eq!(*value, slow(&words, n), "{}", name);
            }
        }

        #[test]
        fn parts_agree_with_the_slow_twin(text in "[ab\n ]{0,30}") {
            for separator in ["\n", "\n\n"] {
                let parts: Vec<_> = text.split(separator).map(strip).filter(|part| !part.is_empty()).collect();
                let is_repeated = |part: &&&str| parts.iter().filter(|other| other == part).count() > 1;
                let expected = Repeats {
                    parts: parts.len(),
                    characters: parts.iter().map(|part| part.len()).sum(),
                    repeated: parts.iter().filter(is_repeated).count(),
                    repeated_characters: parts.iter().filter(is_repeated).map(|part| part.len()).sum(),
                };
                prop_assert_eq!(Repeats::of(&text, separator), expected);
            }
        }
    }
}
