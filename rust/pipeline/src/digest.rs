//! SHA-256 of text, and of a recipe.

use assay_schema::Recipe;
use sha2::{Digest, Sha256};

/// SHA-256 in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What identifies a recipe: its canonical JSON without the place of the output.
pub(crate) fn recipe_sha256(recipe: &Recipe) -> String {
    let placeless = Recipe {
        output: String::new(),
        ..recipe.clone()
    };
    sha256(placeless.to_json().as_bytes())
}
