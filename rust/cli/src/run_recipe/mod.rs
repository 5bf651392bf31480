//! Runs a recipe, or tries it on a sample, and prints the result: what every verb that writes
//! documents does in the end.

mod estimate;
mod summary;

use std::path::Path;

use assay_schema::Recipe;

use crate::args::run_options::RunOptions;
use crate::failure::Failure;
use crate::printer::{print, show};

/// Runs a recipe whose relative paths start from `base`.
pub(crate) fn run_recipe(
    mut recipe: Recipe,
    base: &Path,
    options: &RunOptions,
    interrupted: &dyn Fn() -> bool,
) -> Result<(), Failure> {
    if let Some(memory) = options.memory {
        recipe.dedup.memory_mib = memory;
    }
    if options.dry_run {
        let found = options.progress.watch(interrupted, |watch| {
            assay_pipeline::estimate(&recipe, base, options.threads, watch)
        })?;
        return show(options.json, &found, || estimate::of_estimate(&found));
    }
    let manifest = options.progress.watch(interrupted, |watch| {
        assay_pipeline::run(&recipe, base, options.threads, watch)
    })?;
    print(&if options.json {
        manifest.to_json()
    } else {
        summary::of_run(&manifest, &base.join(&recipe.output))
    })
}
