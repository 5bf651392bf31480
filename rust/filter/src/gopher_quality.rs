//! `gopher-quality`: signs that a document is not prose.
//!
//! # Source
//! Rae et al. 2021, arXiv:2112.11446, appendix A.1.1. The paper does not say how it splits
//! words; here they are UAX #29 words with a letter or a digit. Implementations that count
//! punctuation marks as words drop more text with code and formulas as `few-alphabetic-words`.
//!
//! # Checks, in this order
//! * `too-few-words`, `too-many-words`: the number of words.
//! * `short-words`, `long-words`: the mean length of words, in characters.
//! * `many-hashes`, `many-ellipses`: `#` signs and ellipses per word.
//! * `bullet-lines`: lines that begin with a bullet, among the lines that are not blank.
//! * `ellipsis-lines`: lines that end with an ellipsis.
//! * `few-alphabetic-words`: words with a letter.
//! * `few-stop-words`: how many different stop words occur.

use assay_text::words;

use crate::lines::lines;
use crate::share::share;
use crate::{Filter, Reason, drop_if};

pub(crate) const RULE: &str = "gopher-quality";

const STOP_WORDS: [&str; 8] = ["the", "be", "to", "of", "and", "that", "have", "with"];
const BULLETS: [char; 7] = ['•', '‣', '⁃', '▪', '◦', '*', '-'];
const ELLIPSES: [&str; 2] = ["...", "…"];

/// Drops documents that do not look like prose.
#[derive(Debug, Clone)]
pub struct GopherQuality {
    settings: assay_schema::GopherQuality,
}

impl GopherQuality {
    /// The rule with these thresholds.
    #[must_use]
    pub fn new(settings: assay_schema::GopherQuality) -> Self {
        Self { settings }
    }
}

/// What one pass over the words of a text counts.
#[derive(Default)]
struct Counts {
    words: usize,
    alphabetic: usize,
    characters: usize,
    stop_words: [bool; STOP_WORDS.len()],
}

impl Counts {
    fn of(text: &str) -> Self {
        let mut counts = Self::default();
        for word in words(text) {
            counts.words += 1;
            counts.alphabetic += usize::from(word.chars().any(char::is_alphabetic));
            counts.characters += word.chars().count();
            let is_word = |stop_word: &&str| word.eq_ignore_ascii_case(stop_word);
            if let Some(found) = STOP_WORDS.iter().position(is_word) {
                counts.stop_words[found] = true;
            }
        }
        counts
    }
}

impl Filter for GopherQuality {
    fn rule(&self) -> &'static str {
        RULE
    }

    fn check(&self, text: &str) -> Result<(), Reason> {
        let limits = &self.settings;
        let counts = Counts::of(text);
        let words = counts.words;
        drop_if((words as u64) < limits.min_words, "too-few-words")?;
        drop_if(words as u64 > limits.max_words, "too-many-words")?;

        let length = share(counts.characters, words);
        drop_if(length < limits.min_mean_word_length, "short-words")?;
        drop_if(length > limits.max_mean_word_length, "long-words")?;

        let most = limits.max_symbols_per_word;
        let hashes = share(text.matches('#').count(), words);
        drop_if(hashes > most, "many-hashes")?;
        let ellipses = ELLIPSES.map(|ellipsis| text.matches(ellipsis).count());
        let ellipses = share(ellipses.into_iter().sum(), words);
        drop_if(ellipses > most, "many-ellipses")?;

        let bullets = share_of_lines(text, |line| line.starts_with(BULLETS));
        drop_if(bullets > limits.max_bullet_lines, "bullet-lines")?;
        let ellipses = share_of_lines(text, |line| ELLIPSES.iter().any(|e| line.ends_with(e)));
        drop_if(ellipses > limits.max_ellipsis_lines, "ellipsis-lines")?;

        let alphabetic = share(counts.alphabetic, words);
        let least = limits.min_alphabetic_words;
        drop_if(alphabetic < least, "few-alphabetic-words")?;
        let stop_words = counts.stop_words.iter().filter(|found| **found).count();
        drop_if(
            (stop_words as u64) < limits.min_stop_words,
            "few-stop-words",
        )
    }
}

fn share_of_lines(text: &str, wanted: impl Fn(&&str) -> bool) -> f64 {
    share(lines(text).filter(wanted).count(), lines(text).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten words with four stop words.
    const SENTENCE: &str = "The reader of this page will have to wait patiently.";

    fn check(text: &str) -> Result<(), Reason> {
        GopherQuality::new(assay_schema::GopherQuality::default()).check(text)
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
