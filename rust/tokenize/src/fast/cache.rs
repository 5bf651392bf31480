//! The tokens of pre-tokens seen before.
//!
//! A table of fixed size: what is new replaces what is old. It changes how fast a text is encoded
//! and never into what.

/// Pre-tokens of at most this many bytes are in the table itself.
const INLINE: usize = 15;
/// Longer ones than this are not remembered: they seldom come again.
pub(crate) const LONGEST: usize = 256;
/// The table has `1 << BITS` buckets of 64 bytes: 16 MiB.
const BITS: u32 = 18;
/// The most bytes of long pre-tokens, 4 MiB, and the most tokens kept beside the table, 4 MiB.
/// When either is full the cache begins anew.
const LONG_BYTES: usize = 4 << 20;
const MORE_IDS: usize = 1 << 20;

/// One pre-token and its tokens.
#[derive(Clone, Copy)]
struct Entry {
    /// See [`Key`]; 0: empty.
    key: u128,
    count: u32,
    /// The tokens; of more than three, the first holds the place in [`Cache::ids`].
    ids: [u32; 3],
}

const EMPTY: Entry = Entry {
    key: 0,
    count: 0,
    ids: [0; 3],
};

/// A pre-token as the table knows it.
///
/// Short: its bytes, and the count of them in the highest byte. Long: a hash of 64 bits, the place
/// of its bytes in [`Cache::bytes`] (32 bits; 0 in a key to search for), the count of them (24 bits)
/// and 255 in the highest byte.
#[derive(Clone, Copy)]
pub(crate) struct Key {
    value: u128,
    bucket: usize,
}

const PLACE: u128 = 0xFFFF_FFFF << 64;

/// The table.
pub(crate) struct Cache {
    buckets: Vec<[Entry; 2]>,
    bytes: Vec<u8>,
    ids: Vec<u32>,
}

impl Cache {
    /// An empty cache.
    pub(crate) fn new() -> Self {
        Self {
            buckets: vec![[EMPTY; 2]; 1 << BITS],
            bytes: Vec::new(),
            ids: Vec::new(),
        }
    }

    /// The key of `text[start..end]`, which is not empty.
    #[inline(always)]
    pub(crate) fn key(text: &[u8], start: usize, end: usize) -> Key {
        let length = end - start;
        let value = match text[start..].first_chunk() {
            _ if length > INLINE => long(&text[start..end]),
            Some(sixteen) => {
                let unused = 128 - 8 * length as u32;
                (u128::from_le_bytes(*sixteen) << unused >> unused) | (length as u128) << 120
            }
            None => short_at_the_end(&text[start..end]),
        };
        Key {
            value,
            bucket: (fold(value as u64, (value >> 64) as u64) >> (64 - BITS)) as usize,
        }
    }

    /// Appends the tokens of a pre-token to `out`; false when they are not here.
    #[inline(always)]
    pub(crate) fn find(&self, key: Key, word: &[u8], out: &mut Vec<u32>) -> bool {
        for entry in &self.buckets[key.bucket] {
            let same = match word.len() {
                ..=INLINE => entry.key == key.value,
                _ => self.is_long(entry, key, word),
            };
            if same {
                match entry.count {
                    1 => out.push(entry.ids[0]),
                    2 => out.extend_from_slice(&entry.ids[..2]),
                    3 => out.extend_from_slice(&entry.ids),
                    count => {
                        let first = entry.ids[0] as usize;
                        out.extend_from_slice(&self.ids[first..first + count as usize]);
                    }
                }
                return true;
            }
        }
        false
    }

    fn is_long(&self, entry: &Entry, key: Key, word: &[u8]) -> bool {
        let place = (entry.key >> 64) as u32 as usize;
        entry.key & !PLACE == key.value && self.bytes.get(place..place + word.len()) == Some(word)
    }

    /// Remembers the tokens of a pre-token of at most [`LONGEST`] bytes.
    pub(crate) fn insert(&mut self, key: Key, word: &[u8], ids: &[u32]) {
        if self.bytes.len() + LONGEST > LONG_BYTES || self.ids.len() + ids.len() > MORE_IDS {
            self.buckets.fill([EMPTY; 2]);
            self.bytes.clear();
            self.ids.clear();
        }
        let mut entry = Entry {
            key: key.value,
            count: ids.len() as u32,
            ids: [0; 3],
        };
        if word.len() > INLINE {
            entry.key |= (self.bytes.len() as u128) << 64;
            self.bytes.extend_from_slice(word);
        }
        if ids.len() > entry.ids.len() {
            entry.ids[0] = self.ids.len() as u32;
            self.ids.extend_from_slice(ids);
        } else {
            entry.ids[..ids.len()].copy_from_slice(ids);
        }
        let bucket = &mut self.buckets[key.bucket];
        bucket[1] = bucket[0];
        bucket[0] = entry;
    }
}

