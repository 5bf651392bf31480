//! Settings of the filter rule `fineweb`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;
use crate::filter::counting::{Preset, WordRule};
use crate::filter::settings::Settings;

/// Thresholds of FineWeb's rules.
///
/// Source of the defaults: Penedo et al. 2024, "The FineWeb Datasets", arXiv:2406.17557, section
/// 3.6, and the published code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FineWeb {
    /// How to count.
    pub preset: Preset,
    /// What a word is; left out, what goes with the preset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<WordRule>,
    /// Smallest share of lines that end in terminal punctuation.
    pub min_punctuated_lines: f64,
    /// Most characters of a short line.
    pub short_line_length: u64,
    /// Largest share of short lines.
    pub max_short_lines: f64,
    /// Largest share of characters in lines that repeat an earlier line.
    pub max_duplicate_line_characters: f64,
    /// Most line feeds per word.
    pub max_newlines_per_word: f64,
}

impl Default for FineWeb {
    fn default() -> Self {
        Self {
            preset: Preset::Default,
            words: None,
            min_punctuated_lines: 0.12,
            short_line_length: 30,
            max_short_lines: 0.67,
            max_duplicate_line_characters: 0.01,
            max_newlines_per_word: 0.3,
        }
    }
}

impl Settings for FineWeb {
    fn validate(&self, check: &Check<'_>, key: &str) -> Result<(), SchemaError> {
        let newlines = format!("{key}.max_newlines_per_word");
        check.not_negative(&newlines, self.max_newlines_per_word)?;
        for (name, value) in [
            ("min_punctuated_lines", self.min_punctuated_lines),
            ("max_short_lines", self.max_short_lines),
            (
                "max_duplicate_line_characters",
                self.max_duplicate_line_characters,
            ),
        ] {
            check.fraction(&format!("{key}.{name}"), value)?;
        }
        Ok(())
    }
}
