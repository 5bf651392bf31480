//! `c4`: removes lines that are not sentences, and drops documents with few sentences.
//!
//! # Source
//! Raffel et al. 2020, arXiv:1910.10683, section 2.2, and the published code. This rule changes
//! the text: what stays are the lines that pass, without the white space around them.
//!
//! # A line goes when
//! * a word, as white space separates them, has more than `max_word_length` characters,
//! * it does not end in `.`, `?`, `!`, `"` or `'`, or ends in `...`,
//! * it has fewer than `min_words_per_line` words,
//! * it mentions JavaScript, or cookies, terms of use or privacy policies.
//!
//! References such as `[3]`, `[edit]` and `[citation needed]` are cut out first.
//!
//! # Checks, in this order, and datatrove's names for them
//! * `lorem-ipsum` (`lorem_ipsum`), `curly-bracket` (`curly_bracket`): a line says so that would
//!   otherwise stay; whichever line comes first.
//! * `too-few-sentences` (`too_few_sentences`): sentences in the lines that stay.
//!
//! # Presets
//! They differ in what a sentence is. By default it ends at a run of `.`, `?` or `!`, closing
//! quotation marks and brackets included, before white space or the end of the line. For
//! `datatrove-0.10` it is a sentence of spaCy's sentencizer.

use std::borrow::Cow;

use aho_corasick::AhoCorasick;
use assay_schema::{C4, Preset};
use assay_text::python;
use memchr::{memchr, memchr3_iter};

use crate::analysis::view::View;
use crate::error::FilterError;
use crate::rule::Rule;
use crate::thresholds::{Rejection, Thresholds};

const END_PUNCTUATION: [char; 5] = ['.', '?', '!', '"', '\''];
const ELLIPSIS: &str = "...";
const CITATIONS: [&str; 2] = ["[edit]", "[citation needed]"];
const LOREM_IPSUM: usize = 0;
const JAVASCRIPT: usize = 1;
/// Phrases looked for in a line, in any letter case; all but the first two are of policies.
const PHRASES: [&str; 8] = [
    "lorem ipsum",
    "javascript",
    "terms of use",
    "privacy policy",
    "cookie policy",
    "uses cookies",
    "use of cookies",
    "use cookies",
];

/// Removes lines, and drops documents that keep little.
pub(crate) struct C4Rule {
    settings: C4,
    phrases: AhoCorasick,
}

/// What becomes of a line.
enum Fate {
    Stays,
    Goes,
    /// The document is dropped, for the phrase or the bracket in this line.
    LoremIpsum,
    CurlyBracket,
}

impl C4Rule {
    pub(crate) fn new(settings: &C4) -> Result<Self, FilterError> {
        let phrases = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(PHRASES)
            .map_err(|error| FilterError::Phrases { rule: "c4", error })?;
        Ok(Self {
            settings: settings.clone(),
            phrases,
        })
    }

    /// The line as it would stay, when its shape is that of a sentence.
    fn shaped<'l>(&self, line: &'l str) -> Option<Cow<'l, str>> {
        let limits = &self.settings;
        let line = python::strip(line);
        // If no reference ends the line, removing references leaves its last character as it is.
        if limits.require_terminal_punctuation
            && !line.ends_with(']')
            && !line.ends_with(END_PUNCTUATION)
        {
            return None;
        }
        let without = if limits.remove_citations {
            without_citations(line)
        } else {
            line.into()
        };
        let ends = without.ends_with(END_PUNCTUATION) && !without.ends_with(ELLIPSIS);
        if limits.require_terminal_punctuation && !ends {
            return None;
        }
        let most = limits.max_word_length;
        // A short line has no long word.
        let long =
            line.len() as u64 > most && python::split(line).any(|word| is_longer(word, most));
        let fits = !long && has_words(line, limits.min_words_per_line);
        fits.then_some(without)
    }

    fn fate(&self, line: &str) -> Fate {
        let limits = &self.settings;
        let said = self.phrases_in(line);
        if limits.drop_lorem_ipsum && said.lorem_ipsum {
            Fate::LoremIpsum
        } else if limits.remove_javascript && said.javascript {
            Fate::Goes
        } else if limits.drop_curly_bracket && memchr(b'{', line.as_bytes()).is_some() {
            Fate::CurlyBracket
        } else if limits.remove_policy && said.policy {
            Fate::Goes
        } else {
            Fate::Stays
        }
    }

    fn phrases_in(&self, line: &str) -> Said {
        let mut said = Said::default();
        for found in self.phrases.find_iter(&lower_kelvin(line)[..]) {
            match found.pattern().as_usize() {
                LOREM_IPSUM => said.lorem_ipsum = true,
                JAVASCRIPT => said.javascript = true,
                _ => said.policy = true,
            }
        }
        said
    }

    fn sentences(&self, view: &View<'_>, line: &str) -> usize {
        match self.settings.preset {
            Preset::Default => sentences(line),
            Preset::Datatrove010 => view.spacy_sentences(line),
        }
    }
}

