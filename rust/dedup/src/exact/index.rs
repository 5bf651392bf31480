//! A set of hashes of documents or passages, exact and small, that can be saved and taken up.

use std::io::{self, Read, Write};

use crate::error::DedupError;
use crate::store::format::{Mark, Saved, begin};
use crate::store::table::{self, Entry, LEAST_SLOTS, Table};

const MARK: Mark = *b"assayEX1";

/// The hashes of all documents seen: the first with a hash is new, later ones are not.
#[derive(Debug, Clone)]
pub struct ExactIndex {
    parts: Vec<Table<Key>>,
}

/// Tables that grow one at a time; a hash chooses one by its upper bits.
const PARTS: usize = 256;

/// A hash; zero marks a free slot and is taken for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key(u128);

impl Key {
    fn new(hash: u128) -> Self {
        Self(hash.max(1))
    }

    fn part(self) -> usize {
        (self.0 >> 120) as usize
    }
}

impl Entry for Key {
    const FREE: Self = Self(0);

    fn place(self) -> u32 {
        (self.0 >> 88) as u32
    }
}

impl Default for ExactIndex {
    fn default() -> Self {
        Self {
            parts: vec![Table::new(); PARTS],
        }
    }
}

impl ExactIndex {
    /// Most bytes of memory for each document, beside those of an empty index. The parts differ
    /// in size by chance, and one at a time is there twice: 5% for both.
    pub const BYTES_PER_DOCUMENT: u64 = table::bytes_per_entry(size_of::<Key>()) * 105 / 100;

    /// Bytes of memory of an empty index, its tables and their slots.
    pub const BASE_BYTES: u64 =
        (PARTS * (size_of::<Table<Key>>() + LEAST_SLOTS * size_of::<Key>())) as u64;

    /// Adds a hash; false when it was there already.
    pub fn insert(&mut self, hash: u128) -> bool {
        let key = Key::new(hash);
        let part = &mut self.parts[key.part()];
        part.replace(key, |other| other == key).is_none()
    }

    /// Whether a hash was added.
    #[must_use]
    pub fn contains(&self, hash: u128) -> bool {
        let key = Key::new(hash);
        let part = &self.parts[key.part()];
        part.get(key.place(), |other| other == key).is_some()
    }

    /// Which of these hashes were added; those that are none were not.
    ///
    /// The first slot of each is read before any is looked at: in a large table each read waits
    /// for memory, and these wait together.
    pub(crate) fn contains_each(&self, hashes: impl Iterator<Item = Option<u128>>) -> Vec<bool> {
        let first = |hash: Option<u128>| {
            let key = hash.map_or(Key::FREE, Key::new);
            (key, self.parts[key.part()].first(key.place()))
        };
        let firsts: Vec<_> = hashes.map(first).collect();
        let firsts = firsts.into_iter();
        let found = |(key, first): (Key, Key)| {
            key != Key::FREE && (first == key || first != Key::FREE && self.contains(key.0))
        };
        firsts.map(found).collect()
    }

    /// Bytes of memory held.
    #[must_use]
    pub fn memory_bytes(&self) -> u64 {
        let slots: u64 = self.parts.iter().map(Table::memory_bytes).sum();
        slots + (PARTS * size_of::<Table<Key>>()) as u64
    }

    /// Writes the index, the same bytes for the same hashes in any order.
    ///
    /// # Errors
    /// The errors of `out`.
    pub fn save(&self, out: &mut impl Write) -> io::Result<()> {
        let count: usize = self.parts.iter().map(|part| part.entries().count()).sum();
        begin(&MARK, count as u64, out)?;
        for part in &self.parts {
            let mut keys: Vec<Key> = part.entries().collect();
            keys.sort_unstable();
            for key in keys {
                out.write_all(&key.0.to_le_bytes())?;
            }
        }
        Ok(())
    }

    /// The index written by [`ExactIndex::save`].
    ///
    /// # Errors
    /// [`DedupError::Kind`], [`DedupError::Truncated`] and [`DedupError::TooLong`] for bytes that
    /// are not such an index, [`DedupError::Load`] when they cannot be read.
    pub fn load(input: impl Read) -> Result<Self, DedupError> {
        let (count, mut saved) = Saved::open(input, &MARK)?;
        let mut index = Self::default();
        for _ in 0..count {
            index.insert(u128::from_le_bytes(saved.array()?));
        }
        saved.end()?;
        Ok(index)
    }

    /// What [`ExactIndex::save`] writes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        // Memory takes every byte.
        let _ = self.save(&mut bytes);
        bytes
    }

    /// [`ExactIndex::load`] from memory.
    ///
    /// # Errors
    /// The errors of [`ExactIndex::load`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DedupError> {
        Self::load(bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn memory_is_within_what_was_announced() {
        let mut index = ExactIndex::default();
        for document in 1..=200_000_u64 {
            index.insert(assay_text::hash128(&document.to_le_bytes()));
            let announced = ExactIndex::BASE_BYTES + document * ExactIndex::BYTES_PER_DOCUMENT;
            // Adding up the parts takes its time.
            if document % 64 == 0 {
                assert!(index.memory_bytes() <= announced, "{document}");
            }
        }
        const { assert!(ExactIndex::BYTES_PER_DOCUMENT <= 34) };
    }

    #[test]
    fn damaged_bytes_are_refused() {
        let mut index = ExactIndex::default();
        index.insert(7);
        let bytes = index.to_bytes();
        let refuse = |bytes: &[u8]| ExactIndex::from_bytes(bytes).unwrap_err();
        assert!(matches!(refuse(b"nonsense"), DedupError::Kind { .. }));
        for cut in 8..bytes.len() {
            assert!(matches!(
                refuse(&bytes[..cut]),
                DedupError::Truncated { .. }
            ));
        }
        let longer = [bytes, vec![0]].concat();
        assert!(matches!(refuse(&longer), DedupError::TooLong { bytes: 32 }));
    }

    proptest! {
        #[test]
        fn agrees_with_a_set_and_survives_saving(hashes: Vec<u8>, later: Vec<u8>) {
            let mut index = ExactIndex::default();
            let mut slow = HashSet::new();
            for hash in hashes {
                prop_assert_eq!(index.insert(u128::from(hash) << 116), slow.insert(hash));
            }
            let mut index = ExactIndex::from_bytes(&index.to_bytes()).unwrap();
            let asked = || later.iter().map(|hash| u128::from(*hash) << 116);
            let found = index.contains_each([None].into_iter().chain(asked().map(Some)));
            let expected = [false].into_iter().chain(asked().map(|hash| index.contains(hash)));
            prop_assert!(found.into_iter().eq(expected));
            for hash in later {
                prop_assert_eq!(index.insert(u128::from(hash) << 116), slow.insert(hash));
            }
        }
    }
}
