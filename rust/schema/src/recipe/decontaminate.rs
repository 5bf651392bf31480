//! Settings of decontamination, the removal of evaluation text.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;

/// Removal of evaluation text. An item is one document of an evaluation set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Decontaminate {
    /// Words per n-gram.
    pub ngram: u32,
    /// A document is contaminated when it shares more than this fraction of one item's n-grams,
    /// and at least one.
    pub threshold: f64,
    /// Items shorter than an n-gram are looked for whole when they have this many words or more;
    /// shorter ones would be found everywhere.
    pub min_item_words: u32,
    /// What happens to a contaminated document.
    pub action: DecontaminateAction,
    /// With the action `cut`: a document with fewer words left is dropped.
    pub min_words_left: u32,
}

/// What happens to a contaminated document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DecontaminateAction {
    /// The document is dropped.
    #[default]
    Drop,
    /// It loses the words that it shares with items.
    Cut,
}

impl Default for Decontaminate {
    fn default() -> Self {
        Self {
            ngram: 13,
            threshold: 0.0,
            // The shortest n-gram used by Brown et al. 2020 (arXiv 2005.14165, appendix C).
            min_item_words: 8,
            action: DecontaminateAction::Drop,
            min_words_left: 50,
        }
    }
}

impl Decontaminate {
    pub(crate) fn validate(&self, check: &Check<'_>) -> Result<(), SchemaError> {
        check.at_least_one("decontaminate.ngram", self.ngram.into())?;
        check.fraction("decontaminate.threshold", self.threshold)?;
        check.at_least_one("decontaminate.min_item_words", self.min_item_words.into())
    }
}
