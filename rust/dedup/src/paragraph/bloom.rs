//! A Bloom filter whose entries touch one cache line each.
//!
//! The filter is split into blocks of 512 bits; an entry sets one bit in each of the eight words
//! of its block (Putze, Sanders and Singler 2007; the split block of Apache Parquet, with words
//! of 64 bits). Blocks fill unevenly, so it needs a few more bits than a plain filter for the
//! same rate of false positives; [`rate_at`] counts them in.

use assay_text::mix;

const WORDS: usize = 8;
const WORD_BITS: f64 = 64.0;

/// Odd numbers without pattern that choose a bit each: the digits of the square roots of the
/// first eight primes.
const SALTS: [u64; WORDS] = [
    0x6a09_e667_f3bc_c909,
    0xbb67_ae85_84ca_a73b,
    0x3c6e_f372_fe94_f82b,
    0xa54f_f53a_5f1d_36f1,
    0x510e_527f_ade6_82d1,
    0x9b05_688c_2b3e_6c1f,
    0x1f83_d9ab_fb41_bd6b,
    0x5be0_cd19_137e_2179,
];

/// One cache line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(align(64))]
struct Block([u64; WORDS]);

pub(crate) const BLOCK_BYTES: u64 = size_of::<Block>() as u64;

/// A set of 64-bit hashes that forgets none, and takes a few for members that are not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filter {
    blocks: Vec<Block>,
    seed: u64,
}

impl Filter {
    /// An empty filter of `blocks` blocks, one at least.
    pub(crate) fn new(blocks: u64, seed: u64) -> Self {
        Self {
            blocks: vec![Block([0; WORDS]); blocks.max(1) as usize],
            seed,
        }
    }

    /// The block of a hash, and what its bits are made from.
    #[inline]
    fn locate(&self, hash: u64) -> (usize, u64) {
        let hash = mix(hash ^ self.seed, SALTS[0]);
        let block = (u128::from(hash) * self.blocks.len() as u128) >> 64;
        (block as usize, hash)
    }

    /// Whether `hash` was inserted, or looks as if it was.
    #[inline]
    pub(crate) fn contains(&self, hash: u64) -> bool {
        let (block, hash) = self.locate(hash);
        let mut words = self.blocks[block].0.iter().zip(SALTS);
        words.all(|(word, salt)| word & bit(hash, salt) != 0)
    }

    #[inline]
    pub(crate) fn insert(&mut self, hash: u64) {
        let (block, hash) = self.locate(hash);
        for (word, salt) in self.blocks[block].0.iter_mut().zip(SALTS) {
            *word |= bit(hash, salt);
        }
    }

    /// The probability that a hash that was never inserted looks as if it was: a block's is the
    /// product of its words' shares of bits set.
    pub(crate) fn false_positives(&self) -> f64 {
        let share = |word: &u64| f64::from(word.count_ones()) / WORD_BITS;
        let rates = self
            .blocks
            .iter()
            .map(|block| block.0.iter().map(share).product::<f64>());
        rates.sum::<f64>() / self.blocks.len() as f64
    }

    pub(crate) fn memory_bytes(&self) -> u64 {
        self.blocks.len() as u64 * BLOCK_BYTES
    }

    pub(crate) fn words(&self) -> impl Iterator<Item = u64> + '_ {
        self.blocks.iter().flat_map(|block| block.0)
    }

    pub(crate) fn words_mut(&mut self) -> impl Iterator<Item = &mut u64> + '_ {
        self.blocks.iter_mut().flat_map(|block| &mut block.0)
    }
}

/// One bit of a word. The block depends on the upper bits of the hash; this, on all of them.
#[inline]
fn bit(hash: u64, salt: u64) -> u64 {
    1 << (hash.wrapping_mul(salt) >> 58)
}

/// Blocks that hold `entries` with at most this rate of false positives.
pub(crate) fn blocks_for(entries: u64, false_positives: f64) -> u64 {
    // At a load of 256 entries a block the rate is 0.87.
    let (mut low, mut high) = (0.0, 256.0);
    for _ in 0..50 {
        let load = (low + high) / 2.0;
        if rate_at(load) <= false_positives {
            low = load;
        } else {
            high = load;
        }
    }
    (entries as f64 / low).ceil() as u64
}

/// The rate of false positives at a load of so many entries a block on average: the number in
/// one block has a Poisson distribution.
fn rate_at(load: f64) -> f64 {
    let mut probability = (-load).exp();
    let mut rate = 0.0;
    for entries in 1..600 {
        probability *= load / f64::from(entries);
        let unset = (1.0 - 1.0 / WORD_BITS).powi(entries);
        rate += probability * (1.0 - unset).powi(WORDS as i32);
    }
    rate
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use assay_text::draw;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rates_are_as_computed() {
        let entries = 20_000;
        for target in [1e-1, 1e-2, 1e-3] {
            let mut filter = Filter::new(blocks_for(entries, target), 5);
            (0..entries).for_each(|entry| filter.insert(draw(1, "in", entry)));
            let found = (0..100_000).filter(|entry| filter.contains(draw(1, "out", *entry)));
            let measured = found.count() as f64 / 100_000.0;
            // Five standard deviations of a binomial of 100,000, and a little for the fill.
            let most = 5.0 * (target / 100_000.0).sqrt() + 0.02 * target;
            let estimated = filter.false_positives();
            assert!((measured - target).abs() < most, "{measured} {target}");
            assert!(
                (estimated - target).abs() < 0.05 * target,
                "{estimated} {target}"
            );
        }
    }

    #[test]
    fn a_target_needs_this_many_bits() {
        let bits = |target| blocks_for(1_000_000, target) * 512 / 1_000_000;
        assert_eq!([bits(1e-2), bits(1e-3), bits(1e-4)], [10, 15, 23]);
    }

    proptest! {
        #[test]
        fn nothing_is_forgotten(hashes: HashSet<u64>, blocks in 0_u64..9, seed: u64) {
            let mut filter = Filter::new(blocks, seed);
            prop_assert_eq!(filter.false_positives(), 0.0);
            hashes.iter().for_each(|hash| filter.insert(*hash));
            prop_assert!(hashes.iter().all(|hash| filter.contains(*hash)));
        }
    }
}
