//! Settings of the deduplication stages, one file for each.

mod exact;
mod near;
mod paragraphs;
mod substring;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;
use crate::forms::{Switch, on_by_default, read_switch, write_switch};

pub use exact::Exact;
pub use near::{Keep, Near, Unit};
pub use paragraphs::{Bloom, Passage, PassageNgrams, RepeatedParagraphs};
pub use substring::Substring;

/// Removal of duplicate documents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Dedup {
    /// Drop documents whose text was seen before; `false` turns it off.
    #[serde(deserialize_with = "read_switch", serialize_with = "write_switch")]
    #[schemars(with = "Switch<Exact>")]
    pub exact: Option<Exact>,
    /// Drop documents that nearly repeat an earlier one; `false` turns it off.
    // The alias is the key of before 0.1, read for one release.
    #[serde(
        alias = "minhash",
        deserialize_with = "read_switch",
        serialize_with = "write_switch"
    )]
    #[schemars(with = "Switch<Near>")]
    pub near: Option<Near>,
    /// Remove paragraphs or lines that occurred before; `true` takes every default.
    #[serde(deserialize_with = "read_switch", serialize_with = "write_switch")]
    #[schemars(with = "Switch<RepeatedParagraphs>")]
    pub paragraphs: Option<RepeatedParagraphs>,
    /// Remove long passages that occurred before; `true` takes every default.
    #[serde(deserialize_with = "read_switch", serialize_with = "write_switch")]
    #[schemars(with = "Switch<Substring>")]
    pub substrings: Option<Substring>,
    /// Compare documents with those of earlier sources too.
    pub across: bool,
    /// Memory in MiB for the stages that see all documents before they decide, `substrings` and
    /// clusters of near-duplicates; the rest goes to temporary files in the output folder.
    pub memory_mib: u64,
}

impl Default for Dedup {
    fn default() -> Self {
        Self {
            exact: on_by_default(),
            near: on_by_default(),
            paragraphs: None,
            substrings: None,
            across: true,
            memory_mib: 1024,
        }
    }
}

impl Dedup {
    /// No deduplication at all; to turn on the stages that are wanted.
    #[must_use]
    pub fn off() -> Self {
        Self {
            exact: None,
            near: None,
            ..Self::default()
        }
    }

    pub(crate) fn validate(&self, check: &Check<'_>) -> Result<(), SchemaError> {
        if let Some(near) = &self.near {
            near.validate(check)?;
        }
        if let Some(paragraphs) = &self.paragraphs {
            paragraphs.validate(check)?;
        }
        if let Some(substrings) = &self.substrings {
            substrings.validate(check)?;
        }
        check.at_least_one("dedup.memory_mib", self.memory_mib)
    }
}
