//! Whether a finished output is what its manifest says.

use std::path::Path;

use assay_corpus::blake3_file;
use assay_schema::{Manifest, SourceReport, TokenStore};

use crate::error::PipelineError;
use crate::manifest::{self, MANIFEST, MANIFEST_DIGEST, is_recipe_sha256, recipe_sha256};
use crate::observer::Observer;
use crate::verify::digests::check_manifest;

/// Recomputes every digest of a finished output: the manifest's, the recipe's and those of all
/// files of tokens, documents and decisions.
pub(crate) fn verify_output(
    output: &Path,
    observer: &dyn Observer,
) -> Result<Manifest, PipelineError> {
    check_manifest(output, MANIFEST, MANIFEST_DIGEST)?;
    let manifest = manifest::read(output)?;
    if !is_recipe_sha256(&manifest.recipe_sha256, &manifest.recipe) {
        return Err(PipelineError::Damaged {
            path: output.join(MANIFEST),
            found: format!("recipe digest {}", recipe_sha256(&manifest.recipe)),
            expected: manifest.recipe_sha256,
        });
    }
    for report in manifest.evals.iter().chain(&manifest.sources) {
        observer.check()?;
        check_source(output, report)?;
    }
    Ok(manifest)
}

/// Checks the files of one source or evaluation set.
fn check_source(output: &Path, report: &SourceReport) -> Result<(), PipelineError> {
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
