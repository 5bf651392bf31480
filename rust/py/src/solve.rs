//! Fits of laws; arrays cross as numpy arrays.

use assay_solve::{Arch, Batch, Grid, Rows, Space};
use numpy::{
    PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2, PyUntypedArrayMethods,
    ToPyArray,
};
use pyo3::prelude::*;

use crate::errors::{Raise, unknown_word};
use crate::gil::without_gil;

type Vector<'py> = PyReadonlyArray1<'py, f64>;
type Table<'py> = PyReadonlyArray2<'py, f64>;
type NewVector<'py, T> = Bound<'py, PyArray1<T>>;
type NewTable<'py, T> = Bound<'py, PyArray2<T>>;
type Minima<'py> = (
    NewTable<'py, f64>,
    NewVector<'py, f64>,
    NewVector<'py, bool>,
    NewTable<'py, bool>,
);

#[pyfunction]
pub(crate) fn fitted_laws() -> Vec<&'static str> {
    assay_solve::LAWS.to_vec()
}

#[pyfunction]
#[pyo3(signature = (law, constants, x, y, delta, starts, bounds, weights, prior, space, tolerance, iterations, baseline=false))]
#[allow(clippy::too_many_arguments, reason = "arrays of one call of Python")]
pub(crate) fn minimise<'py>(
    py: Python<'py>,
    law: &str,
    constants: Vec<f64>,
    x: Table<'py>,
    y: Table<'py>,
    delta: f64,
    starts: Table<'py>,
    bounds: (Table<'py>, Table<'py>),
    weights: Option<Table<'py>>,
    prior: Option<(Table<'py>, Table<'py>)>,
    space: &str,
    tolerance: f64,
    iterations: usize,
    baseline: bool,
) -> PyResult<Minima<'py>> {
    let (count, width) = (starts.shape()[0], starts.shape()[1]);
    let weights = weights
        .as_ref()
        .map(|table| rows(py, "weights", table, count));
    let prior = prior.as_ref().map(|(mean, precision)| -> PyResult<_> {
        Ok((
            rows(py, "prior", mean, count)?,
            rows(py, "prior", precision, count)?,
        ))
    });
    let batch = Batch {
        law,
        constants: &constants,
        x: x.as_slice()?,
        y: rows(py, "y", &y, count)?,
        weights: weights.transpose()?,
        delta,
        space: parse_space(space)?,
        starts: rows(py, "starts", &starts, count)?,
        count,
        low: rows(py, "bounds", &bounds.0, count)?,
        high: rows(py, "bounds", &bounds.1, count)?,
        prior: prior.transpose()?,
        tolerance,
        iterations,
    };
    let solved = without_gil(py, |_| assay_solve::minimise(&batch, arch(baseline)))?;
    Ok((
        solved.params.to_pyarray(py).reshape([count, width])?,
        solved.objective.to_pyarray(py),
        solved.converged.to_pyarray(py),
        solved.at_bound.to_pyarray(py).reshape([count, width])?,
    ))
}

#[pyfunction]
#[allow(clippy::too_many_arguments, reason = "arrays of one call of Python")]
pub(crate) fn profile_grid<'py>(
    py: Python<'py>,
    law: &str,
    constants: Vec<f64>,
    x: Table<'py>,
    y: Vector<'py>,
    scale: Vector<'py>,
    delta: f64,
    grid: Table<'py>,
) -> PyResult<(NewTable<'py, f64>, NewVector<'py, f64>)> {
    let count = grid.shape()[0];
    let grid = Grid {
        law,
        constants: &constants,
        x: x.as_slice()?,
        scale: scale.as_slice()?,
        nonlinear: grid.as_slice()?,
        count,
    };
    let y = y.as_slice()?;
    let (coefficients, objective) =
        without_gil(py, |_| assay_solve::profile(&grid, y, delta, Arch::Best))?;
    let linear = coefficients.len() / count.max(1);
    let coefficients = coefficients.to_pyarray(py).reshape([count, linear])?;
    Ok((coefficients, objective.to_pyarray(py)))
}

#[pyfunction]
pub(crate) fn nearest_on_grid<'py>(
    py: Python<'py>,
    law: &str,
    constants: Vec<f64>,
    x: Table<'py>,
    y: Table<'py>,
    scale: Vector<'py>,
    grid: Table<'py>,
) -> PyResult<(NewVector<'py, usize>, NewTable<'py, f64>)> {
    let count = y.shape()[0];
    let grid = Grid {
        law,
        constants: &constants,
        x: x.as_slice()?,
        scale: scale.as_slice()?,
        nonlinear: grid.as_slice()?,
        count: grid.shape()[0],
    };
    let y = rows(py, "y", &y, count)?;
    let (place, coefficients) =
        without_gil(py, |_| assay_solve::nearest(&grid, y, count, Arch::Best))?;
    let linear = coefficients.len() / count.max(1);
    let coefficients = coefficients.to_pyarray(py).reshape([count, linear])?;
    Ok((place.to_pyarray(py), coefficients))
}

fn arch(baseline: bool) -> Arch {
    if baseline { Arch::Baseline } else { Arch::Best }
}

fn parse_space(name: &str) -> PyResult<Space> {
    match name {
        "log" => Ok(Space::Log),
        "loss" => Ok(Space::Loss),
        other => Err(unknown_word("space", other, "\"log\" or \"loss\"")),
    }
}

fn rows<'a>(
    py: Python<'_>,
    name: &'static str,
    table: &'a Table<'_>,
    count: usize,
) -> PyResult<Rows<'a>> {
    Rows::new(name, table.as_slice()?, table.shape()[1], count).map_err(|error| error.raise(py))
}
