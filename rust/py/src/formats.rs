//! The formats that both languages read.

use std::collections::BTreeMap;

use assay_schema::{Kind, json_schemas};
use pyo3::prelude::*;

use crate::errors::Raise;

#[pyfunction]
pub(crate) fn validate(py: Python<'_>, kind: &str, json: &str) -> PyResult<String> {
    Kind::from_name(kind)
        .and_then(|kind| kind.canonical(json))
        .map_err(|error| error.raise(py))
}

#[pyfunction]
pub(crate) fn schemas() -> BTreeMap<&'static str, String> {
    json_schemas().into_iter().collect()
}
