//! The recipe: what to read, how to clean it, what to write.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::filter::{FilterForm, read_filters};
use crate::serde_help::{OneOrMany, Switch, on_by_default, one_or_many, read_switch, write_switch};
use crate::{Decontaminate, Dedup, Documents, FilterSpec};

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
    /// Tokenizer file (`tokenizer.json`), relative to the recipe file; without one no tokens are
    /// written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokenizer: Option<String>,
    /// Token put after each document; must be in the vocabulary.
    #[serde(default = "default_separator")]
    pub separator: String,
    /// What the name of a special token inside a document is.
    #[serde(default)]
    pub special_tokens: SpecialTokens,
    /// Key of the text in each JSON line, or name of the column; `a.b` for one inside another.
    #[serde(default = "default_text_field")]
    pub text_field: String,
    /// Key or column of the optional document identifier.
    #[serde(default = "default_id_field")]
    pub id_field: String,
    /// Longest accepted line, in bytes.
    #[serde(default = "default_max_line_bytes")]
    pub max_line_bytes: u64,
    /// What a bad line does.
    #[serde(default)]
    pub on_bad_line: OnBadLine,
    /// Write the documents that stay, too; `false` turns it off.
    #[serde(
        default,
        deserialize_with = "read_switch",
        serialize_with = "write_switch"
    )]
    #[schemars(with = "Switch<Documents>")]
    pub documents: Option<Documents>,
    /// Write what became of every document, and why, as a table.
    #[serde(default)]
    pub decisions: bool,
    /// Removal of duplicates.
    #[serde(default)]
    pub dedup: Dedup,
    /// Removal of documents that contain evaluation text; `false` turns it off.
    #[serde(
        default = "on_by_default",
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

/// What the name of a special token, such as `<|endoftext|>`, is inside a document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SpecialTokens {
    /// Text like any other: a document cannot end itself.
    #[default]
    Text,
    /// The token of that name, as in conversations that were written out with their markers.
    Parse,
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
    #[serde(default, deserialize_with = "read_filters")]
    #[schemars(with = "Vec<FilterForm>")]
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
