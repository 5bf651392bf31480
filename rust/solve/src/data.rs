//! The points of one data set, padded to fill whole SIMD registers (whose numbers are *lanes*).

use pulp::Simd;

use crate::law::{MOST_PREDICTORS, Place};
use crate::simd_math::Lanes;

/// A multiple of the lanes of every instruction set.
const PAD: usize = 8;

/// What a residual is the difference of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Space {
    /// Logarithms of the losses.
    Log,
    /// The losses.
    Loss,
}

/// The predictors of all points and their logarithms.
pub(crate) struct Points {
    x: [Vec<f64>; MOST_PREDICTORS],
    ln: [Vec<f64>; MOST_PREDICTORS],
}

impl Points {
    /// Reads predictors, one after the other, of `len` points each.
    pub(crate) fn new(x: &[f64], len: usize) -> Self {
        let predictors = x.chunks_exact(len.max(1)).map(|row| padded(row, row[0]));
        let mut columns: [Vec<f64>; MOST_PREDICTORS] = Default::default();
        for (column, values) in columns.iter_mut().zip(predictors) {
            *column = values;
        }
        // A law reads only the predictors it has: the others must exist, and that is all.
        for i in 1..MOST_PREDICTORS {
            if columns[i].is_empty() {
                columns[i] = columns[0].clone();
            }
        }
        let ln = std::array::from_fn(|i| columns[i].iter().map(|x: &f64| x.ln()).collect());
        Self { x: columns, ln }
    }

    /// Group `i` of as many points as there are lanes.
    #[inline(always)]
    pub(crate) fn place<S: Simd>(&self, simd: S, i: usize) -> Place<S> {
        let mut place = Place {
            x: [Lanes::splat(simd, 0.0); MOST_PREDICTORS],
            ln: [Lanes::splat(simd, 0.0); MOST_PREDICTORS],
        };
        for j in 0..MOST_PREDICTORS {
            place.x[j] = lanes(simd, &self.x[j], i);
            place.ln[j] = lanes(simd, &self.ln[j], i);
        }
        place
    }
}

/// Group `i` of a padded column.
#[inline(always)]
pub(crate) fn lanes<S: Simd>(simd: S, column: &[f64], i: usize) -> Lanes<S> {
    Lanes::new(simd, S::as_simd_f64s(column).0[i])
}

/// `row`, filled up with `filler`.
pub(crate) fn padded(row: &[f64], filler: f64) -> Vec<f64> {
    let mut out = row.to_vec();
    out.resize(row.len().next_multiple_of(PAD), filler);
    out
}

/// What the parameters of one fit are held against.
pub(crate) struct Data<'a> {
    pub(crate) points: &'a Points,
    /// The losses or their logarithms, padded.
    pub(crate) target: &'a [f64],
    /// Padded with zeros.
    pub(crate) weights: &'a [f64],
    pub(crate) space: Space,
}
