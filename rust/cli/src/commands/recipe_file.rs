//! Reads the recipe files of `run` and `mix`.

use std::fs;
use std::path::Path;

use crate::failure::Failure;

/// The text of a recipe file, and its name for errors.
pub(crate) fn read(path: &Path) -> Result<(String, String), Failure> {
    let origin = path.display().to_string();
    match fs::read_to_string(path) {
        Ok(text) => Ok((text, origin)),
        Err(error) => Err(Failure::RecipeFile {
            path: origin,
            error,
        }),
    }
}
