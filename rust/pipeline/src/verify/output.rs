//! Whether a finished output is what its manifest says.

use std::fs;
use std::path::Path;

use assay_corpus::{CorpusError, blake3_file};
use assay_schema::{Manifest, SourceReport, TokenStore};

use crate::error::PipelineError;
use crate::manifest::recipe_sha256;
use crate::observer::Observer;
use crate::run::workspace::{MANIFEST, MANIFEST_DIGEST};
use crate::verify::check_manifest;

/// Recomputes every digest of a finished output: the manifest's, the recipe's and those of all
/// files of tokens, documents and decisions.
pub(crate) fn verify_output(
    output: &Path,
    observer: &dyn Observer,
) -> Result<Manifest, PipelineError> {
    let path = output.join(MANIFEST);
    check_manifest(output, MANIFEST, MANIFEST_DIGEST)?;
    let text = read(&path)?;
    let origin = path.display().to_string();
    let manifest = Manifest::from_json(&text, &origin).map_err(|error| PipelineError::Damaged {
        path: path.clone(),
        found: error.to_string(),
        expected: "a valid manifest".to_owned(),
    })?;
    let recipe = recipe_sha256(&manifest.recipe);
    if recipe != manifest.recipe_sha256 {
        return Err(PipelineError::Damaged {
            path,
            found: format!("recipe digest {recipe}"),
            expected: manifest.recipe_sha256,
        });
    }
    for report in manifest.evals.iter().chain(&manifest.sources) {
        observer.check()?;
        check_unit(output, report)?;
    }
    Ok(manifest)
}

fn check_unit(output: &Path, report: &SourceReport) -> Result<(), PipelineError> {
    let folder = output.join(&report.name);
    if let Some(store) = &report.store {
        check_store(&folder, store)?;
    }
    for file in report.documents.iter().chain(&report.decisions) {
        let path = folder.join(&file.file);
        let found = blake3_file(&path)?;
        if found.blake3 != file.blake3 {
            return Err(PipelineError::Damaged {
                path,
                found: format!("digest {}", found.blake3),
                expected: format!("{}, as in {MANIFEST}", file.blake3),
            });
        }
    }
    Ok(())
}

fn check_store(folder: &Path, store: &TokenStore) -> Result<(), PipelineError> {
    if assay_mixture::verify(folder)? == *store {
        return Ok(());
    }
    Err(PipelineError::Damaged {
        path: folder.join(assay_mixture::HEADER),
        found: "a different header".to_owned(),
        expected: format!("the one in {MANIFEST}"),
    })
}

fn read(path: &Path) -> Result<String, PipelineError> {
    let bytes = fs::read(path).map_err(|error| CorpusError::read(path, error))?;
    String::from_utf8(bytes).map_err(|_| PipelineError::Damaged {
        path: path.to_owned(),
        found: "bytes that are not UTF-8".to_owned(),
        expected: "text".to_owned(),
    })
}
