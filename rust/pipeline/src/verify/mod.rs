//! Whether a finished folder of any kind is what its manifest says.

mod output;

use std::fs;
use std::path::Path;

use assay_corpus::{CorpusError, sha256_file};
use assay_export::{Export, RECORD};
use assay_mixture::{HEADER, MIXTURE, MixtureReader, store_folder};
use assay_schema::{Manifest, Mixture, TokenStore};

use crate::error::PipelineError;
use crate::manifest::{mixture_recipe_sha256, sha256};
use crate::observer::Observer;
use crate::tokens::mix::MIXTURE_DIGEST;
use crate::verify::output::verify_output;

/// A folder that is as it should be.
#[derive(Debug, Clone, PartialEq)]
pub enum Verified {
    /// The output of a recipe.
    Output(Box<Manifest>),
    /// A token store.
    Store(TokenStore),
    /// A mixture; its stores are as they should be, too.
    Mixture(Mixture),
    /// An export.
    Export(Export),
}

impl Verified {
    /// The manifest or header as canonical JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        match self {
            Self::Output(manifest) => manifest.to_json(),
            Self::Store(header) => header.to_json(),
            Self::Mixture(mixture) => mixture.to_json(),
            Self::Export(export) => export.to_json(),
        }
    }
}

/// Recomputes every digest of a folder: the output of a recipe, a token store, a mixture with the
/// stores that it draws from, or an export. The observer may stop it between sources.
///
/// # Errors
/// [`PipelineError`] naming the first file that is missing or differs.
pub fn verify(folder: &Path, observer: &dyn Observer) -> Result<Verified, PipelineError> {
    if folder.join(MIXTURE).is_file() {
        return verify_mixture(folder, observer).map(Verified::Mixture);
    }
    if folder.join(HEADER).is_file() {
        return Ok(Verified::Store(assay_mixture::verify(folder)?));
    }
    if folder.join(RECORD).is_file() {
        return verify_export(folder, observer).map(Verified::Export);
    }
    Ok(Verified::Output(Box::new(verify_output(folder, observer)?)))
}

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

fn verify_export(folder: &Path, observer: &dyn Observer) -> Result<Export, PipelineError> {
    let path = folder.join(RECORD);
    let text = fs::read(&path).map_err(|error| CorpusError::read(&path, error))?;
    let record = Export::from_json(&String::from_utf8_lossy(&text), &path.display().to_string());
    let export = record.map_err(|error| PipelineError::Damaged {
        path,
        found: error.to_string(),
        expected: "the record of an export".to_owned(),
    })?;
    for file in &export.files {
        observer.check()?;
        check_file(&folder.join(&file.file), &file.sha256, RECORD)?;
    }
    Ok(export)
}

/// Compares the digest of a manifest with that in the file beside it.
pub(crate) fn check_manifest(folder: &Path, name: &str, digest: &str) -> Result<(), PipelineError> {
    let path = folder.join(name);
    let read = |path: &Path| fs::read(path).map_err(|error| CorpusError::read(path, error));
    let found = format!("{}  {name}\n", sha256(&read(&path)?));
    if found.as_bytes() == read(&folder.join(digest))? {
        return Ok(());
    }
    Err(damaged(&path, found.trim_end(), digest))
}

/// Compares the digest of a file with that in `record`.
fn check_file(path: &Path, expected: &str, record: &str) -> Result<(), PipelineError> {
    let found = sha256_file(path)?;
    if found == expected {
        return Ok(());
    }
    Err(damaged(path, &found, record))
}

fn damaged(path: &Path, digest: &str, source: &str) -> PipelineError {
    PipelineError::Damaged {
        path: path.to_owned(),
        found: format!("digest {digest}"),
        expected: format!("the one in {source}"),
    }
}
