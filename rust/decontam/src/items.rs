//! The evaluation sets and their items, which documents are searched for.

/// An evaluation set.
#[derive(Debug, Clone)]
pub(crate) struct Set {
    pub(crate) name: String,
    pub(crate) items: u64,
    pub(crate) too_short: u64,
}

/// A document of an evaluation set that is long enough to be looked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Item {
    /// Place of its set.
    pub(crate) set: usize,
    /// The number of the document in its set, as it was given.
    pub(crate) document: u64,
    /// How many different n-grams it has.
    pub(crate) ngrams: usize,
}

/// All sets and items, each in the order in which they came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Items {
    pub(crate) sets: Vec<Set>,
    pub(crate) items: Vec<Item>,
}

impl Items {
    /// The place of the set with this name, which is added if it is new.
    pub(crate) fn set(&mut self, name: &str) -> usize {
        // Items come set by set: the last one is the usual answer.
        if let Some(place) = self.sets.iter().rposition(|set| set.name == name) {
            return place;
        }
        self.sets.push(Set {
            name: name.to_owned(),
            items: 0,
            too_short: 0,
        });
        self.sets.len() - 1
    }

    pub(crate) fn push(&mut self, item: Item) {
        self.sets[item.set].items += 1;
        self.items.push(item);
    }

    /// Bytes of memory held.
    pub(crate) fn memory_bytes(&self) -> u64 {
        (self.items.capacity() * size_of::<Item>()) as u64
    }
}
