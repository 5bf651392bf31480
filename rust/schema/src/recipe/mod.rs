//! The recipe: what to read, how to clean it, what to write.

mod batch;
mod decontaminate;
mod dedup;
mod documents;
mod inputs;
mod parts;

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::{Check, SCHEMA_VERSION};
use crate::error::SchemaError;
use crate::forms::{Switch, on_by_default, read_switch, write_switch};
use crate::recipe::inputs::{check_evals, check_sources, default_id_field, default_text_field};

pub use batch::BatchRecipe;
pub use decontaminate::{Decontaminate, DecontaminateAction};
pub use dedup::{
    Across, Bloom, Dedup, Exact, Keep, Near, Passage, PassageNgrams, RepeatedParagraphs, Substring,
    Unit,
};
pub use documents::{DocumentFormat, Documents};
pub use inputs::{EvalInput, OnBadLine, SourceInput, SpecialTokens};

/// Everything one run of the corpus engine depends on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Version of this format; 1.
    pub schema_version: u32,
    /// Seed of every hash.
    #[serde(default)]
    pub seed: u64,
    /// Folder to write, relative to the recipe file.
    pub output: String,
    /// Tokenizer file (`tokenizer.json`), relative to the recipe file; without one no tokens are
    /// written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokenizer: Option<String>,
    /// Token put after each document; must be in the vocabulary.
    #[serde(default = "default_separator")]
    pub separator: String,
    /// What the name of a special token inside a document is.
    #[serde(default)]
    pub special_tokens: SpecialTokens,
    /// Key of the text in each JSON line, or name of the column; `a.b` for one inside another.
    #[serde(default = "default_text_field")]
    pub text_field: String,
    /// Key or column of the optional document identifier.
    #[serde(default = "default_id_field")]
    pub id_field: String,
    /// Longest accepted line, in bytes.
    #[serde(default = "default_max_line_bytes")]
    pub max_line_bytes: u64,
    /// What a bad line does.
    #[serde(default)]
    pub on_bad_line: OnBadLine,
    /// Write the documents that stay, too; `false` turns it off.
    #[serde(
        default,
        deserialize_with = "read_switch",
        serialize_with = "write_switch"
    )]
    #[schemars(with = "Switch<Documents>")]
    pub documents: Option<Documents>,
    /// Write what became of every document, and why, as a table.
    #[serde(default)]
    pub decisions: bool,
    /// Removal of duplicates.
    #[serde(default)]
    pub dedup: Dedup,
    /// Removal of documents that contain evaluation text; `false` turns it off.
    #[serde(
        default = "on_by_default",
        deserialize_with = "read_switch",
        serialize_with = "write_switch"
    )]
    #[schemars(with = "Switch<Decontaminate>")]
    pub decontaminate: Option<Decontaminate>,
    /// Sources, in order of priority: of duplicates, the first source's copy stays.
    #[serde(default, rename = "source")]
    pub sources: Vec<SourceInput>,
    /// Evaluation sets: tokenised whole, and what sources are decontaminated against.
    #[serde(default, rename = "eval")]
    pub evals: Vec<EvalInput>,
}

impl Recipe {
    /// A recipe that reads nothing yet and writes nothing to `output`, with every default; every
    /// stage is off except those that are on by default.
    #[must_use]
    pub fn new(output: String) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            seed: 0,
            output,
            tokenizer: None,
            separator: default_separator(),
            special_tokens: SpecialTokens::default(),
            text_field: default_text_field(),
            id_field: default_id_field(),
            max_line_bytes: default_max_line_bytes(),
            on_bad_line: OnBadLine::default(),
            documents: None,
            decisions: false,
            dedup: Dedup::default(),
            decontaminate: on_by_default(),
            sources: Vec::new(),
            evals: Vec::new(),
        }
    }

    /// Checks versions, names and ranges; `origin` names the recipe in errors.
    ///
    /// # Errors
    /// [`SchemaError`] naming the key that is wrong.
    pub fn validate(&self, origin: &str) -> Result<(), SchemaError> {
        let check = Check { origin };
        check.version(self.schema_version)?;
        check.not_empty("output", &self.output)?;
        if let Some(tokenizer) = &self.tokenizer {
            check.not_empty("tokenizer", tokenizer)?;
        }
        if let Some(documents) = &self.documents {
            documents.validate(&check)?;
        }
        if self.tokenizer.is_none() && self.documents.is_none() && !self.decisions {
            let expected = "a tokenizer, documents or decisions: what to write";
            return Err(check.fail("tokenizer", "nothing to write", expected));
        }
        check.not_empty("separator", &self.separator)?;
        check.not_empty("text_field", &self.text_field)?;
        check.not_empty("id_field", &self.id_field)?;
        check.at_least_one("max_line_bytes", self.max_line_bytes)?;
        self.validate_inputs(&check)?;
        self.validate_stages(&check)
    }

    fn validate_inputs(&self, check: &Check<'_>) -> Result<(), SchemaError> {
        let mut names = BTreeSet::new();
        check_sources(check, &self.sources, &mut names)?;
        check_evals(check, &self.evals, &mut names)?;
        if names.is_empty() {
            return Err(check.fail("source", "missing", "at least one [[source]] or [[eval]]"));
        }
        Ok(())
    }

    fn validate_stages(&self, check: &Check<'_>) -> Result<(), SchemaError> {
        self.dedup.validate(check)?;
        let names = self.sources.iter().map(|source| source.name.as_str());
        self.dedup.validate_across(check, names)?;
        if let Some(decontaminate) = &self.decontaminate {
            decontaminate.validate(check)?;
        }
        for source in &self.sources {
            for filter in &source.filters {
                let key = format!("source {:?}: {}", source.name, filter.rule());
                filter.validate(check, &key)?;
            }
        }
        Ok(())
    }
}

fn default_separator() -> String {
    "<|endoftext|>".to_owned()
}

fn default_max_line_bytes() -> u64 {
    64 << 20
}
