//! What a recipe reads: sources and evaluation sets, and how their lines are taken.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::filter::read::{FilterForm, read_filters};
use crate::filter::spec::FilterSpec;
use crate::forms::{OneOrMany, one_or_many};

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
