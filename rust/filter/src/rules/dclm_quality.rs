//! `dclm-quality`: the page rules of DCLM-Baseline.
//!
//! # Source
//! `dclm_baseline_refinedweb.yaml` of the DCLM repository (Li et al. 2024, arXiv:2406.11794), from
//! `page_length_filter` to `stop_word_filter`: Gopher's rules, but words are what stands between
//! white space, symbols are counted together, and stop words as often as they occur. The rules on
//! addresses and languages before them are `url-list`, `dclm-addresses` and `language`; those that
//! follow are `dclm-repetition` and `dclm-lines`.
//!
//! # Checks, in this order
//! * `too-few-words`, `too-many-words`: words that begin with a letter or digit.
//! * `short-words`, `long-words`: the mean length of all words, in characters.
//! * `many-symbols`: `#` signs and ellipses per word; `. . .` is an ellipsis.
//! * `bullet-lines`: lines that begin with a bullet, among the lines that are not blank.
//! * `ellipsis-lines`: lines that end with an ellipsis.
//! * `few-alphabetic-words`: words without a letter.
//! * `few-stop-words`: occurrences of stop words.

use assay_schema::DclmQuality;
use assay_text::python::{self, split, strip};
use memchr::{memchr_iter, memmem};

use crate::analysis::dclm_words::count_words;
use crate::analysis::view::View;
use crate::rule::Rule;
use crate::rules::shared::prose_checks::{self, Names, Shapes};
use crate::thresholds::{Rejection, Thresholds, share};

const NAMES: Names = Names {
    words: "dclm-quality.words",
    mean_word_length: "dclm-quality.mean-word-length",
    bullet_lines: "dclm-quality.bullet-lines",
    ellipsis_lines: "dclm-quality.ellipsis-lines",
};
const STOP_WORDS: [&str; 8] = ["the", "be", "to", "of", "and", "that", "have", "with"];
const BULLETS: [char; 4] = ['●', '•', '*', '-'];
const ELLIPSES: [&str; 3] = ["...", ". . .", "…"];

/// Drops documents that do not look like prose.
pub(crate) struct DclmQualityRule {
    settings: DclmQuality,
}

impl DclmQualityRule {
    pub(crate) fn new(settings: &DclmQuality) -> Self {
        Self {
            settings: settings.clone(),
        }
    }

    fn check_symbols(
        &self,
        text: &str,
        words: &Words,
        thresholds: &mut Thresholds,
    ) -> Result<(), Rejection> {
        let bytes = text.as_bytes();
        let ellipses = ELLIPSES.map(|ellipsis| memmem::find_iter(bytes, ellipsis).count());
        let count = memchr_iter(b'#', bytes).count() + ellipses.iter().sum::<usize>();
        let symbols = share(count, words.all);
        let most = self.settings.max_symbols_per_word;
        thresholds.at_most(
            "dclm-quality.symbols-per-word",
            symbols,
            most,
            "many-symbols",
        )
    }
}

impl Rule for DclmQualityRule {
    fn examine(
        &self,
        view: &View<'_>,
        thresholds: &mut Thresholds,
    ) -> Result<Option<String>, Rejection> {
        let text = view.text();
        let limits = self.settings.prose();
        let words = Words::of(text);
        let measured = (words.counted, share(words.characters, words.all));
        prose_checks::check_words(&NAMES, &limits, measured, thresholds)?;
        self.check_symbols(text, &words, thresholds)?;
        let lines = text.split('\n').map(strip).filter(|line| !line.is_empty());
        Shapes::of(lines, &BULLETS, &ELLIPSES).check(&NAMES, &limits, thresholds)?;
        let without = share(words.without_letters, words.all);
        let most = self.settings.max_words_without_letters;
        thresholds.at_most(
            "dclm-quality.words-without-letters",
            without,
            most,
            "few-alphabetic-words",
        )?;
        let least = self.settings.min_stop_words as f64;
        thresholds.at_least(
            "dclm-quality.stop-words",
            words.stop_words as f64,
            least,
            "few-stop-words",
        )?;
        Ok(None)
    }
}

/// What one pass over the words of a text counts.
#[derive(Default)]
struct Words {
    all: usize,
    /// Words that begin with a letter or digit.
    counted: usize,
    characters: usize,
    without_letters: usize,
    stop_words: usize,
}

impl Words {
    fn of(text: &str) -> Self {
        let mut counts = Self {
            counted: count_words(text),
            ..Self::default()
        };
        for word in split(text) {
            counts.all += 1;
            counts.characters += word.chars().count();
            counts.without_letters += usize::from(!has_letter(word));
            counts.stop_words += usize::from(is_stop_word(word));
        }
        counts
    }
}

fn has_letter(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_alphabetic()) || word.chars().any(python::is_letter)
}

fn is_stop_word(word: &str) -> bool {
    let is_word = |stop_word: &&str| word.eq_ignore_ascii_case(stop_word);
    word.len() <= 4 && STOP_WORDS.iter().any(is_word)
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
        testing::check(FilterSpec::DclmQuality(DclmQuality::default()), text)
    }

    fn prose() -> String {
        [SENTENCE; 6].join("\n")
    }

    #[test]
    fn prose_is_kept() {
        assert_eq!(check(&prose()), Ok(()));
        assert_eq!(check(&prose().replace(' ', "\u{3000}\x1c ")), Ok(()));
    }

    #[test]
    fn words() {
        assert_eq!(check(""), Err("too-few-words"));
        assert_eq!(
            check(&format!("{} -- -- --", [SENTENCE; 4].join(" "))),
            Err("too-few-words")
        );
        assert_eq!(check(&"word ".repeat(100_001)), Err("too-many-words"));
        assert_eq!(check(&"to be ".repeat(30)), Err("short-words"));
        assert_eq!(check(&"éééééééééé ".repeat(60)), Err("few-stop-words"));
        assert_eq!(check(&"ééééééééééé ".repeat(60)), Err("long-words"));
    }

    #[test]
    fn symbols_are_counted_together() {
        let with = |symbols: &str| check(&format!("{} {symbols}", prose()));
        assert_eq!(with("# # # #"), Ok(()));
        assert_eq!(with("# # # # ... . . . …"), Err("many-symbols"));
    }

    #[test]
    fn shapes_of_lines() {
        let bulleted = prose().replace("The reader", "● The reader");
        assert_eq!(check(&bulleted), Err("bullet-lines"));
        assert_eq!(check(&format!("{bulleted}\n\nWith an end.")), Ok(()));
        assert_eq!(
            check(&prose().replacen("patiently.", "patiently. . . ", 2)),
            Err("ellipsis-lines")
        );
    }

    #[test]
    fn letters_and_stop_words() {
        assert_eq!(
            check(&format!("{} {}", prose(), "123 ".repeat(16))),
            Err("few-alphabetic-words")
        );
        let without = "plain words follow each other in here ".repeat(10);
        assert_eq!(check(&format!("{without} THE")), Err("few-stop-words"));
        assert_eq!(check(&format!("{without} the the")), Ok(()));
    }
}
