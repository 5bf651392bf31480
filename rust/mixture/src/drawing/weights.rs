//! Weights as whole numbers, so that nothing depends on rounding.

use std::cmp::Reverse;

use crate::error::MixtureError;

/// Bits by which the largest weight is moved left of its first bit.
const BITS: u64 = 60;
/// Bits of a double after its first.
const MANTISSA: u64 = 52;

/// Each weight as a whole number in the same proportion, below 2^61.
///
/// Weights are relative: only their proportions count. Each is its double exactly, down to 2^-60
/// of the largest.
pub(crate) fn whole(weights: &[f64]) -> Result<Vec<u128>, MixtureError> {
    for (index, weight) in weights.iter().copied().enumerate() {
        if !weight.is_finite() || weight < 0.0 {
            return Err(MixtureError::Weight { index, weight });
        }
    }
    let largest = weights.iter().copied().fold(0.0, f64::max);
    if largest == 0.0 {
        return Err(MixtureError::NoWeight {
            count: weights.len(),
        });
    }
    let (_, top) = parts(largest);
    let moved = |weight: &f64| {
        let (mantissa, exponent) = parts(*weight);
        let right = (top - exponent).min(127);
        (u128::from(mantissa) << (BITS - MANTISSA)) >> right
    };
    Ok(weights.iter().map(moved).collect())
}

/// A double from zero up as `mantissa x 2^(exponent - constant)`.
fn parts(weight: f64) -> (u64, u64) {
    let bits = weight.to_bits();
    let (exponent, mantissa) = (bits >> MANTISSA, bits & ((1 << MANTISSA) - 1));
    match exponent {
        0 => (mantissa, 1),
        _ => (mantissa | 1 << MANTISSA, exponent),
    }
}

/// Divides `total` in the proportions of `parts` into whole numbers that sum to it.
///
/// Largest remainder (Hamilton): each gets its share rounded down, and the largest remainders get
/// one more, ties going to the lowest index. Parts are below 2^64 and not all zero.
pub(crate) fn divide(total: u64, parts: &[u128]) -> Vec<u64> {
    let sum = parts.iter().sum::<u128>().max(1);
    let exact: Vec<u128> = parts.iter().map(|part| part * u128::from(total)).collect();
    let mut shares: Vec<u64> = exact.iter().map(|exact| (exact / sum) as u64).collect();
    let left = total - shares.iter().sum::<u64>();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|index| Reverse(exact[*index] % sum));
    for index in order.into_iter().take(left as usize) {
        shares[index] += 1;
    }
    shares
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// One to twelve weights that sum to one, some of them zero or nearly so.
    pub(crate) fn any_weights() -> impl Strategy<Value = Vec<f64>> {
        (1_usize..13).prop_flat_map(weights_of)
    }

    /// So many weights that sum to one, some of them zero or nearly so.
    pub(crate) fn weights_of(count: usize) -> impl Strategy<Value = Vec<f64>> {
        let part = prop_oneof![Just(0.0), 1e-6..1e-3, 0.0..1.0_f64, Just(1.0)];
        scaled(prop::collection::vec(part, count))
    }

    /// Parts of which some is positive, made to sum to one.
    pub(crate) fn scaled(
        parts: impl Strategy<Value = Vec<f64>>,
    ) -> impl Strategy<Value = Vec<f64>> {
        let some = parts.prop_filter("all zero", |parts| parts.iter().any(|part| *part > 0.0));
        some.prop_map(|parts| {
            let sum: f64 = parts.iter().sum();
            parts.iter().map(|part| part / sum).collect()
        })
    }

    #[test]
    fn wrong_weights_are_named() {
        let message = |weights: &[f64]| whole(weights).unwrap_err().to_string();
        assert_eq!(
            message(&[0.0, 0.0]),
            "no weight is positive (2 weights): give at least one source a positive weight"
        );
        assert!(message(&[]).starts_with("no weight is positive (0 weights)"));
        assert!(message(&[1.5, -0.5]).starts_with("weight 1 is -0.5,"));
        assert!(message(&[f64::NAN]).starts_with("weight 0 is NaN,"));
        assert!(message(&[f64::INFINITY]).starts_with("weight 0 is inf,"));
    }

    #[test]
    fn only_proportions_count() {
        let of = |weights: &[f64]| divide(1 << 60, &whole(weights).unwrap());
        let quarter = 1 << 58;
        assert_eq!(of(&[0.75, 0.25]), [3 * quarter, quarter]);
        assert_eq!(of(&[3.0, 1.0]), [3 * quarter, quarter]);
        assert_eq!(of(&[f64::MAX, f64::MAX]), [2 * quarter; 2]);
        let least = f64::from_bits(1);
        assert_eq!(of(&[3.0 * least, least]), [3 * quarter, quarter]);
        assert_eq!(of(&[1.0, 1e-300, 0.0]), [4 * quarter, 0, 0]);
        assert_eq!(of(&[0.1; 10]).iter().sum::<u64>(), 1 << 60);
    }
}
