//! The tokens of pre-tokens that do not fit into the table of the cache.

/// The most bytes of pre-tokens and tokens; all are forgotten when they are full.
const MOST_BYTES: usize = 16 << 20;
/// Longer pre-tokens than this are not remembered.
const LONGEST: usize = 64 << 10;

/// Pre-tokens of any length with their tokens, one after the other in one piece of memory.
#[derive(Default)]
pub(super) struct LongPieces {
    /// For each pre-token its bytes, and then its tokens in four bytes each.
    bytes: Vec<u8>,
    /// How often all were forgotten.
    round: u32,
}

/// Where a pre-token is: its first byte, the count of its tokens, and the round in which it was
/// put there.
pub(super) type Place = (u32, u32, u32);

impl LongPieces {
    /// Appends the tokens of the pre-token in a place; false when it is not there.
    pub(super) fn get(&self, word: &[u8], place: Place, out: &mut Vec<u32>) -> bool {
        let (start, count, round) = place;
        if round != self.round {
            return false;
        }
        let (known, rest) = self.bytes[start as usize..].split_at(word.len());
        if known != word {
            return false;
        }
        let ids = rest[..count as usize * size_of::<u32>()].as_chunks().0;
        out.extend(ids.iter().map(|id| u32::from_le_bytes(*id)));
        true
    }

    /// Remembers the tokens of a pre-token, and says where; nothing for one that is too long.
    pub(super) fn insert(&mut self, word: &[u8], ids: &[u32]) -> Option<Place> {
        if word.len() > LONGEST {
            return None;
        }
        if self.bytes.len() + word.len() + size_of_val(ids) > MOST_BYTES {
            self.bytes.clear();
            self.round = self.round.wrapping_add(1);
        }
        let start = self.bytes.len() as u32;
        self.bytes.extend_from_slice(word);
        let ids_bytes = ids.iter().flat_map(|id| id.to_le_bytes());
        self.bytes.extend(ids_bytes);
        Some((start, ids.len() as u32, self.round))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(long: &LongPieces, word: &[u8], place: Place) -> Option<Vec<u32>> {
        let mut out = Vec::new();
        long.get(word, place, &mut out).then_some(out)
    }

    #[test]
    fn what_is_found_is_what_was_put() {
        let mut long = LongPieces::default();
        let words: [&[u8]; 3] = [b"a_very_long_identifier", b"short", b"\0"];
        let places = words.map(|word| long.insert(word, &vec![7; word.len()]).unwrap());
        for (word, place) in words.into_iter().zip(places) {
            assert_eq!(get(&long, word, place), Some(vec![7; word.len()]));
        }
        assert_eq!(get(&long, b"a_very_long_identifieR", places[0]), None);
        assert_eq!(get(&long, b"shorT", places[1]), None);
    }

    #[test]
    fn it_stays_small_and_forgets_all_at_once() {
        let mut long = LongPieces::default();
        let first = long.insert(b"first", &[1, 2]).unwrap();
        for word in 0..60_000_u32 {
            let word = format!("{word:0256}").into_bytes();
            let place = long.insert(&word, &[word.len() as u32; 90]).unwrap();
            assert!(long.bytes.len() <= MOST_BYTES);
            assert_eq!(get(&long, &word, place), Some(vec![256; 90]));
        }
        assert_eq!(get(&long, b"first", first), None);
    }

    #[test]
    fn the_longest_are_not_remembered() {
        let mut long = LongPieces::default();
        for length in [LONGEST, LONGEST + 1] {
            let place = long.insert(&vec![b'a'; length], &[1]);
            assert_eq!(place.is_some(), length == LONGEST);
        }
    }
}
