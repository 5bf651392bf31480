//! The tokens of pre-tokens seen before.
//!
//! A table of fixed size: what is new replaces what has not been asked for. It changes how fast a
//! text is encoded and never into what.

use prefetch_index::prefetch_index;

use super::long_pieces::LongPieces;
use super::table::Table;

/// The key of a pre-token of at most this many bytes holds all of them.
const SHORT: usize = 15;
/// At most so many tokens are in the table itself.
const FEW: usize = 4;
/// Where the count of tokens begins in the last of them: ids have fewer bits.
const COUNT: u32 = 24;
/// The table has `1 << BITS` buckets of 64 bytes: 16 MiB.
const BITS: u32 = 18;
/// Where the count of bytes is in a key, and what stands there for a pre-token that is not short.
const LENGTH: u32 = 120;
const NOT_SHORT: u128 = 0xFF << LENGTH;
/// The bytes of a key that a short pre-token has, by its length.
const MASKS: [u128; SHORT + 1] = masks();

const fn masks() -> [u128; SHORT + 1] {
    let mut masks = [0; SHORT + 1];
    let mut length = 0;
    while length <= SHORT {
        masks[length] = (1 << (8 * length)) - 1;
        length += 1;
    }
    masks
}

/// The key of a pre-token, 0: empty; and its [`Ids`].
type Entry = [u128; 2];

/// The tokens of a pre-token as an entry has them, and in the highest byte of the last place the
/// count of them. Where that is 0 the tokens are in [`LongPieces`], and this says where.
pub(crate) type Ids = [u32; FEW];

/// Entries that share a hash, the one asked for last before the other: one line of the
/// processor's cache.
type Bucket = [Entry; 2];

/// Appends the tokens of an entry: always the same number of places is copied, whatever the number
/// of tokens, so that nothing has to be foreseen.
#[inline(always)]
pub(crate) fn append(out: &mut Vec<u32>, mut ids: Ids) {
    let length = out.len() + (ids[FEW - 1] >> COUNT) as usize;
    ids[FEW - 1] &= (1 << COUNT) - 1;
    out.extend_from_slice(&ids);
    out.truncate(length);
}

/// A pre-token as the table knows it: short ones have different keys.
#[derive(Clone, Copy, Default)]
pub(crate) struct Key {
    value: u128,
    bucket: usize,
}

impl Key {
    /// The key of `text[start..end]`, which is not empty.
    #[inline(always)]
    pub(crate) fn new(text: &[u8], start: usize, end: usize) -> Self {
        let length = end - start;
        let value = match (text[start..].first_chunk(), MASKS.get(length)) {
            (Some(sixteen), Some(mask)) => {
                u128::from_le_bytes(*sixteen) & mask | (length as u128) << LENGTH
            }
            _ => elsewhere(&text[start..end]),
        };
        let hash = mixed(value as u64, (value >> 64) as u64);
        Self {
            value,
            bucket: (hash >> (u64::BITS - BITS)) as usize,
        }
    }
}

#[inline(always)]
fn mixed(low: u64, high: u64) -> u64 {
    let product =
        u128::from(low ^ 0x9E37_79B9_7F4A_7C15) * u128::from(high ^ 0xD1B5_4A32_D192_ED03);
    product as u64 ^ (product >> 64) as u64
}

/// The key of a pre-token at the end of the text, or of one that is not short: both its ends are
/// hashed.
#[inline(never)]
fn elsewhere(word: &[u8]) -> u128 {
    let halves = |bytes: [u8; 16]| {
        let value = u128::from_le_bytes(bytes);
        (value as u64, (value >> 64) as u64)
    };
    match (word.first_chunk(), word.last_chunk()) {
        (Some(first), Some(last)) => {
            let ((a, b), (c, d)) = (halves(*first), halves(*last));
            let (low, high) = (mixed(a, b), mixed(c, d ^ word.len() as u64));
            NOT_SHORT | u128::from(low) | u128::from(high) << 64
        }
        _ => {
            let mut sixteen = [0; 16];
            sixteen[..word.len()].copy_from_slice(word);
            u128::from_le_bytes(sixteen) | (word.len() as u128) << LENGTH
        }
    }
}

