//! The list of files that were finished so far for one source or evaluation set.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use assay_corpus::CorpusError;
use assay_schema::{DocumentShard, TokenStore};
use serde::{Deserialize, Serialize};

/// The files that have ended, as the manifest will list them.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Output {
    pub(crate) store: Option<TokenStore>,
    pub(crate) documents: Vec<DocumentShard>,
    pub(crate) decisions: Vec<DocumentShard>,
}

impl Output {
    /// Removes everything else from a folder that an earlier run left; false if one of these files
    /// is missing.
    pub(crate) fn clear_others(&self, folder: &Path) -> Result<bool, CorpusError> {
        remove_others(folder, self.files()).map_err(|error| CorpusError::write(folder, error))
    }

    fn files(&self) -> BTreeSet<&str> {
        let shards = self.store.iter().flat_map(|store| &store.shards);
        let tokens = shards.flat_map(|shard| shard.sha256.keys().map(String::as_str));
        let others = self.documents.iter().chain(&self.decisions);
        tokens
            .chain(others.map(|file| file.file.as_str()))
            .collect()
    }
}

fn remove_others(folder: &Path, mut files: BTreeSet<&str>) -> io::Result<bool> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !files.remove(&*entry.file_name().to_string_lossy()) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(files.is_empty())
}
