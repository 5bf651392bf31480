//! Links that signatures leave open, decided by comparing the n-grams themselves.

use std::collections::BTreeMap;

use crate::error::DedupError;
use crate::near::linking::{Linking, Member};
use crate::near::ngram_set::NgramSet;

/// Clusters that wait for the n-grams of some documents: those with a link of which the estimate
/// is within four standard deviations of the threshold.
///
/// The n-grams are given in any order, as the input is read again. Those of a document are held
/// until its last open link is decided.
#[derive(Debug)]
pub struct NgramCheck {
    linking: Linking,
    /// For each document with open links, its n-grams once they are given and the documents at
    /// the other ends.
    waiting: BTreeMap<u32, Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    ngrams: Option<NgramSet>,
    others: Vec<u32>,
}

impl NgramCheck {
    pub(super) fn new(mut linking: Linking) -> Self {
        let mut open = std::mem::take(&mut linking.open);
        open.sort_unstable();
        open.dedup();
        let mut waiting: BTreeMap<u32, Waiting> = BTreeMap::new();
        for (a, b) in open {
            if !linking.sets.connected(a, b) {
                waiting.entry(a).or_default().others.push(b);
                waiting.entry(b).or_default().others.push(a);
            }
        }
        Self { linking, waiting }
    }

    /// The documents whose n-grams are still needed, in order.
    pub fn needed(&self) -> impl Iterator<Item = u32> + '_ {
        let without = self.waiting.iter().filter(|(_, it)| it.ngrams.is_none());
        without.map(|(document, _)| *document)
    }

    /// Takes the n-grams of a document; those that are not needed are dropped.
    pub fn give(&mut self, document: u32, ngrams: NgramSet) {
        let Some(mut own) = self.waiting.remove(&document) else {
            return;
        };
        own.others.retain(|number| {
            let Some(other) = self.waiting.get_mut(number) else {
                return false;
            };
            let Some(others) = &other.ngrams else {
                return true;
            };
            if others.jaccard(&ngrams) >= self.linking.threshold {
                self.linking.sets.join(*number, document);
            }
            other.others.retain(|end| *end != document);
            if other.others.is_empty() {
                self.waiting.remove(number);
            }
            false
        });
        if !own.others.is_empty() {
            own.ngrams = Some(ngrams);
            self.waiting.insert(document, own);
        }
    }

    /// What became of each document, in order.
    ///
    /// # Errors
    /// [`DedupError::Missing`] when n-grams are still needed, [`DedupError::TempFile`] when a
    /// temporary file cannot be read back.
    pub fn finish(self) -> Result<Vec<Member>, DedupError> {
        if let Some(document) = self.needed().next() {
            return Err(DedupError::Missing { document });
        }
        self.linking.members()
    }
}
