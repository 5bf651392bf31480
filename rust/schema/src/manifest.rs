//! The manifest: what a run read, what it dropped and why, what it wrote.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;
use crate::recipe::Recipe;
use crate::store::TokenStore;

/// The record of a finished run, `manifest.json` in its output folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of this format; 1.
    pub schema_version: u32,
    /// Version of assay that wrote the output.
    pub assay_version: String,
    /// The recipe, with every default filled in.
    pub recipe: Recipe,
    /// SHA-256 of the recipe as canonical JSON with an empty `output` and the default limit of
    /// memory, hexadecimal: the same wherever the output is and whatever memory it took.
    pub recipe_sha256: String,
    /// The tokenizer, where the recipe names one.
    pub tokenizer: Option<TokenizerReport>,
    /// The files that filters read, as the recipe names them, with their BLAKE3, hexadecimal.
    pub filter_files: BTreeMap<String, String>,
    /// One report per source, in the recipe's order.
    pub sources: Vec<SourceReport>,
    /// One report per evaluation set, in the recipe's order.
    pub evals: Vec<SourceReport>,
    /// What each two sources share that are not compared with each other; counted where
    /// `dedup.across` names sources and `dedup.exact` is on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overlaps: Vec<Overlap>,
}

/// The documents that stay in both of two sources, by the hash of the stage `exact`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Overlap {
    /// The two sources, in the recipe's order.
    pub sources: [String; 2],
    /// Documents that both have.
    pub documents: u64,
    /// Bytes of their texts in each, which differ where texts are compared without case, spacing
    /// and punctuation.
    pub text_bytes: [u64; 2],
}

/// The tokenizer of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenizerReport {
    /// SHA-256 of the tokenizer file, hexadecimal.
    pub sha256: String,
    /// Size of the vocabulary.
    pub vocab_size: u64,
    /// The token after each document.
    pub separator_id: u32,
}

/// What became of every document of one source or evaluation set.
///
/// `read.documents` is the sum of the documents kept, dropped by a stage and rejected as
/// unreadable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceReport {
    /// Name of the source or evaluation set.
    pub name: String,
    /// The files read, in order.
    pub inputs: Vec<InputReport>,
    /// All documents, and the bytes of the texts that could be read.
    pub read: Totals,
    /// Lines and rows that are not documents, by reason.
    pub rejected: BTreeMap<String, u64>,
    /// What each stage received and passed on, in order.
    pub stages: Vec<StageReport>,
    /// The documents that stay, and the bytes of their texts as they are then.
    pub kept: Totals,
    /// The header of the token store, where one was written.
    pub store: Option<TokenStore>,
    /// The files of documents, where they were written.
    pub documents: Vec<DocumentShard>,
    /// The tables of decisions, where they were written.
    pub decisions: Vec<DocumentShard>,
    /// How much of each evaluation set was found in it, where it was decontaminated.
    pub found: Vec<FoundItems>,
}

/// One file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InputReport {
    /// The file, as the recipe's path leads to it.
    pub path: String,
    /// Size on disk.
    pub bytes: u64,
    /// BLAKE3 of the file as it is on disk, hexadecimal.
    pub blake3: String,
    /// Documents, rejected ones included: lines that hold anything, or rows.
    pub documents: u64,
}

/// A file of documents that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentShard {
    /// Name of the file in the folder of the source.
    pub file: String,
    /// Size of the file.
    pub bytes: u64,
    /// Documents in the file.
    pub documents: u64,
    /// BLAKE3 of the file, hexadecimal.
    pub blake3: String,
}

/// How much of an evaluation set was found in a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FoundItems {
    /// Name of the evaluation set.
    pub name: String,
    /// Documents of the set that were looked for.
    pub items: u64,
    /// Documents of the set that were too short to be looked for.
    pub too_short: u64,
    /// Documents of the set that were found in at least one document of the source.
    pub found: u64,
    /// Pairs of such a document and one of the source that it was found in.
    pub pairs: u64,
}

/// A number of documents and the bytes of their texts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// Documents.
    pub documents: u64,
    /// UTF-8 bytes of their texts.
    pub text_bytes: u64,
}

/// What one stage received, dropped and passed on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StageReport {
    /// `filter:<rule>`, `decontaminate`, `exact`, `near`, `paragraphs`, `substrings` or
    /// `tokenize`.
    pub stage: String,
    /// Documents received.
    pub documents_in: u64,
    /// Documents passed on.
    pub documents_out: u64,
    /// Text bytes received.
    pub bytes_in: u64,
    /// Text bytes passed on.
    pub bytes_out: u64,
    /// Documents passed on with a changed text.
    pub changed: u64,
    /// Documents dropped, by reason.
    pub dropped: BTreeMap<String, u64>,
}

impl Manifest {
    /// Checks the version, the recipe and that every document is accounted for; `origin` names
    /// the file in errors.
    ///
    /// # Errors
    /// [`SchemaError`] naming the key that is wrong.
    pub fn validate(&self, origin: &str) -> Result<(), SchemaError> {
        let check = Check { origin };
        check.version(self.schema_version)?;
        self.recipe.validate(origin)?;
        for report in self.sources.iter().chain(&self.evals) {
            if let Some(store) = &report.store {
                store.validate(origin)?;
            }
            if !report.accounts_for_every_document() {
                let key = format!("{:?}: read.documents", report.name);
                return Err(check.fail(&key, report.read.documents, "kept + dropped + rejected"));
            }
        }
        Ok(())
    }
}

impl SourceReport {
    /// Documents rejected, for any reason.
    pub fn rejected_documents(&self) -> u64 {
        self.rejected.values().sum()
    }

    /// Documents dropped, by any stage.
    pub fn dropped_documents(&self) -> u64 {
        self.stages.iter().flat_map(|s| s.dropped.values()).sum()
    }

    /// Whether every document read is kept, dropped or rejected.
    pub fn accounts_for_every_document(&self) -> bool {
        let told = self.kept.documents + self.dropped_documents() + self.rejected_documents();
        self.read.documents == told
    }
}
