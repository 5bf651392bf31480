//! Hashes of words, and of the characters of a text.

use crate::hash::mix;
use crate::scan::{Block, Islands};
use crate::{normalize, plain, slow_normalize, words};

/// Without pattern: the digits of the square root of two.
pub(crate) const ROOT: u64 = 0x6a09_e667_f3bc_c909;

/// The hash of each word under `seed`, in order.
pub fn word_hashes<'a>(words: impl Iterator<Item = &'a str>, seed: u64) -> Vec<u64> {
    words.map(|word| word_hash(word, seed)).collect()
}

/// Eight bytes at a time, the last ones filled up with zeros, which no word holds.
fn word_hash(word: &str, seed: u64) -> u64 {
    word.as_bytes().chunks(8).fold(seed, |hash, chunk| {
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
    if scan(text, seed, hashes).is_none() {
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

/// Adds the hashes of the words of `text`; none, with some of them added, when the text must be
/// normalised as a whole.
fn scan(text: &str, seed: u64, hashes: &mut Vec<u64>) -> Option<()> {
    let bytes = text.as_bytes();
    let mut islands = Islands::default();
    let mut place = 0;
    while place < bytes.len() {
        let mut block = Block::load(bytes, place);
        let (gap, foreign) = (block.gap(), block.foreign());
        if foreign < gap {
            place = islands.read(text, place + foreign)?;
            add_island(&islands, seed, hashes);
            continue;
        }
        if gap > 0 {
            place += gap;
            continue;
        }
        let (start, mut hash) = (place, seed);
        while block.word_len() == 8 {
            hash = word_block(hash, block.lower);
            place += 8;
            block = Block::load(bytes, place);
        }
        let len = block.word_len();
        if block.foreign() == len {
            place = islands.read(text, start)?;
            add_island(&islands, seed, hashes);
            continue;
        }
        if len > 0 {
            hash = word_block(hash, block.lower & ((1 << (8 * len)) - 1));
        }
        hashes.push(hash);
        place += len + block.gap_after(len);
    }
    Some(())
}

fn add_island(island: &Islands, seed: u64, hashes: &mut Vec<u64>) {
    if island.plain {
        plain::each_word(&island.normal, |word| hashes.push(word_hash(word, seed)));
    } else {
        hashes.extend(words(&island.normal).map(|word| word_hash(word, seed)));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn scanning_agrees_with_the_slow_twin(text in crate::scan::tests::any_text(), seed: u64) {
            prop_assert_eq!(text_word_hashes(&text, seed), slow_text_word_hashes(&text, seed));
        }
    }
}
