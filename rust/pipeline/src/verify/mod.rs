//! Whether a finished folder of any kind is what its manifest says.

mod digests;
mod export;
pub(crate) mod mixture;
mod output;

use std::path::Path;

use assay_export::{Export, RECORD};
use assay_mixture::{HEADER, MIXTURE};
use assay_schema::{Manifest, Mixture, TokenStore};

use crate::error::PipelineError;
use crate::observer::Observer;
use crate::verify::export::verify_export;
use crate::verify::mixture::verify_mixture;
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
