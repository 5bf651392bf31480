//! Reading text eight bytes at a time.
//!
//! ASCII is read in place. Anything else is an *island*: non-ASCII characters with the ASCII
//! letters and digits that touch them, up to the next other ASCII character on either side.
//! Normalising and splitting are local to an island, so each goes its own, slower way. The one
//! exception is an island with a word that begins with a combining mark, which joins whatever
//! stands before it: a text with such an island is left to the slow twin as a whole.

use unicode_normalization::char::is_combining_mark;

use crate::normalize::slow_normalize;
use crate::plain;

const EACH: u64 = 0x0101_0101_0101_0101;
pub(crate) const TOP: u64 = 0x80 * EACH;

/// Eight bytes of a text, the first in the lowest bits; zeros after its end.
pub(crate) struct Block {
    raw: u64,
    /// Letters in lower case.
    pub(crate) lower: u64,
    /// The top bits of the bytes that are ASCII letters or digits.
    pub(crate) word: u64,
}

impl Block {
    #[inline(always)]
    pub(crate) fn load(bytes: &[u8], place: usize) -> Self {
        let rest = bytes.get(place..).unwrap_or_default();
        let raw = match rest.first_chunk() {
            Some(chunk) => u64::from_le_bytes(*chunk),
            None => rest
                .iter()
                .rfold(0, |block, byte| block << 8 | u64::from(*byte)),
        };
        // Every byte is below 128, so that no sum carries into the next one.
        let seven = raw & !TOP;
        let within = |bytes: u64, first: u8, last: u8| {
            let from = bytes + EACH * u64::from(0x80 - first);
            let past = bytes + EACH * u64::from(0x7f - last);
            from & !past & !raw & TOP
        };
        let letters = within(seven | (0x20 * EACH), b'a', b'z');
        Self {
            raw,
            lower: raw | letters >> 2,
            word: letters | within(seven, b'0', b'9'),
        }
    }

    /// Bytes before the first letter or digit.
    #[inline(always)]
    pub(crate) fn gap(&self) -> usize {
        self.word.trailing_zeros() as usize / 8
    }

    /// Bytes before the first that is not a letter or a digit.
    #[inline(always)]
    pub(crate) fn word_len(&self) -> usize {
        (!self.word & TOP).trailing_zeros() as usize / 8
    }

    /// Bytes after a word of `len` bytes before the next one or the end of the block; one where
    /// an island may begin among them.
    #[inline(always)]
    pub(crate) fn gap_after(&self, len: usize) -> usize {
        if self.raw & TOP != 0 {
            return 1;
        }
        let gap = (self.word >> (8 * len)).trailing_zeros() as usize / 8;
        gap.min(8 - len)
    }

    /// Bytes before the first that is not ASCII.
    #[inline(always)]
    pub(crate) fn foreign(&self) -> usize {
        (self.raw & TOP).trailing_zeros() as usize / 8
    }
}

/// Normalises islands.
#[derive(Default)]
pub(crate) struct Islands {
    /// The normal form of the last island, perhaps empty.
    pub(crate) normal: String,
    /// Whether it is as [`plain::normalize`] makes them.
    pub(crate) plain: bool,
}

impl Islands {
    /// Normalises the island that begins at byte `start`; its end, or none when the text must be
    /// normalised as a whole.
    pub(crate) fn read(&mut self, text: &str, start: usize) -> Option<usize> {
        let inside = |byte: &u8| !byte.is_ascii() || byte.is_ascii_alphanumeric();
        let rest = &text.as_bytes()[start..];
        let end = start + rest.iter().take_while(|byte| inside(byte)).count();
        let island = &text[start..end];
        self.plain = plain::normalize(island, &mut self.normal);
        if !self.plain {
            self.normal = slow_normalize(island);
            let mut words = self.normal.split(' ');
            if words.any(|word| word.starts_with(joins_before)) {
                return None;
            }
        }
        Some(end)
    }
}

/// Characters that join the one before them, by NFC or by UAX #29 (rule WB4).
fn joins_before(c: char) -> bool {
    is_combining_mark(c) || matches!(c, '\u{ff9e}' | '\u{ff9f}')
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::words;

    /// Texts of ASCII, of islands and of characters that join others.
    pub(crate) fn any_text() -> impl Strategy<Value = String> {
        "[ -~\\s]*|.*|([a-zA-Z0-9]{0,20}[ -~é’Σ字カあ\u{301}\u{338}\u{ad}\u{93f}İ]){0,40}"
    }

    #[test]
    fn every_character_that_joins_a_space_is_known() {
        let inside = |c: &char| c.is_alphanumeric() || is_combining_mark(*c);
        for c in (char::MIN..=char::MAX).filter(inside) {
            let island = slow_normalize(&format!("{c}b"));
            let after_a_space = format!("a {island}");
            if !island.starts_with(joins_before) {
                let alone = std::iter::once("a").chain(words(&island));
                assert!(words(&after_a_space).eq(alone), "{c:?}");
            }
        }
    }
}
