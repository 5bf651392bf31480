//! Which source each sequence of a run comes from.

use crate::MixtureError;
use crate::weights::Weights;

/// The source of each of `n` sequences.
///
/// After any number `t` of sequences each source has had its share `weight x t` to within
/// `1 - 1 / (2k - 2)` of a sequence, `k` being the number of sources with a positive weight
/// (Tijdeman 1980, "The chairman assignment problem", Discrete Mathematics 32). Taking the source
/// that is furthest behind does not do: with nine sources it can be off by more than one. Among
/// the sources that may be taken without getting too far ahead, the one that would be too far
/// behind first is taken, ties going to the lowest index. The order does not depend on `n`.
///
/// # Errors
/// [`MixtureError::Weight`] and [`MixtureError::WeightSum`].
///
/// ```
/// assert_eq!(assay_mixture::order(&[0.75, 0.25], 4)?, [0, 0, 1, 0]);
/// # Ok::<(), assay_mixture::MixtureError>(())
/// ```
pub fn order(weights: &[f64], n: u64) -> Result<Vec<u32>, MixtureError> {
    let Weights { units, sum } = Weights::new(weights)?;
    let positive = units.iter().filter(|unit| **unit > 0).count() as i128;
    // The bound on how far a source may be ahead or behind is (slack - 1) / slack.
    let slack = (2 * positive - 2).max(1);
    let mut taken = vec![0_i128; units.len()];
    // A source is too far behind at the time `late / unit`.
    let late = |taken: i128| taken * slack + slack - 1;
    let mut order = Vec::new();
    for time in 1..=i128::from(n) {
        let may_be_taken = |index: &usize| {
            let behind = units[*index] * time - taken[*index] * sum;
            units[*index] > 0 && behind * slack >= sum
        };
        let candidates = (0..units.len()).filter(may_be_taken);
        let next = candidates
            .min_by(|a, b| (late(taken[*a]) * units[*b]).cmp(&(late(taken[*b]) * units[*a])));
        let next = next.unwrap_or_default();
        taken[next] += 1;
        order.push(next as u32);
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::weights::tests::any_weights;

    /// The largest distance of any source from its share, after each prefix.
    fn distance(weights: &[f64], order: &[u32]) -> f64 {
        let mut taken = vec![0.0; weights.len()];
        let mut largest = 0.0_f64;
        for (place, source) in order.iter().enumerate() {
            taken[*source as usize] += 1.0;
            for (weight, taken) in weights.iter().zip(&taken) {
                largest = largest.max((weight * (place + 1) as f64 - taken).abs());
            }
        }
        largest
    }

    #[test]
    fn values_never_change() {
        assert_eq!(order(&[0.5, 0.5], 5).unwrap(), [0, 1, 0, 1, 0]);
        assert_eq!(
            order(&[0.6, 0.3, 0.1], 10).unwrap(),
            [0, 1, 0, 0, 1, 0, 2, 0, 1, 0]
        );
        assert_eq!(order(&[0.0, 1.0], 2).unwrap(), [1, 1]);
        assert_eq!(order(&[1.0], 0).unwrap(), [0; 0]);
    }

    #[test]
    fn many_uneven_weights_stay_within_one() {
        // The source furthest behind would be 1.11 away with these.
        let mut weights = vec![
            0.3008, 0.1065, 0.1202, 0.0107, 0.0037, 0.2614, 0.0034, 0.1874,
        ];
        weights.push(1.0 - weights.iter().sum::<f64>());
        let order = order(&weights, 5_000).unwrap();
        assert!(distance(&weights, &order) <= 1.0 - 1.0 / 16.0 + 1e-9);
    }

    proptest! {
        #[test]
        fn every_prefix_is_within_the_bound(weights in any_weights(), n in 0_u64..400) {
            let order = order(&weights, n).unwrap();
            prop_assert_eq!(order.len() as u64, n);
            let positive = weights.iter().filter(|weight| **weight > 0.0).count() as f64;
            let bound = if positive > 1.0 { 1.0 - 1.0 / (2.0 * positive - 2.0) } else { 0.0 };
            prop_assert!(distance(&weights, &order) <= bound + 1e-9);
        }

        #[test]
        fn a_longer_run_begins_as_a_shorter_one(weights in any_weights(), n in 0_u64..100) {
            let longer = order(&weights, n + 50).unwrap();
            prop_assert_eq!(&order(&weights, n).unwrap()[..], &longer[..n as usize]);
        }
    }
}
