//! Settings of the filter rule `c4`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;
use crate::filter::counting::Preset;
use crate::filter::settings::Settings;

/// C4's rules: which lines to remove from a document, and which documents to drop.
///
/// Source of the defaults: Raffel et al. 2020, "Exploring the Limits of Transfer Learning with a
/// Unified Text-to-Text Transformer", arXiv:1910.10683, section 2.2, and the published code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct C4 {
    /// How to count sentences.
    pub preset: Preset,
    /// Fewest sentences in the lines that stay.
    pub min_sentences: u64,
    /// Fewest words of a line, as white space separates them.
    pub min_words_per_line: u64,
    /// Most characters of a word in a line.
    pub max_word_length: u64,
    /// Remove references such as `[3]`, `[edit]` and `[citation needed]`.
    pub remove_citations: bool,
    /// Remove lines that do not end in `.`, `?`, `!` or a quotation mark.
    pub require_terminal_punctuation: bool,
    /// Drop documents with a kept line that says "lorem ipsum".
    pub drop_lorem_ipsum: bool,
    /// Drop documents with a kept line that has a `{`.
    pub drop_curly_bracket: bool,
    /// Remove lines that mention JavaScript.
    pub remove_javascript: bool,
    /// Remove lines about cookies, terms of use and privacy policies.
    pub remove_policy: bool,
}

impl Default for C4 {
    fn default() -> Self {
        Self {
            preset: Preset::Default,
            min_sentences: 5,
            min_words_per_line: 3,
            max_word_length: 1000,
            remove_citations: true,
            require_terminal_punctuation: true,
            drop_lorem_ipsum: true,
            drop_curly_bracket: true,
            remove_javascript: true,
            remove_policy: true,
        }
    }
}

impl Settings for C4 {
    fn validate(&self, check: &Check<'_>, key: &str) -> Result<(), SchemaError> {
        check.at_least_one(&format!("{key}.max_word_length"), self.max_word_length)
    }
}
