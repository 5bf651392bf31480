//! `gopher-quality`: drops documents that show signs of not being prose.
//!
//! # Source
//! Rae et al. 2021, arXiv:2112.11446, appendix A.1.1. The paper does not say how it splits
//! words; here they are UAX #29 words with a letter or a digit. Implementations that count
//! punctuation marks as words drop more text with code and formulas as `few-alphabetic-words`.
//!
//! # Checks, in this order, and datatrove's names for them
//! * `too-few-words` (`gopher_short_doc`), `too-many-words` (`gopher_long_doc`): the number of
//!   words.
//! * `short-words` (`gopher_below_avg_threshold`), `long-words` (`gopher_above_avg_threshold`):
//!   the mean length of words, in characters.
//! * `many-hashes` (`gopher_too_many_hashes`), `many-ellipses` (`gopher_too_many_ellipsis`): `#`
//!   signs and ellipses per word.
//! * `bullet-lines` (`gopher_too_many_bullets`): lines that begin with a bullet, among the lines
//!   that are not blank.
//! * `ellipsis-lines` (`gopher_too_many_end_ellipsis`): lines that end with an ellipsis.
//! * `few-alphabetic-words` (`gopher_below_alpha_threshold`): words with a letter.
//! * `few-stop-words` (`gopher_enough_stop_words`): how many different stop words occur.
//!
//! # Preset `datatrove-0.10`
//! Words are spaCy's tokens; those of punctuation alone count in the shares, but neither in the
//! number of words nor in their mean length. Blank lines count as lines, bullets are `•` and `-`,
//! stop words count in lower case only.

use assay_schema::{GopherQuality, Preset, WordRule};
use assay_text::python;
use memchr::{memchr_iter, memmem};

use crate::analysis::view::View;
use crate::rule::Rule;
use crate::rules::shared::prose_checks::{self, Names, Shapes};
use crate::thresholds::{Rejection, Thresholds, share};

const NAMES: Names = Names {
    words: "gopher-quality.words",
    mean_word_length: "gopher-quality.mean-word-length",
    bullet_lines: "gopher-quality.bullet-lines",
    ellipsis_lines: "gopher-quality.ellipsis-lines",
};
const BULLETS: [char; 7] = ['•', '‣', '⁃', '▪', '◦', '*', '-'];
const DATATROVE_BULLETS: [char; 2] = ['•', '-'];
const ELLIPSES: [&str; 2] = ["...", "…"];

/// Drops documents that do not look like prose.
pub(crate) struct GopherQualityRule {
    settings: GopherQuality,
    words: WordRule,
}

impl GopherQualityRule {
    pub(crate) fn new(settings: &GopherQuality) -> Self {
        Self {
            words: settings.words.unwrap_or(settings.preset.words()),
            settings: settings.clone(),
        }
    }

    fn check_words(&self, view: &View<'_>, thresholds: &mut Thresholds) -> Result<(), Rejection> {
        let limits = &self.settings;
        let words = view.words(self.words);
        let (count, characters) = match limits.preset {
            Preset::Default => (words.count(), words.characters),
            Preset::Datatrove010 => (
                words.count() - words.symbols,
                words.characters - words.symbol_characters,
            ),
        };
        let measured = (count, share(characters, count));
        prose_checks::check_words(&NAMES, &limits.prose(), measured, thresholds)
    }

    fn check_symbols(&self, view: &View<'_>, thresholds: &mut Thresholds) -> Result<(), Rejection> {
        let most = self.settings.max_symbols_per_word;
        let (text, words) = (view.text(), view.words(self.words).count());
        let bytes = text.as_bytes();
        let hashes = share(memchr_iter(b'#', bytes).count(), words);
        thresholds.at_most("gopher-quality.hashes", hashes, most, "many-hashes")?;
        let counts = ELLIPSES.map(|ellipsis| memmem::find_iter(bytes, ellipsis).count());
        let ellipses = share(counts.into_iter().sum(), words);
        thresholds.at_most("gopher-quality.ellipses", ellipses, most, "many-ellipses")
    }

    fn check_lines(&self, view: &View<'_>, thresholds: &mut Thresholds) -> Result<(), Rejection> {
        let limits = &self.settings;
        let shapes = match limits.preset {
            Preset::Default => Shapes::of(view.lines().of(view.text()), &BULLETS, &ELLIPSES),
            Preset::Datatrove010 => {
                let lines = python::split_lines(view.text());
                Shapes::of(lines.map(python::strip), &DATATROVE_BULLETS, &ELLIPSES)
            }
        };
        shapes.check(&NAMES, &limits.prose(), thresholds)
    }

