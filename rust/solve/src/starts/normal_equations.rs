//! The normal equations of the linear parameters, and their solution where no parameter is negative.

use pulp::{Simd, WithSimd};

use super::columns::{Columns, MOST_LINEAR};
use crate::data::lanes;
use crate::linear::solve_definite;
use crate::simd_math::Lanes;

const RIDGE: f64 = 1e-12;
const TINY: f64 = 1e-300;

pub(super) type Linear = [f64; MOST_LINEAR];
pub(super) type Normal = [Linear; MOST_LINEAR];

/// The matrix of the normal equations of all linear parameters, every point weighing the same.
pub(super) struct NormalMatrix<'a> {
    pub(super) columns: &'a Columns,
}

impl WithSimd for NormalMatrix<'_> {
    type Output = Normal;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Normal {
        let columns = self.columns;
        let mut normal = [[Lanes::splat(simd, 0.0); MOST_LINEAR]; MOST_LINEAR];
        for i in 0..columns.offset.len() / S::F64_LANES {
            for k in 0..columns.linear {
                let first = lanes(simd, &columns.basis[k], i);
                for l in 0..=k {
                    normal[k][l] = first.mul_add(lanes(simd, &columns.basis[l], i), normal[k][l]);
                }
            }
        }
        totals(&normal)
    }
}

/// The right side of the normal equations and the sum of the squared targets.
pub(super) struct Right<'a> {
    pub(super) columns: &'a Columns,
    pub(super) y: &'a [f64],
    pub(super) scale: &'a [f64],
}

impl WithSimd for Right<'_> {
    type Output = (Linear, f64);

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> (Linear, f64) {
        let Self { columns, y, scale } = self;
        let mut right = [Lanes::splat(simd, 0.0); MOST_LINEAR];
        let mut square = right[0];
        for i in 0..y.len() / S::F64_LANES {
            let offset = lanes(simd, &columns.offset, i);
            let target = lanes(simd, y, i) * lanes(simd, scale, i) - offset;
            square = target.mul_add(target, square);
            for k in 0..MOST_LINEAR {
                right[k] = target.mul_add(lanes(simd, &columns.basis[k], i), right[k]);
            }
        }
        (right.map(Lanes::sum), square.sum())
    }
}

/// Sums over the lanes, of the lower triangle mirrored to the upper.
#[inline(always)]
pub(super) fn totals<S: Simd>(normal: &[[Lanes<S>; MOST_LINEAR]; MOST_LINEAR]) -> Normal {
    let mut out = [[0.0; MOST_LINEAR]; MOST_LINEAR];
    for k in 0..MOST_LINEAR {
        for l in 0..=k {
            out[k][l] = normal[k][l].sum();
            out[l][k] = out[k][l];
        }
    }
    out
}

/// The inverse of a normal matrix; parameters that are not there count as zero.
pub(super) fn inverse(normal: &Normal) -> Normal {
    let ridge = RIDGE * (normal[0][0] + normal[1][1] + normal[2][2]) + TINY;
    std::array::from_fn(|k| {
        let mut unit = [0.0; MOST_LINEAR];
        unit[k] = 1.0;
        solve_definite(normal, ridge, &unit).unwrap_or([f64::NAN; MOST_LINEAR])
    })
}

/// Minimises `c' N c / 2 - c' b` over `c >= 0` by trying every set of positive `c`.
pub(super) fn nonnegative(normal: &Normal, right: &Linear, linear: usize) -> (Linear, f64) {
    let mut best = ([0.0; MOST_LINEAR], 0.0);
    for chosen in 1_usize..1 << linear {
        let Some(c) = solve_chosen(normal, right, chosen) else {
            continue;
        };
        let value = -0.5 * c.iter().zip(right).map(|(c, b)| c * b).sum::<f64>();
        if value < best.1 && c.iter().all(|c| *c >= 0.0) {
            best = (c, value);
        }
    }
    best
}

/// Solves the equations of the parameters whose bits are set, the others being zero.
fn solve_chosen(normal: &Normal, right: &Linear, chosen: usize) -> Option<Linear> {
    let within = |k: usize| chosen >> k & 1 == 1;
    let mut block = [[0.0; MOST_LINEAR]; MOST_LINEAR];
    let mut target = [0.0; MOST_LINEAR];
    let mut trace = TINY;
    for k in (0..MOST_LINEAR).filter(|k| within(*k)) {
        trace += normal[k][k];
        target[k] = right[k];
        for l in (0..MOST_LINEAR).filter(|l| within(*l)) {
            block[k][l] = normal[k][l];
        }
    }
    solve_definite(&block, RIDGE * trace, &target)
}
