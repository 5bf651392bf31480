//! Quotas, permutations and draws; arrays cross as little-endian bytes.

use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};

use assay_mixture::{Draw, Permutation, Phase, SourceRow};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::errors::Raise;
use crate::gil::without_gil;

#[pyfunction]
pub(crate) fn quotas(py: Python<'_>, weights: Vec<f64>, total: u64) -> PyResult<Vec<u64>> {
    assay_mixture::quotas(&weights, total).map_err(|error| error.raise(py))
}

#[pyfunction]
pub(crate) fn permutation<'py>(
    py: Python<'py>,
    seed: u64,
    stage: &str,
    index: u64,
    n: u64,
) -> PyResult<Bound<'py, PyBytes>> {
    let bytes = without_gil(py, |_| {
        let permutation = Permutation::new(seed, stage, index, n);
        let bytes: Vec<u8> = permutation.iter().flat_map(u64::to_le_bytes).collect();
        Ok::<_, Infallible>(bytes)
    })?;
    Ok(PyBytes::new(py, &bytes))
}

#[pyfunction]
pub(crate) fn draw(seed: u64, stage: &str, index: u64) -> u64 {
    assay_mixture::draw(seed, stage, index)
}

#[pyclass(frozen, module = "assay._core")]
pub(crate) struct Draws(Mutex<assay_mixture::Draws>);

/// Sources, sequences and epochs of some draws.
type Columns<'py> = (
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
);

#[pymethods]
impl Draws {
    #[new]
    fn new(
        py: Python<'_>,
        seed: u64,
        names: Vec<String>,
        available: Vec<u64>,
        unique: Vec<u64>,
        phases: Vec<(u64, Vec<f64>)>,
    ) -> PyResult<Self> {
        let sources: Vec<SourceRow> = names
            .into_iter()
            .zip(available.into_iter().zip(unique))
            .map(|(name, (available, unique))| SourceRow {
                name,
                available,
                unique,
            })
            .collect();
        let phases: Vec<Phase> = phases
            .into_iter()
            .map(|(sequences, weights)| Phase { sequences, weights })
            .collect();
        assay_mixture::Draws::new(seed, &sources, &phases)
            .map(|draws| Self(Mutex::new(draws)))
            .map_err(|error| error.raise(py))
    }

    fn draw<'py>(&self, py: Python<'py>, first: u64, count: usize) -> PyResult<Columns<'py>> {
        let drawn = without_gil(py, |_| {
            let mut draws = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            draws.seek(first);
            let drawn: Vec<Draw> = draws.by_ref().take(count).collect();
            Ok::<_, Infallible>(drawn)
        })?;
        let sources = drawn.iter().flat_map(|draw| draw.source.to_le_bytes());
        let sequences = drawn.iter().flat_map(|draw| draw.sequence.to_le_bytes());
        let epochs = drawn.iter().flat_map(|draw| draw.epoch.to_le_bytes());
        Ok((
            PyBytes::new(py, &sources.collect::<Vec<u8>>()),
            PyBytes::new(py, &sequences.collect::<Vec<u8>>()),
            PyBytes::new(py, &epochs.collect::<Vec<u8>>()),
        ))
    }
}
