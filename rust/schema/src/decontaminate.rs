//! Settings of decontamination.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::SchemaError;
use crate::check::Check;

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

impl Decontaminate {
    pub(crate) fn validate(&self, check: &Check<'_>) -> Result<(), SchemaError> {
        check.at_least_one("decontaminate.ngram", self.ngram.into())?;
        check.fraction("decontaminate.threshold", self.threshold)
    }
}
