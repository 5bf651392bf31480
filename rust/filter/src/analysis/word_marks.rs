//! One word as numbers: its hash, its length, and marks for everything else that rules ask about.

use std::ops::Range;

use assay_text::{GOLDEN, hash64, mix, python};

use crate::analysis::datatrove;

/// Numbers without a pattern: the digits of e and of pi.
const FIRST: u64 = 0xb7e1_5162_8aed_2a6b;
const SECOND: u64 = 0x2437_54b5_3b2d_2f53;

/// The highest bit of each byte.
const NOT_ASCII: u64 = 0x8080_8080_8080_8080;
/// The lowest bit of each byte.
const EACH: u64 = 0x0101_0101_0101_0101;
/// The bit of each byte that makes a letter lower case.
const ALL_LOWER: u64 = 0x2020_2020_2020_2020;

/// The stop words of Gopher's quality rules, as [`load_short`] loads them.
const STOP_WORDS: [u64; 8] = [
    u64::from_le_bytes(*b"the\0\0\0\0\0"),
    u64::from_le_bytes(*b"be\0\0\0\0\0\0"),
    u64::from_le_bytes(*b"to\0\0\0\0\0\0"),
    u64::from_le_bytes(*b"of\0\0\0\0\0\0"),
    u64::from_le_bytes(*b"and\0\0\0\0\0"),
    u64::from_le_bytes(*b"that\0\0\0\0"),
    u64::from_le_bytes(*b"have\0\0\0\0"),
    u64::from_le_bytes(*b"with\0\0\0\0"),
];

/// Each stop word in the slot of its own that it hashes to.
const BY_SLOT: [u64; 16] = {
    let mut table = [0; 16];
    let mut place = 0;
    while place < STOP_WORDS.len() {
        let slot = slot(STOP_WORDS[place]);
        assert!(table[slot] == 0, "two stop words in one slot");
        table[slot] = STOP_WORDS[place];
        place += 1;
    }
    table
};

const fn slot(word: u64) -> usize {
    // Four bits that tell the stop words apart.
    (word.wrapping_mul(GOLDEN) >> 55) as usize % 16
}

/// Everything that rules ask about a word; they never need its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Word {
    /// Equal words have equal hashes.
    pub(crate) hash: u64,
    /// How many characters it has.
    pub(crate) length: u32,
    /// Marks: [`LETTERED`], [`SYMBOL`] and so on.
    pub(crate) marks: u8,
    /// One bit for the stop word that it is, in any letter case; zero for other words.
    pub(crate) stop_word: u16,
}

/// A word with a letter.
pub(crate) const LETTERED: u8 = 1;
/// A word of datatrove's punctuation alone.
pub(crate) const SYMBOL: u8 = 2;
/// A stop word in lower case.
pub(crate) const LOWER_CASE: u8 = 4;
/// A mark that ends sentences.
pub(crate) const SENTENCE_END: u8 = 8;
/// A word of Unicode punctuation alone.
pub(crate) const PUNCTUATION: u8 = 16;
/// A word of UAX #29 that begins with neither a letter nor a digit.
pub(crate) const MARK_FIRST: u8 = 32;

/// The mark when `holds`, or none.
fn mark(holds: bool, mark: u8) -> u8 {
    u8::from(holds) * mark
}

impl Word {
    /// The word of UAX #29 at `range` of `text`.
    #[inline]
    pub(crate) fn of_uax29(text: &str, range: Range<usize>) -> Self {
        let length = range.len();
        let Some((first, second)) = load_short(text.as_bytes(), range.clone()) else {
            return Self::of_long(&text[range]);
        };
        let (stop_word, lower_case) = stop_word(first, second);
        Self {
            // Words have no zero bytes: the sixteen bytes tell them apart.
            hash: mix(first ^ FIRST, second ^ SECOND),
            length: length as u32,
            marks: mark(has_letter(first) | has_letter(second), LETTERED)
                | mark(first as u8 == b'_', MARK_FIRST)
                | lower_case,
            stop_word,
        }
    }

    /// A word that is long or not ASCII.
    fn of_long(word: &str) -> Self {
        let first = word.chars().next();
        // Most words with a letter begin with one.
        let letter = first.is_some_and(char::is_alphabetic);
        let number = !letter && first.is_some_and(char::is_numeric);
        let lettered = letter || word.chars().any(char::is_alphabetic);
        Self {
            hash: hash64(0, word.as_bytes()),
            length: word.chars().count() as u32,
            marks: mark(lettered, LETTERED) | mark(!(letter || number), MARK_FIRST),
            stop_word: 0,
        }
    }

