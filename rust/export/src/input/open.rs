//! Finds out what a folder holds, and opens it.

use std::path::Path;

use assay_mixture::{HEADER, MIXTURE};

use crate::error::ExportError;
use crate::input::items::Items;
use crate::input::mixture::MixtureSequences;
use crate::input::store::StoreDocuments;

/// Opens the token store or the mixture in `folder`.
///
/// A store is compared with its digests while it is read; verify a mixture first.
///
/// # Errors
/// [`ExportError::Input`] when it is neither, [`ExportError::Store`] naming the file that is missing
/// or truncated, or what is wrong with the header.
pub fn open(folder: &Path) -> Result<Box<dyn Items>, ExportError> {
    if folder.join(HEADER).exists() {
        return Ok(Box::new(StoreDocuments::open(folder)?));
    }
    if folder.join(MIXTURE).exists() {
        return Ok(Box::new(MixtureSequences::open(folder)?));
    }
    Err(ExportError::Input {
        path: folder.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_something_else_is_named() {
        let parent = tempfile::tempdir().unwrap();
        let error = open(parent.path()).err().unwrap();
        assert!(error.is_request());
        assert!(
            error
                .to_string()
                .contains("no store.json and no mixture.json"),
            "{error}"
        );
    }
}
