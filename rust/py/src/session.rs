//! The stages of the corpus engine over Arrow batches.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::{ArrayRef, RecordBatch, StringArray, UInt64Array};
use assay_pipeline::{Decision, PipelineError};
use assay_schema::BatchRecipe;
use pyo3::prelude::*;
use pyo3_arrow::PyRecordBatch;

use crate::errors::Raise;
use crate::gil::without_gil;

#[pyclass(frozen, module = "assay._core")]
pub(crate) struct Session(Mutex<assay_pipeline::Session>);

#[pymethods]
impl Session {
    #[new]
    fn new(py: Python<'_>, recipe_json: &str, base: PathBuf) -> PyResult<Self> {
        let stages = without_gil(py, |_| {
            let recipe =
                BatchRecipe::from_json(recipe_json, "stages").map_err(PipelineError::Recipe)?;
            assay_pipeline::Session::open(recipe, &base)
        })?;
        Ok(Self(Mutex::new(stages)))
    }

    fn apply<'py>(
        &self,
        py: Python<'py>,
        rows: PyRecordBatch,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let rows = rows.into_inner();
        let outcome = without_gil(py, |_| {
            let mut stages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            stages.apply(rows)
        })?;
        let decisions = table(&outcome.decisions).map_err(|error| error.raise(py))?;
        let kept = PyRecordBatch::new(outcome.kept).into_pyarrow(py)?;
        Ok((kept, PyRecordBatch::new(decisions).into_pyarrow(py)?))
    }
}

fn table(decisions: &[Decision]) -> Result<RecordBatch, arrow_schema::ArrowError> {
    let numbers: UInt64Array = decisions.iter().map(|row| row.number).collect();
    let ids: StringArray = decisions.iter().map(|row| row.id.as_deref()).collect();
    let text = |of: fn(&Decision) -> &str| -> ArrayRef {
        let values = decisions.iter().map(of);
        let values = values.map(|value| (!value.is_empty()).then_some(value));
        Arc::new(values.collect::<StringArray>())
    };
    RecordBatch::try_from_iter_with_nullable([
        ("number", Arc::new(numbers) as ArrayRef, false),
        ("id", Arc::new(ids) as ArrayRef, true),
        ("stage", text(|row| &row.stage), true),
        ("verdict", text(|row| row.verdict), false),
        ("reason", text(|row| &row.reason), true),
        ("detail", text(|row| &row.detail), true),
    ])
}
