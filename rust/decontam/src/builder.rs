//! Makes the index of n-grams from evaluation sets.

use std::collections::BTreeSet;

use assay_schema::Decontaminate;
use assay_text::ngrams;

use crate::error::DecontamError;
use crate::index::{EvalIndex, hashed_words};
use crate::items::{Item, Items};
use crate::short_items::ShortItems;
use crate::table::Table;

/// Takes the items of evaluation sets, then becomes an [`EvalIndex`].
#[derive(Debug, Clone)]
pub struct EvalIndexBuilder {
    settings: Decontaminate,
    items: Items,
    /// (hash of an n-gram, number of an item that has it).
    entries: Vec<(u64, u32)>,
    /// (number of an item, its words).
    shorts: Vec<(u32, Vec<u64>)>,
}

impl EvalIndexBuilder {
    /// A builder without items yet.
    #[must_use]
    pub fn new(settings: &Decontaminate) -> Self {
        Self {
            settings: settings.clone(),
            items: Items::default(),
            entries: Vec::new(),
            shorts: Vec::new(),
        }
    }

    /// Adds document number `document` of an evaluation set as an item.
    ///
    /// # Errors
    /// [`DecontamError::Full`] beyond 2^32 n-grams.
    pub fn add(&mut self, eval_name: &str, document: u64, text: &str) -> Result<(), DecontamError> {
        let set = self.items.set(eval_name);
        let words = hashed_words(text);
        if words.len() < self.min_words() {
            self.items.sets[set].too_short += 1;
            return Ok(());
        }
        let short = words.len() < self.ngram();
        let distinct: BTreeSet<u64> = if short {
            BTreeSet::new()
        } else {
            ngrams(&words, self.ngram()).into_iter().collect()
        };
        // Each entry, and each item, needs a number of 32 bits.
        let taken = self.entries.len().max(self.items.items.len());
        if taken + distinct.len() >= u32::MAX as usize {
            return Err(DecontamError::Full {
                eval_name: eval_name.to_owned(),
                document,
            });
        }
        let number = self.items.items.len() as u32;
        self.items.push(Item {
            set,
            document,
            ngrams: distinct.len().max(1),
        });
        if short {
            self.shorts.push((number, words));
        }
        self.entries
            .extend(distinct.into_iter().map(|ngram| (ngram, number)));
        Ok(())
    }

    /// The index of all items added.
    #[must_use]
    pub fn build(self) -> EvalIndex {
        EvalIndex {
            shorts: ShortItems::new(self.min_words(), self.shorts),
            ngrams: Table::new(self.entries),
            items: self.items,
            settings: self.settings,
        }
    }

    fn ngram(&self) -> usize {
        self.settings.ngram.max(1) as usize
    }

    /// Fewest words of an item.
    fn min_words(&self) -> usize {
        self.ngram()
            .min(self.settings.min_item_words.max(1) as usize)
    }
}
