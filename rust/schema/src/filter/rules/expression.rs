//! Settings of the filter rule `expression`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;
use crate::filter::settings::Settings;

/// A condition on the text and the fields of a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expression {
    /// The documents to keep, such as `words > 50 and fields.score >= 0.7`.
    pub keep: String,
}

impl Settings for Expression {
    fn validate(&self, check: &Check<'_>, key: &str) -> Result<(), SchemaError> {
        check.not_empty(&format!("{key}.keep"), self.keep.trim())
    }
}
