//! Hashes of words, and of the characters of a text.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use crate::hash::mix;
use crate::kinds::Kind;
use crate::segments::each_segment;
use crate::{normalize, slow_normalize, slow_words, with_normal, words};

/// Without pattern: the digits of the square root of two.
pub(crate) const ROOT: u64 = 0x6a09_e667_f3bc_c909;

/// The hash of each word under `seed`, in order.
pub fn word_hashes<'a>(words: impl Iterator<Item = &'a str>, seed: u64) -> Vec<u64> {
    words.map(|word| word_hash(word.as_bytes(), seed)).collect()
}

/// Eight bytes at a time, the last ones filled up with zeros, which no word holds.
fn word_hash(word: &[u8], seed: u64) -> u64 {
    word.chunks(8).fold(seed, |hash, chunk| {
        let fill = |block, byte: &u8| block << 8 | u64::from(*byte);
        word_block(hash, chunk.iter().rfold(0, fill))
    })
}

#[inline(always)]
fn word_block(hash: u64, block: u64) -> u64 {
    mix(hash ^ block, ROOT)
}

/// The hash of each word of the normal form of `text`, in order: [`slow_text_word_hashes`],
/// without making the normal form.
#[must_use]
pub fn text_word_hashes(text: &str, seed: u64) -> Vec<u64> {
    // English has a word for every six bytes or so.
    let mut hashes = Vec::with_capacity(text.len() / 5);
    text_word_hashes_into(text, seed, &mut hashes);
    hashes
}

/// Replaces the contents of `hashes` by those of [`text_word_hashes`]: into memory that is used
/// again.
pub fn text_word_hashes_into(text: &str, seed: u64, hashes: &mut Vec<u64>) {
    hashes.clear();
    if with_normal(text, |normal| add_words(normal, seed, hashes)).is_none() {
        *hashes = slow_text_word_hashes(text, seed);
    }
}

/// The same hashes as [`text_word_hashes`]: [`normalize`], [`words`], [`word_hashes`].
#[must_use]
pub fn slow_text_word_hashes(text: &str, seed: u64) -> Vec<u64> {
    word_hashes(words(&slow_normalize(text)), seed)
}

/// The hash of each character of the normal form of `text`, in order.
#[must_use]
pub fn text_char_hashes(text: &str, seed: u64) -> Vec<u64> {
    normalize(text)
        .chars()
        .map(|c| word_block(seed, c.into()))
        .collect()
}

/// Adds the hashes of the words of a normal form; none, with some of them added, when a word joins
/// the space before it.
fn add_words(normal: &[u8], seed: u64, hashes: &mut Vec<u64>) -> Option<()> {
    let mut joined = false;
    each_segment(normal, |place, is_word| {
        if is_word {
            hashes.push(hash_at(normal, place, seed));
        } else if !joined {
            joined = add_part(normal, place, seed, hashes).is_none();
        }
    });
    (!joined).then_some(())
}

/// The hash of the word at `place`: that of [`word_hash`], of up to two blocks without a branch.
#[inline(always)]
fn hash_at(normal: &[u8], place: Range<usize>, seed: u64) -> u64 {
    let (mut hash, mut start) = (seed, place.start);
    loop {
        let rest = &normal[start..];
        let Some(bytes) = rest.first_chunk() else {
            return word_hash(&normal[start..place.end], hash);
        };
        let blocks = u128::from_le_bytes(*bytes);
        if let Some(mask) = FIRST.get(place.end - start) {
            let blocks = blocks & mask;
            let one = word_block(hash, blocks as u64);
            let two = word_block(one, (blocks >> 64) as u64);
            return if place.end - start <= 8 { one } else { two };
        }
        hash = word_block(hash, blocks as u64);
        start += 8;
    }
}

/// The first bytes of sixteen.
const FIRST: [u128; 17] = {
    let mut masks = [0; 17];
    let mut len = 1;
    while len < masks.len() {
        masks[len] = masks[len - 1] << 8 | 0xff;
        len += 1;
    }
    masks
};

/// Adds the hashes of the words of a part between spaces; none where it joins the space before it.
fn add_part(normal: &[u8], place: Range<usize>, seed: u64, hashes: &mut Vec<u64>) -> Option<()> {
    let part = str::from_utf8(&normal[place.clone()]).unwrap_or_default();
    let before = hashes.len();
    let mut add = |start, end| {
        let word = place.start + start..place.start + end;
        hashes.push(hash_at(normal, word, seed));
    };
    let (mut start, mut last) = (0, None);
    for (end, c) in part.char_indices() {
        let kind = match Kind::of(c) {
            Kind::Digit => Kind::Letter,
            Kind::Unknown => {
                hashes.truncate(before);
                return add_unknown(normal, place, seed, hashes);
            }
            kind => kind,
        };
        if end > start && (last != Some(kind) || kind == Kind::Alone) {
            add(start, end);
            start = end;
        }
        last = Some(kind);
    }
    add(start, part.len());
    Some(())
}

/// The same for a part with characters of which only the tables of Unicode tell.
#[cold]
fn add_unknown(normal: &[u8], place: Range<usize>, seed: u64, hashes: &mut Vec<u64>) -> Option<()> {
    let part = str::from_utf8(&normal[place]).unwrap_or_default();
    let joins = part.starts_with(joins_before);
    hashes.extend(slow_words(part).map(|word| word_hash(word.as_bytes(), seed)));
    (!joins).then_some(())
}

/// Characters that join the one before them, by NFC or by UAX #29 (rule WB4).
pub(crate) fn joins_before(c: char) -> bool {
    is_combining_mark(c) || matches!(c, '\u{ff9e}' | '\u{ff9f}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::normalize::tests::any_text;

    #[test]
    fn every_character_that_joins_a_space_is_known() {
        let inside = |c: &char| c.is_alphanumeric() || is_combining_mark(*c);
        for c in (char::MIN..=char::MAX).filter(inside) {
            let normal = slow_normalize(&format!("{c}b"));
            let after_a_space = format!("a {normal}");
            if !normal.starts_with(joins_before) {
                let alone = std::iter::once("a").chain(words(&normal));
                assert!(words(&after_a_space).eq(alone), "{c:?}");
            }
        }
    }

    #[test]
    fn every_common_character_agrees_with_the_slow_twin() {
        let is_common = |c: &char| Kind::of(*c) != Kind::Unknown;
        for c in (char::MIN..=char::MAX).filter(is_common) {
            let text = format!("x{c}{c}カ{c}あ{c}字я{c} {c}é ا{c}한");
            assert_eq!(
                text_word_hashes(&text, 3),
                slow_text_word_hashes(&text, 3),
                "{c:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn scanning_agrees_with_the_slow_twin(text in any_text(), seed: u64) {
            prop_assert_eq!(text_word_hashes(&text, seed), slow_text_word_hashes(&text, seed));
        }
    }
}
