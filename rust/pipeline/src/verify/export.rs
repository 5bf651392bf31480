//! Whether an export is what its record says.

use std::fs;
use std::path::Path;

use assay_corpus::CorpusError;
use assay_export::{Export, RECORD};

use crate::error::PipelineError;
use crate::observer::Observer;
use crate::verify::digests::check_file;

/// Recomputes the digests of all files of an export.
pub(crate) fn verify_export(
    folder: &Path,
    observer: &dyn Observer,
) -> Result<Export, PipelineError> {
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
