//! The one way from Python into work that takes time.

use std::sync::{Mutex, PoisonError};

use pyo3::prelude::*;

/// Runs `work` without the interpreter lock.
///
/// `work` is given a question to ask often: it is true once a Python signal handler raised, for
/// example on Ctrl-C, and then that exception is raised when `work` returns. Python runs handlers
/// in its main thread only, so in other threads the answer stays false.
pub(crate) fn open<T: Send>(
    py: Python<'_>,
    work: impl FnOnce(&dyn Fn() -> bool) -> T + Send,
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
        None => Ok(result),
    }
}
