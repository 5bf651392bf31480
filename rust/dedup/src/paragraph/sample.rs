//! How often a Bloom filter is wrong, measured: a sample of hashes is kept exactly.

use std::collections::HashSet;

use assay_text::PassThrough;

/// Hashes below a limit, so that every occurrence of a hash is in the sample or none is. When
/// there are too many, the limit is halved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sample {
    pub(crate) limit: u64,
    pub(crate) seen: HashSet<u64, PassThrough>,
    /// Hashes of the sample that were asked for and new.
    pub(crate) new: u64,
    /// How many of these the filter took for seen.
    pub(crate) wrong: u64,
}

/// Hashes kept at most: 17 bytes each in a table that has just doubled.
const MOST: usize = 1 << 16;

impl Default for Sample {
    fn default() -> Self {
        Self {
            limit: u64::MAX >> 6,
            seen: HashSet::default(),
            new: 0,
            wrong: 0,
        }
    }
}

impl Sample {
    /// Compares the filter's answer with the truth.
    #[inline]
    pub(crate) fn check(&mut self, hash: u64, found: bool) {
        if hash <= self.limit && !self.seen.contains(&hash) {
            self.new += 1;
            self.wrong += u64::from(found);
        }
    }

    #[inline]
    pub(crate) fn insert(&mut self, hash: u64) {
        if hash > self.limit {
            return;
        }
        self.seen.insert(hash);
        if self.seen.len() > MOST {
            self.limit /= 2;
            self.seen.retain(|hash| *hash <= self.limit);
        }
    }

    pub(crate) fn memory_bytes(&self) -> u64 {
        // A table is filled to 7/8 of its slots, with a control byte each.
        (self.seen.capacity() as u64 * 8).div_ceil(7) * (size_of::<u64>() as u64 + 1)
    }
}
