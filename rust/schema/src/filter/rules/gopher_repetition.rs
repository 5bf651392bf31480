//! Settings of the filter rule `gopher-repetition`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;
use crate::filter::counting::{Preset, WordRule};
use crate::filter::settings::Settings;

/// Thresholds of Gopher's repetition rules.
///
/// Source of the defaults: Rae et al. 2021, arXiv:2112.11446, table A1. All are fractions of the
/// document; the last two are fractions of its characters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GopherRepetition {
    /// How to count.
    pub preset: Preset,
    /// What a word is; left out, what goes with the preset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<WordRule>,
    /// Largest share of lines that repeat an earlier line.
    pub max_duplicate_lines: f64,
    /// Largest share of paragraphs that repeat an earlier paragraph.
    pub max_duplicate_paragraphs: f64,
    /// Largest share of characters in repeated lines.
    pub max_duplicate_line_characters: f64,
    /// Largest share of characters in repeated paragraphs.
    pub max_duplicate_paragraph_characters: f64,
    /// Largest share of characters in the most frequent 2-, 3- and 4-gram of words.
    pub max_top_ngram_characters: [f64; 3],
    /// Largest share of characters in repeated 5-, 6-, 7-, 8-, 9- and 10-grams of words.
    pub max_duplicate_ngram_characters: [f64; 6],
}

impl Default for GopherRepetition {
    fn default() -> Self {
        Self {
            preset: Preset::Default,
            words: None,
            max_duplicate_lines: 0.3,
            max_duplicate_paragraphs: 0.3,
            max_duplicate_line_characters: 0.2,
            max_duplicate_paragraph_characters: 0.2,
            max_top_ngram_characters: [0.20, 0.18, 0.16],
            max_duplicate_ngram_characters: [0.15, 0.14, 0.13, 0.12, 0.11, 0.10],
        }
    }
}

impl Settings for GopherRepetition {
    fn validate(&self, check: &Check<'_>, key: &str) -> Result<(), SchemaError> {
        let lines = [
            self.max_duplicate_lines,
            self.max_duplicate_paragraphs,
            self.max_duplicate_line_characters,
            self.max_duplicate_paragraph_characters,
        ];
        let ngrams = self.max_top_ngram_characters.iter();
        let thresholds = lines
            .iter()
            .chain(ngrams)
            .chain(&self.max_duplicate_ngram_characters);
        thresholds
            .copied()
            .try_for_each(|value| check.fraction(key, value))
    }
}
