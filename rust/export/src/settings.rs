//! The settings of an export: format, size of files, name of the tokenizer.

use assay_schema::ExportFormat;

/// How to export.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The format.
    pub format: ExportFormat,
    /// Most tokens of a file, unless one item has more; by default 2^26, for MDS 2^24, and for
    /// Megatron no limit, which it also cannot be given.
    pub shard_tokens: Option<u64>,
    /// What the engine calls the tokenizer: for its configuration, and for nanotron's metadata.
    pub tokenizer_name: Option<String>,
}
