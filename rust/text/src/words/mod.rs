//! Words by the Unicode text segmentation rules (UAX #29).

pub(crate) mod break_class;
mod non_ascii;
mod word_masks;

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::blocks::{BLOCK, below, block_at, start_of_run};
use break_class::{end_of_segment, joined};
use non_ascii::NonAscii;
use word_masks::{WordMasks, letters_and_gaps};

/// The words of `text`: UAX #29 segments that hold a letter or a digit, in order.
///
/// ```
/// let words: Vec<_> = assay_text::words("It's 3.5 km, isn't it?").collect();
/// assert_eq!(words, ["It's", "3.5", "km", "isn't", "it"]);
/// ```
#[must_use]
pub fn words(text: &str) -> Words<'_> {
    Words {
        text,
        place: 0,
        next: 0,
        non_ascii: None,
        meets_non_ascii: false,
        run: Runs::default(),
    }
}

/// Slow twin of [`words`]: the same words, by the tables of Unicode for every character.
pub fn slow_words(text: &str) -> impl Iterator<Item = &str> {
    text.unicode_words()
}

/// The words of a text.
///
/// ASCII is read a block at a time. From a word that touches another character to the next ASCII
/// white space, where UAX #29 always has a boundary, the text goes another way.
pub struct Words<'a> {
    text: &'a str,
    /// Up to where words have been found, and where to go on.
    place: usize,
    next: usize,
    /// Whether the word there touches what is not ASCII.
    meets_non_ascii: bool,
    /// The words of a part of the text that is not ASCII alone.
    non_ascii: Option<NonAscii<'a>>,
    /// What [`Iterator::next`] takes words from.
    run: Runs,
}

/// Words as runs of bits: bit `i` stands for the byte at `start + i`.
#[derive(Clone, Copy, Default)]
struct Runs {
    start: usize,
    bits: u64,
}

impl Runs {
    /// Takes the first word. The last bit is never set.
    #[inline(always)]
    fn take(&mut self) -> Option<Range<usize>> {
        if self.bits == 0 {
            return None;
        }
        let first = self.bits.trailing_zeros() as usize;
        // The sum carries through the run to the bit behind it.
        let behind = self.bits + (1 << first);
        self.bits = behind & (behind - 1);
        Some(self.start + first..self.start + behind.trailing_zeros() as usize)
    }
}

/// Words that stand one after the other.
enum Found {
    Runs(Runs),
    Word(Range<usize>),
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        loop {
            if let Some(range) = self.run.take() {
                return Some(&self.text[range]);
            }
            match self.find()? {
                Found::Runs(run) => self.run = run,
                Found::Word(range) => return Some(&self.text[range]),
            }
        }
    }
}

impl Words<'_> {
    /// Hands the place of each word in the text, in bytes, to `each`.
    #[inline]
    pub fn each_range(mut self, mut each: impl FnMut(Range<usize>)) {
        let mut runs = Runs::default();
        loop {
            // One call of `each` is compiled in place, two would not be.
            let range = match runs.take() {
                Some(range) => range,
                None => match self.find() {
                    None => return,
                    Some(Found::Word(range)) => range,
                    Some(Found::Runs(found)) => {
                        runs = found;
                        continue;
                    }
                },
            };
            each(range);
        }
    }

    /// Whether there are `least` or more, which are counted without a look at each.
    #[must_use]
    pub fn reach(mut self, least: usize) -> bool {
        if clearly_reach(self.text.as_bytes(), least) {
            return true;
        }
        let mut count = 0;
        while count < least {
            count += match self.find() {
                None => return false,
                Some(Found::Word(_)) => 1,
                Some(Found::Runs(Runs { bits, .. })) => (bits & !(bits << 1)).count_ones() as usize,
            };
        }
        true
    }

    /// The next words, perhaps none; none at all at the end of the text.
    #[inline(never)]
    fn find(&mut self) -> Option<Found> {
        if let Some(non_ascii) = &mut self.non_ascii {
            if let Some(range) = non_ascii.next() {
                return Some(Found::Word(range));
            }
            self.non_ascii = None;
        }
        if std::mem::take(&mut self.meets_non_ascii) {
            self.leave_ascii(self.next);
            return Some(Found::Runs(Runs::default()));
        }
        self.find_in_block()
    }

    /// The words that end in the block at `self.next`, up to one that touches what is not ASCII.
    fn find_in_block(&mut self) -> Option<Found> {
        let start = self.next;
        let block = block_at(self.text.as_bytes(), start)?;
        let masks = WordMasks::of(&block);
        let (joined, unknown) = joined_in(&block, masks);
        let mut bits = masks.parts | masks.non_ascii | joined | unknown;
        self.next = start + BLOCK;
        // The last byte may join what follows the block.
        if bits >> (BLOCK - 2) != 0 {
            let last = start_of_run(bits, BLOCK - usize::from(bits >> (BLOCK - 1) == 0));
            if last == 0 {
                return Some(self.find_long(start));
            }
            self.next = start + last;
            bits &= below(last);
        }
        let non_ascii = (masks.non_ascii | unknown) & bits;
        if non_ascii != 0 {
            let first = start_of_run(bits, non_ascii.trailing_zeros() as usize);
            (self.next, self.meets_non_ascii) = (start + first, true);
            bits &= below(first);
        }
        if bits != 0 {
            self.place = start + BLOCK - bits.leading_zeros() as usize;
        }
        let bits = bits & !without_letters(bits, masks.underscores);
        Some(Found::Runs(Runs { start, bits }))
    }

    /// The word at `start` that is as long as a block.
    #[cold]
    fn find_long(&mut self, start: usize) -> Found {
        let Some(end) = end_of_segment(self.text.as_bytes(), start) else {
            (self.next, self.meets_non_ascii) = (start, true);
            return Found::Runs(Runs::default());
        };
        (self.place, self.next) = (end, end);
        let bytes = &self.text.as_bytes()[start..end];
        if bytes.iter().any(u8::is_ascii_alphanumeric) {
            Found::Word(start..end)
        } else {
            Found::Runs(Runs::default())
        }
    }

    /// Takes the text from the segment at `start` to the next white space another way.
    fn leave_ascii(&mut self, start: usize) {
        let bytes = self.text.as_bytes();
        let is_space = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r');
        let length = bytes[start..].iter().position(is_space);
        let end = length.map_or(bytes.len(), |length| start + length);
        let before = self.back_to_boundary(start);
        self.non_ascii = Some(NonAscii::new(self.text, before, start..end));
        (self.place, self.next) = (end, end);
    }

    /// A boundary at or before `start`, from where no ASCII word has been taken.
    fn back_to_boundary(&self, start: usize) -> usize {
        let bytes = self.text.as_bytes();
        let is_non_ascii = !bytes[start].is_ascii();
        // What is not ASCII may stick to the character before it, and spaces to spaces.
        let before = &bytes[self.place..start];
        let stuck = match before.last() {
            Some(b' ') if is_non_ascii => before.iter().rev().take_while(|b| **b == b' ').count(),
            Some(_) if is_non_ascii => 1,
            _ => 0,
        };
        start - stuck
    }
}

