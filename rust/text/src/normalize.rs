//! The one normalisation under which texts are compared.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::scan::{Block, Islands, TOP};

/// The form of `text` in which case, spacing and punctuation no longer matter.
///
/// NFC, lower case; letters, numbers and combining marks stay; soft hyphens, joiners and byte
/// order marks vanish; each run of anything else (white space, punctuation, symbols) becomes
/// one space; no space at either end. Normalising twice changes nothing.
///
/// ```
/// assert_eq!(assay_text::normalize("  Don't -- PANIC!\n"), "don t panic");
/// ```
#[must_use]
pub fn normalize(text: &str) -> String {
    let mut normal = Vec::new();
    normalize_into(text, &mut normal);
    // The buffer is UTF-8, made of whole words.
    String::from_utf8(normal).unwrap_or_else(|_| slow_normalize(text))
}

/// Replaces the contents of `normal` by the bytes of the normal form of `text`: [`normalize`]
/// into memory that is used again.
pub fn normalize_into(text: &str, normal: &mut Vec<u8>) {
    let mut scan = Scan {
        normal,
        len: 0,
        in_word: false,
    };
    if scan.text(text).is_none() {
        *normal = slow_normalize(text).into_bytes();
    }
}

/// A normal form that is being written.
struct Scan<'a> {
    /// Longer than needed: blocks are written whole, of which some bytes do not count.
    normal: &'a mut Vec<u8>,
    len: usize,
    /// Whether the last byte read was a letter or a digit.
    in_word: bool,
}

impl Scan<'_> {
    /// None when the text must be normalised as a whole.
    fn text(&mut self, text: &str) -> Option<()> {
        let mut islands = Islands::default();
        let mut place = 0;
        self.make_room(text.len());
        while place < text.len() {
            let block = Block::load(text.as_bytes(), place);
            let ascii = block.foreign();
            self.block(&block, ascii);
            place += ascii;
            if ascii < BLOCK {
                place = islands.read(text, place - self.take_back_word())?;
                self.island(&islands.normal, text.len() - place);
            }
        }
        let ends_in_gap = self.len > 0 && !self.in_word;
        self.normal.truncate(self.len - usize::from(ends_in_gap));
        Some(())
    }

    fn make_room(&mut self, bytes: usize) {
        let needed = self.len + bytes + BLOCK;
        if self.normal.len() < needed {
            self.normal.resize(needed, 0);
        }
    }

    /// Writes the first `len` bytes of a block: of each gap, the first byte as a space.
    #[inline(always)]
    fn block(&mut self, block: &Block, len: usize) {
        let kept = (block.word | block.word << 8 | u64::from(self.in_word) << 7) & TOP;
        let bytes = block.lower_or_spaces();
        if len == BLOCK && kept == TOP {
            if let Some(place) = self.normal[self.len..].first_chunk_mut() {
                *place = bytes.to_le_bytes();
            }
            self.len += BLOCK;
        } else {
            for place in 0..len {
                self.normal[self.len] = (bytes >> (8 * place)) as u8;
                self.len += usize::from(kept >> (8 * place) & 0x80 != 0);
            }
        }
        if len > 0 {
            self.in_word = block.word >> (8 * (len - 1)) & 0x80 != 0;
        }
    }

    /// Takes back the word that turned out to be part of an island; its length.
    fn take_back_word(&mut self) -> usize {
        let letters = self.normal[..self.len].iter().rev();
        let len = letters.take_while(|byte| **byte != b' ').count();
        self.len -= len;
        len
    }

    /// Writes an island, after which so many bytes of text are left.
    fn island(&mut self, normal: &str, left: usize) {
        self.in_word = false;
        if normal.is_empty() {
            return;
        }
        self.make_room(normal.len() + 1 + left);
        let end = self.len + normal.len();
        self.normal[self.len..end].copy_from_slice(normal.as_bytes());
        self.normal[end] = b' ';
        self.len = end + 1;
    }
}

const BLOCK: usize = size_of::<u64>();

/// The same as [`normalize`], character by character.
#[must_use]
pub fn slow_normalize(text: &str) -> String {
    let kept = collapse(text.nfc(), text.len());
    kept.to_lowercase().nfc().collect()
}

fn collapse(chars: impl Iterator<Item = char>, capacity: usize) -> String {
    let mut out = String::with_capacity(capacity);
    let mut gap = false;
    for c in chars {
        if c.is_alphanumeric() || is_combining_mark(c) {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            out.push(c);
        } else if !is_invisible(c) {
            gap = true;
        }
    }
    out
}

/// Characters that stand inside words without being seen.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn case_spacing_and_punctuation_do_not_matter() {
        assert_eq!(normalize("Hello,   World!"), normalize("hello\nworld"));
        assert_eq!(normalize("a_b-c"), "a b c");
        assert_eq!(normalize("..."), "");
    }

    #[test]
    fn composed_and_decomposed_are_equal() {
        assert_eq!(normalize("Cafe\u{301}"), normalize("CAFÉ"));
        assert_eq!(normalize("हिन्दी"), "हिन्दी");
    }

    #[test]
    fn invisible_characters_do_not_split_words() {
        assert_eq!(normalize("co\u{ad}operate\u{feff}"), "cooperate");
    }

    proptest! {
        #[test]
        fn is_idempotent(text in "\\PC*|[ -~\\s]*|.*") {
            let once = normalize(&text);
            prop_assert_eq!(normalize(&once), once);
        }

        #[test]
        fn agrees_with_the_slow_twin(text in crate::scan::tests::any_text()) {
            prop_assert_eq!(normalize(&text), slow_normalize(&text));
        }

        #[test]
        fn has_single_inner_spaces_only(text in ".*") {
            let normal = normalize(&text);
            prop_assert_eq!(normal.split_whitespace().collect::<Vec<_>>().join(" "), normal);
        }
    }
}
