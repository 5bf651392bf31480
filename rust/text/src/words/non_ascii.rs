//! Words in parts of a text that are not ASCII alone.

use std::ops::Range;
use std::str::CharIndices;

use unicode_segmentation::{UnicodeSegmentation, UnicodeWordIndices};

use super::break_class::BreakClass;

/// The words of a part of a text: those of common characters by their classes, all others by the
/// tables of Unicode.
pub(crate) enum NonAscii<'a> {
    Common(Common<'a>),
    /// Where the part starts, and its words.
    Other(usize, UnicodeWordIndices<'a>),
}

impl<'a> NonAscii<'a> {
    /// The words of the part of `text` at `part`, whose ends are boundaries. What is not common may
    /// stick to the characters before it, which begin at `before`.
    pub(crate) fn new(text: &'a str, before: usize, part: Range<usize>) -> Self {
        let has = |class| {
            let mut classes = text[part.clone()].chars().map(BreakClass::of);
            classes.any(|found| found == class)
        };
        // Underscores join katakana too.
        let joins_katakana = || has(BreakClass::Katakana) && has(BreakClass::Underscore);
        if has(BreakClass::Unknown) || joins_katakana() {
            return Self::Other(before, text[before..part.end].unicode_word_indices());
        }
        Self::Common(Common {
            start: part.start,
            chars: text[part].char_indices(),
        })
    }
}

impl Iterator for NonAscii<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        match self {
            Self::Common(words) => words.next(),
            Self::Other(start, words) => {
                let (place, word) = words.next()?;
                Some(*start + place..*start + place + word.len())
            }
        }
    }
}

/// The words of a part of a text of common characters.
pub(crate) struct Common<'a> {
    start: usize,
    chars: CharIndices<'a>,
}

impl Common<'_> {
    /// The class of the next character.
    fn peek(&self) -> Option<BreakClass> {
        self.chars.clone().next().map(|(_, c)| BreakClass::of(c))
    }

    /// Takes the characters that join the word that ends in the class `last`; whether one of them
    /// is more than an underscore.
    fn take_parts(&mut self, mut last: BreakClass) -> bool {
        let mut is_word = last != BreakClass::Underscore;
        while let Some(kind) = self.peek() {
            if !kind.is_part() {
                let behind = self.chars.clone().nth(1).map(|(_, c)| BreakClass::of(c));
                if kind.joins(last, behind.unwrap_or(BreakClass::Gap)) != Some(true) {
                    break;
                }
            }
            is_word |= matches!(kind, BreakClass::Letter | BreakClass::Digit);
            last = kind;
            self.chars.next();
        }
        is_word
    }
}

impl Iterator for Common<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        loop {
            let (place, first) = self.chars.next()?;
            let is_word = match BreakClass::of(first) {
                BreakClass::Alone => true,
                BreakClass::Katakana => {
                    while self.peek() == Some(BreakClass::Katakana) {
                        self.chars.next();
                    }
                    true
                }
                kind => kind.is_part() && self.take_parts(kind),
            };
            if is_word {
                return Some(self.start + place..self.start + self.chars.offset());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::words::slow_words;

    fn words(text: &str) -> Vec<&str> {
        let words = NonAscii::new(text, 0, 0..text.len());
        words.map(|word| &text[word]).collect()
    }

    #[test]
    fn every_common_character_is_known_beside_every_kind() {
        let is_common = |c: &char| BreakClass::of(*c) != BreakClass::Unknown;
        for c in (char::MIN..=char::MAX).filter(is_common) {
            for other in ['a', '1', '_', ' ', '.', ':', ',', '’', 'é', '中', 'カ'] {
                let text = format!("{c}{c}{other}{c}{other}{other}{c}{c}{other}");
                let slow: Vec<_> = slow_words(&text).collect();
                assert_eq!(words(&text), slow, "{c:?} {other:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn agree_with_the_slow_twin(text in "[aé中カーの’‘._:,;'1“—。 Жα한\u{a0}_b]{0,40}") {
            prop_assert_eq!(words(&text), slow_words(&text).collect::<Vec<_>>());
        }
    }
}
