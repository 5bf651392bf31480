//! The tokens of pre-tokens seen before.
//!
//! Tables of fixed size: what is new replaces what is old. They change how fast a text is encoded
//! and never into what.

use super::rest::Rest;

/// Pre-tokens of at most this many bytes that are at most [`FEW`] tokens are in the tables.
const SHORT: usize = 15;
const FEW: usize = 4;
/// Where the count of tokens begins in the last of them: ids have fewer bits.
const COUNT: u32 = 24;
/// The table has `1 << BITS` buckets of 64 bytes: 16 MiB.
const BITS: u32 = 18;
/// The table of the most frequent pre-tokens has so many, 512 KiB: it stays in the processor's
/// own cache.
const FRONT_BITS: u32 = 13;
/// One pre-token and its tokens.
#[derive(Clone, Copy)]
struct Entry {
    /// The bytes, and the count of them in the highest byte; 0: empty.
    key: u128,
    /// The tokens, and in the highest byte of the last place the count of them.
    ids: [u32; FEW],
}

/// Entries that share a hash: two, in one line of the processor's cache.
type Bucket = [Entry; 2];

const EMPTY: Bucket = [Entry {
    key: 0,
    ids: [0; FEW],
}; 2];

/// The tokens of a pre-token as an entry has them, with their count.
pub(crate) type Ids = [u32; FEW];

/// Appends the tokens of an entry: always the same number of places is copied, whatever the number
/// of tokens, so that nothing has to be foreseen.
#[inline(always)]
pub(crate) fn append(out: &mut Vec<u32>, mut ids: Ids) {
    let length = out.len() + (ids[FEW - 1] >> COUNT) as usize;
    ids[FEW - 1] &= (1 << COUNT) - 1;
    out.extend_from_slice(&ids);
    out.truncate(length);
}

/// A pre-token as the tables know it; of a long one, 0.
#[derive(Clone, Copy, Default)]
pub(crate) struct Key {
    value: u128,
    hash: u64,
}

impl Key {
    /// The key of `text[start..end]`, which is not empty.
    #[inline(always)]
    pub(crate) fn new(text: &[u8], start: usize, end: usize) -> Self {
        let length = end - start;
        let value = match text[start..].first_chunk() {
            _ if length > SHORT => 0,
            Some(sixteen) => {
                let unused = 128 - 8 * length as u32;
                (u128::from_le_bytes(*sixteen) << unused >> unused) | (length as u128) << 120
            }
            None => at_the_end(&text[start..end]),
        };
        let (low, high) = (value as u64, (value >> 64) as u64);
        let product =
            u128::from(low ^ 0x9E37_79B9_7F4A_7C15) * u128::from(high ^ 0xD1B5_4A32_D192_ED03);
        Self {
            value,
            hash: product as u64 ^ (product >> 64) as u64,
        }
    }

    #[inline(always)]
    fn bucket(self, bits: u32) -> usize {
        (self.hash >> (64 - bits)) as usize
    }
}

#[cold]
fn at_the_end(word: &[u8]) -> u128 {
    let mut sixteen = [0; 16];
    sixteen[..word.len()].copy_from_slice(word);
    u128::from_le_bytes(sixteen) | (word.len() as u128) << 120
}

/// The tables, and what does not fit into them.
pub(crate) struct Cache {
    front: Vec<Bucket>,
    behind: Vec<Bucket>,
    rest: Rest,
}

impl Cache {
    /// An empty cache.
    pub(crate) fn new() -> Self {
        Self {
            front: vec![EMPTY; 1 << FRONT_BITS],
            behind: vec![EMPTY; 1 << BITS],
            rest: Rest::new(),
        }
    }

