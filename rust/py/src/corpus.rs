//! Recipes, mixtures and the command line of the corpus engine.

use std::convert::Infallible;
use std::ffi::OsString;
use std::path::PathBuf;

use assay_cli::Watch;
use assay_pipeline::PipelineError;
use assay_schema::{MixtureRecipe, Recipe};
use pyo3::prelude::*;

use crate::gil::without_gil;

#[pyfunction]
#[pyo3(signature = (recipe_json, base, progress=true, threads=0))]
pub(crate) fn prepare(
    py: Python<'_>,
    recipe_json: &str,
    base: PathBuf,
    progress: bool,
    threads: usize,
) -> PyResult<String> {
    let manifest = without_gil(py, |interrupted| {
        let recipe = Recipe::from_json(recipe_json, "recipe").map_err(PipelineError::Recipe)?;
        let watch = Watch::new(progress, interrupted);
        let manifest = assay_pipeline::run(&recipe, &base, threads, &watch);
        watch.clear();
        manifest
    })?;
    Ok(manifest.to_json())
}

#[pyfunction]
#[pyo3(signature = (recipe_json, base, dry_run=false))]
pub(crate) fn mix(
    py: Python<'_>,
    recipe_json: &str,
    base: PathBuf,
    dry_run: bool,
) -> PyResult<String> {
    let mixture = without_gil(py, |interrupted| {
        let recipe = MixtureRecipe::from_json(recipe_json, "the recipe of the mixture")
            .map_err(PipelineError::Recipe)?;
        let watch = Watch::new(false, interrupted);
        if dry_run {
            assay_pipeline::plan_mixture(&recipe, &base, &watch)
        } else {
            assay_pipeline::mix(&recipe, &base, &watch)
        }
    })?;
    Ok(mixture.to_json())
}

#[pyfunction]
pub(crate) fn verify(py: Python<'_>, folder: PathBuf) -> PyResult<()> {
    without_gil(py, |interrupted| {
        assay_pipeline::verify(&folder, &Watch::new(false, interrupted)).map(drop)
    })
}

#[pyfunction]
pub(crate) fn filters() -> Vec<&'static str> {
    assay_filter::registry().to_vec()
}

#[pyfunction]
pub(crate) fn corpus_main(py: Python<'_>, args: Vec<OsString>) -> PyResult<i32> {
    let code = without_gil(py, |interrupted| {
        Ok::<_, Infallible>(assay_cli::run("assay corpus", &args, interrupted))
    });
    match code {
        Err(error) if error.is_instance_of::<pyo3::exceptions::PyKeyboardInterrupt>(py) => {
            Ok(assay_cli::INTERRUPTED)
        }
        other => other,
    }
}
