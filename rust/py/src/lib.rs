//! The Python extension module `assay._core`: parse, call, convert.
//!
//! No logic lives here. Every call that can take long goes through [`gil::without_gil`], every error
//! of the engine through [`errors::Raise`].

mod corpus;
mod errors;
mod formats;
mod gil;
mod mixture;
mod session;
mod solve;

use pyo3::prelude::*;

#[pymodule]
fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", assay_pipeline::VERSION)?;
    module.add_function(wrap_pyfunction!(corpus::prepare, module)?)?;
    module.add_function(wrap_pyfunction!(corpus::mix, module)?)?;
    module.add_function(wrap_pyfunction!(corpus::verify, module)?)?;
    module.add_function(wrap_pyfunction!(corpus::filters, module)?)?;
    module.add_function(wrap_pyfunction!(corpus::corpus_main, module)?)?;
    module.add_class::<session::Session>()?;
    module.add_function(wrap_pyfunction!(formats::validate, module)?)?;
    module.add_function(wrap_pyfunction!(formats::schemas, module)?)?;
    module.add_function(wrap_pyfunction!(errors::error_kinds, module)?)?;
    module.add_function(wrap_pyfunction!(mixture::quotas, module)?)?;
    module.add_function(wrap_pyfunction!(mixture::permutation, module)?)?;
    module.add_function(wrap_pyfunction!(mixture::draw, module)?)?;
    module.add_class::<mixture::Draws>()?;
    module.add_function(wrap_pyfunction!(solve::fitted_laws, module)?)?;
    module.add_function(wrap_pyfunction!(solve::minimise, module)?)?;
    module.add_function(wrap_pyfunction!(solve::profile_grid, module)?)?;
    module.add_function(wrap_pyfunction!(solve::nearest_on_grid, module)?)?;
    Ok(())
}
