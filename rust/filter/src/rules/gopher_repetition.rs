//! `gopher-repetition`: drops documents that say the same thing again and again.
//!
//! # Source
//! Rae et al. 2021, arXiv:2112.11446, appendix A.1.1 and table A1. A line, paragraph or n-gram is a
//! duplicate when an equal one came before it in the document; of n-grams that overlap no
//! character counts twice; of the most frequent n-gram (the first of several) every occurrence
//! counts, if there are at least two. Characters are those of words for n-grams, those of lines
//! without the white space around them otherwise.
//!
//! # Checks, in this order, and datatrove's names for them
//! * `duplicate-lines` (`dup_line_frac`), `duplicate-line-characters` (`dup_line_char_frac`)
//! * `duplicate-paragraphs` (`dup_para_frac`), `duplicate-paragraph-characters`
//!   (`dup_para_char_frac`)
//! * `top-2-gram` (`top_2_gram`), `top-3-gram`, `top-4-gram`: characters in the most frequent
//!   n-gram.
//! * `duplicate-5-gram` (`duplicated_5_n_grams`) to `duplicate-10-gram`: characters in duplicate
//!   n-grams.
//!
//! # Preset `datatrove-0.10`
//! Words are spaCy's tokens. An `empty` text is dropped; paragraphs come before lines; both keep
//! the white space around them and end at line feeds only. All shares of characters are of the
//! whole text. The most frequent n-gram counts as often as it occurs, overlapping or not and even
//! once, with the spaces between its words. Duplicate n-grams are looked for after the end of the
//! last one. datatrove takes n-grams as equal when their words written together are equal; here
//! the words must be.

use assay_schema::{GopherRepetition, Preset, WordRule};
use assay_text::python;

use crate::analysis::duplicates::Duplicates;
use crate::analysis::grams::Grams;
use crate::analysis::lines_and_paragraphs::{paragraphs, split_at_line_feeds};
use crate::analysis::view::View;
use crate::rule::Rule;
use crate::thresholds::Reason;
use crate::thresholds::{Rejection, Thresholds, share};