    /// A token of spaCy.
    pub(crate) fn of_spacy(text: &str) -> Self {
        let short = load_short(text.as_bytes(), 0..text.len()).filter(|_| !text.contains('\0'));
        let (stop_word, lower_case) =
            short.map_or((0, 0), |(first, second)| stop_word(first, second));
        Self {
            hash: hash64(0, text.as_bytes()),
            length: text.chars().count() as u32,
            marks: mark(text.chars().any(python::is_letter), LETTERED)
                | mark(text.chars().all(datatrove::is_symbol), SYMBOL)
                | mark(datatrove::ends_sentence(text), SENTENCE_END)
                | mark(text.chars().all(python::is_punctuation), PUNCTUATION)
                | lower_case,
            stop_word,
        }
    }
}

/// The bytes at `range` in two numbers, the first lowest, if they are at most 16 and ASCII.
#[inline]
fn load_short(bytes: &[u8], range: Range<usize>) -> Option<(u64, u64)> {
    let length = range.len();
    if length > 16 {
        return None;
    }
    let loaded = match bytes[range.start..].first_chunk() {
        Some(sixteen) => {
            u128::from_le_bytes(*sixteen) & u128::MAX.unbounded_shr(128 - 8 * length as u32)
        }
        None => {
            let mut sixteen = [0; 16];
            sixteen[..length].copy_from_slice(&bytes[range]);
            u128::from_le_bytes(sixteen)
        }
    };
    let (first, second) = (loaded as u64, (loaded >> 64) as u64);
    ((first | second) & NOT_ASCII == 0).then_some((first, second))
}

/// Whether there is a letter among bytes of UAX #29 words, where only `_` looks like one.
#[inline]
fn has_letter(bytes: u64) -> bool {
    let lower = bytes | ALL_LOWER;
    // `_`, which becomes 0x7f, loses the bit that all letters have.
    lower & (lower + EACH) & (ALL_LOWER << 1) != 0
}

/// One bit for a stop word of Gopher's quality rules in any case, and a mark for lower case, of a
/// word that [`load_short`] loads.
#[inline]
fn stop_word(first: u64, second: u64) -> (u16, u8) {
    // Nothing but a capital becomes a small letter by this.
    let lower = first | (first & (ALL_LOWER << 1)) >> 1;
    let slot = slot(lower);
    let found = (lower == BY_SLOT[slot]) & (second == 0);
    (
        // Without a branch, which would be guessed wrong too often.
        u16::from(found) << slot,
        mark(lower == first, LOWER_CASE),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn slow(word: &str) -> Word {
        let stop_words = ["the", "be", "to", "of", "and", "that", "have", "with"];
        let is_word = |stop_word: &&str| word.eq_ignore_ascii_case(stop_word);
        let found = stop_words.iter().position(is_word);
        let lettered = word.chars().any(char::is_alphabetic);
        let lower_case = found.is_some_and(|place| word == stop_words[place]);
        let mark_first = !word.starts_with(char::is_alphanumeric);
        Word {
            hash: 0,
            length: word.chars().count() as u32,
            marks: mark(lettered, LETTERED)
                | mark(lower_case, LOWER_CASE)
                | mark(mark_first, MARK_FIRST),
            stop_word: found.map_or(0, |place| 1 << slot(STOP_WORDS[place])),
        }
    }

    #[test]
    fn a_zero_byte_is_part_of_a_token() {
        assert_ne!(Word::of_spacy("the").stop_word, 0);
        assert_eq!(Word::of_spacy("the\0").stop_word, 0);
    }

    proptest! {
        #[test]
        fn agrees_with_the_slow_twin(
            text in "([Tt]he |(AND|that|WITH|have|to|Of|be|é|x|1|_|') ?|[a-z_]{6,20} |.)*",
        ) {
            let texts: Vec<_> = assay_text::words(&text).collect();
            let mut words = Vec::new();
            assay_text::words(&text).each_range(|range| words.push(Word::of_uax29(&text, range)));
            for (word, text) in words.iter().zip(&texts) {
                let slow = slow(text);
                prop_assert_eq!((word.length, word.stop_word), (slow.length, slow.stop_word));
                let asked = LETTERED | MARK_FIRST;
                prop_assert_eq!(word.marks & asked, slow.marks & asked);
                // Other words may have the mark: it is only asked of stop words.
                prop_assert!(word.stop_word == 0 || word.marks == slow.marks);
            }
            for (word, text) in words.iter().zip(&texts) {
                for (other, other_text) in words.iter().zip(&texts) {
                    prop_assert_eq!(word.hash == other.hash, text == other_text);
                }
            }
        }
    }
}
