//! `fineweb`: drops lists, fragments and documents that repeat lines.
//!
//! # Source
//! Penedo et al. 2024, arXiv:2406.17557, section 3.6, and the published code. Lines are those that
//! are not blank, without the white space around them.
//!
//! # Checks, in this order, and datatrove's names for them
//! * `empty` (`empty`): no line.
//! * `few-punctuated-lines` (`line_punct_ratio`): lines that end in terminal punctuation of any
//!   script.
//! * `short-lines` (`short_line_ratio`): lines of at most `short_line_length` characters.
//! * `duplicate-line-characters` (`char_dup_ratio`): characters in lines that repeat an earlier
//!   one, among those of all lines.
//! * `many-newlines` (`list_ratio`): line feeds per word.
//!
//! # Preset `datatrove-0.10`
//! Words are spaCy's tokens; lines keep the white space around them, and end at line feeds only;
//! characters of blank lines count among all.

use assay_schema::{FineWeb, Preset, WordRule};
use assay_text::python;
use memchr::memchr_iter;

use crate::analysis::datatrove;
use crate::analysis::duplicates::Duplicates;
use crate::analysis::lines_and_paragraphs::split_at_line_feeds;
use crate::analysis::view::View;
use crate::rule::Rule;
use crate::thresholds::{Rejection, Thresholds, share};

/// Drops documents whose lines do not read like prose.
pub(crate) struct FineWebRule {
    settings: FineWeb,
    words: WordRule,
}

/// What the checks on lines count.
#[derive(Default)]
struct Counts {
    lines: usize,
    punctuated: usize,
    short: usize,
}

impl Counts {
    fn of<'a>(lines: impl Iterator<Item = &'a str>, short_line_length: u64) -> Self {
        let mut counts = Self::default();
        for line in lines {
            counts.lines += 1;
            counts.punctuated += usize::from(line.ends_with(datatrove::ends_line));
            counts.short += usize::from(is_short(line, short_line_length));
        }
        counts
    }
}

impl FineWebRule {
    pub(crate) fn new(settings: &FineWeb) -> Self {
        Self {
            words: settings.words.unwrap_or(settings.preset.words()),
            settings: settings.clone(),
        }
    }

    fn counts(&self, view: &View<'_>) -> Counts {
        let text = view.text();
        let short = self.settings.short_line_length;
        match self.settings.preset {
            Preset::Default => Counts::of(view.lines().of(text), short),
            Preset::Datatrove010 => Counts::of(lines(text), short),
        }
    }

    /// The share of characters in lines that repeat an earlier one.
    fn duplicates(&self, view: &View<'_>, newlines: usize) -> f64 {
        match self.settings.preset {
            Preset::Default => {
                let found = view.lines().duplicates;
                share(found.duplicate_characters, found.characters)
            }
            Preset::Datatrove010 => {
                let found = Duplicates::of(view.text(), lines(view.text()));
                share(found.duplicate_characters, view.characters() - newlines)
            }
        }
    }

    /// Whether the first words alone are enough for this many line feeds; the rest is not counted.
    fn has_words_for(&self, view: &View<'_>, newlines: usize) -> bool {
        let most = self.settings.max_newlines_per_word;
        // One more, since the quotient is rounded; where none is allowed no number is enough.
        let enough = ((newlines as f64 / most) as usize).saturating_add(1);
        share(newlines, enough) <= most && view.has_words(self.words, enough)
    }
}

