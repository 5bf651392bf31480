//! The manifest of an output: its file, the digest beside it, and what identifies its recipe.

use std::fs;
use std::path::Path;

use assay_corpus::{CorpusError, hexadecimal};
use assay_schema::{Dedup, Manifest, MixtureRecipe, Recipe};
use sha2::{Digest, Sha256};

use crate::error::PipelineError;

/// The version of assay that this build is.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The file that makes an output finished.
pub(crate) const MANIFEST: &str = "manifest.json";

/// The file beside the manifest that holds its digest.
pub(crate) const MANIFEST_DIGEST: &str = "manifest.sha256";

/// The file beside the manifest of a mixture that holds its digest.
pub(crate) const MIXTURE_DIGEST: &str = "mixture.sha256";

/// Reads the manifest of a finished output, without verifying its digest.
pub(crate) fn read(output: &Path) -> Result<Manifest, PipelineError> {
    let path = output.join(MANIFEST);
    let bytes = fs::read(&path).map_err(|error| CorpusError::read(&path, error))?;
    let origin = path.display().to_string();
    let damaged = |found: String, expected: &str| PipelineError::Damaged {
        path,
        found,
        expected: expected.to_owned(),
    };
    match String::from_utf8(bytes) {
        Ok(text) => Manifest::from_json(&text, &origin)
            .map_err(|error| damaged(error.to_string(), "a valid manifest")),
        Err(_) => Err(damaged("bytes that are not UTF-8".to_owned(), "text")),
    }
}

/// What the digest file beside a manifest says, in the format of `sha256sum`.
pub(crate) fn digest_line(name: &str, manifest: &[u8]) -> String {
    format!("{}  {name}\n", sha256(manifest))
}

/// SHA-256 of the canonical JSON of a recipe without the place of the output and the limit of
/// memory, on which the bytes of the output do not depend.
pub(crate) fn recipe_sha256(recipe: &Recipe) -> String {
    sha256(placeless(recipe).to_json().as_bytes())
}

/// Whether a digest is that of a recipe, perhaps in an output from before 0.1, which called
/// `dedup.near` by its old key.
pub(crate) fn is_recipe_sha256(digest: &str, recipe: &Recipe) -> bool {
    if digest == recipe_sha256(recipe) {
        return true;
    }
    let json = placeless(recipe).to_json();
    let old = json.replacen("\n    \"near\": ", "\n    \"minhash\": ", 1);
    digest == sha256(old.as_bytes())
}

fn placeless(recipe: &Recipe) -> Recipe {
    let mut recipe = recipe.clone();
    recipe.output = String::new();
    recipe.dedup.memory_mib = Dedup::default().memory_mib;
    recipe
}

/// SHA-256 of the canonical JSON of a mixture's recipe without the place of the output.
pub(crate) fn mixture_recipe_sha256(recipe: &MixtureRecipe) -> String {
    let placeless = MixtureRecipe {
        output: String::new(),
        ..recipe.clone()
    };
    sha256(placeless.to_json().as_bytes())
}

fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}
