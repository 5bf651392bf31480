//! Settings of the filter rule `paragraphs`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;
use crate::filter::settings::Settings;

/// How many long paragraphs a document needs.
///
/// Source of the defaults: mC4 (Xue et al. 2021, arXiv:2010.11934, section 3.1), where every line
/// is a paragraph.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Paragraphs {
    /// Fewest long paragraphs.
    pub min_paragraphs: u64,
    /// Fewest characters of a long paragraph.
    pub min_characters: u64,
}

impl Default for Paragraphs {
    fn default() -> Self {
        Self {
            min_paragraphs: 3,
            min_characters: 200,
        }
    }
}

impl Settings for Paragraphs {
    fn validate(&self, check: &Check<'_>, key: &str) -> Result<(), SchemaError> {
        check.at_least_one(&format!("{key}.min_paragraphs"), self.min_paragraphs)
    }
}
