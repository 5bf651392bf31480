//! The files of a token store: their names, and the digests that they go by.

use std::path::PathBuf;

use assay_schema::Shard;

use crate::error::MixtureError;

/// Name of the header file in the folder of a token store.
pub const HEADER: &str = "store.json";

/// The names of the files of a shard.
pub(super) fn file_names(shard: &Shard) -> Vec<String> {
    let mut names = vec![shard.tokens_file.clone(), shard.documents_file.clone()];
    names.extend(shard.bytes_file.clone());
    names
}

/// Compares the digest found of a file with the one that its shard announces.
pub(super) fn check_digest(
    path: PathBuf,
    found: String,
    shard: &Shard,
) -> Result<(), MixtureError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let expected = shard.sha256.get(name.as_ref()).cloned().unwrap_or_default();
    if found == expected {
        return Ok(());
    }
    Err(MixtureError::Digest {
        path,
        found,
        expected,
    })
}
