//! Names in a list of filters that stand for several rules.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::filter::counting::Preset;
use crate::filter::rules::c4::C4;
use crate::filter::rules::dclm_addresses::DclmAddresses;
use crate::filter::rules::dclm_lines::DclmLines;
use crate::filter::rules::dclm_quality::DclmQuality;
use crate::filter::rules::dclm_repetition::DclmRepetition;
use crate::filter::rules::fineweb::FineWeb;
use crate::filter::rules::gopher_quality::GopherQuality;
use crate::filter::rules::gopher_repetition::GopherRepetition;
use crate::filter::spec::FilterSpec;

impl Preset {
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
