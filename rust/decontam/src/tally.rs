//! Counts of the items that were found, over all documents.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::index::EvalIndex;

/// In how many documents each item was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tally {
    documents: Vec<u64>,
}

/// What an evaluation set contributed and how much of it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetReport {
    /// Name of the set.
    pub name: String,
    /// Items that were looked for.
    pub items: u64,
    /// Documents of the set that were too short to be looked for.
    pub too_short: u64,
    /// Items found in at least one document.
    pub found: u64,
    /// Pairs of an item and a document that it was found in.
    pub pairs: u64,
}

impl Tally {
    /// A tally of the items of `index`, none of which is found yet.
    #[must_use]
    pub fn new(index: &EvalIndex) -> Self {
        let documents = vec![0; index.items.items.len()];
        Self { documents }
    }

    /// Counts the [items](crate::Scan::items) found in one document.
    pub fn add(&mut self, items: &[u32]) {
        for item in items {
            if let Some(documents) = self.documents.get_mut(*item as usize) {
                *documents += 1;
            }
        }
    }
}

impl EvalIndex {
    /// How many different n-grams are looked for, short items included.
    #[must_use]
    pub fn ngrams(&self) -> u64 {
        (self.ngrams.len() + self.shorts.len()) as u64
    }

    /// What each evaluation set came to, in the order in which they were added.
    #[must_use]
    pub fn report(&self, tally: &Tally) -> Vec<SetReport> {
        let sets = self.items.sets.iter();
        let mut reports: Vec<_> = sets
            .map(|set| SetReport {
                name: set.name.clone(),
                items: set.items,
                too_short: set.too_short,
                found: 0,
                pairs: 0,
            })
            .collect();
        for (item, documents) in self.items.items.iter().zip(&tally.documents) {
            let report = &mut reports[item.set];
            report.found += u64::from(*documents > 0);
            report.pairs += documents;
        }
        reports
    }
}

impl fmt::Display for SetReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.found {
            0 => write!(f, "{}: NONE of {} items found", self.name, self.items)?,
            found => write!(
                f,
                "{}: {found} of {} items found, in {} pairs of an item and a document",
                self.name, self.items, self.pairs
            )?,
        }
        if self.too_short > 0 {
            write!(f, "; {} more are too short to look for", self.too_short)?;
        }
        Ok(())
    }
}
