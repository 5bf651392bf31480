//! The word n-grams of evaluation documents, and the scan of other documents for them.

use std::collections::{BTreeMap, BTreeSet};

use assay_text::{Postings, ngrams, normalize, word_hashes, words};

/// Word hashes are compared within one index only, so that they need no seed of their own.
const SEED: u64 = 0;

/// Why an index cannot take another evaluation document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecontamError {
    /// More n-grams than can be numbered.
    #[error(
        "evaluation set {eval_name:?}, document {document}: the index is full: use smaller \
         evaluation sets"
    )]
    Full {
        /// Name of the evaluation set.
        eval_name: String,
        /// The document that did not fit, from zero.
        document: u64,
    },
}

/// The evaluation document that another document shares most of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Overlap<'a> {
    /// Name of the evaluation set.
    pub eval_name: &'a str,
    /// The evaluation document's index in its set, as it was given.
    pub document: u64,
    /// The share of its different n-grams that occur in the scanned document.
    pub fraction: f64,
}

/// The n-grams of evaluation documents, on normalised text.
///
/// An evaluation document shorter than an n-gram has one n-gram, the whole of it: very short ones
/// are found in many documents. One without a word is never found.
#[derive(Debug, Clone)]
pub struct EvalIndex {
    ngram: usize,
    threshold: f64,
    names: Vec<String>,
    documents: Vec<EvalDocument>,
    /// Lengths of n-grams in the index: that of the settings and those of shorter documents.
    lengths: BTreeSet<usize>,
    postings: Postings,
}

#[derive(Debug, Clone, Copy)]
struct EvalDocument {
    name: usize,
    document: u64,
    ngrams: usize,
}

impl EvalIndex {
    /// An empty index.
    #[must_use]
    pub fn new(settings: &assay_schema::Decontaminate) -> Self {
        Self {
            ngram: settings.ngram.max(1) as usize,
            threshold: settings.threshold,
            names: Vec::new(),
            documents: Vec::new(),
            lengths: BTreeSet::new(),
            postings: Postings::default(),
        }
    }

    /// Adds document number `document` of an evaluation set.
    ///
    /// # Errors
    /// [`DecontamError::Full`] beyond 2^32 n-grams.
    pub fn add(&mut self, eval_name: &str, document: u64, text: &str) -> Result<(), DecontamError> {
        let words = hashed_words(text);
        if words.is_empty() {
            return Ok(());
        }
        let distinct: BTreeSet<u64> = ngrams(&words, self.ngram).into_iter().collect();
        let full = || DecontamError::Full {
            eval_name: eval_name.to_owned(),
            document,
        };
        let number = u32::try_from(self.documents.len()).map_err(|_| full())?;
        if !distinct
            .iter()
            .all(|ngram| self.postings.add(*ngram, number))
        {
            return Err(full());
        }
        if self.names.last().is_none_or(|last| last != eval_name) {
            self.names.push(eval_name.to_owned());
        }
        self.lengths.insert(self.ngram.min(words.len()));
        let name = self.names.len() - 1;
        self.documents.push(EvalDocument {
            name,
            document,
            ngrams: distinct.len(),
        });
        Ok(())
    }

    /// The evaluation document of which `text` holds the largest share, the first of several, if
    /// that share is above the threshold.
    #[must_use]
    pub fn scan(&self, text: &str) -> Option<Overlap<'_>> {
        let mut shared: BTreeMap<u32, usize> = BTreeMap::new();
        for ngram in self.known_ngrams(&hashed_words(text)) {
            for number in self.postings.get(ngram) {
                *shared.entry(number).or_default() += 1;
            }
        }
        let overlaps = shared
            .into_iter()
            .map(|(number, count)| self.overlap(number, count));
        overlaps
            .filter(|overlap| overlap.fraction > self.threshold)
            .reduce(|best, next| {
                if next.fraction > best.fraction {
                    next
                } else {
                    best
                }
            })
    }

    /// The different n-grams of a text that some evaluation document has too.
    fn known_ngrams(&self, words: &[u64]) -> BTreeSet<u64> {
        let fitting = self.lengths.iter().filter(|length| **length <= words.len());
        let all = fitting.flat_map(|length| ngrams(words, *length));
        all.filter(|ngram| self.postings.get(*ngram).next().is_some())
            .collect()
    }

    fn overlap(&self, number: u32, count: usize) -> Overlap<'_> {
        let EvalDocument {
            name,
            document,
            ngrams,
        } = self.documents[number as usize];
        let fraction = count as f64 / ngrams as f64;
        Overlap {
            eval_name: &self.names[name],
            document,
            fraction,
        }
    }

    /// Bytes of memory held.
    #[must_use]
    pub fn memory_bytes(&self) -> u64 {
        let documents = self.documents.capacity() * size_of::<EvalDocument>();
        self.postings.memory_bytes() + documents as u64
    }
}

