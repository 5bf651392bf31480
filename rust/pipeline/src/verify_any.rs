//! Whether a finished folder of any kind is what its manifest says.

use std::fs;
use std::path::Path;

use assay_corpus::{CorpusError, sha256_file};
use assay_mixture::{HEADER, MIXTURE, MixtureReader, store_folder};
use assay_schema::{Manifest, Mixture, TokenStore};

use crate::digest::{mixture_recipe_sha256, sha256};
use crate::mix::MIXTURE_DIGEST;
use crate::{Observer, PipelineError, verify};

/// A folder that is as it should be.
#[derive(Debug, Clone, PartialEq)]
pub enum Verified {
    /// The output of a recipe.
    Output(Box<Manifest>),
    /// A token store.
    Store(TokenStore),
    /// A mixture; its stores are as they should be, too.
    Mixture(Mixture),
}

impl Verified {
    /// The manifest or header as canonical JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        match self {
            Self::Output(manifest) => manifest.to_json(),
            Self::Store(header) => header.to_json(),
            Self::Mixture(mixture) => mixture.to_json(),
        }
    }
}

/// Recomputes every digest of a folder: the output of a recipe, a token store, or a mixture with
/// the stores that it draws from. The observer may stop it between sources.
///
/// # Errors
/// [`PipelineError`] naming the first file that is missing or differs.
pub fn verify_any(folder: &Path, observer: &dyn Observer) -> Result<Verified, PipelineError> {
    if folder.join(MIXTURE).is_file() {
        return verify_mixture(folder, observer).map(Verified::Mixture);
    }
    if folder.join(HEADER).is_file() {
        return Ok(Verified::Store(assay_mixture::verify(folder)?));
    }
    Ok(Verified::Output(Box::new(verify(folder, observer)?)))
}

pub(crate) fn verify_mixture(
    folder: &Path,
    observer: &dyn Observer,
) -> Result<Mixture, PipelineError> {
    let path = folder.join(MIXTURE);
    let read = |path: &Path| fs::read(path).map_err(|error| CorpusError::read(path, error));
    let found = format!("{}  {MIXTURE}\n", sha256(&read(&path)?));
    if found.as_bytes() != read(&folder.join(MIXTURE_DIGEST))? {
        return Err(damaged(&path, found.trim_end(), MIXTURE_DIGEST));
    }
    let mixture = MixtureReader::open(folder)?.header().clone();
    let recipe = mixture_recipe_sha256(&mixture.recipe);
    if recipe != mixture.recipe_sha256 {
        return Err(damaged(&path, &recipe, "the digest of its recipe"));
    }
    for source in &mixture.sources {
        observer.check()?;
        assay_mixture::verify(&store_folder(folder, source))?;
        for file in source.pieces.iter().chain(&source.piece_ends) {
            let path = folder.join(&file.file);
            let found = sha256_file(&path)?;
            if found != file.sha256 {
                return Err(damaged(&path, &found, MIXTURE));
            }
        }
    }
    Ok(mixture)
}

fn damaged(path: &Path, digest: &str, source: &str) -> PipelineError {
    PipelineError::Damaged {
        path: path.to_owned(),
        found: format!("digest {digest}"),
        expected: format!("the one in {source}"),
    }
}