    fn check_vocabulary(
        &self,
        view: &View<'_>,
        thresholds: &mut Thresholds,
    ) -> Result<(), Rejection> {
        let limits = &self.settings;
        let words = view.words(self.words);
        thresholds.at_least(
            "gopher-quality.alphabetic-words",
            share(words.lettered, words.count()),
            limits.min_alphabetic_words,
            "few-alphabetic-words",
        )?;
        let stop_words = match limits.preset {
            Preset::Default => words.stop_words(),
            Preset::Datatrove010 => words.lower_case_stop_words(),
        };
        thresholds.at_least(
            "gopher-quality.stop-words",
            f64::from(stop_words),
            limits.min_stop_words as f64,
            "few-stop-words",
        )
    }
}

impl Rule for GopherQualityRule {
    fn examine(
        &self,
        view: &View<'_>,
        thresholds: &mut Thresholds,
    ) -> Result<Option<String>, Rejection> {
        self.check_words(view, thresholds)?;
        self.check_symbols(view, thresholds)?;
        self.check_lines(view, thresholds)?;
        self.check_vocabulary(view, thresholds)?;
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use assay_schema::FilterSpec;

    use super::*;
    use crate::testing;
    use crate::thresholds::Reason;

    /// Ten words with four stop words.
    const SENTENCE: &str = "The reader of this page will have to wait patiently.";

    fn check(text: &str) -> Result<(), Reason> {
        testing::check(FilterSpec::GopherQuality(GopherQuality::default()), text)
    }

    fn prose() -> String {
        [SENTENCE; 6].join("\n")
    }

    #[test]
    fn prose_is_kept() {
        assert_eq!(check(&prose()), Ok(()));
    }

    #[test]
    fn number_of_words() {
        assert_eq!(check(&[SENTENCE; 5].join(" ")), Ok(()));
        let forty_nine = [SENTENCE; 5].join(" ").replacen("The ", "", 1);
        assert_eq!(check(&forty_nine), Err("too-few-words"));
        assert_eq!(check(""), Err("too-few-words"));
        assert_eq!(check(&"word ".repeat(100_001)), Err("too-many-words"));
    }

    #[test]
    fn length_of_words() {
        assert_eq!(check(&"to be ".repeat(30)), Err("short-words"));
        assert_eq!(check(&"incomprehensible ".repeat(50)), Err("long-words"));
        // Three and ten are within the bounds, and characters are counted, not bytes.
        assert_eq!(check(&"the and éàü ".repeat(20)), Ok(()));
        assert_eq!(
            check(&format!("the of to {}", "éééééééééé ".repeat(500))),
            Ok(())
        );
    }

    #[test]
    fn symbols_per_word() {
        assert_eq!(check(&format!("{} {}", prose(), "# ".repeat(6))), Ok(()));
        assert_eq!(
            check(&format!("{} {}", prose(), "# ".repeat(7))),
            Err("many-hashes")
        );
        assert_eq!(
            check(&format!("{} {}", prose(), "... … ... … ... … ...")),
            Err("many-ellipses")
        );
    }

    #[test]
    fn shapes_of_lines() {
        let bulleted = prose().replace("The reader", "- The reader");
        assert_eq!(check(&bulleted), Err("bullet-lines"));
        assert_eq!(check(&format!("{bulleted}\nWith an end.")), Ok(()));
        let trailing = prose().replacen("patiently.", "patiently...", 2);
        assert_eq!(check(&trailing), Err("ellipsis-lines"));
        assert_eq!(
            check(&prose().replacen("patiently.", "patiently…", 1)),
            Ok(())
        );
    }

    #[test]
    fn words_with_letters() {
        let with_numbers = |count| format!("{} {}", prose(), "123 = ".repeat(count));
        assert_eq!(check(&with_numbers(15)), Ok(()));
        assert_eq!(check(&with_numbers(16)), Err("few-alphabetic-words"));
    }

    #[test]
    fn stop_words_are_counted_once_each() {
        let text = prose().replace("of ", "in ").replace("have to ", "must ");
        assert_eq!(check(&text), Err("few-stop-words"));
        assert_eq!(check(&format!("{text} THAT")), Ok(()));
    }
}
