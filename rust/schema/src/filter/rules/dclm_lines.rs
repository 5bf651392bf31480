//! Settings of the filter rule `dclm-lines`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;
use crate::filter::settings::Settings;

/// Thresholds of the line rules of DCLM-Baseline.
///
/// Source of the defaults: `dclm_baseline_refinedweb.yaml` of the DCLM repository (Li et al. 2024,
/// arXiv:2406.11794), after RefinedWeb (Penedo et al. 2023, arXiv:2306.01116, appendix G.2).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DclmLines {
    /// Largest share of capitals among the characters of a line.
    pub max_capitals: f64,
    /// Largest share of digits; just below one removes lines of digits alone.
    pub max_digits: f64,
    /// Removes lines such as `3 likes`.
    pub counters: bool,
    /// Fewest words of a line that is not empty.
    pub min_words: u64,
    /// Removes "items in cart", a "Read more..." at the end and a "Sign-in" at the start of short
    /// lines.
    pub phrases: bool,
    /// Largest share of a document's words that may be removed.
    pub max_removed_words: f64,
}

impl Default for DclmLines {
    fn default() -> Self {
        Self {
            max_capitals: 0.5,
            max_digits: 0.999_999,
            counters: true,
            min_words: 2,
            phrases: true,
            max_removed_words: 0.05,
        }
    }
}

impl Settings for DclmLines {
    fn validate(&self, check: &Check<'_>, key: &str) -> Result<(), SchemaError> {
        for (name, value) in [
            ("max_capitals", self.max_capitals),
            ("max_digits", self.max_digits),
            ("max_removed_words", self.max_removed_words),
        ] {
            check.fraction(&format!("{key}.{name}"), value)?;
        }
        Ok(())
    }
}
