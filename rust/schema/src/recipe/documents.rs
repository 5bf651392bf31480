//! How the documents that stay are written: format and size of the files.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;

/// Shards of documents, `documents-00000.jsonl.zst` and so on in the folder of their source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Documents {
    /// Format and compression; without it, those of the first file of the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<DocumentFormat>,
    /// A shard ends with the batch that brings the texts in it to this size, in MiB.
    pub shard_mib: u64,
}

impl Default for Documents {
    fn default() -> Self {
        Self {
            format: None,
            shard_mib: 512,
        }
    }
}

impl Documents {
    pub(crate) fn validate(&self, check: &Check<'_>) -> Result<(), SchemaError> {
        check.at_least_one("documents.shard_mib", self.shard_mib)
    }
}

/// Format and compression of documents, named by the ending of their files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum DocumentFormat {
    /// A JSON object a line.
    #[serde(rename = "jsonl")]
    Jsonl,
    /// JSON lines compressed with gzip.
    #[serde(rename = "jsonl.gz")]
    JsonlGzip,
    /// JSON lines compressed with Zstandard.
    #[serde(rename = "jsonl.zst")]
    JsonlZstd,
    /// Apache Parquet.
    #[serde(rename = "parquet")]
    Parquet,
    /// An Arrow IPC file.
    #[serde(rename = "arrow")]
    Arrow,
}
