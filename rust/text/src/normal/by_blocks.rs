//! Making the normal form of a text, 64 bytes at a time.
//!
//! ASCII is told apart by comparisons of whole blocks, other characters go one by one through the
//! table of [`CharNormals`]. Where the form of a character depends on others, the slow twin normalises
//! its *island*: all from the gap before it to the next one. The one case in which an island
//! reaches beyond its gaps is a word that begins with a combining mark, which may join whatever
//! stands before it: a text with such an island is left to the slow twin as a whole.

use std::cell::Cell;
use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use crate::blocks::BLOCK;
use crate::normal::block::{Block, Blocks};
use crate::normal::char_normal::{CharNormal, CharNormals};
use crate::normal::definition::slow_normalize;

/// Bytes of a buffer that is kept for the next text.
const KEPT_BYTES: usize = 1 << 20;

thread_local! {
    static NORMALIZER: Cell<Normalizer> = Cell::default();
}

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
    // It is UTF-8, made of whole characters.
    let copy = |normal: &[u8]| str::from_utf8(normal).ok().map(str::to_owned);
    with_normal(text, copy).unwrap_or_else(|| slow_normalize(text))
}

/// Calls `read` with the normal form of `text`, which is that of [`normalize`] but in memory that is used again.
pub fn with_normal<T>(text: &str, read: impl FnOnce(&[u8]) -> T) -> T {
    with_normalizer(|normalizer| {
        let mut blocks = Blocks::new(text);
        read(normalizer.normalize(&mut blocks, 0..text.len()))
    })
}

/// Calls `read` with each of the `places`, which ascend, and the normal form of the part of `text`
/// there: many small parts take hardly longer than the whole.
pub fn with_normals(
    text: &str,
    places: impl IntoIterator<Item = Range<usize>>,
    mut read: impl FnMut(Range<usize>, &[u8]),
) {
    with_normalizer(|normalizer| {
        let mut blocks = Blocks::new(text);
        for place in places {
            read(place.clone(), normalizer.normalize(&mut blocks, place));
        }
    });
}

fn with_normalizer<T>(work: impl FnOnce(&mut Normalizer) -> T) -> T {
    let mut normalizer = NORMALIZER.take();
    let result = work(&mut normalizer);
    if normalizer.normal.len() <= KEPT_BYTES {
        NORMALIZER.set(normalizer);
    }
    result
}

/// Normalises one text after the other.
#[derive(Default)]
struct Normalizer {
    /// Longer than needed: blocks are written whole, of which some bytes do not count.
    normal: Vec<u8>,
    /// Bytes that count.
    len: usize,
    /// Whether the last byte read was part of a word.
    in_word: bool,
}

impl Normalizer {
    /// The normal form of the part of a text at `place`.
    fn normalize(&mut self, blocks: &mut Blocks<'_>, place: Range<usize>) -> &[u8] {
        (self.len, self.in_word) = (0, false);
        if self.part(blocks, place.clone()).is_none() {
            self.normal = slow_normalize(&blocks.text[place]).into_bytes();
            self.len = self.normal.len();
        }
        &self.normal[..self.len]
    }

    /// None when the part must be normalised as a whole.
    fn part(&mut self, blocks: &mut Blocks<'_>, Range { start, end }: Range<usize>) -> Option<()> {
        let text = &blocks.text[..end];
        let mut place = start;
        self.make_room(end - start);
        while place < end {
            blocks.load(place);
            let (block, first) = (&blocks.block, place - blocks.start);
            let last = BLOCK.min(end - blocks.start);
            let ascii = (block.non_ascii >> first).trailing_zeros() as usize;
            let next = last.min(first + ascii);
            self.ascii(block, first, next);
            place = blocks.start + next;
            if next < last {
                place = self.non_ascii(text, place)?;
            }
        }
        let ends_in_gap = self.len > 0 && !self.in_word;
        self.len -= usize::from(ends_in_gap);
        Some(())
    }

