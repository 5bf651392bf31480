//! Numbers for keys: equal keys get equal numbers, in the order in which they first come.

use super::slots::slot_of;

/// A table from 64-bit keys to the numbers `0, 1, 2, ...`; it keeps its memory when cleared.
#[derive(Debug, Default)]
pub(crate) struct Numbering {
    /// For each slot one more than a number, or zero; a power of two of slots, at most half full.
    slots: Vec<u32>,
    /// The key of each number.
    keys: Vec<u64>,
}

impl Numbering {
    /// Forgets all keys and makes room for `keys` different ones.
    pub(crate) fn clear_for(&mut self, keys: usize) {
        self.keys.clear();
        self.slots.clear();
        self.slots.resize((2 * keys).next_power_of_two().max(2), 0);
    }

    /// The number of `key`. No more different keys may come than there is room for.
    #[inline]
    pub(crate) fn number_of(&mut self, key: u64) -> u32 {
        let mask = self.slots.len() - 1;
        let mut slot = slot_of(key, self.slots.len());
        loop {
            let found = self.slots[slot & mask];
            if found == 0 {
                self.keys.push(key);
                self.slots[slot & mask] = self.keys.len() as u32;
                return self.keys.len() as u32 - 1;
            }
            if self.keys[found as usize - 1] == key {
                return found - 1;
            }
            slot += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn agrees_with_a_map(keys in prop::collection::vec(0_u64..40, 0..200)) {
            let mut numbering = Numbering::default();
            numbering.clear_for(keys.len());
            let mut slow = HashMap::new();
            for key in keys {
                let next = slow.len() as u32;
                prop_assert_eq!(numbering.number_of(key), *slow.entry(key).or_insert(next));
            }
        }
    }
}
