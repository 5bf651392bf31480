//! Hashes of words, and of the characters of a text.

use std::ops::Range;

use crate::hashes::hash::mix;
use crate::normal::by_blocks::{normalize, with_normal};
use crate::normal::definition::slow_normalize;
use crate::normal::words::each_word;
use crate::words::words;

/// A number without a pattern: the digits of the square root of two.
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

/// The hash of each word of the normal form of `text`, in order: [`slow_text_word_hashes`], without
/// making a string of it.
#[must_use]
pub fn text_word_hashes(text: &str, seed: u64) -> Vec<u64> {
    // English has a word for every six bytes or so.
    let mut hashes = Vec::with_capacity(text.len() / 5);
    with_normal(text, |normal| {
        normal_word_hashes_into(normal, seed, &mut hashes)
    });
    hashes
}

/// Replaces the contents of `hashes` by the hash of each word of a normal form, as
/// [`with_normal`] makes it.
pub fn normal_word_hashes_into(normal: &[u8], seed: u64, hashes: &mut Vec<u64>) {
    hashes.clear();
    each_word(normal, |place| hashes.push(hash_at(normal, place, seed)));
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::any_text;

    proptest! {
        #[test]
        fn scanning_agrees_with_the_slow_twin(text in any_text(), seed: u64) {
            prop_assert_eq!(text_word_hashes(&text, seed), slow_text_word_hashes(&text, seed));
        }
    }
}
