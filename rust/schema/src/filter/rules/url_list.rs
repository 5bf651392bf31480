//! Settings of the filter rule `url-list`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;
use crate::filter::settings::Settings;
use crate::forms::{OneOrMany, one_or_many};

/// What happens to a document whose address is on a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum UrlMode {
    /// A listed document is dropped.
    #[default]
    Drop,
    /// A listed document is kept, and every other document is dropped.
    Keep,
}

/// Lists of web addresses: text files, also gzip, with one entry a line; paths are relative to
/// the recipe file.
///
/// Source of the kinds of lists, and of two as the number of soft words: datatrove 0.10.1, after
/// RefinedWeb (Penedo et al. 2023, arXiv:2306.01116, appendix G.1). The lists are the user's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UrlList {
    /// The field of the record that holds the address.
    pub field: String,
    /// Whether listed documents are dropped or kept.
    pub mode: UrlMode,
    /// Hosts: `example.com` also lists `news.example.com`; `.edu` lists all that ends so.
    #[serde(deserialize_with = "one_or_many")]
    #[schemars(with = "OneOrMany")]
    pub domains: Vec<String>,
    /// Whole addresses.
    #[serde(deserialize_with = "one_or_many")]
    #[schemars(with = "OneOrMany")]
    pub urls: Vec<String>,
    /// Words of which one is enough: runs of letters and digits in the address.
    #[serde(deserialize_with = "one_or_many")]
    #[schemars(with = "OneOrMany")]
    pub words: Vec<String>,
    /// Words of which several are needed.
    #[serde(deserialize_with = "one_or_many")]
    #[schemars(with = "OneOrMany")]
    pub soft_words: Vec<String>,
    /// How many different soft words are needed.
    pub min_soft_words: u64,
    /// Parts of words, looked for in the letters and digits of the address alone.
    #[serde(deserialize_with = "one_or_many")]
    #[schemars(with = "OneOrMany")]
    pub substrings: Vec<String>,
}

impl Default for UrlList {
    fn default() -> Self {
        Self {
            field: "url".to_owned(),
            mode: UrlMode::Drop,
            domains: Vec::new(),
            urls: Vec::new(),
            words: Vec::new(),
            soft_words: Vec::new(),
            min_soft_words: 2,
            substrings: Vec::new(),
        }
    }
}

impl Settings for UrlList {
    fn validate(&self, check: &Check<'_>, key: &str) -> Result<(), SchemaError> {
        check.not_empty(&format!("{key}.field"), &self.field)?;
        check.at_least_one(&format!("{key}.min_soft_words"), self.min_soft_words)?;
        let mut files = self.clone();
        let files = files.files_mut();
        if files.is_empty() {
            return Err(check.fail(key, "without lists", "at least one file of entries"));
        }
        files.iter().try_for_each(|path| check.not_empty(key, path))
    }

    fn files_mut(&mut self) -> Vec<&mut String> {
        let lists = [
            &mut self.domains,
            &mut self.urls,
            &mut self.words,
            &mut self.soft_words,
            &mut self.substrings,
        ];
        lists.into_iter().flatten().collect()
    }
}