/// Whether `least` words or more begin with an ASCII letter or digit behind ASCII white space, where
/// UAX #29 always has a boundary: most texts that have so many have these.
fn clearly_reach(bytes: &[u8], least: usize) -> bool {
    let (mut place, mut count, mut after_gap) = (0, 0, 1);
    while let Some(block) = block_at(bytes, place) {
        let (letters, gaps) = letters_and_gaps(&block);
        count += (letters & (gaps << 1 | after_gap)).count_ones() as usize;
        if count >= least {
            return true;
        }
        after_gap = gaps >> (BLOCK - 1);
        place += BLOCK;
    }
    false
}

/// The runs of `bits` that are underscores alone.
#[inline]
fn without_letters(bits: u64, underscores: u64) -> u64 {
    let mut first = bits & !(bits << 1) & underscores;
    let mut found = 0;
    while first != 0 {
        let bit = first & first.wrapping_neg();
        first ^= bit;
        // The sum carries through the run.
        let run = bits & !(bits + bit) & !(bit - 1);
        found |= if run & !underscores == 0 { run } else { 0 };
    }
    found
}

/// The marks of a block that join the bytes around them, and those before a byte that is not ASCII
/// which may.
#[inline]
fn joined_in(block: &[u8; BLOCK], masks: WordMasks) -> (u64, u64) {
    let (mut yes, mut unknown) = (0, 0);
    let mut marks = masks.joiners & masks.parts << 1 & (masks.parts | masks.non_ascii) >> 1;
    while marks != 0 {
        let bit = marks & marks.wrapping_neg();
        marks ^= bit;
        match joined(block, bit.trailing_zeros() as usize) {
            Some(false) => {}
            Some(true) => yes |= bit,
            None => unknown |= bit,
        }
    }
    (yes, unknown)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ideographs_are_words() {
        assert_eq!(
            words("你好 world").collect::<Vec<_>>(),
            ["你", "好", "world"]
        );
    }

    #[test]
    fn joiners_stick_to_what_stands_before_them() {
        for text in ["\t\u{200d}Ⓜ", "a  \u{200d}Ⓜ", "a)\u{200d}Ⓜ", "a.\u{301}b"] {
            let slow: Vec<_> = slow_words(text).collect();
            assert_eq!(words(text).collect::<Vec<_>>(), slow);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn agree_with_the_slow_twin(
            text in ".*|[ -~]*|[ab1_.,:;' \n-]*\
                |[ab1_.,:;'\" \t\u{b}\u{85}\u{a0}\u{ad}\u{b7}\u{301}\u{5d0}\u{200d}\u{2019}\u{24c2}\
                \u{2028}\u{3042}\u{30a2}\u{661}\u{1f1e6}\u{1f1e7}\u{1f466}]*\
                |([a-z_.]{0,70}[ -~é\u{2019}]{1,4}){0,20}|([a1_'.,:é ]{0,9}[ab1_ ]{50,64}){0,4}",
        ) {
            prop_assert_eq!(
                words(&text).collect::<Vec<_>>(), slow_words(&text).collect::<Vec<_>>(),
            );
            let mut ranges = Vec::new();
            words(&text).each_range(|range| ranges.push(range));
            let count = ranges.len();
            prop_assert!(ranges.into_iter().map(|range| &text[range]).eq(slow_words(&text)));
            for least in 0..count + 2 {
                prop_assert_eq!(words(&text).reach(least), least <= count);
            }
        }

        #[test]
        fn words_are_the_segments_with_a_letter_or_digit(text in ".*|[ -~]*") {
            let lettered: Vec<_> = text
                .split_word_bounds()
                .filter(|segment| segment.chars().any(char::is_alphanumeric))
                .collect();
            prop_assert_eq!(words(&text).collect::<Vec<_>>(), lettered);
        }
    }
}
