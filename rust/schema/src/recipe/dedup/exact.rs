//! Settings of the removal of exact duplicates.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;

/// Documents of one text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Exact {
    /// Compare normalised words, so that case, spacing and punctuation do not matter; otherwise
    /// bytes, which is faster.
    pub normalized: bool,
}

impl Default for Exact {
    fn default() -> Self {
        Self { normalized: true }
    }
}

impl Exact {
    /// Any of its settings goes with any other.
    #[allow(
        clippy::unnecessary_wraps,
        reason = "one form for the settings of all stages"
    )]
    pub(crate) fn validate(&self, _check: &Check<'_>) -> Result<(), SchemaError> {
        Ok(())
    }
}
