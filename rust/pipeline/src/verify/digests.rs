//! Digests of files, compared with those that were noted when the files were written.

use std::fs;
use std::path::Path;

use assay_corpus::{CorpusError, sha256_file};

use crate::error::PipelineError;
use crate::manifest::digest_line;

/// Compares the digest of a manifest with that in the file beside it.
pub(crate) fn check_manifest(folder: &Path, name: &str, digest: &str) -> Result<(), PipelineError> {
    let path = folder.join(name);
    let read = |path: &Path| fs::read(path).map_err(|error| CorpusError::read(path, error));
    let found = digest_line(name, &read(&path)?);
    if found.as_bytes() == read(&folder.join(digest))? {
        return Ok(());
    }
    Err(damaged(&path, found.trim_end(), digest))
}

/// Compares the digest of a file with that in `record`.
pub(crate) fn check_file(path: &Path, expected: &str, record: &str) -> Result<(), PipelineError> {
    let found = sha256_file(path)?;
    if found == expected {
        return Ok(());
    }
    Err(damaged(path, &found, record))
}

/// The error that a file has this digest and not the one in `source`.
pub(crate) fn damaged(path: &Path, digest: &str, source: &str) -> PipelineError {
    PipelineError::Damaged {
        path: path.to_owned(),
        found: format!("digest {digest}"),
        expected: format!("the one in {source}"),
    }
}