impl Rule for FineWebRule {
    fn examine(
        &self,
        view: &View<'_>,
        thresholds: &mut Thresholds,
    ) -> Result<Option<String>, Rejection> {
        let limits = &self.settings;
        let counts = self.counts(view);
        thresholds.fail_if(counts.lines == 0, "empty", || "no line".to_owned())?;
        thresholds.at_least(
            "fineweb.punctuated-lines",
            share(counts.punctuated, counts.lines),
            limits.min_punctuated_lines,
            "few-punctuated-lines",
        )?;
        thresholds.at_most(
            "fineweb.short-lines",
            share(counts.short, counts.lines),
            limits.max_short_lines,
            "short-lines",
        )?;
        let newlines = memchr_iter(b'\n', view.text().as_bytes()).count();
        thresholds.at_most(
            "fineweb.duplicate-line-characters",
            self.duplicates(view, newlines),
            limits.max_duplicate_line_characters,
            "duplicate-line-characters",
        )?;
        if !thresholds.is_listing() && self.has_words_for(view, newlines) {
            return Ok(None);
        }
        thresholds.at_most(
            "fineweb.newlines",
            share(newlines, view.words(self.words).count()),
            limits.max_newlines_per_word,
            "many-newlines",
        )?;
        Ok(None)
    }
}

/// The lines that are not blank, with the white space around them.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    split_at_line_feeds(text, 1).filter(|line| !python::strip(line).is_empty())
}

fn is_short(line: &str, most: u64) -> bool {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    // A character has at most four bytes.
    line.len() <= most || (line.len() / 4 <= most && line.chars().count() <= most)
}

#[cfg(test)]
mod tests {
    use assay_schema::FilterSpec;

    use super::*;
    use crate::testing;
    use crate::thresholds::Reason;

    fn line(number: usize) -> String {
        format!("This is the long line with the number {number}.")
    }

    fn text(lines: usize) -> String {
        (0..lines).map(line).collect::<Vec<_>>().join("\n")
    }

    fn check(text: &str) -> Result<(), Reason> {
        let default = testing::check(FilterSpec::FineWeb(FineWeb::default()), text);
        let datatrove = FineWeb {
            preset: Preset::Datatrove010,
            ..FineWeb::default()
        };
        assert_eq!(
            testing::check(FilterSpec::FineWeb(datatrove), text),
            default
        );
        default
    }

    #[test]
    fn prose_is_kept() {
        assert_eq!(check(&text(8)), Ok(()));
        assert_eq!(check(" \n\n"), Err("empty"));
    }

    #[test]
    fn lines_end_in_punctuation() {
        let without = text(8).replace('.', "");
        assert_eq!(check(&without), Err("few-punctuated-lines"));
        assert_eq!(check(&format!("{without}.")), Ok(()));
        assert_eq!(check(&format!("{without}。")), Ok(()));
    }

    #[test]
    fn lines_are_long() {
        let short = "Some words of it go here too.\n";
        assert_eq!(short.trim().chars().count(), 29);
        let numbered = |count: usize| -> String {
            (0..count)
                .map(|i| short.replacen("Some", &format!("é{i:03}"), 1))
                .collect()
        };
        assert_eq!(check(&format!("{}{}", numbered(20), text(10))), Ok(()));
        assert_eq!(
            check(&format!("{}{}", numbered(21), text(10))),
            Err("short-lines")
        );
    }

    #[test]
    fn lines_are_different() {
        assert_eq!(
            check(&format!("{}\n{}", text(8), line(0))),
            Err("duplicate-line-characters")
        );
        assert_eq!(check(&format!("{}\n{}", text(200), line(0))), Ok(()));
    }

    #[test]
    fn no_line_feed_may_be_allowed() {
        for preset in [Preset::Default, Preset::Datatrove010] {
            let settings = FineWeb {
                preset,
                max_newlines_per_word: 0.0,
                ..FineWeb::default()
            };
            let check = |text: &str| testing::check(FilterSpec::FineWeb(settings.clone()), text);
            assert_eq!(check(&text(2)), Err("many-newlines"));
            assert_eq!(check(&text(1)), Ok(()));
        }
    }

    #[test]
    fn line_feeds_per_word() {
        assert_eq!(
            check(&text(8).replace('\n', "\n\n\n\n\n")),
            Err("many-newlines")
        );
        assert_eq!(check(&text(8).replace('\n', "\n\n")), Ok(()));
    }
}
