//! Weights as whole numbers, so that nothing depends on rounding.

use crate::MixtureError;

/// How far from one the sum of weights may be.
const TOLERANCE: f64 = 1e-9;
/// A weight of one.
const ONE: f64 = (1_u64 << 60) as f64;

/// Each weight in units of 2^-60, and their sum: at most about 2^60, not exactly.
#[derive(Debug)]
pub(crate) struct Weights {
    pub(crate) units: Vec<i128>,
    pub(crate) sum: i128,
}

impl Weights {
    pub(crate) fn new(weights: &[f64]) -> Result<Self, MixtureError> {
        for (index, weight) in weights.iter().copied().enumerate() {
            if !weight.is_finite() || weight < 0.0 {
                return Err(MixtureError::Weight { index, weight });
            }
        }
        let sum = weights.iter().fold(0.0, |sum, weight| sum + weight);
        if (sum - 1.0).abs() > TOLERANCE {
            return Err(MixtureError::WeightSum { sum });
        }
        let units: Vec<i128> = weights
            .iter()
            .map(|weight| (weight * ONE).round() as i128)
            .collect();
        Ok(Self {
            sum: units.iter().sum(),
            units,
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// One to twelve weights that sum to one, some of them zero or nearly so.
    pub(crate) fn any_weights() -> impl Strategy<Value = Vec<f64>> {
        let part = prop_oneof![Just(0.0), 1e-6..1e-3, 0.0..1.0_f64, Just(1.0)];
        let parts = prop::collection::vec(part, 1..13);
        let some = parts.prop_filter("all zero", |parts| parts.iter().any(|part| *part > 0.0));
        some.prop_map(|parts| {
            let sum: f64 = parts.iter().sum();
            parts.iter().map(|part| part / sum).collect()
        })
    }

    #[test]
    fn wrong_weights_are_named() {
        let message = |weights: &[f64]| Weights::new(weights).unwrap_err().to_string();
        assert_eq!(
            message(&[0.5, 0.6]),
            "weights sum to 1.1, expected 1 within 1e-9: divide each by their sum"
        );
        assert!(message(&[]).starts_with("weights sum to 0,"));
        assert!(message(&[1.5, -0.5]).starts_with("weight 1 is -0.5,"));
        assert!(message(&[f64::NAN]).starts_with("weight 0 is NaN,"));
        assert!(message(&[f64::INFINITY]).starts_with("weight 0 is inf,"));
        assert!(Weights::new(&[0.5, 0.5 + 1e-10]).is_ok());
    }
}
