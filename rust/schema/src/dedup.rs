//! Settings of the deduplication stages.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::SchemaError;
use crate::check::Check;
use crate::serde_help::{Switch, on_by_default, read_switch, write_switch};

/// Removal of duplicate documents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Dedup {
    /// Drop documents whose normalised text was seen before.
    pub exact: bool,
    /// Drop documents that nearly repeat an earlier one; `false` turns it off.
    #[serde(deserialize_with = "read_switch", serialize_with = "write_switch")]
    #[schemars(with = "Switch<MinHash>")]
    pub minhash: Option<MinHash>,
    /// Compare documents with those of earlier sources too.
    pub across: bool,
}

impl Default for Dedup {
    fn default() -> Self {
        Self {
            exact: true,
            minhash: on_by_default(),
            across: true,
        }
    }
}

/// MinHash signatures with locality-sensitive hashing (Broder 1997; Leskovec, Rajaraman and
/// Ullman, "Mining of Massive Datasets", chapter 3).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MinHash {
    /// Words per n-gram.
    pub ngram: u32,
    /// Bands of the signature; two documents are compared when one band agrees.
    pub bands: u32,
    /// Hashes per band.
    pub rows: u32,
    /// Estimated Jaccard similarity from which a document is a duplicate.
    pub threshold: f64,
}

impl Default for MinHash {
    fn default() -> Self {
        Self {
            ngram: 5,
            bands: 16,
            rows: 8,
            threshold: 0.7,
        }
    }
}

impl Dedup {
    pub(crate) fn validate(&self, check: &Check<'_>) -> Result<(), SchemaError> {
        self.minhash
            .iter()
            .try_for_each(|minhash| minhash.validate(check))
    }
}

impl MinHash {
    fn validate(&self, check: &Check<'_>) -> Result<(), SchemaError> {
        check.at_least_one("dedup.minhash.ngram", self.ngram.into())?;
        check.at_least_one("dedup.minhash.bands", self.bands.into())?;
        check.at_least_one("dedup.minhash.rows", self.rows.into())?;
        check.fraction("dedup.minhash.threshold", self.threshold)
    }
}
