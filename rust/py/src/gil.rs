//! The one way from Python into work that takes time: without the interpreter lock.

use std::sync::{Mutex, PoisonError};

use pyo3::prelude::*;

use crate::errors::Raise;

/// Runs `work` without the interpreter lock, and raises its error in Python.
///
/// `work` is given a question to ask often: it is true once a Python signal handler raised, for
/// example on Ctrl-C, and then that exception is raised when `work` returns. Python runs handlers
/// in its main thread only, so in other threads the answer stays false. Work that never asks, such
/// as a fit of some seconds, is finished first.
pub(crate) fn without_gil<T: Send, E: Raise + Send>(
    py: Python<'_>,
    work: impl FnOnce(&dyn Fn() -> bool) -> Result<T, E> + Send,
) -> PyResult<T> {
    let raised = Mutex::new(None);
    let result = py.detach(|| {
        work(&|| {
            let signal = Python::attach(|py| py.check_signals());
            let mut raised = raised.lock().unwrap_or_else(PoisonError::into_inner);
            if let Err(error) = signal {
                *raised = Some(error);
            }
            raised.is_some()
        })
    });
    match raised.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => result.map_err(|error| error.raise(py)),
    }
}
