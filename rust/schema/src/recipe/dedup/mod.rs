//! Settings of the deduplication stages, one file for each.

mod across;
mod exact;
mod near;
mod paragraphs;
mod substring;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;
use crate::forms::{Switch, on_by_default, read_switch, write_switch};
use crate::recipe::dedup::across::AcrossForm;

pub use across::Across;
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
    /// Compare documents with those of earlier sources too: of all (`true`), of none (`false`), or
    /// of those named, which come first and are compared with all later sources, while the later
    /// ones are not compared with each other.
    #[schemars(with = "AcrossForm")]
    pub across: Across,
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
            across: Across::All,
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

    /// Whether documents that stay are noted, so that it can be said how much sources share.
    #[must_use]
    pub fn counts_overlaps(&self) -> bool {
        self.exact.is_some() && self.across.named().is_some()
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

    /// Checks the sources that `across` names against those that there are.
    pub(crate) fn validate_across<'a>(
        &self,
        check: &Check<'_>,
        sources: impl Iterator<Item = &'a str>,
    ) -> Result<(), SchemaError> {
        self.across.validate(check, sources)?;
        let clusters = self.near.as_ref().is_some_and(|near| near.keep.is_some());
        if self.across.named().is_none() || !clusters && self.substrings.is_none() {
            return Ok(());
        }
        let found = format!(
            "names beside {}",
            if clusters {
                "dedup.near.keep"
            } else {
                "dedup.substrings"
            }
        );
        let expected = "true or false, for that stage sees all documents before it decides";
        Err(check.fail("dedup.across", found, expected))
    }
}