impl Rule for C4Rule {
    fn examine(
        &self,
        view: &View<'_>,
        thresholds: &mut Thresholds,
    ) -> Result<Option<String>, Rejection> {
        let mut sentences = 0;
        let mut kept = String::new();
        for line in python::split_lines(view.text()) {
            let Some(line) = self.shaped(line) else {
                continue;
            };
            let detail = || line.chars().take(80).collect();
            match self.fate(&line) {
                Fate::Goes => {}
                Fate::LoremIpsum => thresholds.fail_if(true, "lorem-ipsum", detail)?,
                Fate::CurlyBracket => thresholds.fail_if(true, "curly-bracket", detail)?,
                Fate::Stays => {
                    sentences += self.sentences(view, &line);
                    kept.push_str(&line);
                    kept.push('\n');
                }
            }
        }
        thresholds.at_least(
            "c4.sentences",
            sentences as f64,
            self.settings.min_sentences as f64,
            "too-few-sentences",
        )?;
        let kept = python::strip(&kept);
        Ok((kept != view.text()).then(|| kept.to_owned()))
    }
}

/// The phrases that a line says.
#[derive(Default)]
struct Said {
    lorem_ipsum: bool,
    javascript: bool,
    policy: bool,
}

/// The line with the only other character whose lower case is an ASCII letter of the phrases.
fn lower_kelvin(line: &str) -> Cow<'_, str> {
    const KELVIN: char = '\u{212a}';
    if line.is_ascii() || !line.contains(KELVIN) {
        return line.into();
    }
    line.replace(KELVIN, "k").into()
}

/// Whether `line` has at least `least` words, as white space separates them.
fn has_words(line: &str, least: u64) -> bool {
    least == 0 || python::split(line).nth(least as usize - 1).is_some()
}

fn is_longer(word: &str, most: u64) -> bool {
    word.len() as u64 > most && word.chars().count() as u64 > most
}

/// The line without `[`, digits or none, `]`, and without [`CITATIONS`].
fn without_citations(line: &str) -> Cow<'_, str> {
    let mut kept = String::new();
    let mut copied = 0;
    let mut from = 0;
    while let Some(found) = memchr(b'[', &line.as_bytes()[from..]) {
        let start = from + found;
        match citation_length(&line[start..]) {
            Some(length) => {
                kept.push_str(&line[copied..start]);
                from = start + length;
                copied = from;
            }
            None => from = start + 1,
        }
    }
    if copied == 0 {
        return line.into();
    }
    kept.push_str(&line[copied..]);
    kept.into()
}

/// The length of the reference that `text`, which begins with `[`, begins with.
fn citation_length(text: &str) -> Option<usize> {
    let number = text[1..].trim_start_matches(python::is_decimal);
    if number.starts_with(']') {
        return Some(text.len() - number.len() + 1);
    }
    let found = CITATIONS.iter().find(|known| text.starts_with(**known));
    found.map(|known| known.len())
}