    /// Makes room for so many bytes of text and a block that does not count.
    fn make_room(&mut self, bytes: usize) {
        let needed = self.len + bytes + BLOCK;
        if self.normal.len() < needed {
            self.normal.resize(needed, 0);
        }
    }

    /// Writes the bytes of a block from `start` to `end`: of each gap, the first one as a space.
    #[inline(always)]
    fn ascii(&mut self, block: &Block, start: usize, end: usize) {
        if start == end {
            return;
        }
        let these = (!0 >> (BLOCK - (end - start))) << start;
        let words = block.words & these;
        let mut kept = (words | words << 1 | u64::from(self.in_word) << start) & these;
        self.in_word = words >> (end - 1) != 0;
        while kept != 0 {
            let first = kept.trailing_zeros() as usize;
            let run = (kept >> first).trailing_ones() as usize;
            let (to, from) = (&mut self.normal[self.len..], &block.lower[first..]);
            if let (Some(to), Some(from)) = (to.first_chunk_mut(), from.first_chunk::<BLOCK>()) {
                *to = *from;
            }
            self.len += run;
            // The sum carries through the run.
            kept &= kept.wrapping_add(1 << first);
        }
    }

    /// Writes the characters from `place` on, of which the first is not ASCII, up to the next two
    /// bytes that are; where they end.
    fn non_ascii(&mut self, text: &str, mut place: usize) -> Option<usize> {
        let forms = CharNormals::table();
        let mut marked = false;
        while let Some(c) = text[place..].chars().next() {
            let form = forms.of(c);
            match form {
                CharNormal::Gap if self.in_word => self.write(' '),
                CharNormal::Gap => {}
                CharNormal::Kept(letter) => self.write(letter),
                CharNormal::Mark if !marked => self.write(c),
                CharNormal::Mark | CharNormal::Unknown => return self.island(text, place),
            }
            self.in_word = form != CharNormal::Gap;
            marked = form == CharNormal::Mark;
            place += c.len_utf8();
            let next = text.as_bytes().get(place..place + 2);
            if next.is_none_or(<[u8]>::is_ascii) {
                break;
            }
        }
        Some(place)
    }

    #[inline(always)]
    fn write(&mut self, c: char) {
        self.len += c.encode_utf8(&mut self.normal[self.len..]).len();
    }

    /// Writes the island around the character at `place`; where it ends.
    #[cold]
    fn island(&mut self, text: &str, place: usize) -> Option<usize> {
        // What was written of its word has as many bytes as it had in the text.
        let written = self.normal[..self.len].iter().rev();
        let word = written.take_while(|byte| **byte != b' ').count();
        self.len -= word;
        let forms = CharNormals::table();
        let gap = text[place..].find(|c| forms.of(c) == CharNormal::Gap);
        let end = gap.map_or(text.len(), |gap| place + gap);
        let normal = slow_normalize(&text[place - word..end]);
        if normal
            .split(' ')
            .any(|word| word.starts_with(is_combining_mark))
        {
            return None;
        }
        self.in_word = false;
        if !normal.is_empty() {
            self.make_room(normal.len() + 1 + text.len() - end);
            normal.chars().chain([' ']).for_each(|c| self.write(c));
        }
        Some(end)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::any_text;

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
        fn agrees_with_the_slow_twin(text in any_text()) {
            prop_assert_eq!(normalize(&text), slow_normalize(&text));
        }

        #[test]
        fn has_single_inner_spaces_only(text in ".*") {
            let normal = normalize(&text);
            prop_assert_eq!(normal.split_whitespace().collect::<Vec<_>>().join(" "), normal);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn agrees_with_the_slow_twin_at_every_border_of_blocks(
            part in "[a-zA-Z0-9 ]{0,3}([-., ]|[é’Σ字は\u{301}\u{338}\u{94d}\u{93f}\u{ad}İ]){1,5}[a-z. ]{0,9}",
        ) {
            for filling in ["a", "B ", "c. "] {
                for before in 0..130 {
                    let text = filling.repeat(before) + &part + &filling.repeat(before % 67);
                    prop_assert_eq!(normalize(&text), slow_normalize(&text));
                }
            }
        }
    }
}
