//! What happens to documents that come in batches from a program: the stages of a recipe, without
//! its inputs and its output.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::check::Check;
use crate::error::SchemaError;
use crate::filter::read::read_filters;
use crate::filter::spec::FilterSpec;
use crate::forms::{on_by_default, read_switch};
use crate::recipe::decontaminate::Decontaminate;
use crate::recipe::dedup::Dedup;
use crate::recipe::inputs::{
    EvalInput, OnBadLine, check_evals, default_id_field, default_text_field,
};
use crate::text::parse_json_of_a_program;

/// The stages that batches of documents go through; each key means what it means in a recipe.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchRecipe {
    /// Seed of every hash.
    #[serde(default)]
    pub seed: u64,
    /// Name of the column of the text; `a.b` for one inside another.
    #[serde(default = "default_text_field")]
    pub text_field: String,
    /// Name of the column of the optional document identifier.
    #[serde(default = "default_id_field")]
    pub id_field: String,
    /// What a row that is no document does.
    #[serde(default)]
    pub on_bad_line: OnBadLine,
    /// Rules a document must pass, in this order.
    #[serde(default, deserialize_with = "read_filters")]
    pub filters: Vec<FilterSpec>,
    /// Removal of duplicates.
    #[serde(default)]
    pub dedup: Dedup,
    /// Removal of documents that contain evaluation text; `false` turns it off.
    #[serde(default = "on_by_default", deserialize_with = "read_switch")]
    pub decontaminate: Option<Decontaminate>,
    /// Evaluation sets, which documents are decontaminated against.
    #[serde(default, rename = "eval")]
    pub evals: Vec<EvalInput>,
}

impl BatchRecipe {
    /// Parses and checks JSON that a program wrote: errors name `origin` and the key, not the line.
    ///
    /// # Errors
    /// [`SchemaError`] naming the key that is wrong.
    pub fn from_json(text: &str, origin: &str) -> Result<Self, SchemaError> {
        let recipe: Self = parse_json_of_a_program(text, origin)?;
        recipe.validate(origin)?;
        Ok(recipe)
    }

    /// Checks names and ranges; `origin` names the recipe in errors.
    ///
    /// # Errors
    /// [`SchemaError`] naming the key that is wrong.
    pub fn validate(&self, origin: &str) -> Result<(), SchemaError> {
        let check = &Check { origin };
        check.not_empty("text_field", &self.text_field)?;
        check.not_empty("id_field", &self.id_field)?;
        check_evals(check, &self.evals, &mut BTreeSet::new())?;
        self.dedup.validate(check)?;
        if self.dedup.across.named().is_some() {
            let expected = "true or false, for batches have no sources";
            return Err(check.fail("dedup.across", "names of sources", expected));
        }
        if let Some(decontaminate) = &self.decontaminate {
            decontaminate.validate(check)?;
        }
        let mut filters = self.filters.iter();
        filters.try_for_each(|filter| filter.validate(check, filter.rule()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(json: &str) -> String {
        BatchRecipe::from_json(json, "stages")
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn batches_need_no_source_and_no_output() {
        let recipe = BatchRecipe::from_json("{\"filters\": [\"c4\"]}", "stages").unwrap();
        assert_eq!(recipe.filters.len(), 1);
        assert_eq!(
            (recipe.text_field.as_str(), recipe.id_field.as_str()),
            ("text", "id")
        );
        assert_eq!(recipe.dedup, Dedup::default());
        assert!(refused("{\"output\": \"o\"}").starts_with("stages: unknown field `output`"));
    }

    #[test]
    fn settings_that_mean_nothing_are_named() {
        for (json, message) in [
            (
                "{\"filters\": [\"length\"]}",
                "stages: length is without bounds",
            ),
            ("{\"text_field\": \"\"}", "stages: text_field is empty"),
            (
                "{\"eval\": [{\"name\": \"a\", \"path\": []}]}",
                "eval \"a\": path is an empty list",
            ),
            (
                "{\"dedup\": {\"substrings\": {\"length\": 3}}}",
                "substrings.length is 3",
            ),
            (
                "{\"dedup\": {\"across\": [\"a\"]}}",
                "across is names of sources, expected true or false, for batches have no sources",
            ),
            (
                "{\"decontaminate\": {\"ngram\": 0}}",
                "decontaminate.ngram is 0",
            ),
        ] {
            let found = refused(json);
            assert!(found.contains(message), "{found}\nexpected: {message}");
        }
    }
}
