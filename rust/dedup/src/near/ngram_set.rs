//! The set of n-grams of a document, for the exact similarity of two.

use std::cmp::Ordering;

/// The hashes of a document's different n-grams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NgramSet(Box<[u64]>);

impl NgramSet {
    pub(crate) fn new(mut hashes: Vec<u64>) -> Self {
        hashes.sort_unstable();
        hashes.dedup();
        Self(hashes.into())
    }

    /// The Jaccard similarity of two sets.
    #[must_use]
    pub fn jaccard(&self, other: &Self) -> f64 {
        let (mut a, mut b, mut both) = (self.0.iter(), other.0.iter(), 0);
        let (mut left, mut right) = (a.next(), b.next());
        while let (Some(one), Some(two)) = (left, right) {
            let order = one.cmp(two);
            both += u64::from(order == Ordering::Equal);
            if order != Ordering::Greater {
                left = a.next();
            }
            if order != Ordering::Less {
                right = b.next();
            }
        }
        let either = (self.0.len() + other.0.len()) as u64 - both;
        both as f64 / either.max(1) as f64
    }
}
