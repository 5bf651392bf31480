//! The best row of a grid for each of many data sets.

use pulp::Simd;

use super::columns::{Columns, Fill, MOST_LINEAR};
use super::grid::{Grid, OnLaw, Work, reciprocal};
use super::normal_equations::{NormalMatrix, Right, inverse, nonnegative};
use crate::broadcast::Rows;
use crate::data::{Points, padded};
use crate::error::{SolveError, expect};
use crate::law::Law;
use crate::laws::with_law;
use crate::linear::dot;
use crate::parallel;
use crate::simd_dispatch::Arch;

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
        let places = found.iter().map(|(_, place, _)| *place);
        let coefficients = found.iter().flat_map(|(_, _, c)| c[..L::LINEAR].to_vec());
        (places.collect(), coefficients.collect())
    }
}
