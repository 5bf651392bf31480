//! Finding the parts of a normal form between its spaces.

use std::ops::Range;

use wide::u8x16;

use crate::blocks::{BLOCK, below, bits, block_at, start_of_run, within};

/// Hands each part of a normal form to `each`, in order, and whether its letters are ASCII, Latin,
/// Greek or Cyrillic, which make one word of it.
#[inline(always)]
pub(crate) fn each_segment(normal: &[u8], mut each: impl FnMut(Range<usize>, bool)) {
    let mut start = 0;
    while let Some(block) = block_at(normal, start) {
        let len = BLOCK.min(normal.len() - start);
        let Masks { spaces, other } = Masks::of(&block);
        let mut parts = !spaces & (!0 >> (BLOCK - len));
        let mut next = start + BLOCK;
        let mut long = 0;
        // The last part may go on behind the block.
        if parts >> (BLOCK - 1) != 0 {
            let last = start_of_run(parts, BLOCK);
            if last == 0 {
                long = end_of_segment(normal, next) - next;
                next += long;
            } else {
                next = start + last;
                parts &= below(last);
            }
        }
        while parts != 0 {
            let bit = parts & parts.wrapping_neg();
            // The sum carries through the run.
            let behind = parts.wrapping_add(bit);
            let run = parts & !behind;
            parts &= behind;
            let first = start + bit.trailing_zeros() as usize;
            let end = start + behind.trailing_zeros() as usize + long;
            each(first..end, run & other == 0 && long == 0);
        }
        start = next;
    }
}

/// The number of words of a normal form of which each part is one, as [`each_segment`] tells;
/// none of others.
pub(crate) fn count_plain_words(normal: &[u8]) -> Option<usize> {
    let (mut start, mut spaces) = (0, 0);
    while let Some(block) = block_at(normal, start) {
        let masks = Masks::of(&block);
        if masks.other != 0 {
            return None;
        }
        spaces += masks.spaces.count_ones() as usize;
        start += BLOCK;
    }
    Some(if normal.is_empty() { 0 } else { spaces + 1 })
}

/// The end of the part that holds `place`, or ends there.
#[cold]
fn end_of_segment(normal: &[u8], place: usize) -> usize {
    let rest = normal.get(place..).unwrap_or_default();
    let space = rest.iter().position(|byte| *byte == b' ');
    space.map_or(normal.len(), |length| place + length)
}

/// Bit `i` is about byte `i` of a block.
struct Masks {
    spaces: u64,
    /// First bytes of characters beside those of ASCII, from U+00C0 to U+02FF and from U+0380 to
    /// U+047F, among which there are no combining marks.
    other: u64,
}

impl Masks {
    #[inline(always)]
    fn of(block: &[u8; BLOCK]) -> Self {
        let [spaces, other] = bits(block, |bytes| {
            let other =
                within(bytes, 0xc0, 0xc2) | within(bytes, 0xcc, 0xcd) | within(bytes, 0xd2, 0xff);
            [bytes.simd_eq(u8x16::splat(b' ')), other]
        });
        Self { spaces, other }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::normal::by_blocks::normalize;
    use crate::words::slow_words;

    fn segments(normal: &str) -> Vec<(&str, bool)> {
        let mut found = Vec::new();
        each_segment(normal.as_bytes(), |place, is_word| {
            found.push((&normal[place], is_word));
        });
        found
    }

    #[test]
    fn what_is_said_to_be_a_word_is_one_with_every_character() {
        // From here on no first byte is taken for that of a letter.
        for c in '\0'..'\u{1000}' {
            let normal = normalize(&format!("a{c}{c}b {c}1 д{c}é"));
            for (part, is_word) in segments(&normal) {
                assert!(!is_word || slow_words(part).eq([part]), "{c:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn are_what_stands_between_spaces(
            parts in prop::collection::vec("[a-zé]{1,12}|[a字]{1,80}|[a-z]{60,68}", 0..30),
        ) {
            let normal = parts.join(" ");
            for (found, part) in segments(&normal).into_iter().zip(&parts) {
                let is_word = part.len() <= BLOCK && !part.contains('字');
                prop_assert!(found.0 == part && (found.1 == is_word || part.len() >= BLOCK));
            }
            prop_assert_eq!(segments(&normal).len(), parts.len());
            let plain = !normal.contains('字');
            prop_assert_eq!(count_plain_words(normal.as_bytes()), plain.then_some(parts.len()));
        }
    }
}
