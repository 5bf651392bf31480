//! Seeded permutations with random access.

use assay_text::{below, draw, mix};

/// One permutation of `0..n`, whose values are computed one at a time.
///
/// "Swap-or-not" (Hoang, Morris, Rogaway, CRYPTO 2012). A round has a key `k` and pairs each
/// place `x` with `k - x` modulo `n`; a bit drawn for the pair says whether its two places are
/// swapped. Nothing but the keys of the rounds is kept: memory does not depend on `n`.
#[derive(Debug, Clone)]
pub struct Permutation {
    n: u64,
    rounds: Vec<Round>,
}

/// What one round draws from.
#[derive(Debug, Clone, Copy)]
struct Round {
    key: u64,
    coins: [u64; 2],
}

impl Permutation {
    /// The permutation of `0..n` that belongs to `(seed, stage, index)`.
    #[must_use]
    pub fn new(seed: u64, stage: &str, index: u64, n: u64) -> Self {
        let key = draw(seed, stage, index);
        let number = |name, round| draw(key, name, round);
        let round = |round| Round {
            key: below(number("key", round), n),
            coins: [number("left coin", round), number("right coin", round)],
        };
        Self {
            n,
            rounds: (0..rounds(n)).map(round).collect(),
        }
    }

    /// How many numbers are permuted.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.n
    }

    /// The number at `place`, which is below `n`.
    #[must_use]
    pub fn at(&self, place: u64) -> u64 {
        let swap = |x, round: &Round| round.swapped(x, self.n);
        self.rounds.iter().fold(place, swap)
    }

    /// The place of `number`, which is below `n`: `at(place_of(number)) == number`.
    #[must_use]
    pub fn place_of(&self, number: u64) -> u64 {
        let swap = |x, round: &Round| round.swapped(x, self.n);
        self.rounds.iter().rev().fold(number, swap)
    }

    /// Every number, by place: all of the permutation, in memory.
    pub fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        (0..self.n).map(|place| self.at(place))
    }
}

impl Round {
    #[inline]
    fn swapped(&self, x: u64, n: u64) -> u64 {
        let partner = self.key.wrapping_sub(x);
        let partner = if x > self.key {
            partner.wrapping_add(n)
        } else {
            partner
        };
        let pair = x.max(partner);
        if self.coin(pair) { partner } else { x }
    }

    #[inline]
    fn coin(&self, pair: u64) -> bool {
        mix(pair ^ self.coins[0], self.coins[1]) >> 63 == 1
    }
}

/// Rounds of a permutation of `0..n`.
///
/// With 32 and four per bit of `n`, the chance of any order of 2 to 6 numbers is within 10^-8 of
/// even (total variation, by multiplying out the chain; 40 rounds of 4 numbers: 5e-9). A single
/// number's place is within 2^-rounds of even for every `n`, as half the pairs swap in a round.
fn rounds(n: u64) -> u64 {
    32 + 4 * u64::from(u64::BITS - n.leading_zeros())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// Applies each round to the whole table.
    fn slow_permutation(permutation: &Permutation) -> Vec<u64> {
        let n = permutation.n;
        let mut numbers: Vec<u64> = (0..n).collect();
        for round in permutation.rounds.iter().rev() {
            for x in 0..n {
                let partner = (round.key + n - x) % n;
                if x < partner && round.coin(partner) {
                    numbers.swap(x as usize, partner as usize);
                }
            }
        }
        numbers
    }

    fn numbers(seed: u64, index: u64, n: u64) -> Vec<u64> {
        Permutation::new(seed, "stage", index, n).iter().collect()
    }

    /// Pearson's statistic of counts that should be even.
    fn chi_square(counts: &[u32]) -> f64 {
        let even = f64::from(counts.iter().sum::<u32>()) / counts.len() as f64;
        let off = |count: &u32| (f64::from(*count) - even).powi(2) / even;
        counts.iter().map(off).sum()
    }

    /// Chi-square lies within five standard deviations of its mean.
    fn assert_even(counts: &[u32]) {
        let freedom = counts.len() as f64 - 1.0;
        let found = chi_square(counts);
        assert!(
            (found - freedom).abs() < 5.0 * (2.0 * freedom).sqrt().max(1.5),
            "{found} with {freedom} degrees of freedom"
        );
    }

    #[test]
    fn values_never_change() {
        assert_eq!(numbers(1, 0, 8), [1, 6, 2, 5, 0, 7, 4, 3]);
        assert_eq!(numbers(1, 1, 8), [3, 7, 0, 2, 6, 1, 4, 5]);
        assert!(numbers(1, 0, 0).is_empty());
        assert_eq!(numbers(1, 0, 1), [0]);
    }

    #[test]
    fn every_order_is_equally_likely() {
        for n in [2, 3, 4, 5] {
            let mut counts = BTreeMap::new();
            for index in 0..48_000 {
                *counts.entry(numbers(9, index, n)).or_insert(0_u32) += 1;
            }
            let orders: usize = (1..=n as usize).product();
            assert_eq!(counts.len(), orders);
            assert_even(&counts.into_values().collect::<Vec<_>>());
        }
    }

    #[test]
    fn two_neighbours_land_on_every_pair_of_places_alike() {
        let n = 100;
        for (left, right) in [(0, 1), (49, 50), (3, 97)] {
            let mut counts = vec![0_u32; (n * n) as usize];
            for index in 0..50_000 {
                let permutation = Permutation::new(5, "pairs", index, n);
                counts[(permutation.at(left) * n + permutation.at(right)) as usize] += 1;
            }
            let apart = (0..n * n).filter(|place| place / n != place % n);
            let counts: Vec<u32> = apart.map(|place| counts[place as usize]).collect();
            assert_eq!(counts.iter().sum::<u32>(), 50_000);
            assert_even(&counts);
        }
    }

    #[test]
    fn huge_permutations_take_no_memory() {
        let permutation = Permutation::new(1, "huge", 0, u64::MAX);
        for place in [0, 1, u64::MAX / 2, u64::MAX - 1] {
            let number = permutation.at(place);
            assert!(number < u64::MAX);
            assert_eq!(permutation.place_of(number), place);
        }
    }

    proptest! {
        #[test]
        fn is_a_bijection_with_its_inverse(seed: u64, index: u64, n in 0_u64..300) {
            let permutation = Permutation::new(seed, "stage", index, n);
            let mut sorted: Vec<u64> = permutation.iter().collect();
            for (place, number) in sorted.iter().enumerate() {
                prop_assert_eq!(permutation.place_of(*number), place as u64);
            }
            sorted.sort_unstable();
            prop_assert_eq!(sorted, (0..n).collect::<Vec<_>>());
        }

        #[test]
        fn agrees_with_the_slow_twin(seed: u64, index: u64, n in 0_u64..200) {
            let permutation = Permutation::new(seed, "stage", index, n);
            prop_assert_eq!(permutation.iter().collect::<Vec<_>>(), slow_permutation(&permutation));
        }
    }
}
