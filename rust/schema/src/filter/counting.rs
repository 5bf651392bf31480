//! How a rule counts what it measures: in assay's own way, or as another implementation does.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a rule counts what it compares with its thresholds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Preset {
    /// assay's own way, stated in the rule's documentation; the fastest.
    #[default]
    #[serde(rename = "default")]
    Default,
    /// The verdicts of datatrove 0.10.1, whose words are those of spaCy's English tokenizer. As an
    /// entry of its own in a list of filters it stands for gopher-quality, gopher-repetition, c4
    /// and fineweb.
    #[serde(rename = "datatrove-0.10")]
    Datatrove010,
}

impl Preset {
    /// The rule for words that goes with the preset.
    pub fn words(self) -> WordRule {
        match self {
            Self::Default => WordRule::Uax29,
            Self::Datatrove010 => WordRule::SpacyEn,
        }
    }
}

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum WordRule {
    /// Segments of Unicode UAX #29 that hold a letter or a digit.
    #[serde(rename = "uax29")]
    Uax29,
    /// Tokens of spaCy's rule-based English tokenizer, punctuation marks included.
    #[serde(rename = "spacy-en")]
    SpacyEn,
}
