//! Settings of the filter rule `language`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;
use crate::filter::rules::classifier::at_least_one_label;
use crate::filter::settings::Settings;

/// A fastText model that identifies languages, and those to keep.
///
/// Source of the default score: RefinedWeb (Penedo et al. 2023, arXiv:2306.01116), with
/// fastText's `lid.176.bin`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Language {
    /// Model file (`.bin` or `.ftz`), relative to the recipe file.
    pub model: String,
    /// The languages to keep, as the model writes them, without `__label__`.
    pub languages: Vec<String>,
    /// Smallest probability of one of the languages.
    #[serde(default = "default_min_score")]
    pub min_score: f64,
}

fn default_min_score() -> f64 {
    0.65
}

impl Settings for Language {
    fn validate(&self, check: &Check<'_>, key: &str) -> Result<(), SchemaError> {
        check.not_empty(&format!("{key}.model"), &self.model)?;
        at_least_one_label(check, &format!("{key}.languages"), &self.languages)?;
        check.fraction(&format!("{key}.min_score"), self.min_score)
    }

    fn files_mut(&mut self) -> Vec<&mut String> {
        vec![&mut self.model]
    }
}
