//! What a recipe reads: sources and evaluation sets, and how their lines are taken.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;
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

/// Checks names and paths of sources; the names are put into `names`.
pub(super) fn check_sources(
    check: &Check<'_>,
    sources: &[SourceInput],
    names: &mut BTreeSet<String>,
) -> Result<(), SchemaError> {
    let mut sources = sources.iter();
    sources.try_for_each(|source| check_input(check, "source", &source.name, &source.path, names))
}

/// Checks names and paths of evaluation sets; the names are put into `names`.
pub(super) fn check_evals(
    check: &Check<'_>,
    evals: &[EvalInput],
    names: &mut BTreeSet<String>,
) -> Result<(), SchemaError> {
    let mut evals = evals.iter();
    evals.try_for_each(|eval| check_input(check, "eval", &eval.name, &eval.path, names))
}

fn check_input(
    check: &Check<'_>,
    table: &str,
    name: &str,
    paths: &[String],
    names: &mut BTreeSet<String>,
) -> Result<(), SchemaError> {
    let key = format!("{table}.name");
    check.name(&key, name)?;
    check.new_name(&key, name, names)?;
    check.paths(&format!("{table} {name:?}: path"), paths)
}

pub(super) fn default_text_field() -> String {
    "text".to_owned()
}

pub(super) fn default_id_field() -> String {
    "id".to_owned()
}
