//! A grid of nonlinear parameters, and work on it with a law and the instructions of a processor.

use pulp::Simd;

use crate::data::padded;
use crate::error::{SolveError, expect};
use crate::law::Law;
use crate::laws::WithLaw;
use crate::simd_dispatch::{Arch, WithArch};

/// A grid of nonlinear parameters of one law, and points to look at it with.
pub struct Grid<'a> {
    /// Name of the law.
    pub law: &'a str,
    /// Constants of its formula.
    pub constants: &'a [f64],
    /// Predictors, one after the other, of as many points each as there are scales.
    pub x: &'a [f64],
    /// What the residual of each point is divided by.
    pub scale: &'a [f64],
    /// Nonlinear parameters, row by row.
    pub nonlinear: &'a [f64],
    /// How many rows there are.
    pub count: usize,
}

impl Grid<'_> {
    /// Logarithms of all parameters of row `i`, the linear ones at 1.
    pub(super) fn logs<L: Law<P>, const P: usize>(&self, i: usize) -> [f64; P] {
        let row = &self.nonlinear[i * (P - L::LINEAR)..];
        std::array::from_fn(|j| {
            if j < L::LINEAR {
                0.0
            } else {
                row[j - L::LINEAR].ln()
            }
        })
    }
}

/// Work with a law and instructions.
pub(super) trait Work: Copy {
    type Output;

    fn run<S: Simd, L: Law<P>, const P: usize>(self, simd: S, law: L) -> Self::Output;
}

pub(super) struct OnLaw<'a, W> {
    pub(super) grid: &'a Grid<'a>,
    pub(super) arch: Arch,
    pub(super) work: W,
}

struct OnArch<W, L, const P: usize> {
    work: W,
    law: L,
}

impl<W: Work> WithLaw for OnLaw<'_, W> {
    type Output = Result<W::Output, SolveError>;

    fn call<L: Law<P>, const P: usize>(self, law: L) -> Self::Output {
        let Self { grid, arch, work } = self;
        expect("x", grid.x.len(), L::PREDICTORS * grid.scale.len())?;
        expect("grid", grid.nonlinear.len(), grid.count * (P - L::LINEAR))?;
        Ok(arch.call(OnArch::<W, L, P> { work, law }))
    }
}

impl<W: Work, L: Law<P>, const P: usize> WithArch for OnArch<W, L, P> {
    type Output = W::Output;

    fn call<S: Simd>(self, simd: S) -> W::Output {
        self.work.run::<S, L, P>(simd, self.law)
    }
}

/// What residuals are multiplied by, padded.
pub(super) fn reciprocal(scale: &[f64]) -> Vec<f64> {
    let inverse: Vec<f64> = scale.iter().map(|value| 1.0 / value).collect();
    // Padded points count nothing.
    padded(&inverse, 0.0)
}
