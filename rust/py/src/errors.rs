//! Every error of the engine as a class of `assay.errors`.

use assay_mixture::MixtureError;
use assay_pipeline::{ErrorKind, PipelineError};
use assay_schema::SchemaError;
use pyo3::prelude::*;

/// The classes of `assay.errors` that the engine raises.
#[pyfunction]
pub(crate) fn error_kinds() -> Vec<&'static str> {
    ErrorKind::ALL.into_iter().map(class_of).collect()
}

fn class_of(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Recipe => "StudyError",
        ErrorKind::Data => "DataError",
        ErrorKind::System => "AssayError",
        ErrorKind::Cancelled => "Interrupted",
    }
}

pub(crate) fn from_pipeline(py: Python<'_>, error: &PipelineError) -> PyErr {
    raise(py, error.kind(), &error.to_string())
}

pub(crate) fn from_mixture(py: Python<'_>, error: &MixtureError) -> PyErr {
    raise(py, ErrorKind::Recipe, &error.to_string())
}

/// A document that does not follow its format; an unknown format is the caller's mistake.
pub(crate) fn from_schema(py: Python<'_>, error: &SchemaError) -> PyErr {
    let kind = match error {
        SchemaError::Kind { .. } => ErrorKind::Recipe,
        _ => ErrorKind::Data,
    };
    raise(py, kind, &error.to_string())
}

/// Rows that Arrow refuses to hold, which would be a fault of the engine.
pub(crate) fn from_arrow(error: &arrow_schema::ArrowError) -> PyErr {
    pyo3::exceptions::PyRuntimeError::new_err(error.to_string())
}

fn raise(py: Python<'_>, kind: ErrorKind, message: &str) -> PyErr {
    let error = py
        .import("assay.errors")
        .and_then(|errors| errors.getattr(class_of(kind)))
        .and_then(|class| class.call1((message,)));
    match error {
        Ok(error) => PyErr::from_value(error),
        Err(error) => error,
    }
}
