//! What manifests say about their origin: the version of assay, and digests of text and recipes.

use assay_corpus::hexadecimal;
use assay_schema::{Dedup, MixtureRecipe, Recipe};
use sha2::{Digest, Sha256};

/// The version of assay that this build is.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// SHA-256 in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// What identifies a recipe: its canonical JSON without the place of the output and the limit of
/// memory, on which the output does not depend.
pub(crate) fn recipe_sha256(recipe: &Recipe) -> String {
    let mut recipe = recipe.clone();
    recipe.output = String::new();
    recipe.dedup.memory_mib = Dedup::default().memory_mib;
    sha256(recipe.to_json().as_bytes())
}

/// What identifies the recipe of a mixture, likewise.
pub(crate) fn mixture_recipe_sha256(recipe: &MixtureRecipe) -> String {
    let placeless = MixtureRecipe {
        output: String::new(),
        ..recipe.clone()
    };
    sha256(placeless.to_json().as_bytes())
}
