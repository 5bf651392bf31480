//! Items that are shorter than an n-gram, found whole.

use std::ops::Range;

use assay_text::ngrams;

use crate::each_ngram::each_ngram;
use crate::table::Table;

/// An item of fewer words than an n-gram.
#[derive(Debug, Clone)]
struct Short {
    item: u32,
    words: usize,
    hash: u64,
}

/// Short items of any length, looked up in one pass by their first words.
#[derive(Debug, Clone)]
pub(crate) struct ShortItems {
    /// How many words come first; no item has fewer.
    head: usize,
    heads: Table,
    shorts: Vec<Short>,
}

impl ShortItems {
    /// Takes the words of each item with its number.
    pub(crate) fn new(head: usize, items: Vec<(u32, Vec<u64>)>) -> Self {
        let numbered = items.iter().zip(0..);
        let heads = numbered.map(|((_, words), place)| (hash(&words[..head]), place));
        let shorts = items.iter().map(|(item, words)| Short {
            item: *item,
            words: words.len(),
            hash: hash(words),
        });
        Self {
            head,
            heads: Table::new(heads.collect()),
            shorts: shorts.collect(),
        }
    }

    /// Calls `found` with each item in a text and its range of words there.
    pub(crate) fn find(&self, words: &[u64], mut found: impl FnMut(u32, Range<usize>)) {
        if self.shorts.is_empty() {
            return;
        }
        each_ngram(words, self.head, |start, head| {
            for place in self.heads.get(head) {
                let short = &self.shorts[*place as usize];
                let range = start..start + short.words;
                let here = words.get(range.clone());
                if here.is_some_and(|here| hash(here) == short.hash) {
                    found(short.item, range);
                }
            }
        });
    }

    /// How many items there are.
    pub(crate) fn len(&self) -> usize {
        self.shorts.len()
    }

    /// Bytes of memory held.
    pub(crate) fn memory_bytes(&self) -> u64 {
        self.heads.memory_bytes() + (self.shorts.capacity() * size_of::<Short>()) as u64
    }
}

/// The hash of all words together.
fn hash(words: &[u64]) -> u64 {
    ngrams(words, words.len())
        .first()
        .copied()
        .unwrap_or_default()
}