/// The number of sentences of a line by their last marks; at least one.
fn sentences(line: &str) -> usize {
    let bytes = line.as_bytes();
    let is_closing = |byte: &u8| matches!(byte, b'"' | b'\'' | b')' | b']');
    let ends = |mark: &usize| {
        let behind = bytes[mark + 1..].iter().find(|byte| !is_closing(byte));
        matches!(behind, None | Some(b' ' | b'\t'))
    };
    memchr3_iter(b'.', b'?', b'!', bytes)
        .filter(ends)
        .count()
        .max(1)
}

#[cfg(test)]
mod tests {
    use assay_schema::FilterSpec;
    use proptest::prelude::*;

    use super::*;
    use crate::testing;
    use crate::thresholds::Reason;

    /// The slow twin of [`sentences`]: one byte after the other.
    fn slow_sentences(line: &str) -> usize {
        let mut sentences = 0;
        let mut ended = false;
        for byte in line.bytes() {
            match byte {
                b'.' | b'?' | b'!' => ended = true,
                b'"' | b'\'' | b')' | b']' => {}
                b' ' | b'\t' => {
                    sentences += usize::from(ended);
                    ended = false;
                }
                _ => ended = false,
            }
        }
        (sentences + usize::from(ended)).max(1)
    }

    proptest! {
        #[test]
        fn sentences_agree_with_the_slow_twin(line in "([a.?!)\"' \t]|é){0,30}") {
            prop_assert_eq!(sentences(&line), slow_sentences(&line));
        }
    }

    const FIVE: &str = "One is here. Two is here. Three is here. Four is here. Five is here.";

    fn judge(text: &str) -> Result<String, Reason> {
        let default = testing::judge(FilterSpec::C4(C4::default()), text);
        let datatrove = C4 {
            preset: Preset::Datatrove010,
            ..C4::default()
        };
        assert_eq!(testing::judge(FilterSpec::C4(datatrove), text), default);
        default
    }

    #[test]
    fn sentences_are_counted_in_lines_that_stay() {
        assert_eq!(judge(FIVE), Ok(FIVE.to_owned()));
        assert_eq!(judge(&FIVE[13..]), Err("too-few-sentences"));
        assert_eq!(
            judge(&FIVE.replace(". ", ".\n")),
            Ok(FIVE.replace(". ", ".\n"))
        );
        assert_eq!(judge(&FIVE.replace(". ", "\n")), Err("too-few-sentences"));
        assert_eq!(judge(""), Err("too-few-sentences"));
    }

    #[test]
    fn lines_that_are_no_sentences_go() {
        for line in [
            "No full stop here",
            "And then there was ...",
            "Two words.",
            "Please enable JavaScript to see this.",
            "This site uses Cookies to see you.",
            &format!("A long word: {}.", "x".repeat(1000)),
        ] {
            let text = format!("{line}\n  {FIVE}\n{line}\n");
            assert_eq!(judge(&text), Ok(FIVE.to_owned()), "{line}");
        }
        let long = format!("{FIVE}\nA long word: {}.", "é".repeat(999));
        assert_eq!(judge(&long), Ok(long));
    }

    #[test]
    fn documents_are_dropped_for_one_line_that_stays() {
        assert_eq!(
            judge(&format!("{FIVE}\nSome Lorem Ipsum dolor.")),
            Err("lorem-ipsum")
        );
        assert_eq!(
            judge(&format!("{FIVE}\nWhere f {{ x.")),
            Err("curly-bracket")
        );
        let both = format!("{FIVE}\nJavascript is f {{ x.\nLorem ipsum {{ dolor");
        assert_eq!(judge(&both), Ok(FIVE.to_owned()));
    }

    #[test]
    fn citations_are_cut_out() {
        let cited = FIVE.replace("is here", "is[12] here[citation needed]");
        assert_eq!(judge(&format!("{cited}[edit]")), Ok(FIVE.to_owned()));
        let others = format!("{FIVE}\nSee [a] and [1, 2] and [ ].");
        assert_eq!(judge(&others), Ok(others));
        assert_eq!(without_citations("a[[1]]b[]"), "a[]b");
    }
}
