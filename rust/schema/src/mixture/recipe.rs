//! The recipe of a mixture: which token stores, in which proportions, packed how.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;

/// Longest sequence: packing keeps some bytes for every possible length.
const MAX_SEQUENCE_TOKENS: u32 = 1 << 24;

/// Everything a mixture depends on, apart from the stores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MixtureRecipe {
    /// Version of this format; 1.
    pub schema_version: u32,
    /// Folder to write, relative to the recipe file.
    pub output: String,
    /// Seed of the subsets and of the order within each source.
    #[serde(default)]
    pub seed: u64,
    /// Tokens of a sequence.
    pub sequence_tokens: u32,
    /// Tokens of the run, padding included; whole sequences of it are drawn.
    pub tokens: u64,
    /// How documents become sequences.
    #[serde(default)]
    pub packing: Packing,
    /// Most passes over any source; null for no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_epochs: Option<u32>,
    /// The token stores.
    #[serde(default, rename = "source")]
    pub sources: Vec<MixtureInput>,
    /// Weights that change over the run, in order; none for the weights of the sources.
    #[serde(default, rename = "phase", skip_serializing_if = "Vec::is_empty")]
    pub phases: Vec<PhaseInput>,
}

/// How documents become sequences of equal length.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Packing {
    /// Documents follow each other and are cut at every sequence's end.
    #[default]
    Concatenate,
    /// Whole documents are fitted together (best-fit decreasing); only those longer than a
    /// sequence are split.
    BestFit,
    /// One document, or part of a longer one, in each sequence; the rest is padding.
    Pad,
}

/// One token store of a mixture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MixtureInput {
    /// Name of the source; the name of the store unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Folder of the token store, relative to the recipe file.
    pub store: String,
    /// Share of the tokens without padding, relative to the other sources; with phases, which
    /// have their own weights, none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<f64>,
    /// Most different tokens to draw; null for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unique_tokens: Option<u64>,
    /// Most passes over this source, in place of the recipe's limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_epochs: Option<u32>,
}

/// A stretch of the run with weights of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PhaseInput {
    /// Where it ends, as a fraction of the run; 1 for the last.
    pub until: f64,
    /// Share of the tokens by source, relative to the others; a source that is not named has none.
    pub weights: BTreeMap<String, f64>,
}

impl MixtureRecipe {
    /// Checks versions, names and ranges; `origin` names the recipe in errors.
    ///
    /// # Errors
    /// [`SchemaError`] naming the key that is wrong.
    pub fn validate(&self, origin: &str) -> Result<(), SchemaError> {
        let check = Check { origin };
        check.version(self.schema_version)?;
        check.not_empty("output", &self.output)?;
        check.at_least_one("sequence_tokens", self.sequence_tokens.into())?;
        if self.sequence_tokens > MAX_SEQUENCE_TOKENS {
            let expected = format!("at most {MAX_SEQUENCE_TOKENS}");
            return Err(check.fail("sequence_tokens", self.sequence_tokens, &expected));
        }
        if self.tokens < u64::from(self.sequence_tokens) {
            return Err(check.fail("tokens", self.tokens, "at least sequence_tokens"));
        }
        if let Some(epochs) = self.max_epochs {
            check.at_least_one("max_epochs", epochs.into())?;
        }
        self.validate_sources(&check)?;
        self.validate_phases(&check)
    }

    fn validate_sources(&self, check: &Check<'_>) -> Result<(), SchemaError> {
        if self.sources.is_empty() {
            return Err(check.fail("source", "missing", "at least one [[source]]"));
        }
        let mut names = BTreeSet::new();
        for source in &self.sources {
            let key = |key: &str| match &source.name {
                Some(name) => format!("source {name:?}: {key}"),
                None => format!("source with store {:?}: {key}", source.store),
            };
            check.not_empty(&key("store"), &source.store)?;
            if let Some(name) = &source.name {
                check.name("source.name", name)?;
                check.new_name("source.name", name, &mut names)?;
            }
            if let Some(tokens) = source.unique_tokens {
                check.at_least_one(&key("unique_tokens"), tokens)?;
            }
            if let Some(epochs) = source.max_epochs {
                check.at_least_one(&key("max_epochs"), epochs.into())?;
            }
            match source.weight {
                Some(weight) if self.phases.is_empty() => {
                    check.not_negative(&key("weight"), weight)?;
                }
                Some(weight) => {
                    let expected = "none: the weights are those of the phases";
                    return Err(check.fail(&key("weight"), weight, expected));
                }
                None if self.phases.is_empty() => {
                    return Err(check.fail(&key("weight"), "missing", "a number from 0"));
                }
                None => {}
            }
        }
        let weights = self.sources.iter().filter_map(|source| source.weight);
        match self.phases.is_empty() {
            true => check.some_positive("weight", weights),
            false => Ok(()),
        }
    }

