//! Every error of the engine as an exception: those that a user can cause as a class of
//! `assay.errors`, mistakes within the package as Python's own.

use std::convert::Infallible;
use std::io;

use arrow_schema::ArrowError;
use assay_mixture::MixtureError;
use assay_pipeline::{ErrorKind, PipelineError};
use assay_schema::SchemaError;
use assay_solve::SolveError;
use pyo3::exceptions::{PyKeyboardInterrupt, PyRuntimeError, PyValueError};
use pyo3::prelude::*;

/// An error of the engine that Python can raise.
pub(crate) trait Raise {
    fn raise(&self, py: Python<'_>) -> PyErr;
}

/// The exceptions that the kinds of errors become, for a test that Python knows them all.
#[pyfunction]
pub(crate) fn error_kinds() -> Vec<&'static str> {
    ErrorKind::ALL.into_iter().map(class_of).collect()
}

/// A class of `assay.errors`, or of Python itself for Ctrl-C.
fn class_of(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Recipe => "RecipeError",
        ErrorKind::Data => "DataError",
        ErrorKind::System => "AssayError",
        ErrorKind::Cancelled => "KeyboardInterrupt",
    }
}

impl Raise for PipelineError {
    fn raise(&self, py: Python<'_>) -> PyErr {
        let (kind, message) = (self.kind(), self.to_string());
        match self.system_reason() {
            Some(reason) => of_system(py, kind, &message, reason),
            None => of_kind(py, kind, &message),
        }
    }
}

/// Weights and sources that mean nothing, for the functions that are given them directly.
impl Raise for MixtureError {
    fn raise(&self, py: Python<'_>) -> PyErr {
        of_kind(py, ErrorKind::Recipe, &self.to_string())
    }
}

/// A document that does not follow its format; an unknown format is the caller's mistake.
impl Raise for SchemaError {
    fn raise(&self, py: Python<'_>) -> PyErr {
        let kind = match self {
            Self::Kind { .. } => ErrorKind::Recipe,
            _ => ErrorKind::Data,
        };
        of_kind(py, kind, &self.to_string())
    }
}

/// Callers in this package check laws and shapes; a mismatch here is a bug.
impl Raise for SolveError {
    fn raise(&self, _py: Python<'_>) -> PyErr {
        PyValueError::new_err(self.to_string())
    }
}

/// Rows that Arrow refuses to hold, which would be a bug of the engine.
impl Raise for ArrowError {
    fn raise(&self, _py: Python<'_>) -> PyErr {
        PyRuntimeError::new_err(self.to_string())
    }
}

/// Work that cannot fail.
impl Raise for Infallible {
    fn raise(&self, _py: Python<'_>) -> PyErr {
        match *self {}
    }
}

/// A word that an argument may not be, given by a caller in this package.
pub(crate) fn unknown_word(argument: &str, found: &str, expected: &str) -> PyErr {
    PyValueError::new_err(format!("{argument} is {found:?}, expected {expected}"))
}

fn of_kind(py: Python<'_>, kind: ErrorKind, message: &str) -> PyErr {
    if kind == ErrorKind::Cancelled {
        return PyKeyboardInterrupt::new_err(message.to_owned());
    }
    let error = py
        .import("assay.errors")
        .and_then(|errors| errors.getattr(class_of(kind)))
        .and_then(|class| class.call1((message,)));
    error.map_or_else(|failed| failed, PyErr::from_value)
}

/// An error that the system caused is an `OSError` too: `FileNotFoundError` and so on.
fn of_system(py: Python<'_>, kind: ErrorKind, message: &str, reason: io::Error) -> PyErr {
    let code = reason.raw_os_error();
    let also = PyErr::from(reason).get_type(py);
    let error = py.import("assay.errors").and_then(|errors| {
        let class = errors.getattr(class_of(kind))?;
        errors.call_method1("by_system", (class, also, code, message))
    });
    error.map_or_else(|failed| failed, PyErr::from_value)
}
