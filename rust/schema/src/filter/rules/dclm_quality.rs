//! Settings of the filter rule `dclm-quality`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;
use crate::filter::settings::Settings;

/// Thresholds of the page rules of DCLM-Baseline.
///
/// Source of the defaults: `dclm_baseline_refinedweb.yaml` of the DCLM repository (Li et al. 2024,
/// arXiv:2406.11794), after RefinedWeb and Gopher.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DclmQuality {
    /// Fewest words.
    pub min_words: u64,
    /// Most words.
    pub max_words: u64,
    /// Smallest mean word length, in characters.
    pub min_mean_word_length: f64,
    /// Largest mean word length, in characters.
    pub max_mean_word_length: f64,
    /// Most `#` signs and ellipses together, per word.
    pub max_symbols_per_word: f64,
    /// Largest share of lines that begin with a bullet point.
    pub max_bullet_lines: f64,
    /// Largest share of lines that end with an ellipsis.
    pub max_ellipsis_lines: f64,
    /// Largest share of words without a letter.
    pub max_words_without_letters: f64,
    /// Fewest occurrences of the stop words the, be, to, of, and, that, have, with.
    pub min_stop_words: u64,
}

impl Default for DclmQuality {
    fn default() -> Self {
        Self {
            min_words: 50,
            max_words: 100_000,
            min_mean_word_length: 3.0,
            max_mean_word_length: 10.0,
            max_symbols_per_word: 0.1,
            max_bullet_lines: 0.9,
            max_ellipsis_lines: 0.3,
            max_words_without_letters: 0.2,
            min_stop_words: 2,
        }
    }
}

impl Settings for DclmQuality {
    fn validate(&self, check: &Check<'_>, key: &str) -> Result<(), SchemaError> {
        self.prose().validate(check, key)?;
        let without_letters = format!("{key}.max_words_without_letters");
        check.fraction(&without_letters, self.max_words_without_letters)
    }
}