    fn validate_phases(&self, check: &Check<'_>) -> Result<(), SchemaError> {
        let mut start = 0.0;
        for (place, phase) in self.phases.iter().enumerate() {
            let key = |key: &str| format!("phase {}: {key}", place + 1);
            let ascends = phase.until > start && phase.until <= 1.0;
            if !ascends {
                let expected = format!("more than {start}, at most 1");
                return Err(check.fail(&key("until"), phase.until, &expected));
            }
            start = phase.until;
            for (name, weight) in &phase.weights {
                check.not_negative(&key(&format!("weights.{name}")), *weight)?;
            }
            check.some_positive(&key("weights"), phase.weights.values().copied())?;
        }
        match self.phases.last() {
            Some(last) if last.until < 1.0 => {
                let key = format!("phase {}: until", self.phases.len());
                Err(check.fail(&key, last.until, "1: the last phase ends with the run"))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "schema_version = 1\noutput = \"mixture\"\nsequence_tokens = 4\n";
    const SOURCES: &str = "[[source]]\nstore = \"web\"\n[[source]]\nname = \"b\"\nstore = \"b\"\n";

    fn error(rest: &str) -> String {
        let recipe = MixtureRecipe::from_toml(&format!("{HEAD}{rest}"), "mixture.toml");
        recipe.unwrap_err().to_string()
    }

    #[test]
    fn a_short_recipe_takes_every_default() {
        let text = format!("{HEAD}tokens = 9\n[[source]]\nstore = \"web\"\nweight = 2\n");
        let recipe = MixtureRecipe::from_toml(&text, "mixture.toml").unwrap();
        assert_eq!((recipe.seed, recipe.packing), (0, Packing::Concatenate));
        assert_eq!(recipe.sources[0].weight, Some(2.0));
        let again = MixtureRecipe::from_json(&recipe.to_json(), "mixture.json").unwrap();
        assert_eq!(again, recipe);
    }

    #[test]
    fn what_means_nothing_is_named() {
        let one = |more: &str| {
            error(&format!(
                "tokens = 9\n[[source]]\nname = \"a\"\nstore = \"a\"\n{more}"
            ))
        };
        let phases = |more: &str| error(&format!("tokens = 9\n{SOURCES}{more}"));
        let cases = [
            (
                error("tokens = 3"),
                "tokens is 3, expected at least sequence_tokens",
            ),
            (error("tokens = 9"), "source is missing"),
            (one(""), "source \"a\": weight is missing"),
            (
                one("weight = -1"),
                "source \"a\": weight is -1, expected a number from 0",
            ),
            (one("weight = nan"), "source \"a\": weight is NaN"),
            (
                one("weight = 0"),
                "weight is 0 everywhere, expected a positive number for at least",
            ),
            (one("weight = 1\nunique_tokens = 0"), "unique_tokens is 0"),
            (one("weight = 1\nmax_epochs = 0"), "max_epochs is 0"),
            (
                one("weight = 1\n[[source]]\nname = \"A\"\nstore = \"b\"\nweight = 1"),
                "source.name is \"A\" twice, expected unique names",
            ),
            (
                one("weight = 1\n[[phase]]\nuntil = 1\nweights = { a = 1 }"),
                "weight is 1, expected none: the weights are those of the phases",
            ),
            (
                phases("[[phase]]\nuntil = 0.5\nweights = { web = 1 }"),
                "phase 1: until is 0.5, expected 1",
            ),
            (
                phases(
                    "[[phase]]\nuntil = 0.5\nweights = { b = 1 }\n\
                     [[phase]]\nuntil = 0.5\nweights = { b = 1 }",
                ),
                "phase 2: until is 0.5, expected more than 0.5, at most 1",
            ),
            (
                phases("[[phase]]\nuntil = 1\nweights = { b = -2 }"),
                "phase 1: weights.b is -2",
            ),
            (
                phases("[[phase]]\nuntil = 1\nweights = { b = 0 }"),
                "phase 1: weights is 0 everywhere",
            ),
        ];
        for (message, expected) in cases {
            assert!(message.contains(expected), "{message}");
        }
    }
}
