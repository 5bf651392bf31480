//! MinHash signatures of documents.

use assay_text::{draw, hash64, ngram_hashes, normalize, words};

/// For each hash function, the least value over the n-grams of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature(Box<[u32]>);

impl Signature {
    /// The values, one per hash function.
    #[must_use]
    pub fn values(&self) -> &[u32] {
        &self.0
    }

    /// The estimated Jaccard similarity of two documents: the share of equal values.
    ///
    /// With k hash functions its standard deviation is `sqrt(J (1 - J) / k)` (Broder 1997).
    #[must_use]
    pub fn estimate(&self, other: &Self) -> f64 {
        estimate(&self.0, &other.0)
    }
}

pub(crate) fn estimate(a: &[u32], b: &[u32]) -> f64 {
    let equal = a.iter().zip(b).filter(|(a, b)| a == b).count();
    equal as f64 / a.len().max(1) as f64
}

/// Computes signatures under fixed settings and seed.
///
/// Hash function `i` maps the 64-bit hash `h` of an n-gram to the upper half of `a_i h + b_i`
/// modulo 2^64, with `a_i` odd (multiply-shift, Dietzfelbinger et al. 1997): one multiplication
/// and one addition.
#[derive(Debug, Clone)]
pub struct MinHasher {
    ngram: usize,
    seed: u64,
    multipliers: Vec<u64>,
    offsets: Vec<u64>,
}

impl MinHasher {
    /// A hasher with `bands x rows` hash functions drawn from `seed`.
    #[must_use]
    pub fn new(settings: &assay_schema::MinHash, seed: u64) -> Self {
        let functions = u64::from(settings.bands) * u64::from(settings.rows);
        let drawn = |stage| (0..functions).map(move |function| draw(seed, stage, function));
        Self {
            ngram: settings.ngram as usize,
            seed: draw(seed, "minhash/ngram", 0),
            multipliers: drawn("minhash/multiplier").map(|a| a | 1).collect(),
            offsets: drawn("minhash/offset").collect(),
        }
    }

    /// The signature of a text: of the word n-grams of its normalised form.
    ///
    /// A text shorter than an n-gram counts as one n-gram, and so does a text without a word, as
    /// it stands.
    #[must_use]
    pub fn signature(&self, text: &str) -> Signature {
        let normal = normalize(text);
        let mut ngrams = ngram_hashes(words(&normal), self.ngram, self.seed);
        if ngrams.is_empty() {
            ngrams.push(hash64(self.seed, text.as_bytes()));
        }
        let functions = self.multipliers.iter().zip(&self.offsets);
        let least = functions.map(|(a, b)| {
            let value = |ngram: &u64| a.wrapping_mul(*ngram).wrapping_add(*b);
            (ngrams.iter().map(value).min().unwrap_or(u64::MAX) >> 32) as u32
        });
        Signature(least.collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::slow::jaccard;

    fn numbers(range: std::ops::Range<u32>) -> String {
        range.map(|i| format!("w{i} ")).collect()
    }

    fn estimated(a: &str, b: &str, seed: u64) -> f64 {
        let hasher = MinHasher::new(&assay_schema::MinHash::default(), seed);
        hasher.signature(a).estimate(&hasher.signature(b))
    }

    #[test]
    fn estimate_has_the_right_mean_and_spread() {
        for shift in [4, 60] {
            let (a, b) = (numbers(0..204), numbers(shift..shift + 204));
            let exact = jaccard(&a, &b, 5);
            let estimates: Vec<f64> = (0..200).map(|seed| estimated(&a, &b, seed)).collect();
            let mean = estimates.iter().sum::<f64>() / 200.0;
            let variance = estimates.iter().map(|e| (e - mean).powi(2)).sum::<f64>() / 199.0;
            let expected = exact * (1.0 - exact) / 128.0;
            // The mean of 200 estimates is within five standard errors; their variance has a
            // relative standard deviation of sqrt(2 / 199) = 0.1, and five of those are 0.5.
            assert!(
                (mean - exact).abs() < 5.0 * (expected / 200.0).sqrt(),
                "{mean} {exact}"
            );
            assert!(
                (variance / expected - 1.0).abs() < 0.5,
                "{variance} {expected}"
            );
        }
    }

    #[test]
    fn texts_without_ngrams_are_still_different() {
        assert_eq!(estimated("...", "...", 0), 1.0);
        assert!(estimated("...", "---", 0) < 0.1);
        assert!(estimated("one two", "one three", 0) < 0.1);
        assert_eq!(estimated("One, two", "one two!", 0), 1.0);
    }

    #[test]
    fn the_seed_changes_every_value() {
        let spec = assay_schema::MinHash::default();
        let (a, b) = (MinHasher::new(&spec, 1), MinHasher::new(&spec, 2));
        let text = numbers(0..50);
        assert_eq!(a.signature(&text).estimate(&b.signature(&text)), 0.0);
    }

    proptest! {
        #[test]
        fn estimate_agrees_with_exact_jaccard(
            common in "([a-e] ){0,40}", a in "([a-e] ){0,20}", b in "([a-e] ){0,20}", seed: u64,
        ) {
            let (a, b) = (format!("{common}{a}"), format!("{common}{b}"));
            prop_assume!(a.split_whitespace().next().is_some());
            prop_assume!(b.split_whitespace().next().is_some());
            // Hoeffding: off by 0.28 in one case of 2e8.
            prop_assert!((estimated(&a, &b, seed) - jaccard(&a, &b, 5)).abs() < 0.28);
        }
    }
}