/// Feature and reason of each n-gram check.
type Names = (&'static str, Reason);

const TOP: [Names; 3] = [
    ("gopher-repetition.top-2-gram", "top-2-gram"),
    ("gopher-repetition.top-3-gram", "top-3-gram"),
    ("gopher-repetition.top-4-gram", "top-4-gram"),
];
const DUPLICATE: [Names; 6] = [
    ("gopher-repetition.duplicate-5-gram", "duplicate-5-gram"),
    ("gopher-repetition.duplicate-6-gram", "duplicate-6-gram"),
    ("gopher-repetition.duplicate-7-gram", "duplicate-7-gram"),
    ("gopher-repetition.duplicate-8-gram", "duplicate-8-gram"),
    ("gopher-repetition.duplicate-9-gram", "duplicate-9-gram"),
    ("gopher-repetition.duplicate-10-gram", "duplicate-10-gram"),
];

/// Drops documents with much repetition.
pub(crate) struct GopherRepetitionRule {
    settings: GopherRepetition,
    words: WordRule,
}

impl GopherRepetitionRule {
    pub(crate) fn new(settings: &GopherRepetition) -> Self {
        Self {
            words: settings.words.unwrap_or(settings.preset.words()),
            settings: settings.clone(),
        }
    }

    /// The share of characters in duplicates, among those of all parts or of the whole text.
    fn share_of_characters(&self, view: &View<'_>, found: &Duplicates) -> f64 {
        let whole = match self.settings.preset {
            Preset::Default => found.characters,
            Preset::Datatrove010 => view.characters(),
        };
        share(found.duplicate_characters, whole)
    }

    fn check_lines(&self, view: &View<'_>, thresholds: &mut Thresholds) -> Result<(), Rejection> {
        let limits = &self.settings;
        let lines = match limits.preset {
            Preset::Default => view.lines().duplicates,
            Preset::Datatrove010 => {
                Duplicates::of(view.text(), split_at_line_feeds(view.text(), 1))
            }
        };
        thresholds.at_most(
            "gopher-repetition.duplicate-lines",
            share(lines.duplicates, lines.count),
            limits.max_duplicate_lines,
            "duplicate-lines",
        )?;
        thresholds.at_most(
            "gopher-repetition.duplicate-line-characters",
            self.share_of_characters(view, &lines),
            limits.max_duplicate_line_characters,
            "duplicate-line-characters",
        )
    }

    fn check_paragraphs(
        &self,
        view: &View<'_>,
        thresholds: &mut Thresholds,
    ) -> Result<(), Rejection> {
        let limits = &self.settings;
        let paragraphs = match limits.preset {
            // A paragraph that repeats another one repeats its lines.
            Preset::Default if view.lines().duplicates.duplicates == 0 => Duplicates::default(),
            Preset::Default => Duplicates::of(view.text(), paragraphs(view.text())),
            Preset::Datatrove010 => Duplicates::of(
                view.text(),
                split_at_line_feeds(python::strip(view.text()), 2),
            ),
        };
        thresholds.at_most(
            "gopher-repetition.duplicate-paragraphs",
            share(paragraphs.duplicates, paragraphs.count),
            limits.max_duplicate_paragraphs,
            "duplicate-paragraphs",
        )?;
        thresholds.at_most(
            "gopher-repetition.duplicate-paragraph-characters",
            self.share_of_characters(view, &paragraphs),
            limits.max_duplicate_paragraph_characters,
            "duplicate-paragraph-characters",
        )
    }

    fn check_grams(&self, view: &View<'_>, thresholds: &mut Thresholds) -> Result<(), Rejection> {
        let limits = &self.settings;
        let words = view.words(self.words);
        let whole = match limits.preset {
            Preset::Default => words.characters,
            Preset::Datatrove010 => view.characters(),
        };
        Grams::with(words, |grams| {
            for (n, (names, limit)) in (2..).zip(TOP.iter().zip(limits.max_top_ngram_characters)) {
                let top = match limits.preset {
                    Preset::Default => Grams::covered(n, words, grams.top()),
                    Preset::Datatrove010 => grams.spaced_top(words),
                };
                thresholds.at_most(names.0, share(top, whole), limit, names.1)?;
                grams.grow();
            }
            let duplicate = limits.max_duplicate_ngram_characters;
            for (place, (names, limit)) in DUPLICATE.iter().zip(duplicate).enumerate() {
                let characters = match limits.preset {
                    Preset::Default => Grams::covered(5 + place, words, grams.duplicates()),
                    Preset::Datatrove010 => grams.greedy_duplicates(words),
                };
                let duplicates = share(characters, whole);
                thresholds.at_most(names.0, duplicates, limit, names.1)?;
                // Duplicate longer n-grams are within duplicate shorter ones.
                let none_is_above = || duplicate[place..].iter().all(|limit| duplicates <= *limit);
                if limits.preset == Preset::Default && !thresholds.is_listing() && none_is_above() {
                    break;
                }
                grams.grow();
            }
            Ok(())
        })
    }
}

impl Rule for GopherRepetitionRule {
    fn examine(
        &self,
        view: &View<'_>,
        thresholds: &mut Thresholds,
    ) -> Result<Option<String>, Rejection> {
        match self.settings.preset {
            Preset::Default => {
                self.check_lines(view, thresholds)?;
                self.check_paragraphs(view, thresholds)?;
            }
            Preset::Datatrove010 => {
                let is_empty = view.text().is_empty();
                thresholds.fail_if(is_empty, "empty", || "no character".to_owned())?;
                self.check_paragraphs(view, thresholds)?;
                self.check_lines(view, thresholds)?;
            }
        }
        self.check_grams(view, thresholds)?;
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use assay_schema::FilterSpec;

    use super::*;
    use crate::testing;

    fn check(text: &str) -> Result<(), Reason> {
        check_with(&GopherRepetition::default(), text)
    }

    fn check_with(settings: &GopherRepetition, text: &str) -> Result<(), Reason> {
        testing::check(FilterSpec::GopherRepetition(settings.clone()), text)
    }

    /// Words that are all different and of the same length.
    fn distinct(from: usize, count: usize) -> String {
        (from..from + count)
            .map(|i| format!("w{i:04}"))
            .collect::<Vec<_>>()
            .join(" ")
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
        let limits = GopherRepetition {
            max_duplicate_lines: 1.0,
            max_duplicate_line_characters: 1.0,
            ..Default::default()
        };
        let long = distinct(0, 100);
        assert_eq!(
            check_with(&limits, &format!("a\nb\n\nb\na\n\na\nb\n\n{long}")),
            Ok(())
        );
        let thrice = format!("a\nb\n\na\nb\n\na\nb\n\n{long}");
        assert_eq!(check_with(&limits, &thrice), Err("duplicate-paragraphs"));
        let half = distinct(0, 50);
        let many = (100..110)
            .map(|i| distinct(i, 1))
            .collect::<Vec<_>>()
            .join("\n\n");
        let twice = format!("{half}\n\n{half}\n\n{many}");
        assert_eq!(
            check_with(&limits, &twice),
            Err("duplicate-paragraph-characters")
        );
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
        let mut limits = GopherRepetition::default();
        for (place, (_, reason)) in DUPLICATE.into_iter().enumerate() {
            limits.max_duplicate_ngram_characters = [1.0; 6];
            limits.max_duplicate_ngram_characters[place] = 0.11;
            assert_eq!(check_with(&limits, &text), Err(reason));
            limits.max_duplicate_ngram_characters[place] = 0.13;
            assert_eq!(check_with(&limits, &text), Ok(()));
        }
    }
}
