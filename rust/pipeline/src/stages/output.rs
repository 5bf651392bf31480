//! What was written of one source or evaluation set so far.

use std::collections::BTreeSet;

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
    /// The names of its files.
    pub(crate) fn files(&self) -> BTreeSet<&str> {
        let shards = self.store.iter().flat_map(|store| &store.shards);
        let tokens = shards.flat_map(|shard| shard.sha256.keys().map(String::as_str));
        let others = self.documents.iter().chain(&self.decisions);
        tokens
            .chain(others.map(|file| file.file.as_str()))
            .collect()
    }
}
