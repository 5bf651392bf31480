//! Settings of the filter rule `dclm-repetition`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;
use crate::filter::settings::Settings;

/// Thresholds of the repetition rules of DCLM-Baseline: all are shares.
///
/// Source of the defaults: `massive_web_repetition_filters` of the DCLM repository (Li et al.
/// 2024, arXiv:2406.11794), after table A1 of Gopher (Rae et al. 2021, arXiv:2112.11446).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DclmRepetition {
    /// Largest share of lines that occur more than once, the first of each included.
    pub max_repeated_lines: f64,
    /// Likewise of paragraphs.
    pub max_repeated_paragraphs: f64,
    /// Largest share of characters in such lines.
    pub max_repeated_line_characters: f64,
    /// Largest share of characters in such paragraphs.
    pub max_repeated_paragraph_characters: f64,
    /// Largest share of characters in the most frequent 2-, 3- and 4-gram of words.
    pub max_top_ngram_characters: [f64; 3],
    /// Largest share of characters in 5-, 6-, 7-, 8-, 9- and 10-grams that occur more than once.
    pub max_repeated_ngram_characters: [f64; 6],
}

impl Default for DclmRepetition {
    fn default() -> Self {
        Self {
            max_repeated_lines: 0.3,
            max_repeated_paragraphs: 0.3,
            max_repeated_line_characters: 0.2,
            max_repeated_paragraph_characters: 0.2,
            max_top_ngram_characters: [0.20, 0.18, 0.16],
            max_repeated_ngram_characters: [0.15, 0.14, 0.13, 0.12, 0.11, 0.10],
        }
    }
}

impl Settings for DclmRepetition {
    fn validate(&self, check: &Check<'_>, key: &str) -> Result<(), SchemaError> {
        let shares = [
            self.max_repeated_lines,
            self.max_repeated_paragraphs,
            self.max_repeated_line_characters,
            self.max_repeated_paragraph_characters,
        ];
        let ngrams = self.max_top_ngram_characters.iter();
        let ngrams = ngrams.chain(&self.max_repeated_ngram_characters);
        let mut all = shares.iter().chain(ngrams);
        all.try_for_each(|share| check.fraction(key, *share))
    }
}
