//! Named ways of counting, after the implementation and version they reproduce.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    C4, DclmAddresses, DclmLines, DclmQuality, DclmRepetition, FilterSpec, FineWeb, GopherQuality,
    GopherRepetition,
};

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

/// A name in a list of filters that stands for several rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum PresetName {
    /// gopher-quality, gopher-repetition, c4 and fineweb with the verdicts of datatrove 0.10.1.
    #[serde(rename = "datatrove-0.10")]
    Datatrove010,
    /// dclm-addresses, dclm-quality, dclm-repetition and dclm-lines: what DCLM-Baseline does to
    /// English web text before its deduplication (Li et al. 2024, arXiv:2406.11794). Not among them
    /// are its lists of addresses (`url-list`) and its language filter (`language`); the manual
    /// says how far it is the same.
    #[serde(rename = "dclm-heuristics")]
    DclmHeuristics,
}

impl PresetName {
    /// The rules, in their order.
    #[must_use]
    pub fn filters(self) -> Vec<FilterSpec> {
        match self {
            Self::Datatrove010 => Preset::Datatrove010.filters(),
            Self::DclmHeuristics => vec![
                FilterSpec::DclmAddresses(DclmAddresses::default()),
                FilterSpec::DclmQuality(DclmQuality::default()),
                FilterSpec::DclmRepetition(DclmRepetition::default()),
                FilterSpec::DclmLines(DclmLines::default()),
            ],
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
