//! Slow twins of signatures, index and clusters: plain definitions that the fast parts are tested against.

use std::collections::HashSet;

use assay_text::{normalize, words};

use crate::near::banding::Banding;
use crate::near::minhash::Signature;

/// The exact Jaccard similarity of the sets of word n-grams of two texts, on normalised text.
///
/// A text shorter than an n-gram has one n-gram, the whole. One for two texts without a word.
pub(crate) fn jaccard(a: &str, b: &str, ngram: usize) -> f64 {
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
pub(crate) fn greedy(
    signatures: &[Signature],
    banding: Banding,
    threshold: f64,
) -> Vec<Option<u64>> {
    let mut kept: Vec<&Signature> = Vec::new();
    let mut decisions = Vec::new();
    for signature in signatures {
        let duplicated = kept.iter().position(|earlier| {
            share_a_band(earlier, signature, banding) && earlier.estimate(signature) >= threshold
        });
        if duplicated.is_none() {
            kept.push(signature);
        }
        decisions.push(duplicated.map(|place| place as u64));
    }
    decisions
}

/// For each document, the first that links connect it with.
pub(crate) fn clusters(documents: usize, linked: impl Fn(usize, usize) -> bool) -> Vec<u64> {
    let mut first: Vec<u64> = (0..documents as u64).collect();
    for (a, b) in (0..documents).flat_map(|b| (0..b).map(move |a| (a, b))) {
        if linked(a, b) {
            let (low, high) = (first[a].min(first[b]), first[a].max(first[b]));
            for place in first.iter_mut().filter(|place| **place == high) {
                *place = low;
            }
        }
    }
    first
}

/// Whether all values of a band are equal.
pub(crate) fn share_a_band(a: &Signature, b: &Signature, banding: Banding) -> bool {
    (0..banding.bands as usize).any(|band| {
        let rows = banding.rows as usize;
        let values = band * rows..(band + 1) * rows;
        a.values()[values.clone()] == b.values()[values]
    })
}