/// The table, and what does not fit into its entries.
pub(crate) struct Cache {
    table: Table<Bucket>,
    long: LongPieces,
}

impl Cache {
    /// An empty cache.
    pub(crate) fn new() -> Self {
        Self {
            table: Table::zeroed(1 << BITS),
            long: LongPieces::default(),
        }
    }

    /// Asks the memory for what will be read when the key is looked up.
    #[inline(always)]
    pub(crate) fn prefetch(&self, key: Key) {
        prefetch_index(&*self.table, key.bucket);
    }

    /// The tokens of a pre-token, if they are few and it was asked for before all others of its
    /// bucket.
    #[inline(always)]
    pub(crate) fn first(&self, key: Key) -> Option<Ids> {
        let [found, ids] = self.table[key.bucket][0];
        let ids: Ids = bytemuck::cast(ids);
        (found == key.value && ids[FEW - 1] >> COUNT > 0).then_some(ids)
    }

    /// Appends the tokens of a pre-token, and brings its entry to the front of the bucket; false
    /// when they are not here.
    #[inline(never)]
    pub(crate) fn find(&mut self, key: Key, word: &[u8], out: &mut Vec<u32>) -> bool {
        let bucket = &mut self.table[key.bucket];
        if bucket[0][0] != key.value {
            bucket.swap(0, 1);
        }
        let [found, ids] = bucket[0];
        let ids: Ids = bytemuck::cast(ids);
        if found != key.value {
            return false;
        }
        if ids[FEW - 1] >> COUNT > 0 {
            append(out, ids);
            return true;
        }
        let [start, count, round, _] = ids;
        self.long.get(word, (start, count, round), out)
    }

    /// Remembers the tokens of a pre-token that was looked for and not found.
    pub(crate) fn insert(&mut self, key: Key, word: &[u8], ids: &[u32]) {
        let mut entry = [0; FEW];
        if key.value < NOT_SHORT && (1..=FEW).contains(&ids.len()) {
            entry[..ids.len()].copy_from_slice(ids);
            entry[FEW - 1] |= (ids.len() as u32) << COUNT;
        } else if let Some((start, count, round)) = self.long.insert(word, ids) {
            entry = [start, count, round, 0];
        } else {
            return;
        }
        self.table[key.bucket][0] = [key.value, bytemuck::cast(entry)];
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn find(cache: &mut Cache, text: &[u8], start: usize, end: usize) -> Option<Vec<u32>> {
        let mut out = Vec::new();
        let key = Key::new(text, start, end);
        cache.prefetch(key);
        if let Some(ids) = cache.first(key) {
            append(&mut out, ids);
            return Some(out);
        }
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

    #[test]
    fn long_words_that_differ_between_their_ends_are_not_each_other() {
        let mut cache = Cache::new();
        let word = |middle: u8| [&[b'a'; 16][..], &[middle], &[b'z'; 16]].concat();
        for (middle, other) in [(b'1', b'2'), (b'2', b'1')] {
            let (word, other) = (word(middle), word(other));
            let key = Key::new(&word, 0, word.len());
            cache.insert(key, &word, &[middle.into()]);
            assert_eq!(
                find(&mut cache, &word, 0, word.len()),
                Some(vec![middle.into()])
            );
            assert_eq!(find(&mut cache, &other, 0, other.len()), None);
        }
    }

    #[test]
    fn what_was_asked_for_last_stays() {
        let mut cache = Cache::new();
        let key = |value| Key { value, bucket: 5 };
        let known = |cache: &mut Cache, value| {
            cache.first(key(value)).is_some() || cache.find(key(value), b"", &mut Vec::new())
        };
        for value in [1, 2] {
            assert!(!known(&mut cache, value));
            cache.insert(key(value), b"", &[7]);
        }
        assert!(known(&mut cache, 1));
        assert!(!known(&mut cache, 3));
        cache.insert(key(3), b"", &[7]);
        assert!(known(&mut cache, 1) && known(&mut cache, 3));
        assert!(!known(&mut cache, 2));
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
                    let ids = vec![place as u32; place % 9];
                    cache.insert(Key::new(bytes, 0, bytes.len()), bytes, &ids);
                    known.insert(word.clone(), ids);
                }
            }
        }
    }
}