#[cold]
fn short_at_the_end(word: &[u8]) -> u128 {
    let mut sixteen = [0; 16];
    sixteen[..word.len()].copy_from_slice(word);
    u128::from_le_bytes(sixteen) | (word.len() as u128) << 120
}

fn long(word: &[u8]) -> u128 {
    let mut hash = word.len() as u64;
    for chunk in word.chunks(8) {
        let mut eight = [0; 8];
        eight[..chunk.len()].copy_from_slice(chunk);
        hash = fold(hash, u64::from_le_bytes(eight));
    }
    0xFF << 120 | ((word.len() as u128) & 0xFF_FFFF) << 96 | u128::from(hash)
}

/// Mixes two numbers by the two halves of a product.
#[inline(always)]
fn fold(left: u64, right: u64) -> u64 {
    let product =
        u128::from(left ^ 0x9E37_79B9_7F4A_7C15) * u128::from(right ^ 0xD1B5_4A32_D192_ED03);
    product as u64 ^ (product >> 64) as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn find(cache: &Cache, text: &[u8], start: usize, end: usize) -> Option<Vec<u32>> {
        let mut out = Vec::new();
        let key = Cache::key(text, start, end);
        cache.find(key, &text[start..end], &mut out).then_some(out)
    }

    #[test]
    fn words_come_back_wherever_they_stand() {
        let mut cache = Cache::new();
        let text = b"the long, long road to a_very_long_identifier and a_very_long_identifier";
        for (start, end, ids) in [
            (0, 3, vec![7]),
            (23, 45, vec![1, 2, 3, 4]),
            (3, 8, vec![5, 6]),
        ] {
            let key = Cache::key(text, start, end);
            assert_eq!(find(&cache, text, start, end), None);
            cache.insert(key, &text[start..end], &ids);
            assert_eq!(find(&cache, text, start, end), Some(ids));
        }
        assert_eq!(find(&cache, text, 9, 14), Some(vec![5, 6]));
        assert_eq!(find(&cache, &text[9..14], 0, 5), Some(vec![5, 6]));
        assert_eq!(find(&cache, text, 23, 44), None);
        assert_eq!(find(&cache, text, 24, 45), None);
        assert_eq!(
            find(&cache, text, text.len() - 22, text.len()),
            Some(vec![1, 2, 3, 4])
        );
    }

    #[test]
    fn zeros_at_the_end_are_not_the_shorter_word() {
        let mut cache = Cache::new();
        cache.insert(Cache::key(b"a", 0, 1), b"a", &[1]);
        assert_eq!(find(&cache, b"a\0", 0, 2), None);
        assert_eq!(find(&cache, b"a\0", 0, 1), Some(vec![1]));
    }

    #[test]
    fn a_full_cache_begins_anew() {
        let mut cache = Cache::new();
        for word in 0..40_000_u32 {
            let word = format!("{word:0256}");
            cache.insert(
                Cache::key(word.as_bytes(), 0, LONGEST),
                word.as_bytes(),
                &[1; 90],
            );
            assert!(cache.bytes.len() <= LONG_BYTES && cache.ids.len() <= MORE_IDS);
            assert_eq!(find(&cache, word.as_bytes(), 0, LONGEST), Some(vec![1; 90]));
        }
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_was_put(words in prop::collection::vec("[ab\\x00]{1,20}", 1..200)) {
            let mut cache = Cache::new();
            let mut known = std::collections::HashMap::new();
            for (place, word) in words.iter().enumerate() {
                let bytes = word.as_bytes();
                let found = find(&cache, bytes, 0, bytes.len());
                prop_assert!(found.is_none() || found.as_ref() == known.get(word), "{:?}", word);
                if found.is_none() {
                    let ids = vec![place as u32; 1 + place % 5];
                    cache.insert(Cache::key(bytes, 0, bytes.len()), bytes, &ids);
                    known.insert(word.clone(), ids);
                }
            }
        }
    }
}
