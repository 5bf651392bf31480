//! The record of an export: tokens in the format of a training engine.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;

/// The record of a finished export, `export.json` in its folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Export {
    /// Version of this format; 1.
    pub schema_version: u32,
    /// Version of assay that wrote the export.
    pub assay_version: String,
    /// The format of the files.
    pub format: ExportFormat,
    /// What was exported.
    pub source: ExportSource,
    /// Width and sign of a token in the files.
    pub dtype: ExportDtype,
    /// What the engine calls the tokenizer, where it was given.
    pub tokenizer_name: Option<String>,
    /// Documents or sequences.
    pub items: u64,
    /// Tokens of all items, separators included.
    pub tokens: u64,
    /// The files in the order of their items; those without items come last.
    pub files: Vec<ExportFile>,
    /// The lines of the engine's configuration that load the export, where DIR is its folder and
    /// words in capitals are the reader's to fill in.
    pub load: Vec<String>,
}

/// Where the tokens of an export come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportSource {
    /// Name of the token store, or of the folder of the mixture.
    pub name: String,
    /// SHA-256 of the header of the token store or of the manifest of the mixture, hexadecimal.
    pub sha256: String,
    /// Tokens of each item where all items are sequences of a mixture; null for documents.
    pub sequence_tokens: Option<u64>,
    /// SHA-256 of the tokenizer file, hexadecimal.
    pub tokenizer_sha256: String,
    /// Size of the tokenizer's vocabulary; every token is below it.
    pub vocab_size: u64,
    /// The token after each document.
    pub separator_id: u32,
}

/// One file of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportFile {
    /// Name of the file in the folder of the export.
    pub file: String,
    /// Size on disk.
    pub bytes: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
}

/// A format that training engines read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExportFormat {
    /// OLMo-core: raw arrays named .npy, and the places of the documents beside them.
    Olmo,
    /// Megatron: one .bin and its .idx.
    Megatron,
    /// nanotron and datatrove: .ds, .ds.index and .ds.metadata.
    Nanotron,
    /// Parquet with a column `input_ids`.
    Parquet,
    /// A Hugging Face dataset on disk: Arrow streams with a column `input_ids`.
    Arrow,
    /// MosaicML streaming: .mds shards with a column `tokens`.
    Mds,
}

/// Width and sign of a token in the files of an export, little-endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExportDtype {
    /// Two bytes.
    Uint16,
    /// Four bytes, never negative.
    Int32,
    /// Four bytes.
    Uint32,
}

impl ExportFormat {
    /// Every format.
    pub const ALL: [Self; 6] = [
        Self::Olmo,
        Self::Megatron,
        Self::Nanotron,
        Self::Parquet,
        Self::Arrow,
        Self::Mds,
    ];

    /// The format's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Olmo => "olmo",
            Self::Megatron => "megatron",
            Self::Nanotron => "nanotron",
            Self::Parquet => "parquet",
            Self::Arrow => "arrow",
            Self::Mds => "mds",
        }
    }
}

impl ExportDtype {
    /// The name that numpy, Arrow and all engines know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Uint16 => "uint16",
            Self::Int32 => "int32",
            Self::Uint32 => "uint32",
        }
    }

    /// Bytes per token.
    pub fn bytes(self) -> usize {
        match self {
            Self::Uint16 => 2,
            Self::Int32 | Self::Uint32 => 4,
        }
    }

    /// How many tokens it can tell apart, from zero up.
    pub fn values(self) -> u64 {
        match self {
            Self::Uint16 => 1 << 16,
            Self::Int32 => 1 << 31,
            Self::Uint32 => 1 << 32,
        }
    }
}

impl Export {
    /// Checks version and numbers; `origin` names the file in errors.
    ///
    /// # Errors
    /// [`SchemaError`] naming the key that is wrong.
    pub fn validate(&self, origin: &str) -> Result<(), SchemaError> {
        let check = Check { origin };
        check.version(self.schema_version)?;
        check.at_least_one("items", self.items)?;
        check.at_least_one("tokens", self.tokens)?;
        let (vocab_size, values) = (self.source.vocab_size, self.dtype.values());
        if vocab_size > values {
            let expected = format!("at most {values}, as {} holds", self.dtype.name());
            return Err(check.fail("source.vocab_size", vocab_size, &expected));
        }
        Ok(())
    }
}
