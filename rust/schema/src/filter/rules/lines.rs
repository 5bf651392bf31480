//! Settings of the filter rule `lines`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;
use crate::filter::settings::Settings;

/// What is looked at, and goes or stays, as a whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TextPart {
    /// A line.
    #[default]
    Line,
    /// A run of lines between blank lines.
    Paragraph,
}

/// Which lines or paragraphs go, and how much of a document must be left; each may be left out.
///
/// None has a default: what is usual depends on the language and the kind of text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Lines {
    /// Lines or paragraphs; both are called lines below.
    pub part: TextPart,
    /// Fewest words of a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_words: Option<u64>,
    /// Fewest characters of a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_characters: Option<u64>,
    /// A line must end in one of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub must_end_in: Vec<String>,
    /// A line must end in none of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub must_not_end_in: Vec<String>,
    /// Largest share of digits among the characters of a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_digits: Option<f64>,
    /// Largest share of capitals among the letters of a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_capitals: Option<f64>,
    /// Largest share of characters of a line that are no letters, digits or white space.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_symbols: Option<f64>,
    /// A line must hold none of these, in any case of the letters a to z.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub phrases: Vec<String>,
    /// Removes lines that repeat an earlier line of the document.
    pub repeated: bool,
    /// Largest share of a document's words that may be removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_removed_words: Option<f64>,
    /// Fewest words that must be left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_words_left: Option<u64>,
    /// Fewest lines that must be left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_lines_left: Option<u64>,
}

impl Lines {
    fn removes_nothing(&self) -> bool {
        let ratios = [self.max_digits, self.max_capitals, self.max_symbols];
        let texts = [&self.must_end_in, &self.must_not_end_in, &self.phrases];
        (self.min_words, self.min_characters) == (None, None)
            && ratios.iter().all(Option::is_none)
            && texts.iter().all(|texts| texts.is_empty())
            && !self.repeated
    }
}

impl Settings for Lines {
    fn validate(&self, check: &Check<'_>, key: &str) -> Result<(), SchemaError> {
        if self.removes_nothing() {
            let expected = "what lines must be like, such as min_words";
            return Err(check.fail(key, "without criteria", expected));
        }
        for (name, share) in [
            ("max_digits", self.max_digits),
            ("max_capitals", self.max_capitals),
            ("max_symbols", self.max_symbols),
            ("max_removed_words", self.max_removed_words),
        ] {
            check.fraction(&format!("{key}.{name}"), share.unwrap_or(0.0))?;
        }
        for (name, texts) in [
            ("must_end_in", &self.must_end_in),
            ("must_not_end_in", &self.must_not_end_in),
            ("phrases", &self.phrases),
        ] {
            let name = format!("{key}.{name}");
            texts
                .iter()
                .try_for_each(|text| check.not_empty(&name, text))?;
        }
        Ok(())
    }
}
