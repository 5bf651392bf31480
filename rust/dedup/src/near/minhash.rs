//! Signatures of documents, by which near-duplicates are estimated without their texts.

use assay_schema::Unit;
use assay_text::{GOLDEN, draw, hash64, mix, ngrams, text_char_hashes, text_word_hashes};

use crate::error::DedupError;
use crate::near::banding::Banding;
use crate::near::ngram_set::NgramSet;

/// What is compared of a document: a number of 16-bit values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    scheme: u64,
    values: Box<[u16]>,
}

impl Signature {
    /// The values: band by band, then those that only the estimate uses.
    #[must_use]
    pub fn values(&self) -> &[u16] {
        &self.values
    }

    /// A digest of the settings and the seed under which it was made.
    pub(crate) fn scheme(&self) -> u64 {
        self.scheme
    }

    /// The estimated Jaccard similarity of two documents: the share of equal values.
    ///
    /// With k values its standard deviation is at most `sqrt(J (1 - J) / k)` (Broder 1997).
    #[must_use]
    pub fn estimate(&self, other: &Self) -> f64 {
        estimate(&self.values, &other.values)
    }

    /// Checks that the signature suits an index whose first signature was of `scheme`.
    pub(crate) fn check(&self, banding: Banding, scheme: Option<u64>) -> Result<(), DedupError> {
        let (found, expected) = (self.values.len(), banding.values());
        if found != expected {
            return Err(DedupError::Signature { found, expected });
        }
        match scheme {
            Some(expected) if expected != self.scheme => Err(DedupError::Scheme {
                found: self.scheme,
                expected,
            }),
            _ => Ok(()),
        }
    }
}

pub(crate) fn estimate(a: &[u16], b: &[u16]) -> f64 {
    // Counters as narrow as the values let the loop run on whole registers.
    let equal =
        |(a, b): (&[u16], &[u16])| -> u16 { a.iter().zip(b).map(|(a, b)| u16::from(a == b)).sum() };
    let equal: u32 = a
        .chunks(256)
        .zip(b.chunks(256))
        .map(|pair| u32::from(equal(pair)))
        .sum();
    f64::from(equal) / a.len().max(1) as f64
}

/// One key for each band, different for equal values in different bands.
pub(crate) fn band_keys(values: &[u16], banding: Banding) -> impl Iterator<Item = u64> {
    let bands = values.chunks_exact(banding.rows as usize);
    (1..=banding.bands.into()).zip(bands).map(|(band, values)| {
        let key = values
            .iter()
            .fold(band, |key, value| mix(key ^ u64::from(*value), GOLDEN));
        mix(key, GOLDEN)
    })
}

/// Computes signatures under fixed settings and seed.
///
/// The values are those of "fast similarity sketching" (Dahlgaard, Knudsen and Thorup 2017,
/// arXiv 1704.04370): in a first round each n-gram goes to one value by its hash, and the least
/// hash of each stays; further rounds, with other hashes, fill values that are still empty. Each
/// value of two documents is equal with a probability of their Jaccard similarity, as in MinHash,
/// but an n-gram of a long document costs one comparison instead of one for each value.
#[derive(Debug, Clone)]
pub struct MinHasher {
    scheme: u64,
    unit: Unit,
    ngram: usize,
    seed: u64,
    values: usize,
    /// A seed for each round after the first.
    rounds: Vec<u64>,
}

/// Above every value of every round.
const EMPTY: u64 = u64::MAX;

/// Repeated n-grams are taken out before further rounds when there are this many per value: a
/// document with that many different ones needs no further round.
const MANY: usize = 16;

impl MinHasher {
    /// A hasher that draws its hash functions from `seed`.
    #[must_use]
    pub fn new(settings: &assay_schema::Near, seed: u64) -> Self {
        let values = Banding::of(settings).values();
        let rounds = 1..2 * values as u64;
        let unit = match settings.unit {
            Unit::Word => "minhash/scheme/word",
            Unit::Character => "minhash/scheme/character",
        };
        Self {
            scheme: draw(seed, unit, settings.ngram.into()),
            unit: settings.unit,
            ngram: settings.ngram as usize,
            seed: draw(seed, "minhash/ngram", 0),
            values,
            rounds: rounds
                .map(|round| draw(seed, "minhash/round", round))
                .collect(),
        }
    }

