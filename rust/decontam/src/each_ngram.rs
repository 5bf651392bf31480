//! One pass over the n-grams of a document, in steps that fit into the cache.

use assay_text::ngrams;

/// Windows hashed at a time, so that their hashes stay in the processor's cache.
const WINDOWS: usize = 2048;

/// Calls `each` with the first word and the hash of every window of `n` words; never where there
/// are fewer words.
pub(crate) fn each_ngram(words: &[u64], n: usize, mut each: impl FnMut(usize, u64)) {
    let last = (words.len() + 1).saturating_sub(n);
    for start in (0..last).step_by(WINDOWS) {
        let end = words.len().min(start + WINDOWS + n - 1);
        for (place, hash) in ngrams(&words[start..end], n).into_iter().enumerate() {
            each(start + place, hash);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_window_is_met_once() {
        for n in [1, 2, 13] {
            for count in [
                0,
                1,
                n - 1,
                n,
                WINDOWS - 1,
                WINDOWS,
                WINDOWS + n,
                3 * WINDOWS,
            ] {
                let words: Vec<u64> = (0..count as u64).collect();
                let mut met = Vec::new();
                each_ngram(&words, n, |start, hash| met.push((start, hash)));
                let all = words.windows(n).map(|window| ngrams(window, n)[0]);
                assert_eq!(met, all.enumerate().collect::<Vec<_>>());
            }
        }
    }
}
