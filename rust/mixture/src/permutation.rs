//! Seeded permutations.

use assay_text::{below, draw};

/// The permutation of `0..n` that belongs to `(seed, stage, index)`.
///
/// Fisher-Yates from the last place down (Durstenfeld 1964), each step with a draw of its own.
#[must_use]
pub fn permutation(seed: u64, stage: &str, index: u64, n: u64) -> Vec<u64> {
    let mut places: Vec<u64> = (0..n).collect();
    for (last, other) in swaps(seed, stage, index, n) {
        places.swap(last as usize, other as usize);
    }
    places
}

/// The pairs of places that are swapped, in order.
fn swaps(seed: u64, stage: &str, index: u64, n: u64) -> impl Iterator<Item = (u64, u64)> {
    let key = draw(seed, stage, index);
    let swap = move |last| (last, below(draw(key, "permutation", last), last + 1));
    (1..n).rev().map(swap)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Follows each number through the swaps on its own.
    fn slow_permutation(seed: u64, stage: &str, index: u64, n: u64) -> Vec<u64> {
        let mut found = vec![0; n as usize];
        for number in 0..n {
            let follow = |place, (a, b)| match place {
                place if place == a => b,
                place if place == b => a,
                place => place,
            };
            let place = swaps(seed, stage, index, n).fold(number, follow);
            found[place as usize] = number;
        }
        found
    }

    #[test]
    fn values_never_change() {
        assert_eq!(permutation(1, "order", 0, 8), [2, 4, 6, 5, 7, 1, 0, 3]);
        assert_eq!(permutation(1, "order", 1, 8), [2, 6, 1, 3, 4, 7, 0, 5]);
        assert!(permutation(1, "order", 0, 0).is_empty());
    }

    #[test]
    fn every_order_is_equally_likely() {
        let mut counts = std::collections::BTreeMap::new();
        for index in 0..24_000 {
            *counts
                .entry(permutation(9, "even", index, 4))
                .or_insert(0_u32) += 1;
        }
        assert_eq!(counts.len(), 24);
        // Binomial(24,000, 1/24) has a standard deviation of 31: five of them.
        assert!(
            counts.values().all(|count| count.abs_diff(1_000) < 155),
            "{counts:?}"
        );
    }

    proptest! {
        #[test]
        fn is_a_bijection(seed: u64, stage in "[a-z]{0,5}", index: u64, n in 0_u64..300) {
            let mut sorted = permutation(seed, &stage, index, n);
            sorted.sort_unstable();
            prop_assert_eq!(sorted, (0..n).collect::<Vec<_>>());
        }

        #[test]
        fn agrees_with_the_slow_twin(seed: u64, index: u64, n in 0_u64..50) {
            prop_assert_eq!(
                permutation(seed, "stage", index, n), slow_permutation(seed, "stage", index, n)
            );
        }
    }
}
