//! Divides a whole number of tokens among sources, by their weights.

use crate::drawing::weights::{divide, whole};
use crate::error::MixtureError;

/// Divides `total` by `weights` into whole numbers that sum to it.
///
/// Weights are relative: they need not sum to one. Largest remainder (Hamilton): each gets its
/// share rounded down, and the largest remainders get one more, ties going to the lowest index.
/// Every quota is within one of its exact share.
///
/// # Errors
/// [`MixtureError::Weight`] and [`MixtureError::NoWeight`].
///
/// ```
/// assert_eq!(assay_mixture::quotas(&[2.0, 1.0, 1.0], 9)?, [5, 2, 2]);
/// # Ok::<(), assay_mixture::MixtureError>(())
/// ```
pub fn quotas(weights: &[f64], total: u64) -> Result<Vec<u64>, MixtureError> {
    Ok(divide(total, &whole(weights)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::drawing::weights::tests::any_weights;

    /// Gives out one at a time to the share that is furthest below its due, after rounding down.
    fn slow_quotas(weights: &[f64], total: u64) -> Vec<u64> {
        let due = |index: usize| weights[index] * total as f64;
        let mut quotas: Vec<u64> = (0..weights.len()).map(|index| due(index) as u64).collect();
        while quotas.iter().sum::<u64>() < total {
            let lacking = |index: usize| due(index) - quotas[index] as f64;
            let most = (0..weights.len()).max_by(|a, b| lacking(*a).total_cmp(&lacking(*b)));
            quotas[most.unwrap()] += 1;
        }
        quotas
    }

    #[test]
    fn ties_go_to_the_lowest_index() {
        assert_eq!(quotas(&[0.25; 4], 6).unwrap(), [2, 2, 1, 1]);
        assert_eq!(quotas(&[0.0, 1.0], u64::MAX).unwrap(), [0, u64::MAX]);
        assert_eq!(
            quotas(&[0.5, 0.5], u64::MAX).unwrap(),
            [u64::MAX / 2 + 1, u64::MAX / 2]
        );
    }

    proptest! {
        #[test]
        fn sums_are_exact_and_shares_within_one(weights in any_weights(), total in 0_u64..1 << 40) {
            let quotas = quotas(&weights, total).unwrap();
            prop_assert_eq!(quotas.iter().sum::<u64>(), total);
            for (quota, weight) in quotas.iter().zip(&weights) {
                // 2^40 doubles of 2^-53 relative error: 2^-13 is more than enough for rounding.
                prop_assert!((*quota as f64 - weight * total as f64).abs() < 1.0 + 2_f64.powi(-10));
            }
        }

        #[test]
        fn agrees_with_the_slow_twin(weights in any_weights(), total in 0_u64..1000) {
            let fast = quotas(&weights, total).unwrap();
            let slow = slow_quotas(&weights, total);
            // Ties may be broken differently by rounding: compare what each lacks, sorted.
            let lacks = |quotas: &[u64]| {
                let mut lacks: Vec<f64> = quotas
                    .iter()
                    .zip(&weights)
                    .map(|(quota, weight)| weight * total as f64 - *quota as f64)
                    .collect();
                lacks.sort_by(f64::total_cmp);
                lacks
            };
            for (fast, slow) in lacks(&fast).iter().zip(lacks(&slow)) {
                prop_assert!((fast - slow).abs() < 1e-9);
            }
        }
    }
}
