//! The recipe: what to read, how to clean it, where to put the tokens.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::FilterSpec;
use crate::filter::NameOrTable;
use crate::serde_help::{OneOrMany, Switch, one_or_many, read_switch, write_switch};

/// Everything one run of the corpus engine depends on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Version of this format; 1.
    pub schema_version: u32,
    /// Seed of every hash.
    #[serde(default)]
    pub seed: u64,
    /// Folder to write, relative to the recipe file.
    pub output: String,
    /// Tokenizer file (`tokenizer.json`), relative to the recipe file.
    pub tokenizer: String,
    /// Token put after each document; must be in the vocabulary.
    #[serde(default = "default_separator")]
    pub separator: String,
    /// Key of the text in each JSON line.
    #[serde(default = "default_text_field")]
    pub text_field: String,
    /// Key of the optional document identifier in each JSON line.
    #[serde(default = "default_id_field")]
    pub id_field: String,
    /// Longest accepted line, in bytes.
    #[serde(default = "default_max_line_bytes")]
    pub max_line_bytes: u64,
    /// What a bad line does.
    #[serde(default)]
    pub on_bad_line: OnBadLine,
    /// Removal of duplicates.
    #[serde(default)]
    pub dedup: Dedup,
    /// Removal of documents that contain evaluation text; `false` turns it off.
    #[serde(
        default = "on",
        deserialize_with = "read_switch",
        serialize_with = "write_switch"
    )]
    #[schemars(with = "Switch<Decontaminate>")]
    pub decontaminate: Option<Decontaminate>,
    /// Sources, in order of priority: of duplicates, the first source's copy stays.
    #[serde(default, rename = "source")]
    pub sources: Vec<SourceInput>,
    /// Evaluation sets: tokenised whole, and what sources are decontaminated against.
    #[serde(default, rename = "eval")]
    pub evals: Vec<EvalInput>,
}

/// What a line that is not a document does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OnBadLine {
    /// Stops the run with an error that names file and line.
    #[default]
    Fail,
    /// Counts the line as rejected and goes on.
    Reject,
}

/// Removal of duplicate documents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Dedup {
    /// Drop documents whose normalised text was seen before.
    pub exact: bool,
    /// Drop documents that nearly repeat an earlier one; `false` turns it off.
    #[serde(deserialize_with = "read_switch", serialize_with = "write_switch")]
    #[schemars(with = "Switch<MinHash>")]
    pub minhash: Option<MinHash>,
    /// Compare documents with those of earlier sources too.
    pub across: bool,
}

impl Default for Dedup {
    fn default() -> Self {
        Self {
            exact: true,
            minhash: on(),
            across: true,
        }
    }
}

/// MinHash signatures with locality-sensitive hashing (Broder 1997; Leskovec, Rajaraman and
/// Ullman, "Mining of Massive Datasets", chapter 3).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MinHash {
    /// Words per n-gram.
    pub ngram: u32,
    /// Bands of the signature; two documents are compared when one band agrees.
    pub bands: u32,
    /// Hashes per band.
    pub rows: u32,
    /// Estimated Jaccard similarity from which a document is a duplicate.
    pub threshold: f64,
}

impl Default for MinHash {
    fn default() -> Self {
        Self {
            ngram: 5,
            bands: 16,
            rows: 8,
            threshold: 0.7,
        }
    }
}

/// Removal of documents that contain evaluation text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Decontaminate {
    /// Words per n-gram.
    pub ngram: u32,
    /// A document is dropped when it shares more than this fraction of one evaluation
    /// document's n-grams, and at least one.
    pub threshold: f64,
}

impl Default for Decontaminate {
    fn default() -> Self {
        Self {
            ngram: 13,
            threshold: 0.0,
        }
    }
}

/// One source of training text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceInput {
    /// Name of the source and of its folder in the output.
    pub name: String,
    /// Files or folders, relative to the recipe file, read in this order.
    #[serde(deserialize_with = "one_or_many")]
    #[schemars(with = "OneOrMany")]
    pub path: Vec<String>,
    /// Rules a document must pass, in this order.
    #[serde(default)]
    #[schemars(with = "Vec<NameOrTable>")]
    pub filters: Vec<FilterSpec>,
}

/// One evaluation set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvalInput {
    /// Name of the set and of its folder in the output.
    pub name: String,
    /// Files or folders, relative to the recipe file, read in this order.
    #[serde(deserialize_with = "one_or_many")]
    #[schemars(with = "OneOrMany")]
    pub path: Vec<String>,
}

fn on<T: Default>() -> Option<T> {
    Some(T::default())
}

fn default_separator() -> String {
    "<|endoftext|>".to_owned()
}

fn default_text_field() -> String {
    "text".to_owned()
}

fn default_id_field() -> String {
    "id".to_owned()
}

fn default_max_line_bytes() -> u64 {
    64 << 20
}
