//! The n-grams of evaluation items, and the scan of documents for them.

use std::collections::BTreeSet;
use std::ops::Range;

use assay_schema::Decontaminate;
use assay_text::{text_word_hashes, word_places};

use crate::each_ngram::each_ngram;
use crate::items::Items;
use crate::scan::{Overlap, Scan, unite};
use crate::short_items::ShortItems;
use crate::table::Table;

/// Word hashes are compared within one index only, so that they need no seed of their own.
const SEED: u64 = 0;

/// The n-grams of evaluation items, on normalised text; an
/// [`EvalIndexBuilder`](crate::EvalIndexBuilder) makes it.
///
/// An item shorter than an n-gram has one n-gram, the whole of it.
#[derive(Debug, Clone)]
pub struct EvalIndex {
    pub(crate) settings: Decontaminate,
    pub(crate) items: Items,
    pub(crate) ngrams: Table,
    pub(crate) shorts: ShortItems,
}

/// An n-gram of an item, met in a document.
struct Hit {
    item: u32,
    hash: u64,
    words: Range<usize>,
}

impl EvalIndex {
    /// What `text` shares with items.
    #[must_use]
    pub fn scan(&self, text: &str) -> Scan<'_> {
        let words = hashed_words(text);
        let hits = self.hits(&words);
        let overlaps = self.overlaps(&hits);
        if overlaps.is_empty() {
            return Scan {
                words_left: words.len(),
                ..Scan::default()
            };
        }
        let items: BTreeSet<u32> = overlaps.iter().map(|overlap| overlap.item).collect();
        let above_threshold = hits.into_iter().filter(|hit| items.contains(&hit.item));
        let shared = unite(above_threshold.map(|hit| hit.words));
        Scan {
            overlaps,
            spans: unite(word_places(text, &shared)),
            words_left: words.len() - shared.iter().map(Range::len).sum::<usize>(),
        }
    }

    /// Every place in the document where an n-gram of an item stands, in the order of the text.
    fn hits(&self, words: &[u64]) -> Vec<Hit> {
        let mut hits = Vec::new();
        each_ngram(words, self.ngram(), |start, hash| {
            for &item in self.ngrams.get(hash) {
                let words = start..start + self.ngram();
                hits.push(Hit { item, hash, words });
            }
        });
        self.shorts.find(words, |item, words| {
            // A short item has one n-gram only, so that any hash will do.
            hits.push(Hit {
                item,
                hash: 0,
                words,
            });
        });
        hits.sort_by_key(|hit| hit.words.start);
        hits
    }

    /// The items above the threshold, the largest share first.
    fn overlaps(&self, hits: &[Hit]) -> Vec<Overlap<'_>> {
        let mut distinct: Vec<_> = hits.iter().map(|hit| (hit.item, hit.hash)).collect();
        distinct.sort_unstable();
        distinct.dedup();
        let by_item = distinct.chunk_by(|(a, _), (b, _)| a == b);
        let all = by_item.map(|shared| self.overlap(shared[0].0, shared.len()));
        let mut overlaps: Vec<_> = all
            .filter(|overlap| overlap.fraction > self.settings.threshold)
            .collect();
        overlaps.sort_by(|a, b| b.fraction.total_cmp(&a.fraction));
        overlaps
    }

    fn overlap(&self, item: u32, shared: usize) -> Overlap<'_> {
        let found = self.items.items[item as usize];
        Overlap {
            eval_name: &self.items.sets[found.set].name,
            document: found.document,
            fraction: shared as f64 / found.ngrams as f64,
            item,
        }
    }

    /// Words per n-gram.
    fn ngram(&self) -> usize {
        self.settings.ngram.max(1) as usize
    }

    /// Bytes of memory held.
    #[must_use]
    pub fn memory_bytes(&self) -> u64 {
        self.items.memory_bytes() + self.ngrams.memory_bytes() + self.shorts.memory_bytes()
    }
}

/// The hashes of the words of a text.
pub(crate) fn hashed_words(text: &str) -> Vec<u64> {
    text_word_hashes(text, SEED)
}
