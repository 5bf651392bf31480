//! What an index has seen: whole passages or their n-grams, exactly or in a Bloom filter.

use crate::exact::index::ExactIndex;
use crate::paragraph::checked_filter::CheckedFilter;
use crate::paragraph::passages::{Hashed, Passages};

#[derive(Debug, Clone)]
pub(super) enum Seen {
    Exact(ExactIndex),
    /// Whole passages.
    Filter(CheckedFilter),
    /// Their n-grams; the least share of them that makes a repeat.
    Ngrams(CheckedFilter, f64),
}

impl Seen {
    /// Which of the passages of a document were seen; a passage that is not compared was not.
    pub(super) fn holds_each(&mut self, all: &Passages) -> Vec<bool> {
        let list = all.list.iter();
        match self {
            Self::Exact(table) => table.contains_each(list.map(|passage| passage.hash)),
            Self::Filter(filter) => list
                .map(|passage| {
                    let hash = passage.hash;
                    hash.is_some_and(|hash| filter.contains(hash as u64))
                })
                .collect(),
            Self::Ngrams(filter, share) => list
                .map(|passage| {
                    passage.hash.is_some() && most_seen(filter, all.ngrams_of(passage), *share)
                })
                .collect(),
        }
    }

    /// Adds a passage that is new, or that is not compared; false, and nothing is added, for one
    /// that was seen.
    pub(super) fn add(&mut self, passage: &Hashed, all: &Passages) -> bool {
        let Some(hash) = passage.hash else {
            return true;
        };
        match self {
            Self::Exact(table) => table.insert(hash),
            Self::Filter(filter) => {
                let new = !filter.contains(hash as u64);
                if new {
                    filter.insert(hash as u64);
                }
                new
            }
            Self::Ngrams(filter, share) => {
                let ngrams = all.ngrams_of(passage);
                let new = !most_seen(filter, ngrams, *share);
                if new {
                    ngrams.iter().for_each(|ngram| filter.insert(*ngram));
                }
                new
            }
        }
    }
}

/// Whether the filter holds at least this share of a passage's n-grams, and one at least.
fn most_seen(filter: &mut CheckedFilter, ngrams: &[u64], share: f64) -> bool {
    let seen = ngrams.iter().filter(|ngram| filter.contains(**ngram));
    let count = seen.count();
    count > 0 && count as f64 >= share * ngrams.len() as f64
}
