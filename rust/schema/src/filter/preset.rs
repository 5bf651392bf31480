//! Named ways of counting, after the implementation and version they reproduce.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{C4, FilterSpec, FineWeb, GopherQuality, GopherRepetition};

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
    /// The name in a recipe.
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Datatrove010 => "datatrove-0.10",
        }
    }

    /// The rule for words that goes with the preset.
    pub fn words(self) -> WordRule {
        match self {
            Self::Default => WordRule::Uax29,
            Self::Datatrove010 => WordRule::SpacyEn,
        }
    }

    /// The rules it stands for as an entry of its own, in its order.
    #[must_use]
    pub fn filters(self) -> Vec<FilterSpec> {
        vec![
            FilterSpec::GopherQuality(GopherQuality {
                preset: self,
                ..GopherQuality::default()
            }),
            FilterSpec::GopherRepetition(GopherRepetition {
                preset: self,
                ..GopherRepetition::default()
            }),
            FilterSpec::C4(C4 {
                preset: self,
                ..C4::default()
            }),
            FilterSpec::FineWeb(FineWeb {
                preset: self,
                ..FineWeb::default()
            }),
        ]
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
