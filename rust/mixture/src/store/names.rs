//! The names of the files of a token store.

use assay_schema::Shard;

/// Name of the header file in the folder of a token store.
pub const HEADER: &str = "store.json";

/// The names of the files of a shard.
pub(super) fn file_names(shard: &Shard) -> Vec<String> {
    let mut names = vec![shard.tokens_file.clone(), shard.documents_file.clone()];
    names.extend(shard.bytes_file.clone());
    names
}
