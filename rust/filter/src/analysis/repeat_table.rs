//! Which keys may have come more than once: a small table that never misses one.

use super::slots::slot_of;

/// A table of keys, of which several may share a slot; it keeps its memory when cleared.
#[derive(Debug, Default)]
pub(crate) struct RepeatTable {
    /// Zero for none, one for one key, more for several; a power of two of slots.
    slots: Vec<u8>,
}

/// Slots for each key; with four, a fifth of the keys that come once share one at most.
const SLOTS: usize = 4;

impl RepeatTable {
    /// Forgets all keys, and takes in `count` of them. The result is how many of them
    /// [`Self::may_repeat`] will hold true for, or more.
    pub(crate) fn fill(&mut self, count: usize, keys: impl Iterator<Item = u64>) -> usize {
        self.slots.clear();
        self.slots
            .resize((SLOTS * count).next_power_of_two().max(2), 0);
        let mut again = 0;
        for key in keys {
            let slot = slot_of(key, self.slots.len());
            let slot = &mut self.slots[slot];
            again += usize::from(*slot > 0);
            *slot = *slot << 1 | 1;
        }
        // All keys in a slot but the first came again.
        2 * again
    }

    /// Whether `key`, which has come, may have come more than once.
    #[inline]
    pub(crate) fn may_repeat(&self, key: u64) -> bool {
        self.slots[slot_of(key, self.slots.len())] > 1
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_key_that_comes_twice_is_missed(keys in prop::collection::vec(0_u64..100, 0..300)) {
            let mut table = RepeatTable::default();
            let most = table.fill(keys.len(), keys.iter().copied());
            let held = keys.iter().filter(|key| table.may_repeat(**key)).count();
            prop_assert!(held <= most);
            for key in &keys {
                let comes = keys.iter().filter(|other| *other == key).count();
                prop_assert!(comes == 1 || table.may_repeat(*key));
            }
        }
    }

    #[test]
    fn most_keys_that_come_once_are_not_held() {
        let keys = || (0..10_000_u64).map(|key| key.wrapping_mul(0x2437_54b5_3b2d_2f53));
        let mut table = RepeatTable::default();
        table.fill(10_000, keys());
        let held = keys().filter(|key| table.may_repeat(*key)).count();
        assert!(held < 3_000, "{held}");
    }
}