    /// The tokens of a pre-token, if the front has them, without a branch; and a part of what will
    /// be read behind it when it has not. Whoever asks for many and uses what was read waits for
    /// the memory once and not one by one.
    #[inline(always)]
    pub(crate) fn front(&self, key: Key) -> (Ids, bool, u64) {
        let bucket = &self.front[key.bucket(FRONT_BITS)];
        let entry = &bucket[usize::from(bucket[1].key == key.value)];
        let is_known = (entry.key == key.value) & (key.value != 0);
        let behind = if is_known { 0 } else { key.bucket(BITS) };
        (entry.ids, is_known, self.behind[behind][0].key as u64)
    }

    /// Appends the tokens of a pre-token that the front did not have, and brings them there; false
    /// when they are not here.
    #[inline(never)]
    pub(crate) fn find(&mut self, key: Key, word: &[u8], out: &mut Vec<u32>) -> bool {
        let bucket = &self.behind[key.bucket(BITS)];
        let found = bucket.iter().find(|entry| entry.key == key.value);
        if let Some(entry) = found.filter(|_| key.value != 0) {
            let front = &mut self.front[key.bucket(FRONT_BITS)];
            *front = [*entry, front[0]];
            append(out, entry.ids);
            return true;
        }
        let Some(found) = self.rest.get(word) else {
            return false;
        };
        out.extend_from_slice(found);
        true
    }

    /// Remembers the tokens of a pre-token.
    pub(crate) fn insert(&mut self, key: Key, word: &[u8], ids: &[u32]) {
        if key.value == 0 || ids.len() > FEW {
            return self.rest.insert(word, ids);
        }
        let mut entry = Entry {
            key: key.value,
            ids: [0; FEW],
        };
        entry.ids[..ids.len()].copy_from_slice(ids);
        entry.ids[FEW - 1] |= (ids.len() as u32) << COUNT;
        let bucket = &mut self.behind[key.bucket(BITS)];
        *bucket = [entry, bucket[0]];
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn find(cache: &mut Cache, text: &[u8], start: usize, end: usize) -> Option<Vec<u32>> {
        let mut out = Vec::new();
        let key = Key::new(text, start, end);
        let (ids, is_known, _) = cache.front(key);
        if is_known {
            append(&mut out, ids);
        }
        (is_known || cache.find(key, &text[start..end], &mut out)).then_some(out)
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
            let key = Key::new(text, start, end);
            assert_eq!(find(&mut cache, text, start, end), None);
            cache.insert(key, &text[start..end], &ids);
            assert_eq!(find(&mut cache, text, start, end), Some(ids));
        }
        assert_eq!(find(&mut cache, text, 9, 14), Some(vec![5, 6]));
        assert_eq!(find(&mut cache, &text[9..14], 0, 5), Some(vec![5, 6]));
        assert_eq!(find(&mut cache, text, 23, 44), None);
        assert_eq!(find(&mut cache, text, 24, 45), None);
        assert_eq!(
            find(&mut cache, text, text.len() - 22, text.len()),
            Some(vec![1, 2, 3, 4])
        );
    }

    #[test]
    fn zeros_at_the_end_are_not_the_shorter_word() {
        let mut cache = Cache::new();
        cache.insert(Key::new(b"a", 0, 1), b"a", &[1]);
        assert_eq!(find(&mut cache, b"a\0", 0, 2), None);
        assert_eq!(find(&mut cache, b"a\0", 0, 1), Some(vec![1]));
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_was_put(words in prop::collection::vec("[ab\\x00]{1,20}", 1..200)) {
            let mut cache = Cache::new();
            let mut known = std::collections::HashMap::new();
            for (place, word) in words.iter().enumerate() {
                let bytes = word.as_bytes();
                let found = find(&mut cache, bytes, 0, bytes.len());
                prop_assert!(found.is_none() || found.as_ref() == known.get(word), "{:?}", word);
                if found.is_none() {
                    let ids = vec![place as u32; 1 + place % 8];
                    cache.insert(Key::new(bytes, 0, bytes.len()), bytes, &ids);
                    known.insert(word.clone(), ids);
                }
            }
        }
    }
}
