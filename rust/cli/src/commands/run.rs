//! `run`: runs a recipe file.

use std::path::{Path, PathBuf};

use assay_schema::Recipe;
use clap::Args;

use crate::args::run_options::RunOptions;
use crate::commands::recipe_file;
use crate::failure::Failure;
use crate::run_recipe::run_recipe;

#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The recipe (TOML); its relative paths start from its folder.
    recipe: PathBuf,
    #[command(flatten)]
    options: RunOptions,
}

impl Run {
    pub(crate) fn run(&self, interrupted: &dyn Fn() -> bool) -> Result<(), Failure> {
        let (text, origin) = recipe_file::read(&self.recipe)?;
        let recipe = Recipe::from_toml(&text, &origin)?;
        let base = self.recipe.parent().unwrap_or(Path::new(""));
        run_recipe(recipe, base, &self.options, interrupted)
    }
}
