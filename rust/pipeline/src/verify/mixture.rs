//! Whether a mixture and the stores that it draws from are what their manifests say.

use std::path::Path;

use assay_mixture::{MIXTURE, MixtureReader, store_folder};
use assay_schema::Mixture;

use crate::error::PipelineError;
use crate::manifest::{MIXTURE_DIGEST, mixture_recipe_sha256};
use crate::observer::Observer;
use crate::verify::digests::{check_file, check_manifest, damaged};

/// Recomputes every digest of a mixture and of its stores.
pub(crate) fn verify_mixture(
    folder: &Path,
    observer: &dyn Observer,
) -> Result<Mixture, PipelineError> {
    check_manifest(folder, MIXTURE, MIXTURE_DIGEST)?;
    let mixture = MixtureReader::open(folder)?.header().clone();
    let recipe = mixture_recipe_sha256(&mixture.recipe);
    if recipe != mixture.recipe_sha256 {
        return Err(damaged(
            &folder.join(MIXTURE),
            &recipe,
            "the digest of its recipe",
        ));
    }
    for source in &mixture.sources {
        observer.check()?;
        assay_mixture::verify(&store_folder(folder, source))?;
        for file in source.pieces.iter().chain(&source.piece_ends) {
            check_file(&folder.join(&file.file), &file.sha256, MIXTURE)?;
        }
    }
    Ok(mixture)
}
