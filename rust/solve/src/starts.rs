//! Starting points by variable projection over a grid of the nonlinear parameters.
//!
//! On the grid the best linear parameters are known in closed form (Golub and Pereyra 1973, SIAM J.
//! Numer. Anal. 10:413). Residuals are divided by a scale: by the losses, they are close to those
//! of the logarithms.

use pulp::{Simd, WithSimd};

use crate::arch::{Arch, WithArch};
use crate::data::{Points, lanes, padded};
use crate::error::{SolveError, expect};
use crate::lanes::Lanes;
use crate::law::{Law, Parameters};
use crate::laws::{WithLaw, with_law};
use crate::linear::{dot, solve_definite};
use crate::parallel;
use crate::rows::Rows;

/// Most linear parameters that a law has.
const MOST_LINEAR: usize = 3;
const REWEIGHTINGS: usize = 2;
const RIDGE: f64 = 1e-12;
const TINY: f64 = 1e-300;

type Linear = [f64; MOST_LINEAR];
type Normal = [Linear; MOST_LINEAR];

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

/// The best row of the grid for each of `count` data sets, with its linear parameters, by least
/// squares; `y` has one row for each.
///
/// # Errors
///
/// If there is no such law, or it has another number of parameters or predictors.
pub fn nearest(
    grid: &Grid<'_>,
    y: Rows<'_>,
    count: usize,
    arch: Arch,
) -> Result<(Vec<usize>, Vec<f64>), SolveError> {
    expect("y", y.width(), grid.scale.len())?;
    let work = Nearest { grid, y, count };
    with_law(grid.law, grid.constants, OnLaw { grid, arch, work })?
}

/// Work with a law and instructions.
trait Work: Copy {
    type Output;

    fn run<S: Simd, L: Law<P>, const P: usize>(self, simd: S, law: L) -> Self::Output;
}

struct OnLaw<'a, W> {
    grid: &'a Grid<'a>,
    arch: Arch,
    work: W,
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

#[derive(Clone, Copy)]
struct Nearest<'a> {
    grid: &'a Grid<'a>,
    y: Rows<'a>,
    count: usize,
}

impl Work for Nearest<'_> {
    type Output = (Vec<usize>, Vec<f64>);

    fn run<S: Simd, L: Law<P>, const P: usize>(self, simd: S, law: L) -> Self::Output {
        let points = Points::new(self.grid.x, self.grid.scale.len());
        let scale = reciprocal(self.grid.scale);
        let rows = parallel::rows(
            self.grid.count,
            || (),
            |(), i| {
                let (logs, mut columns) = (self.grid.logs::<L, P>(i), Columns::default());
                let columns = &mut columns;
                simd.vectorize(Fill {
                    law,
                    points: &points,
                    scale: &scale,
                    logs: &logs,
                    columns,
                });
                let normal = simd.vectorize(NormalMatrix { columns });
                (std::mem::take(columns), normal, inverse(&normal))
            },
        );
        let found = parallel::rows(
            self.count,
            || (),
            |(), i| {
                let y = padded(self.y.row(i), 0.0);
                let mut best = (f64::INFINITY, 0, [0.0; MOST_LINEAR]);
                for (place, (columns, normal, inverse)) in rows.iter().enumerate() {
                    let (right, square) = simd.vectorize(Right {
                        columns,
                        y: &y,
                        scale: &scale,
                    });
                    let free = inverse.map(|row| dot(&row, &right));
                    let mut fitted = (free, -0.5 * dot(&free, &right));
                    // The bounds can only raise the value: most rows are out already.
                    if 0.5 * square + fitted.1 >= best.0 {
                        continue;
                    }
                    if !free.iter().all(|c| *c >= 0.0) {
                        fitted = nonnegative(normal, &right, L::LINEAR);
                    }
                    let value = 0.5 * square + fitted.1;
                    if value < best.0 {
                        best = (value, place, fitted.0);
                    }
                }
                best
            },
        );
        let coefficients = found.iter().flat_map(|(_, _, c)| c[..L::LINEAR].to_vec());
        let coefficients = coefficients.collect();
        (
            found.iter().map(|(_, place, _)| *place).collect(),
            coefficients,
        )
    }
}

fn reciprocal(scale: &[f64]) -> Vec<f64> {
    let inverse: Vec<f64> = scale.iter().map(|value| 1.0 / value).collect();
    // Padded points count nothing.
    padded(&inverse, 0.0)
}

impl Grid<'_> {
    /// Logarithms of all parameters of row `i`, the linear ones at 1.
    fn logs<L: Law<P>, const P: usize>(&self, i: usize) -> [f64; P] {
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

/// What a row of the grid makes of every point, divided by the scale: the loss is
/// `offset + sum_k c_k basis_k`.
#[derive(Default)]
struct Columns {
    offset: Vec<f64>,
    basis: [Vec<f64>; MOST_LINEAR],
    linear: usize,
}

/// Fills the columns from the derivatives of the law at linear parameters of 1.
struct Fill<'a, L, const P: usize> {
    law: L,
    points: &'a Points,
    scale: &'a [f64],
    logs: &'a [f64; P],
    columns: &'a mut Columns,
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

struct NormalMatrix<'a> {
    columns: &'a Columns,
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
struct Right<'a> {
    columns: &'a Columns,
    y: &'a [f64],
    scale: &'a [f64],
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
fn totals<S: Simd>(normal: &[[Lanes<S>; MOST_LINEAR]; MOST_LINEAR]) -> Normal {
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
fn inverse(normal: &Normal) -> Normal {
    let ridge = RIDGE * (normal[0][0] + normal[1][1] + normal[2][2]) + TINY;
    std::array::from_fn(|k| {
        let mut unit = [0.0; MOST_LINEAR];
        unit[k] = 1.0;
        solve_definite(normal, ridge, &unit).unwrap_or([f64::NAN; MOST_LINEAR])
    })
}

/// Minimises `c' N c / 2 - c' b` over `c >= 0` by trying every set of positive `c`.
fn nonnegative(normal: &Normal, right: &Linear, linear: usize) -> (Linear, f64) {
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