fn hashed_words(text: &str) -> Vec<u64> {
    word_hashes(words(&normalize(text)), SEED)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::slow;

    fn index(ngram: u32, threshold: f64, texts: &[String]) -> EvalIndex {
        let settings = assay_schema::Decontaminate { ngram, threshold };
        let mut index = EvalIndex::new(&settings);
        for (document, text) in texts.iter().enumerate() {
            index.add("eval", document as u64, text).unwrap();
        }
        index
    }

    fn numbers(range: std::ops::Range<u32>) -> String {
        range.map(|i| format!("w{i} ")).collect()
    }

    #[test]
    fn one_shared_ngram_is_enough_by_default() {
        let index = index(13, 0.0, &[numbers(0..100)]);
        assert_eq!(index.scan(&numbers(80..92)), None);
        let found = index.scan(&format!("before {} after", numbers(80..93).to_uppercase()));
        let expected = Overlap {
            eval_name: "eval",
            document: 0,
            fraction: 1.0 / 88.0,
        };
        assert_eq!(found, Some(expected));
    }

    #[test]
    fn the_fraction_must_exceed_the_threshold() {
        // Of 10 n-grams, 5 are shared.
        let texts = [numbers(0..14)];
        let document = numbers(5..14);
        assert_eq!(index(5, 0.5, &texts).scan(&document), None);
        let found = index(5, 0.49, &texts)
            .scan(&document)
            .map(|overlap| overlap.fraction);
        assert_eq!(found, Some(0.5));
    }

    #[test]
    fn a_repeated_ngram_counts_once() {
        let index = index(2, 0.0, &[numbers(0..11)]);
        let found = index
            .scan(&numbers(0..2).repeat(9))
            .map(|overlap| overlap.fraction);
        assert_eq!(found, Some(0.1));
    }

    #[test]
    fn a_short_evaluation_document_is_found_whole() {
        let index = index(13, 0.0, &["Who wrote Emma?".to_owned(), "???".to_owned()]);
        assert_eq!(index.scan("Who wrote it"), None);
        assert_eq!(index.scan("???"), None);
        let found = index.scan("I asked: who wrote Emma, and why").unwrap();
        assert_eq!((found.document, found.fraction), (0, 1.0));
    }

    #[test]
    fn sets_keep_their_names() {
        let mut index = EvalIndex::new(&assay_schema::Decontaminate::default());
        index.add("target", 7, &numbers(0..20)).unwrap();
        index.add("guard", 0, &numbers(50..90)).unwrap();
        let found = index.scan(&numbers(50..90)).unwrap();
        assert_eq!(
            (found.eval_name, found.document, found.fraction),
            ("guard", 0, 1.0)
        );
        assert!(index.memory_bytes() > 28 * 16);
    }

    proptest! {
        #[test]
        fn agrees_with_the_slow_twin(
            evals in prop::collection::vec("([a-c] ){0,12}", 0..8), text in "([a-c] ){0,30}",
            ngram in 1_usize..6, threshold in 0.0..0.9,
        ) {
            let index = index(ngram as u32, threshold, &evals);
            let found = index.scan(&text).map(|overlap| (overlap.document as usize, overlap.fraction));
            let best = slow::shares(&evals, &text, ngram)
                .into_iter()
                .enumerate()
                .filter(|(_, share)| *share > threshold)
                .reduce(|best, next| if next.1 > best.1 { next } else { best });
            prop_assert_eq!(found, best);
        }
    }
}
