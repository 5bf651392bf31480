//! Documents with the same words.

use std::collections::HashSet;
use std::hash::Hasher;

use assay_text::{PassThrough, hash128, normalize};

use crate::DedupError;
use crate::saved::{Mark, begin, check_length, open};

const MARK: Mark = *b"assayEX1";

/// The hash under which documents count as the same: that of the normalised text.
///
/// A text without letters or digits is hashed as it stands, or all of them would be the same.
#[must_use]
pub fn exact_hash(text: &str) -> u128 {
    let normal = normalize(text);
    hash128(if normal.is_empty() { text } else { &normal }.as_bytes())
}

/// The hashes of all documents seen.
#[derive(Debug, Default, Clone)]
pub struct ExactIndex {
    seen: HashSet<Key, PassThrough>,
}

/// A hash, half of which is enough to find its place in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key(u128);

impl std::hash::Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64((self.0 >> 64) as u64);
    }
}

impl ExactIndex {
    /// Most bytes of memory for each document that stays: a key and a control byte, in a table
    /// that has just doubled and is 7/16 full.
    pub const BYTES_PER_DOCUMENT: u64 = (size_of::<Key>() as u64 + 1) * 16 / 7 + 1;

    /// Adds a hash; false when it was there already.
    pub fn insert(&mut self, hash: u128) -> bool {
        self.seen.insert(Key(hash))
    }

    /// Bytes of memory held.
    #[must_use]
    pub fn memory_bytes(&self) -> u64 {
        // A table is filled to 7/8 of its slots.
        (self.seen.capacity() as u64 * 8).div_ceil(7) * (size_of::<Key>() as u64 + 1)
    }

    /// The index as bytes, the same for the same hashes in any order.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut keys: Vec<Key> = self.seen.iter().copied().collect();
        keys.sort_unstable();
        let mut bytes = begin(&MARK, keys.len());
        bytes.extend(keys.iter().flat_map(|key| key.0.to_le_bytes()));
        bytes
    }

    /// The index saved by [`ExactIndex::to_bytes`].
    ///
    /// # Errors
    /// [`DedupError::Kind`] and [`DedupError::Length`] for bytes that are not such an index.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DedupError> {
        let (count, items) = open(bytes, &MARK)?;
        check_length(items, count, size_of::<u128>())?;
        let keys = items
            .as_chunks()
            .0
            .iter()
            .map(|item| Key(u128::from_le_bytes(*item)));
        Ok(Self {
            seen: keys.collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn case_spacing_and_punctuation_make_no_difference() {
        assert_eq!(exact_hash("Hello, world!"), exact_hash("hello\n\nWORLD"));
        assert_ne!(exact_hash("hello world"), exact_hash("hello word"));
        assert_ne!(exact_hash("+++"), exact_hash("---"));
    }

    #[test]
    fn memory_is_within_what_was_announced() {
        let mut index = ExactIndex::default();
        for document in 1..=20_000_u64 {
            index.insert(assay_text::hash128(&document.to_le_bytes()));
            // Small tables have a few slots at least.
            assert!(index.memory_bytes() <= 200 + document * ExactIndex::BYTES_PER_DOCUMENT);
        }
    }

    #[test]
    fn damaged_bytes_are_refused() {
        let mut index = ExactIndex::default();
        index.insert(7);
        let bytes = index.to_bytes();
        let refuse = |bytes: &[u8]| ExactIndex::from_bytes(bytes).unwrap_err();
        assert!(matches!(refuse(b"nonsense"), DedupError::Kind { .. }));
        assert!(matches!(refuse(&bytes[..12]), DedupError::Length { .. }));
        assert_eq!(
            refuse(&bytes[..31]),
            DedupError::Length {
                found: 15,
                expected: 16
            }
        );
    }

    proptest! {
        #[test]
        fn agrees_with_a_set_and_survives_saving(hashes: Vec<u8>, later: Vec<u8>) {
            let mut index = ExactIndex::default();
            let mut slow = HashSet::new();
            for hash in hashes {
                prop_assert_eq!(index.insert(u128::from(hash) << 60), slow.insert(hash));
            }
            let mut index = ExactIndex::from_bytes(&index.to_bytes()).unwrap();
            for hash in later {
                prop_assert_eq!(index.insert(u128::from(hash) << 60), slow.insert(hash));
            }
        }
    }
}
