//! Checks beyond types: versions, names, ranges.

use std::collections::BTreeSet;
use std::fmt::Display;

use crate::{
    FilterSpec, GopherQuality, GopherRepetition, Manifest, Recipe, SCHEMA_VERSION, SchemaError,
    TokenStore,
};

/// Builds errors about one document.
struct Check<'a> {
    origin: &'a str,
}

impl Check<'_> {
    fn fail(&self, key: &str, found: impl Display, expected: &str) -> SchemaError {
        SchemaError::Value {
            origin: self.origin.to_owned(),
            key: key.to_owned(),
            found: found.to_string(),
            expected: expected.to_owned(),
        }
    }

    fn version(&self, found: u32) -> Result<(), SchemaError> {
        if found == SCHEMA_VERSION {
            return Ok(());
        }
        Err(SchemaError::Version {
            origin: self.origin.to_owned(),
            found,
            expected: SCHEMA_VERSION,
        })
    }

    fn at_least_one(&self, key: &str, value: u64) -> Result<(), SchemaError> {
        if value >= 1 {
            return Ok(());
        }
        Err(self.fail(key, value, "at least 1"))
    }

    fn not_empty(&self, key: &str, value: &str) -> Result<(), SchemaError> {
        if !value.is_empty() {
            return Ok(());
        }
        Err(self.fail(key, "empty", "some text"))
    }

    fn fraction(&self, key: &str, value: f64) -> Result<(), SchemaError> {
        if (0.0..=1.0).contains(&value) {
            return Ok(());
        }
        Err(self.fail(key, value, "a number from 0 to 1"))
    }

    /// A name becomes a folder, so it must be safe as one on every system.
    fn name(&self, key: &str, name: &str) -> Result<(), SchemaError> {
        let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        if !name.is_empty() && !name.starts_with('.') && name.chars().all(safe) {
            return Ok(());
        }
        let expected = "letters, digits, '.', '_' and '-', not starting with '.'";
        Err(self.fail(key, format!("{name:?}"), expected))
    }

    fn paths(&self, key: &str, paths: &[String]) -> Result<(), SchemaError> {
        if paths.is_empty() {
            return Err(self.fail(key, "an empty list", "at least one file or folder"));
        }
        paths.iter().try_for_each(|path| self.not_empty(key, path))
    }
}

impl Recipe {
    /// Checks versions, names and ranges; `origin` names the recipe in errors.
    ///
    /// # Errors
    /// [`SchemaError`] naming the key that is wrong.
    pub fn validate(&self, origin: &str) -> Result<(), SchemaError> {
        let check = Check { origin };
        check.version(self.schema_version)?;
        check.not_empty("output", &self.output)?;
        check.not_empty("tokenizer", &self.tokenizer)?;
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
            // Folder names differ only in case on some systems: compare them without it.
            if !names.insert(name.to_ascii_lowercase()) {
                let found = format!("{name:?} twice");
                return Err(check.fail(&format!("{table}.name"), found, "unique names"));
            }
            check.paths(&format!("{table} {name:?}: path"), paths)?;
        }
        if names.is_empty() {
            return Err(check.fail("source", "missing", "at least one [[source]] or [[eval]]"));
        }
        Ok(())
    }

    fn validate_stages(&self, check: &Check<'_>) -> Result<(), SchemaError> {
        if let Some(minhash) = &self.dedup.minhash {
            check.at_least_one("dedup.minhash.ngram", minhash.ngram.into())?;
            check.at_least_one("dedup.minhash.bands", minhash.bands.into())?;
            check.at_least_one("dedup.minhash.rows", minhash.rows.into())?;
            check.fraction("dedup.minhash.threshold", minhash.threshold)?;
        }
        if let Some(decontaminate) = &self.decontaminate {
            check.at_least_one("decontaminate.ngram", decontaminate.ngram.into())?;
            check.fraction("decontaminate.threshold", decontaminate.threshold)?;
        }
        for source in &self.sources {
            for filter in &source.filters {
                let key = format!("source {:?}: {}", source.name, filter.rule());
                validate_filter(check, &key, filter)?;
            }
        }
        Ok(())
    }
}

fn validate_filter(check: &Check<'_>, key: &str, filter: &FilterSpec) -> Result<(), SchemaError> {
    match filter {
        FilterSpec::GopherQuality(rule) => validate_quality(check, key, rule),
        FilterSpec::GopherRepetition(rule) => validate_repetition(check, key, rule),
        FilterSpec::Length(rule) => {
            if rule.min_words.is_none() && rule.max_words.is_none() {
                return Err(check.fail(key, "without bounds", "min_words, max_words or both"));
            }
            let (min, max) = (rule.min_words.unwrap_or(0), rule.max_words);
            ordered(
                check,
                key,
                min as f64,
                max.map_or(f64::INFINITY, |max| max as f64),
            )
        }
    }
}

fn validate_quality(check: &Check<'_>, key: &str, rule: &GopherQuality) -> Result<(), SchemaError> {
    ordered(check, key, rule.min_words as f64, rule.max_words as f64)?;
    ordered(
        check,
        key,
        rule.min_mean_word_length,
        rule.max_mean_word_length,
    )?;
    for (name, value) in [
        ("max_bullet_lines", rule.max_bullet_lines),
        ("max_ellipsis_lines", rule.max_ellipsis_lines),
        ("min_alphabetic_words", rule.min_alphabetic_words),
    ] {
        check.fraction(&format!("{key}.{name}"), value)?;
    }
    if rule.max_symbols_per_word.is_finite() && rule.max_symbols_per_word >= 0.0 {
        return Ok(());
    }
    let name = format!("{key}.max_symbols_per_word");
    Err(check.fail(&name, rule.max_symbols_per_word, "a number from 0"))
}

fn validate_repetition(
    check: &Check<'_>,
    key: &str,
    rule: &GopherRepetition,
) -> Result<(), SchemaError> {
    let lines = [
        rule.max_duplicate_lines,
        rule.max_duplicate_paragraphs,
        rule.max_duplicate_line_characters,
        rule.max_duplicate_paragraph_characters,
    ];
    let ngrams = rule.max_top_ngram_characters.iter();
    let thresholds = lines
        .iter()
        .chain(ngrams)
        .chain(&rule.max_duplicate_ngram_characters);
    thresholds
        .copied()
        .try_for_each(|value| check.fraction(key, value))
}

fn ordered(check: &Check<'_>, key: &str, min: f64, max: f64) -> Result<(), SchemaError> {
    if min >= 0.0 && min <= max {
        return Ok(());
    }
    Err(check.fail(
        key,
        format!("a minimum of {min} and a maximum of {max}"),
        "minimum <= maximum",
    ))
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
            report.store.validate(origin)?;
            if !report.accounts_for_every_document() {
                let key = format!("{:?}: read.documents", report.name);
                return Err(check.fail(&key, report.read.documents, "kept + dropped + rejected"));
            }
        }
        Ok(())
    }
}
