//! The tokens of pre-tokens that do not fit into the tables of the cache.

use std::hash::Hasher;

use rustc_hash::FxHasher;

/// The table has `1 << BITS` slots, 4 MiB.
const BITS: u32 = 17;
/// The most bytes of pre-tokens and tokens; all are forgotten when they are full.
const MOST_BYTES: usize = 16 << 20;
/// Longer pre-tokens than this are not remembered.
const LONGEST: usize = 64 << 10;

/// Pre-tokens of any length with their tokens, each in the slot of its hash; what is new replaces
/// what was there.
pub(super) struct Rest {
    slots: Vec<Slot>,
    bytes: Vec<u8>,
    ids: Vec<u32>,
}

/// Where a pre-token and its tokens lie.
#[derive(Clone, Copy, Default)]
struct Slot {
    hash: u64,
    start: u32,
    /// 0: empty.
    length: u32,
    first: u32,
    count: u32,
}

impl Rest {
    pub(super) fn new() -> Self {
        Self {
            slots: vec![Slot::default(); 1 << BITS],
            bytes: Vec::new(),
            ids: Vec::new(),
        }
    }

    /// The tokens of a pre-token, if they are here.
    pub(super) fn get(&self, word: &[u8]) -> Option<&[u32]> {
        let hash = hash(word);
        let slot = self.slots[place(hash)];
        if slot.hash != hash || slot.length as usize != word.len() {
            return None;
        }
        let (start, first) = (slot.start as usize, slot.first as usize);
        let known = &self.bytes[start..start + word.len()];
        (known == word).then(|| &self.ids[first..first + slot.count as usize])
    }

    /// Remembers the tokens of a pre-token, which is not empty.
    pub(super) fn insert(&mut self, word: &[u8], ids: &[u32]) {
        if word.len() > LONGEST {
            return;
        }
        if self.memory() + word.len() + size_of_val(ids) > MOST_BYTES {
            self.slots.fill(Slot::default());
            self.bytes.clear();
            self.ids.clear();
        }
        let hash = hash(word);
        self.slots[place(hash)] = Slot {
            hash,
            start: self.bytes.len() as u32,
            length: word.len() as u32,
            first: self.ids.len() as u32,
            count: ids.len() as u32,
        };
        self.bytes.extend_from_slice(word);
        self.ids.extend_from_slice(ids);
    }

    /// Bytes of all pre-tokens and tokens.
    fn memory(&self) -> usize {
        self.bytes.len() + size_of_val(&*self.ids)
    }
}

fn hash(word: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(word);
    hasher.finish()
}

fn place(hash: u64) -> usize {
    (hash.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - BITS)) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_stays_small() {
        let mut rest = Rest::new();
        for word in 0..60_000_u32 {
            let word = format!("{word:0256}");
            rest.insert(word.as_bytes(), &[word.len() as u32; 90]);
            assert!(rest.memory() <= MOST_BYTES);
            assert_eq!(rest.get(word.as_bytes()), Some(&[256; 90][..]));
        }
    }

    #[test]
    fn the_longest_are_not_remembered() {
        let mut rest = Rest::new();
        for length in [LONGEST, LONGEST + 1] {
            let word = vec![b'a'; length];
            rest.insert(&word, &[1]);
            assert_eq!(rest.get(&word).is_some(), length == LONGEST);
        }
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_was_put(words in prop::collection::vec("[ab]{1,12}", 1..300)) {
            let mut rest = Rest::new();
            let mut known = std::collections::HashMap::new();
            for (place, word) in words.iter().enumerate() {
                let found = rest.get(word.as_bytes()).map(<[u32]>::to_vec);
                prop_assert!(found.is_none() || found.as_ref() == known.get(word));
                let ids = vec![place as u32; place % 9];
                rest.insert(word.as_bytes(), &ids);
                prop_assert_eq!(rest.get(word.as_bytes()), Some(&ids[..]));
                known.insert(word.clone(), ids);
            }
        }
    }
}
