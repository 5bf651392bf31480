//! Slow twins: plain definitions that the fast parts are tested against.

use std::collections::HashSet;

use assay_text::{normalize, words};

use crate::Signature;

/// The exact Jaccard similarity of the sets of word n-grams of two texts, on normalised text.
///
/// A text shorter than an n-gram has one n-gram, the whole. One for two texts without a word.
#[must_use]
pub fn jaccard(a: &str, b: &str, ngram: usize) -> f64 {
    let (a, b) = (ngram_set(a, ngram), ngram_set(b, ngram));
    let either = a.union(&b).count();
    if either == 0 {
        1.0
    } else {
        a.intersection(&b).count() as f64 / either as f64
    }
}

fn ngram_set(text: &str, ngram: usize) -> HashSet<Vec<String>> {
    let words: Vec<String> = words(&normalize(text)).map(str::to_owned).collect();
    if words.is_empty() {
        return HashSet::new();
    }
    let n = ngram.clamp(1, words.len());
    words.windows(n).map(<[String]>::to_vec).collect()
}

/// For each signature in order, the place among those kept of the first that it duplicates: one
/// with an equal band and an estimate of at least `threshold`.
#[must_use]
pub fn greedy(signatures: &[Signature], rows: usize, threshold: f64) -> Vec<Option<u64>> {
    let mut kept: Vec<&Signature> = Vec::new();
    let mut verdicts = Vec::new();
    for signature in signatures {
        let bands = |s: &Signature| {
            s.values()
                .chunks(rows)
                .map(<[u32]>::to_vec)
                .collect::<Vec<_>>()
        };
        let duplicated = kept.iter().position(|earlier| {
            let shares_band = bands(earlier)
                .iter()
                .zip(&bands(signature))
                .any(|(a, b)| a == b);
            shares_band && earlier.estimate(signature) >= threshold
        });
        if duplicated.is_none() {
            kept.push(signature);
        }
        verdicts.push(duplicated.map(|place| place as u64));
    }
    verdicts
}
