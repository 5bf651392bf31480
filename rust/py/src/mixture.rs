//! Quotas, orders and permutations; arrays cross as little-endian bytes.

use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::errors;

#[pyfunction]
pub(crate) fn mixture_order(
    py: Python<'_>,
    weights: Vec<f64>,
    n: u64,
) -> PyResult<Bound<'_, PyBytes>> {
    let order = py
        .detach(|| assay_mixture::order(&weights, n))
        .map_err(|error| errors::from_mixture(py, &error))?;
    let bytes: Vec<u8> = order.into_iter().flat_map(u32::to_le_bytes).collect();
    Ok(PyBytes::new(py, &bytes))
}

#[pyfunction]
pub(crate) fn quotas(py: Python<'_>, weights: Vec<f64>, total: u64) -> PyResult<Vec<u64>> {
    assay_mixture::quotas(&weights, total).map_err(|error| errors::from_mixture(py, &error))
}

#[pyfunction]
pub(crate) fn permutation<'py>(
    py: Python<'py>,
    seed: u64,
    stage: &str,
    index: u64,
    n: u64,
) -> Bound<'py, PyBytes> {
    let bytes: Vec<u8> = py.detach(|| {
        let permutation = assay_mixture::permutation(seed, stage, index, n);
        permutation.into_iter().flat_map(u64::to_le_bytes).collect()
    });
    PyBytes::new(py, &bytes)
}