    /// The signature of a text: of the n-grams of its normalised form.
    ///
    /// A text shorter than an n-gram counts as one n-gram, and so does a text without a word, as
    /// it stands.
    #[must_use]
    pub fn signature(&self, text: &str) -> Signature {
        let mut ngrams = self.ngrams(text);
        let mut least = vec![EMPTY; self.values];
        for ngram in &ngrams {
            lower(&mut least[self.place(*ngram)], *ngram, 0);
        }
        if least.contains(&EMPTY) {
            if ngrams.len() > MANY * self.values {
                ngrams.sort_unstable();
                ngrams.dedup();
            }
            self.fill(&mut least, &ngrams);
        }
        Signature {
            scheme: self.scheme,
            values: least.iter().map(|value| *value as u16).collect(),
        }
    }

    /// The n-grams of a text that its signature stands for.
    #[must_use]
    pub fn ngram_set(&self, text: &str) -> NgramSet {
        NgramSet::new(self.ngrams(text))
    }

    /// The hashes of a text's n-grams, in order; never none.
    fn ngrams(&self, text: &str) -> Vec<u64> {
        let units = match self.unit {
            Unit::Word => text_word_hashes(text, self.seed),
            Unit::Character => text_char_hashes(text, self.seed),
        };
        let mut ngrams = ngrams(&units, self.ngram);
        if ngrams.is_empty() {
            ngrams.push(hash64(self.seed, text.as_bytes()));
        }
        ngrams
    }

    /// Rounds after the first, until no value is empty.
    fn fill(&self, least: &mut [u64], ngrams: &[u64]) {
        let mut empty = least.iter().filter(|value| **value == EMPTY).count();
        for (round, seed) in (1_usize..).zip(&self.rounds) {
            for ngram in ngrams {
                let hash = mix(ngram ^ seed, GOLDEN);
                // Rounds after as many as there are values are for one value each.
                let place = match round.checked_sub(self.values) {
                    None => self.place(hash),
                    Some(place) => place,
                };
                empty -= usize::from(least[place] == EMPTY);
                lower(&mut least[place], hash, round as u64);
            }
            if empty == 0 {
                return;
            }
        }
    }

    /// The upper half of the hash chooses the value that the lower half may become.
    #[inline(always)]
    fn place(&self, hash: u64) -> usize {
        (((hash >> 32) * self.values as u64) >> 32) as usize
    }
}

/// Values of earlier rounds are lower.
#[inline(always)]
fn lower(least: &mut u64, hash: u64, round: u64) {
    *least = (*least).min(round << 32 | hash & u64::from(u32::MAX));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::near::slow::jaccard;

    fn numbers(range: std::ops::Range<u32>) -> String {
        range.map(|i| format!("w{i} ")).collect()
    }

    fn estimated(a: &str, b: &str, seed: u64) -> f64 {
        let hasher = MinHasher::new(&assay_schema::Near::default(), seed);
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
            let expected = exact * (1.0 - exact) / 256.0;
            // The mean of 200 estimates is within five standard errors; their variance has a
            // relative standard deviation of sqrt(2 / 199) = 0.1, and five of those are 0.5. It
            // may be smaller: few n-grams are shared out among the values, not drawn anew.
            assert!(
                (mean - exact).abs() < 5.0 * (expected / 200.0).sqrt(),
                "{mean} {exact}"
            );
            assert!(variance < 1.5 * expected, "{variance} {expected}");
        }
    }

    #[test]
    fn bands_follow_the_curve() {
        let settings = assay_schema::Near::default();
        let banding = Banding::of(&settings);
        for (length, shift) in [(40, 6), (400, 70)] {
            let (a, b) = (numbers(0..length), numbers(shift..shift + length));
            let found = (0..400).filter(|seed| {
                let hasher = MinHasher::new(&settings, *seed);
                let (a, b) = (hasher.signature(&a), hasher.signature(&b));
                let keys = |signature: &Signature| -> Vec<u64> {
                    band_keys(signature.values(), banding).collect()
                };
                keys(&a).iter().zip(keys(&b)).any(|(a, b)| *a == b)
            });
            let share = found.count() as f64 / 400.0;
            let expected = banding.probability(jaccard(&a, &b, 5));
            // Binomial(400, p) / 400 has a standard deviation of at most 0.025: four of them.
            assert!((share - expected).abs() < 0.1, "{share} {expected}");
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
        let spec = assay_schema::Near::default();
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
