//! A read-only table from hashes to numbers, made for looking up hashes that are not in it.

/// Bits of the filter for each entry or more: of a hundred hashes that are not in the table about
/// one passes.
const FILTER_BITS: usize = 16;

/// For each 64-bit hash the numbers it was given with, ascending.
///
/// The hashes are spread evenly, so their top bits say where in the sorted list they must be.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    /// A Bloom filter that reads one word: its place is the top bits of a hash, and both bits of
    /// the hash are in it. Small enough to stay in a core's own cache.
    filter: Vec<u64>,
    filter_shift: u32,
    /// For each value of the top bits, where its entries start; then where the last ones end.
    starts: Vec<u32>,
    start_shift: u32,
    hashes: Vec<u64>,
    numbers: Vec<u32>,
}

impl Table {
    /// Sorts the entries in. There are fewer than 2^32 of them.
    pub(crate) fn new(mut entries: Vec<(u64, u32)>) -> Self {
        entries.sort_unstable();
        entries.dedup();
        let values = entries.len().max(8).next_power_of_two();
        let filter_words = values * FILTER_BITS / 64;
        let mut table = Self {
            filter: vec![0; filter_words],
            filter_shift: 64 - filter_words.ilog2(),
            starts: Vec::with_capacity(values + 1),
            start_shift: 64 - values.ilog2(),
            hashes: entries.iter().map(|(hash, _)| *hash).collect(),
            numbers: entries.iter().map(|(_, number)| *number).collect(),
        };
        for (place, (hash, _)) in entries.iter().enumerate() {
            table.filter[(hash >> table.filter_shift) as usize] |= bits(*hash);
            let value = (hash >> table.start_shift) as usize;
            table.starts.resize(value + 1, place as u32);
        }
        table.starts.resize(values + 1, entries.len() as u32);
        table
    }

    /// The numbers of `hash`; none when it is not in the table.
    #[inline]
    pub(crate) fn get(&self, hash: u64) -> &[u32] {
        let word = self.filter[(hash >> self.filter_shift) as usize];
        if word & bits(hash) == bits(hash) {
            self.find(hash)
        } else {
            &[]
        }
    }

    fn find(&self, hash: u64) -> &[u32] {
        let value = (hash >> self.start_shift) as usize;
        let (start, end) = (self.starts[value] as usize, self.starts[value + 1] as usize);
        let bucket = &self.hashes[start..end];
        let from = start + bucket.partition_point(|other| *other < hash);
        let to = start + bucket.partition_point(|other| *other <= hash);
        &self.numbers[from..to]
    }

    /// How many different hashes there are.
    pub(crate) fn len(&self) -> usize {
        self.hashes.chunk_by(|a, b| a == b).count()
    }

    /// Bytes of memory held.
    pub(crate) fn memory_bytes(&self) -> u64 {
        let words = self.filter.len() + self.hashes.len();
        let halves = self.starts.len() + self.numbers.len();
        (words * size_of::<u64>() + halves * size_of::<u32>()) as u64
    }
}

/// The two bits of a hash in a word of the filter.
#[inline]
fn bits(hash: u64) -> u64 {
    1 << (hash % 64) | 1 << (hash / 64 % 64)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn agrees_with_a_map_of_vectors(
            entries in prop::collection::vec((prop_oneof![0..3_u64, any::<u64>()], 0..4_u32), 0..99),
            strangers: Vec<u64>,
        ) {
            let table = Table::new(entries.clone());
            let mut slow: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
            for (hash, number) in entries {
                let numbers = slow.entry(hash).or_default();
                numbers.push(number);
                numbers.sort_unstable();
                numbers.dedup();
            }
            prop_assert_eq!(table.len(), slow.len());
            for (hash, numbers) in &slow {
                prop_assert_eq!(table.get(*hash), numbers);
            }
            for hash in strangers.into_iter().filter(|hash| !slow.contains_key(hash)) {
                prop_assert!(table.get(hash).is_empty());
            }
        }
    }
}
