//! Settings of the filter rule `classifier`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;
use crate::filter::settings::Settings;

/// A fastText classifier, and the scores to keep.
///
/// The score of a document is the largest probability of the given labels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Classifier {
    /// Model file (`.bin` or `.ftz`), relative to the recipe file.
    pub model: String,
    /// Labels of the model, without `__label__`.
    pub labels: Vec<String>,
    /// Smallest score.
    #[serde(default)]
    pub min_score: f64,
    /// Largest score; to drop what a label fits, give this alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_score: Option<f64>,
}

impl Settings for Classifier {
    fn validate(&self, check: &Check<'_>, key: &str) -> Result<(), SchemaError> {
        check.not_empty(&format!("{key}.model"), &self.model)?;
        at_least_one_label(check, &format!("{key}.labels"), &self.labels)?;
        if self.min_score == 0.0 && self.max_score.is_none() {
            return Err(check.fail(key, "without bounds", "min_score, max_score or both"));
        }
        check.fraction(&format!("{key}.min_score"), self.min_score)?;
        if let Some(most) = self.max_score {
            check.fraction(&format!("{key}.max_score"), most)?;
            check.ordered(key, self.min_score, most)?;
        }
        Ok(())
    }

    fn files_mut(&mut self) -> Vec<&mut String> {
        vec![&mut self.model]
    }
}

pub(super) fn at_least_one_label(
    check: &Check<'_>,
    key: &str,
    labels: &[String],
) -> Result<(), SchemaError> {
    if labels.is_empty() {
        return Err(check.fail(key, "an empty list", "at least one label of the model"));
    }
    labels
        .iter()
        .try_for_each(|label| check.not_empty(key, label))
}
