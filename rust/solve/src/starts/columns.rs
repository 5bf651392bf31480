//! The points as a row of the grid sees them: linear in the parameters that are left.

use pulp::{Simd, WithSimd};

use crate::data::{Points, lanes};
use crate::law::{Law, Parameters};

/// Most linear parameters that a law has.
pub(super) const MOST_LINEAR: usize = 3;

/// What a row of the grid makes of every point, divided by the scale: the loss is
/// `offset + sum_k c_k basis_k`.
#[derive(Default)]
pub(super) struct Columns {
    pub(super) offset: Vec<f64>,
    pub(super) basis: [Vec<f64>; MOST_LINEAR],
    pub(super) linear: usize,
}

/// Fills the columns from the derivatives of the law at linear parameters of 1.
pub(super) struct Fill<'a, L, const P: usize> {
    pub(super) law: L,
    pub(super) points: &'a Points,
    pub(super) scale: &'a [f64],
    pub(super) logs: &'a [f64; P],
    pub(super) columns: &'a mut Columns,
}

impl<L: Law<P>, const P: usize> WithSimd for Fill<'_, L, P> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self {
            law,
            points,
            scale,
            logs,
            columns,
        } = self;
        let parameters = Parameters::new(simd, logs);
        columns.linear = L::LINEAR;
        for column in columns.basis.iter_mut().chain([&mut columns.offset]) {
            column.resize(scale.len(), 0.0);
        }
        for i in 0..scale.len() / S::F64_LANES {
            let loss = law.loss(&points.place(simd, i), &parameters);
            let scale = lanes(simd, scale, i);
            let mut offset = loss.value;
            for k in 0..L::LINEAR {
                offset = offset - loss.gradient[k];
                S::as_mut_simd_f64s(&mut columns.basis[k]).0[i] = (loss.gradient[k] * scale).raw;
            }
            S::as_mut_simd_f64s(&mut columns.offset).0[i] = (offset * scale).raw;
        }
    }
}
