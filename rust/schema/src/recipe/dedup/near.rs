//! Settings of the removal of near-duplicates.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;

/// Near-duplicates, found by MinHash signatures with locality-sensitive hashing (Broder 1997;
/// Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", chapter 3).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Near {
    /// What n-grams are made of.
    pub unit: Unit,
    /// Units per n-gram.
    pub ngram: u32,
    /// Bands of the signature; two documents are compared when one band agrees. Without bands and
    /// rows they are chosen for the threshold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bands: Option<u32>,
    /// Values per band.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u32>,
    /// Jaccard similarity from which a document is a duplicate.
    pub threshold: f64,
    /// Which document of each cluster of near-duplicates stays. Without it, each document is
    /// compared with the earlier ones that stay, as they come, and the first one stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep: Option<Keep>,
    /// Key or column of the score, for `keep = "highest_score"`; without one a score is lowest.
    pub score_field: String,
}

/// Which document of a cluster of near-duplicates stays; the first of equals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// The first in the order of sources.
    First,
    /// The longest text, in bytes.
    Longest,
    /// The one with the highest score.
    HighestScore,
}

/// What n-grams are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Words, by the Unicode rules.
    Word,
    /// Characters, with one space between words.
    Character,
}

impl Default for Near {
    fn default() -> Self {
        Self {
            unit: Unit::Word,
            ngram: 5,
            bands: None,
            rows: None,
            threshold: 0.7,
            keep: None,
            score_field: "score".to_owned(),
        }
    }
}

/// Most values of a signature.
const MOST_VALUES: u64 = 65_536;

impl Near {
    pub(crate) fn validate(&self, check: &Check<'_>) -> Result<(), SchemaError> {
        check.at_least_one("dedup.near.ngram", self.ngram.into())?;
        for (key, value) in [("bands", self.bands), ("rows", self.rows)] {
            let key = format!("dedup.near.{key}");
            value.map_or(Ok(()), |value| check.at_least_one(&key, value.into()))?;
        }
        if self.bands.is_some() != self.rows.is_some() {
            let found = format!("bands {:?}, rows {:?}", self.bands, self.rows);
            return Err(check.fail("dedup.near", found, "bands and rows, or neither"));
        }
        let values = u64::from(self.bands.unwrap_or(1)) * u64::from(self.rows.unwrap_or(1));
        if values > MOST_VALUES {
            let expected = format!("bands x rows of at most {MOST_VALUES}");
            return Err(check.fail("dedup.near", values, &expected));
        }
        check.fraction("dedup.near.threshold", self.threshold)
    }
}
