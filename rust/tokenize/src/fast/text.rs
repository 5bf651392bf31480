//! A text with the classes of its characters: what all splitters read.

use super::classes::{Classes, LETTER, NEWLINE, SPACE};

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x80 * ONES;

/// A text to split.
#[derive(Clone, Copy)]
pub(crate) struct Text<'a> {
    pub(crate) bytes: &'a [u8],
    classes: &'static Classes,
}

impl<'a> Text<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            bytes: text.as_bytes(),
            classes: Classes::get(),
        }
    }

    /// The classes of the character at `at` and its bytes; none at the end.
    #[inline(always)]
    pub(crate) fn class(self, at: usize) -> (u8, usize) {
        match self.bytes.get(at) {
            Some(byte) if byte.is_ascii() => (self.classes.of_ascii(*byte), 1),
            Some(_) => self.class_beyond_ascii(at),
            None => (0, 0),
        }
    }

    #[inline(never)]
    fn class_beyond_ascii(self, at: usize) -> (u8, usize) {
        let (character, bytes) = character(&self.bytes[at..]);
        (self.classes.of(character), bytes)
    }

    /// Whether the character at `at` is of one of the classes.
    #[inline(always)]
    pub(crate) fn is(self, at: usize, classes: u8) -> bool {
        self.class(at).0 & classes != 0
    }

    #[inline(always)]
    pub(crate) fn byte_is(self, at: usize, byte: u8) -> bool {
        self.bytes.get(at) == Some(&byte)
    }

    /// The end of the run of these classes that begins at `at`.
    #[inline(always)]
    pub(crate) fn run(self, mut at: usize, classes: u8) -> usize {
        loop {
            let (found, bytes) = self.class(at);
            if found & classes == 0 {
                return at;
            }
            at += bytes;
        }
    }

    /// The end of the run of letters that begins at `at`: eight at a time while they are ASCII.
    #[inline(always)]
    pub(crate) fn letters(self, mut at: usize) -> usize {
        while let Some(eight) = self.eight(at) {
            let letters = leading(eight | (0x20 * ONES), eight, b'a', b'z');
            at += letters;
            if letters < 8 {
                return if self.bytes[at].is_ascii() {
                    at
                } else {
                    self.run(at, LETTER)
                };
            }
        }
        self.run(at, LETTER)
    }

    /// The end of the run of capital ASCII letters that begins at `at`.
    #[inline(always)]
    pub(crate) fn ascii_upper(self, at: usize) -> usize {
        self.ascii_run(at, b'A', b'Z')
    }

    /// The end of the run of small ASCII letters that begins at `at`.
    #[inline(always)]
    pub(crate) fn ascii_lower(self, at: usize) -> usize {
        self.ascii_run(at, b'a', b'z')
    }

    #[inline(always)]
    fn ascii_run(self, mut at: usize, first: u8, last: u8) -> usize {
        while let Some(eight) = self.eight(at) {
            let found = leading(eight, eight, first, last);
            at += found;
            if found < 8 {
                return at;
            }
        }
        let rest = self.bytes[at..].iter();
        at + rest
            .take_while(|byte| (first..=last).contains(byte))
            .count()
    }

    #[inline(always)]
    fn eight(self, at: usize) -> Option<u64> {
        let eight = self.bytes.get(at..)?.first_chunk()?;
        Some(u64::from_le_bytes(*eight))
    }

    /// The end of the white space at `at` that is one pre-token: `\s+(?!\S)|\s+`, and when
    /// `newlines` is set `\s*[\r\n]+` before these.
    #[inline(always)]
    pub(crate) fn spaces(self, at: usize, newlines: bool) -> usize {
        let (mut end, mut last, mut newline) = (at, at, None);
        loop {
            let (found, bytes) = self.class(end);
            if found & SPACE == 0 {
                break;
            }
            (last, end) = (end, end + bytes);
            if found & NEWLINE != 0 {
                newline = Some(end);
            }
        }
        match newline {
            Some(newline) if newlines => newline,
            _ if end == self.bytes.len() || last == at => end,
            _ => last,
        }
    }

    /// The end of `(?i:'s|'t|'re|'ve|'m|'ll|'d)` at `at`. One character beyond ASCII is an s, a
    /// t or another of these letters in another case: U+017F, the long s.
    #[inline(always)]
    pub(crate) fn contraction(self, at: usize) -> Option<usize> {
        if !self.byte_is(at, b'\'') {
            return None;
        }
        let letter = |place: usize| self.bytes.get(place).map(u8::to_ascii_lowercase);
        match (letter(at + 1)?, letter(at + 2)) {
            (b's' | b't' | b'm' | b'd', _) => Some(at + 2),
            (b'r' | b'v', Some(b'e')) | (b'l', Some(b'l')) | (0xC5, Some(0xBF)) => Some(at + 3),
            _ => None,
        }
    }
}

/// How many of eight bytes, from the lowest on, are in a range of ASCII. `plain` holds the bytes
/// as they are in the text, `eight` those to compare.
#[inline(always)]
fn leading(eight: u64, plain: u64, first: u8, last: u8) -> usize {
    let low = eight & !HIGH;
    let from_first = low + u64::from(0x80 - first) * ONES;
    let past_last = low + u64::from(0x7F - last) * ONES;
    let inside = from_first & !past_last & !plain & HIGH;
    ((inside ^ HIGH).trailing_zeros() / 8) as usize
}

/// The first character of UTF-8 bytes that do not begin with ASCII, and its bytes.
fn character(bytes: &[u8]) -> (u32, usize) {
    let low = |place: usize| u32::from(bytes.get(place).copied().unwrap_or(0) & 0x3F);
    let lead = u32::from(bytes.first().copied().unwrap_or(0));
    match lead {
        0xF0.. => ((lead & 7) << 18 | low(1) << 12 | low(2) << 6 | low(3), 4),
        0xE0.. => ((lead & 15) << 12 | low(1) << 6 | low(2), 3),
        _ => ((lead & 31) << 6 | low(1), 2),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn characters_are_read_as_by_the_standard_library() {
        for expected in '\u{80}'..=char::MAX {
            let mut buffer = [0; 4];
            let bytes = expected.encode_utf8(&mut buffer).as_bytes();
            assert_eq!(character(bytes), (expected as u32, bytes.len()));
        }
    }

    proptest! {
        #[test]
        fn eight_bytes_are_compared_as_one_by_one(bytes: [u8; 8]) {
            let eight = u64::from_le_bytes(bytes);
            let count = |is: fn(&u8) -> bool| bytes.iter().take_while(|byte| is(byte)).count();
            prop_assert_eq!(
                leading(eight | (0x20 * ONES), eight, b'a', b'z'),
                count(u8::is_ascii_alphabetic)
            );
            prop_assert_eq!(leading(eight, eight, b'A', b'Z'), count(u8::is_ascii_uppercase));
        }

        #[test]
        fn runs_of_letters_are_runs(text in "[a-zA-Z]{0,20}[é漢a]{0,3}[a-z]{0,9}.{0,9}") {
            let text = Text::new(&text);
            prop_assert_eq!(text.letters(0), text.run(0, LETTER));
        }
    }
}
