//! Hashes of n-grams of words.

use crate::hashes::hash::{GOLDEN, mix};
use crate::hashes::word_hashes::{ROOT, word_hashes};

/// The hash of each window of `n` words, in order, from the words' own hashes.
///
/// A text of fewer than `n` words has one n-gram, the whole; a text without a word has none.
/// Windows of different lengths have different hashes. `n` of zero is taken as one.
#[must_use]
pub fn ngrams(words: &[u64], n: usize) -> Vec<u64> {
    let n = n.max(1).min(words.len());
    if n == 0 {
        return Vec::new();
    }
    // The polynomial of a window modulo 2^64 rolls on in constant time.
    let top = (1..n).fold(1_u64, |power, _| power.wrapping_mul(GOLDEN));
    let mut value = polynomial(&words[..n]);
    let mut hashes = Vec::with_capacity(words.len() - n + 1);
    hashes.push(finish(value, n));
    for (old, new) in words.iter().zip(&words[n..]) {
        value = value
            .wrapping_sub(old.wrapping_mul(top))
            .wrapping_mul(GOLDEN)
            .wrapping_add(*new);
        hashes.push(finish(value, n));
    }
    hashes
}

/// Slow twin of [`ngrams`]: the same hashes, each window computed on its own.
#[must_use]
pub fn slow_ngrams(words: &[u64], n: usize) -> Vec<u64> {
    if words.is_empty() {
        return Vec::new();
    }
    let n = n.max(1).min(words.len());
    words
        .windows(n)
        .map(|window| finish(polynomial(window), n))
        .collect()
}

/// The hashes of the `n`-grams of `words` under `seed`: [`word_hashes`], then [`ngrams`].
pub fn ngram_hashes<'a>(words: impl Iterator<Item = &'a str>, n: usize, seed: u64) -> Vec<u64> {
    ngrams(&word_hashes(words, seed), n)
}

fn polynomial(window: &[u64]) -> u64 {
    window.iter().fold(0, |value, word| {
        value.wrapping_mul(GOLDEN).wrapping_add(*word)
    })
}

/// Spreads the bits of a window's polynomial and sets lengths apart.
fn finish(value: u64, n: usize) -> u64 {
    mix(value ^ ROOT, GOLDEN.wrapping_add(2 * n as u64))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;
    use crate::words::words;

    fn hashes(text: &str, n: usize) -> Vec<u64> {
        ngram_hashes(words(text), n, 1)
    }

    #[test]
    fn order_and_length_matter() {
        assert_ne!(hashes("a b", 2), hashes("b a", 2));
        assert_ne!(hashes("a", 1), hashes("a a", 2));
        assert_ne!(hashes("a b c", 2), ngram_hashes(words("a b c"), 2, 2));
    }

    #[test]
    fn a_short_text_is_one_ngram() {
        assert_eq!(hashes("to be", 5), hashes("to be", 2));
        assert!(hashes("...", 5).is_empty());
    }

    #[test]
    fn values_never_change() {
        assert_eq!(
            hashes("to be or not", 3),
            [12_520_172_772_055_473_588, 10_917_386_654_545_395_032]
        );
    }

    proptest! {
        #[test]
        fn rolling_agrees_with_the_slow_twin(words: Vec<u64>, n in 0_usize..20) {
            prop_assert_eq!(ngrams(&words, n), slow_ngrams(&words, n));
        }

        #[test]
        fn different_windows_have_different_hashes(
            words in prop::collection::vec(0_u8..3, 1..60), n in 1_usize..6,
        ) {
            let words: Vec<String> = words.iter().map(ToString::to_string).collect();
            let n = n.min(words.len());
            let exact: HashSet<_> = words.windows(n).collect();
            let hashed: HashSet<_> =
                ngram_hashes(words.iter().map(String::as_str), n, 9).into_iter().collect();
            prop_assert_eq!(hashed.len(), exact.len());
        }
    }
}
