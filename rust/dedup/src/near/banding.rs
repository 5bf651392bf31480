//! How a signature is cut into bands, and what that finds.

use assay_schema::Near;

/// Bands of a signature and the values in each: two documents are compared when a band is equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Banding {
    /// Bands.
    pub bands: u32,
    /// Values in each band.
    pub rows: u32,
}

/// Values of all bands when only a threshold is given.
const BANDED: u32 = 160;

/// Least values of a signature: all count for the estimate, whose standard deviation is then at
/// most 0.031.
const VALUES: usize = 256;

/// Least probability of comparing a pair at the threshold, when only that is given. The curve is
/// steep there: of pairs 0.1 above a threshold of 0.7, 97% are compared.
const AT_THRESHOLD: f64 = 0.6;

impl Banding {
    /// The bands and rows of the settings, or those chosen for their threshold.
    #[must_use]
    pub fn of(settings: &Near) -> Self {
        match (settings.bands, settings.rows) {
            (Some(bands), Some(rows)) => Self {
                bands: bands.max(1),
                rows: rows.max(1),
            },
            _ => Self::for_threshold(settings.threshold),
        }
    }

    /// The most rows, and so the fewest comparisons in vain, with which a pair at the threshold
    /// is still more likely found than not.
    #[must_use]
    pub fn for_threshold(threshold: f64) -> Self {
        let with_rows = |rows| Self {
            bands: BANDED / rows,
            rows,
        };
        (1..=BANDED)
            .rev()
            .map(with_rows)
            .find(|banding| banding.probability(threshold) >= AT_THRESHOLD)
            .unwrap_or(with_rows(1))
    }

    /// Values of a signature.
    #[must_use]
    pub fn values(self) -> usize {
        VALUES.max(self.bands as usize * self.rows as usize)
    }

    /// The probability that two documents of this Jaccard similarity are compared: the S-curve
    /// (Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", section 3.4).
    #[must_use]
    pub fn probability(self, similarity: f64) -> f64 {
        let band = similarity.powf(self.rows.into());
        1.0 - (1.0 - band).powf(self.bands.into())
    }

    /// The curve at similarities of 0 to 1 in steps of 0.05.
    #[must_use]
    pub fn curve(self) -> Vec<(f64, f64)> {
        (0..=20)
            .map(|step| f64::from(step) / 20.0)
            .map(|similarity| (similarity, self.probability(similarity)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_follow_from_the_threshold() {
        let chosen = |threshold| {
            let Banding { bands, rows } = Banding::for_threshold(threshold);
            (bands, rows)
        };
        assert_eq!(chosen(0.7), (20, 8));
        assert_eq!(chosen(0.8), (13, 12));
        assert_eq!(chosen(0.5), (32, 5));
        assert_eq!(chosen(0.0), (160, 1));
        assert_eq!(chosen(1.0), (1, 160));
    }

    #[test]
    fn curve_is_that_of_the_book() {
        // Section 3.4.2, figure 3.8: 20 bands of 5 rows.
        let banding = Banding { bands: 20, rows: 5 };
        for (similarity, probability) in [(0.2, 0.006), (0.5, 0.470), (0.8, 0.9996)] {
            assert!((banding.probability(similarity) - probability).abs() < 5e-4);
        }
        assert_eq!(banding.curve().len(), 21);
    }
}
