//! The best linear parameters of every row of a grid, for one data set.

use pulp::{Simd, WithSimd};

use super::columns::{Columns, Fill, MOST_LINEAR};
use super::grid::{Grid, OnLaw, Work, reciprocal};
use super::normal_equations::{Linear, nonnegative, totals};
use crate::data::{Points, lanes, padded};
use crate::error::{SolveError, expect};
use crate::law::Law;
use crate::laws::with_law;
use crate::parallel;
use crate::simd_dispatch::Arch;
use crate::simd_math::Lanes;

const REWEIGHTINGS: usize = 2;

/// The best linear parameters of each row of the grid, row by row, for one data set, and the sum of
/// Huber's loss there, by reweighted least squares.
///
/// # Errors
///
/// If there is no such law, or it has another number of parameters or predictors.
pub fn profile(
    grid: &Grid<'_>,
    y: &[f64],
    delta: f64,
    arch: Arch,
) -> Result<(Vec<f64>, Vec<f64>), SolveError> {
    expect("y", y.len(), grid.scale.len())?;
    let work = Profile { grid, y, delta };
    with_law(grid.law, grid.constants, OnLaw { grid, arch, work })?
}

#[derive(Clone, Copy)]
struct Profile<'a> {
    grid: &'a Grid<'a>,
    y: &'a [f64],
    delta: f64,
}

impl Work for Profile<'_> {
    type Output = (Vec<f64>, Vec<f64>);

    fn run<S: Simd, L: Law<P>, const P: usize>(self, simd: S, law: L) -> Self::Output {
        let points = Points::new(self.grid.x, self.y.len());
        let (y, scale) = (padded(self.y, 0.0), reciprocal(self.grid.scale));
        let found = parallel::rows(self.grid.count, Columns::default, |columns, i| {
            let logs = self.grid.logs::<L, P>(i);
            simd.vectorize(Fill {
                law,
                points: &points,
                scale: &scale,
                logs: &logs,
                columns,
            });
            simd.vectorize(Fit {
                columns,
                y: &y,
                scale: &scale,
                delta: self.delta,
            })
        });
        let coefficients = found.iter().flat_map(|(c, _)| c[..L::LINEAR].to_vec());
        (
            coefficients.collect(),
            found.iter().map(|(_, value)| *value).collect(),
        )
    }
}

/// Fits the linear parameters to one data set.
struct Fit<'a> {
    columns: &'a Columns,
    y: &'a [f64],
    scale: &'a [f64],
    delta: f64,
}

impl WithSimd for Fit<'_> {
    type Output = (Linear, f64);

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> (Linear, f64) {
        let Self {
            columns,
            y,
            scale,
            delta,
        } = self;
        let zero = Lanes::splat(simd, 0.0);
        let (one, half, delta) = (zero.constant(1.0), zero.constant(0.5), zero.constant(delta));
        let mut fitted = ([0.0; MOST_LINEAR], 0.0);
        for pass in 0..=REWEIGHTINGS + 1 {
            let mut coefficients = [zero; MOST_LINEAR];
            for k in 0..columns.linear {
                coefficients[k] = zero.constant(fitted.0[k]);
            }
            let mut normal = [[zero; MOST_LINEAR]; MOST_LINEAR];
            let mut right = [zero; MOST_LINEAR];
            let mut value = zero;
            for i in 0..y.len() / S::F64_LANES {
                let offset = lanes(simd, &columns.offset, i);
                let target = lanes(simd, y, i) * lanes(simd, scale, i) - offset;
                let mut residual = target;
                for k in 0..columns.linear {
                    residual = residual - coefficients[k] * lanes(simd, &columns.basis[k], i);
                }
                let influence = residual.min(delta).max(-delta);
                value = value + influence * (residual - half * influence);
                let weight = if pass == 0 {
                    one
                } else {
                    delta / residual.abs().max(delta)
                };
                for k in 0..columns.linear {
                    let weighted = weight * lanes(simd, &columns.basis[k], i);
                    right[k] = weighted.mul_add(target, right[k]);
                    for l in 0..=k {
                        normal[k][l] =
                            weighted.mul_add(lanes(simd, &columns.basis[l], i), normal[k][l]);
                    }
                }
            }
            fitted.1 = value.sum();
            if pass <= REWEIGHTINGS {
                fitted.0 = nonnegative(&totals(&normal), &right.map(Lanes::sum), columns.linear).0;
            }
        }
        fitted
    }
}
