//! Settings of the filter rule `gopher-quality`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;
use crate::filter::counting::{Preset, WordRule};
use crate::filter::settings::Settings;

/// Thresholds of Gopher's quality rules.
///
/// Source of the defaults: Rae et al. 2021, "Scaling Language Models: Methods, Analysis &
/// Insights from Training Gopher", arXiv:2112.11446, appendix A.1.1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GopherQuality {
    /// How to count.
    pub preset: Preset,
    /// What a word is; left out, what goes with the preset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<WordRule>,
    /// Fewest words.
    pub min_words: u64,
    /// Most words.
    pub max_words: u64,
    /// Smallest mean word length, in characters.
    pub min_mean_word_length: f64,
    /// Largest mean word length, in characters.
    pub max_mean_word_length: f64,
    /// Most `#` signs, and most ellipses, per word.
    pub max_symbols_per_word: f64,
    /// Largest share of lines that begin with a bullet point.
    pub max_bullet_lines: f64,
    /// Largest share of lines that end with an ellipsis.
    pub max_ellipsis_lines: f64,
    /// Smallest share of words with at least one letter.
    pub min_alphabetic_words: f64,
    /// Fewest of the stop words the, be, to, of, and, that, have, with.
    pub min_stop_words: u64,
}

impl Default for GopherQuality {
    fn default() -> Self {
        Self {
            preset: Preset::Default,
            words: None,
            min_words: 50,
            max_words: 100_000,
            min_mean_word_length: 3.0,
            max_mean_word_length: 10.0,
            max_symbols_per_word: 0.1,
            max_bullet_lines: 0.9,
            max_ellipsis_lines: 0.3,
            min_alphabetic_words: 0.8,
            min_stop_words: 2,
        }
    }
}

impl Settings for GopherQuality {
    fn validate(&self, check: &Check<'_>, key: &str) -> Result<(), SchemaError> {
        self.prose().validate(check, key)?;
        let alphabetic = format!("{key}.min_alphabetic_words");
        check.fraction(&alphabetic, self.min_alphabetic_words)
    }
}
