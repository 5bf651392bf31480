//! A table from hashes to lists of numbers, in few bytes.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::hashes::hash::PassThrough;

/// For each 64-bit hash the numbers that were added under it.
///
/// The numbers of one hash form a chain through one flat vector, so that a hash with a single
/// number, the usual case, costs no allocation of its own.
#[derive(Debug, Default, Clone)]
pub struct Postings {
    heads: HashMap<u64, u32, PassThrough>,
    /// (number, place of the one added before it under the same hash).
    entries: Vec<(u32, u32)>,
}

const END: u32 = u32::MAX;

/// A slot of the hash table: the pair and one control byte.
const SLOT_BYTES: u64 = size_of::<(u64, u32)>() as u64 + 1;
const ENTRY_BYTES: u64 = size_of::<(u32, u32)>() as u64;

impl Postings {
    /// Most bytes of memory for each number added, when every hash is different and both tables
    /// have just doubled: a hash table is then 7/16 full, a vector half.
    pub const BYTES_PER_ENTRY: u64 = SLOT_BYTES * 16 / 7 + 1 + 2 * ENTRY_BYTES;

    /// Adds `number` under `hash`. False, and nothing is added, when all 2^32 - 1 places are
    /// taken.
    #[must_use]
    pub fn add(&mut self, hash: u64, number: u32) -> bool {
        let Some(place) = u32::try_from(self.entries.len())
            .ok()
            .filter(|place| *place != END)
        else {
            return false;
        };
        let before = match self.heads.entry(hash) {
            Entry::Occupied(mut head) => head.insert(place),
            Entry::Vacant(head) => {
                head.insert(place);
                END
            }
        };
        self.entries.push((number, before));
        true
    }

    /// The numbers under `hash`, the last added first.
    pub fn get(&self, hash: u64) -> impl Iterator<Item = u32> + '_ {
        let mut place = self.heads.get(&hash).copied().unwrap_or(END);
        std::iter::from_fn(move || {
            let (number, before) = *self.entries.get(place as usize)?;
            place = before;
            Some(number)
        })
    }

    /// Bytes of memory held.
    #[must_use]
    pub fn memory_bytes(&self) -> u64 {
        // A hash table is filled to 7/8 of its slots.
        let slots = (self.heads.capacity() as u64 * 8).div_ceil(7);
        slots * SLOT_BYTES + self.entries.capacity() as u64 * ENTRY_BYTES
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn agrees_with_a_map_of_vectors(pairs: Vec<(u8, u32)>) {
            let mut postings = Postings::default();
            let mut slow: HashMap<u64, Vec<u32>> = HashMap::new();
            for &(hash, number) in &pairs {
                prop_assert!(postings.add(u64::from(hash), number));
                slow.entry(u64::from(hash)).or_default().insert(0, number);
            }
            for hash in 0..=256 {
                let numbers: Vec<u32> = postings.get(hash).collect();
                prop_assert_eq!(numbers, slow.get(&hash).cloned().unwrap_or_default());
            }
        }
    }
}
