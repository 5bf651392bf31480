//! Checks beyond types: versions, names, ranges.

use std::collections::BTreeSet;

use crate::check::Check;
use crate::{Manifest, Recipe, SchemaError, TokenStore};

impl Recipe {
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
        let sources = self.sources.iter().map(|s| ("source", &s.name, &s.path));
        let evals = self.evals.iter().map(|e| ("eval", &e.name, &e.path));
        for (table, name, paths) in sources.chain(evals) {
            check.name(&format!("{table}.name"), name)?;
            check.new_name(&format!("{table}.name"), name, &mut names)?;
            check.paths(&format!("{table} {name:?}: path"), paths)?;
        }
        if names.is_empty() {
            return Err(check.fail("source", "missing", "at least one [[source]] or [[eval]]"));
        }
        Ok(())
    }

    fn validate_stages(&self, check: &Check<'_>) -> Result<(), SchemaError> {
        self.dedup.validate(check)?;
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

impl TokenStore {
    /// Checks the version and that the shards add up; `origin` names the file in errors.
    ///
    /// # Errors
    /// [`SchemaError`] naming the key that is wrong.
    pub fn validate(&self, origin: &str) -> Result<(), SchemaError> {
        let check = Check { origin };
        check.version(self.schema_version)?;
        let documents: u64 = self.shards.iter().map(|shard| shard.documents).sum();
        let tokens: u64 = self.shards.iter().map(|shard| shard.tokens).sum();
        if documents != self.documents {
            return Err(check.fail(
                "documents",
                self.documents,
                &format!("{documents}, the sum over shards"),
            ));
        }
        if tokens != self.tokens {
            return Err(check.fail(
                "tokens",
                self.tokens,
                &format!("{tokens}, the sum over shards"),
            ));
        }
        if !self.dtype.holds(self.vocab_size) {
            let expected = format!("uint32 for a vocabulary of {}", self.vocab_size);
            return Err(check.fail("dtype", "uint16", &expected));
        }
        if u64::from(self.separator_id) >= self.vocab_size {
            return Err(check.fail(
                "separator_id",
                self.separator_id,
                "a token of the vocabulary",
            ));
        }
        Ok(())
    }
}

impl Manifest {
    /// Checks the version, the recipe and that every document is accounted for; `origin` names
    /// the file in errors.
    ///
    /// # Errors
    /// [`SchemaError`] naming the key that is wrong.
    pub fn validate(&self, origin: &str) -> Result<(), SchemaError> {
        let check = Check { origin };
        check.version(self.schema_version)?;
        self.recipe.validate(origin)?;
        for report in self.sources.iter().chain(&self.evals) {
            if let Some(store) = &report.store {
                store.validate(origin)?;
            }
            if !report.accounts_for_every_document() {
                let key = format!("{:?}: read.documents", report.name);
                return Err(check.fail(&key, report.read.documents, "kept + dropped + rejected"));
            }
        }
        Ok(())
    }
}
