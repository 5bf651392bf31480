//! Which rules keep or drop a document, and their thresholds.

use std::fmt;

use schemars::JsonSchema;
use serde::de::value::{MapAccessDeserializer, MapDeserializer};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::SchemaError;
use crate::check::Check;

/// One rule with its thresholds. A recipe may also name the rule alone (`"gopher-quality"`) to
/// take every default.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "rule")]
pub enum FilterSpec {
    /// Gopher's document quality rules (Rae et al. 2021, arXiv:2112.11446, appendix A.1.1).
    #[serde(rename = "gopher-quality")]
    GopherQuality(GopherQuality),
    /// Gopher's repetition rules (the same paper, table A1).
    #[serde(rename = "gopher-repetition")]
    GopherRepetition(GopherRepetition),
    /// Bounds on the number of words.
    #[serde(rename = "length")]
    Length(Length),
}

impl FilterSpec {
    /// The rule's name, as a recipe writes it.
    pub fn rule(&self) -> &'static str {
        match self {
            Self::GopherQuality(_) => "gopher-quality",
            Self::GopherRepetition(_) => "gopher-repetition",
            Self::Length(_) => "length",
        }
    }
}

/// The JSON schema of a filter in a recipe.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "describes the accepted forms to schemars only")]
pub(crate) enum NameOrTable {
    /// The rule with every default.
    Name(RuleName),
    /// The rule with its thresholds.
    Table(FilterSpec),
}

/// The name of a rule.
#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(dead_code, reason = "describes the accepted names to schemars only")]
pub(crate) enum RuleName {
    GopherQuality,
    GopherRepetition,
    Length,
}

/// The table form alone; `FilterSpec` adds the bare name.
#[derive(Deserialize)]
#[serde(tag = "rule")]
enum Table {
    #[serde(rename = "gopher-quality")]
    GopherQuality(GopherQuality),
    #[serde(rename = "gopher-repetition")]
    GopherRepetition(GopherRepetition),
    #[serde(rename = "length")]
    Length(Length),
}

impl From<Table> for FilterSpec {
    fn from(table: Table) -> Self {
        match table {
            Table::GopherQuality(settings) => Self::GopherQuality(settings),
            Table::GopherRepetition(settings) => Self::GopherRepetition(settings),
            Table::Length(settings) => Self::Length(settings),
        }
    }
}

impl<'de> Deserialize<'de> for FilterSpec {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Form;
        impl<'de> Visitor<'de> for Form {
            type Value = FilterSpec;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a rule, or a table with the key `rule`")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<FilterSpec, E> {
                let only_rule = MapDeserializer::new(std::iter::once(("rule", name)));
                Table::deserialize(only_rule).map(FilterSpec::from)
            }

            fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<FilterSpec, A::Error> {
                Table::deserialize(MapAccessDeserializer::new(table)).map(FilterSpec::from)
            }
        }
        input.deserialize_any(Form)
    }
}

/// Thresholds of Gopher's quality rules.
///
/// Source of the defaults: Rae et al. 2021, "Scaling Language Models: Methods, Analysis &
/// Insights from Training Gopher", arXiv:2112.11446, appendix A.1.1. Words are Unicode UAX-29
/// words, so verdicts differ on some documents from implementations that split otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GopherQuality {
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

/// Thresholds of Gopher's repetition rules.
///
/// Source of the defaults: Rae et al. 2021, arXiv:2112.11446, table A1. All are fractions of the
/// document; the last two are fractions of its characters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GopherRepetition {
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
            max_duplicate_lines: 0.3,
            max_duplicate_paragraphs: 0.3,
            max_duplicate_line_characters: 0.2,
            max_duplicate_paragraph_characters: 0.2,
            max_top_ngram_characters: [0.20, 0.18, 0.16],
            max_duplicate_ngram_characters: [0.15, 0.14, 0.13, 0.12, 0.11, 0.10],
        }
    }
}

/// Bounds on the number of words; either may be left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Length {
    /// Fewest words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_words: Option<u64>,
    /// Most words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_words: Option<u64>,
}

impl FilterSpec {
    /// Checks the thresholds; `key` names the rule in errors.
    pub(crate) fn validate(&self, check: &Check<'_>, key: &str) -> Result<(), SchemaError> {
        match self {
            Self::GopherQuality(rule) => validate_quality(check, key, rule),
            Self::GopherRepetition(rule) => validate_repetition(check, key, rule),
            Self::Length(rule) => {
                if rule.min_words.is_none() && rule.max_words.is_none() {
                    return Err(check.fail(key, "without bounds", "min_words, max_words or both"));
                }
                let (min, max) = (rule.min_words.unwrap_or(0), rule.max_words);
                check.ordered(key, min as f64, max.map_or(f64::INFINITY, |max| max as f64))
            }
        }
    }
}

fn validate_quality(check: &Check<'_>, key: &str, rule: &GopherQuality) -> Result<(), SchemaError> {
    check.ordered(key, rule.min_words as f64, rule.max_words as f64)?;
    check.ordered(key, rule.min_mean_word_length, rule.max_mean_word_length)?;
    for (name, value) in [
        ("max_bullet_lines", rule.max_bullet_lines),
        ("max_ellipsis_lines", rule.max_ellipsis_lines),
        ("min_alphabetic_words", rule.min_alphabetic_words),
    ] {
        check.fraction(&format!("{key}.{name}"), value)?;
    }
    if rule.max_symbols_per_word.is_finite() && rule.max_symbols_per_word >= 0.0 {
        return Ok(());
    }
    let name = format!("{key}.max_symbols_per_word");
    Err(check.fail(&name, rule.max_symbols_per_word, "a number from 0"))
}

fn validate_repetition(
    check: &Check<'_>,
    key: &str,
    rule: &GopherRepetition,
) -> Result<(), SchemaError> {
    let lines = [
        rule.max_duplicate_lines,
        rule.max_duplicate_paragraphs,
        rule.max_duplicate_line_characters,
        rule.max_duplicate_paragraph_characters,
    ];
    let ngrams = rule.max_top_ngram_characters.iter();
    let thresholds = lines
        .iter()
        .chain(ngrams)
        .chain(&rule.max_duplicate_ngram_characters);
    thresholds
        .copied()
        .try_for_each(|value| check.fraction(key, value))
}
