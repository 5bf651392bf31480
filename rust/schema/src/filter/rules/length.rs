//! Settings of the filter rule `length`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;
use crate::filter::settings::Settings;

/// Bounds on the number of words, characters and lines; each may be left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Length {
    /// Fewest words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_words: Option<u64>,
    /// Most words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_words: Option<u64>,
    /// Fewest characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_characters: Option<u64>,
    /// Most characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_characters: Option<u64>,
    /// Fewest lines that are not blank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_lines: Option<u64>,
    /// Most lines that are not blank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_lines: Option<u64>,
}

impl Settings for Length {
    fn validate(&self, check: &Check<'_>, key: &str) -> Result<(), SchemaError> {
        let bounds = [
            (self.min_words, self.max_words),
            (self.min_characters, self.max_characters),
            (self.min_lines, self.max_lines),
        ];
        if bounds.iter().all(|bounds| *bounds == (None, None)) {
            return Err(check.fail(key, "without bounds", "at least one, such as min_words"));
        }
        bounds.into_iter().try_for_each(|(least, most)| {
            let most = most.map_or(f64::INFINITY, |most| most as f64);
            check.ordered(key, least.unwrap_or(0) as f64, most)
        })
    }
}
