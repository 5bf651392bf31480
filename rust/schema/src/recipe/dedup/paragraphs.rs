//! Settings of the removal of repeated paragraphs and lines.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;

/// Removal of paragraphs or lines that occurred before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RepeatedParagraphs {
    /// What is compared.
    pub unit: Passage,
    /// Compare normalised words; otherwise bytes, or in n-grams words as they stand.
    pub normalized: bool,
    /// Fewest words of a passage that is compared: shorter ones are headings and labels, which
    /// recur without being copies, and always stay.
    pub least_words: u32,
    /// A document is dropped when more than this share of its text repeats earlier documents; one
    /// that repeats them altogether is always dropped.
    pub most_repeated: f64,
    /// Compare parts of passages, too; needs `bloom`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ngrams: Option<PassageNgrams>,
    /// Remember passages in a Bloom filter of fixed size, which takes a few for seen that were
    /// not; otherwise in a table, without error, that grows by 30 bytes for each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bloom: Option<Bloom>,
}

/// A part of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Passage {
    /// Lines up to a blank one.
    Paragraph,
    /// One line.
    Line,
}

/// A passage is a repeat when enough of its word n-grams occurred before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PassageNgrams {
    /// Words per n-gram; a shorter passage counts as one n-gram.
    pub ngram: u32,
    /// Least share of n-grams that occurred before.
    pub share: f64,
}

/// A Bloom filter (Bloom 1970): its size is `memory`, or what `entries` need.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Bloom {
    /// Bytes of memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
    /// Passages, or n-grams, that the filter is made for.
    pub entries: u64,
    /// Share of new ones that are taken for seen, once that many are in.
    pub false_positives: f64,
}

impl Default for RepeatedParagraphs {
    fn default() -> Self {
        Self {
            unit: Passage::Paragraph,
            normalized: true,
            least_words: 10,
            most_repeated: 1.0,
            ngrams: None,
            bloom: None,
        }
    }
}

impl Default for PassageNgrams {
    fn default() -> Self {
        Self {
            ngram: 13,
            share: 0.8,
        }
    }
}

impl Default for Bloom {
    fn default() -> Self {
        Self {
            memory: None,
            entries: 100_000_000,
            false_positives: 1e-4,
        }
    }
}

impl RepeatedParagraphs {
    pub(crate) fn validate(&self, check: &Check<'_>) -> Result<(), SchemaError> {
        check.fraction("dedup.paragraphs.most_repeated", self.most_repeated)?;
        if let Some(bloom) = &self.bloom {
            bloom.validate(check)?;
        }
        let Some(ngrams) = &self.ngrams else {
            return Ok(());
        };
        check.at_least_one("dedup.paragraphs.ngrams.ngram", ngrams.ngram.into())?;
        check.fraction("dedup.paragraphs.ngrams.share", ngrams.share)?;
        if ngrams.share == 0.0 {
            return Err(check.fail("dedup.paragraphs.ngrams.share", 0, "more than 0"));
        }
        if self.bloom.is_none() {
            let expected = "a table `bloom` beside `ngrams`";
            return Err(check.fail("dedup.paragraphs.bloom", "missing", expected));
        }
        Ok(())
    }
}

/// Below this a filter of any number of entries would be larger than a table of them.
const LEAST_FALSE_POSITIVES: f64 = 1e-9;
/// Above this a filter takes more for seen than not.
const MOST_FALSE_POSITIVES: f64 = 0.5;

impl Bloom {
    fn validate(&self, check: &Check<'_>) -> Result<(), SchemaError> {
        check.at_least_one("dedup.paragraphs.bloom.entries", self.entries)?;
        if let Some(memory) = self.memory {
            check.at_least_one("dedup.paragraphs.bloom.memory", memory)?;
        }
        if (LEAST_FALSE_POSITIVES..=MOST_FALSE_POSITIVES).contains(&self.false_positives) {
            return Ok(());
        }
        Err(check.fail(
            "dedup.paragraphs.bloom.false_positives",
            self.false_positives,
            "from 1e-9 to 0.5",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECIPE: Check<'_> = Check { origin: "recipe" };

    fn refused(settings: RepeatedParagraphs) -> String {
        settings.validate(&RECIPE).unwrap_err().to_string()
    }

    #[test]
    fn ngrams_need_a_filter_and_shares_are_fractions() {
        let ngrams = Some(PassageNgrams::default());
        let bloom = Some(Bloom::default());
        let with = |ngrams, bloom| RepeatedParagraphs {
            ngrams,
            bloom,
            ..RepeatedParagraphs::default()
        };
        assert_eq!(
            with(ngrams.clone(), bloom.clone()).validate(&RECIPE),
            Ok(())
        );
        assert_eq!(
            refused(with(ngrams, None)),
            "recipe: dedup.paragraphs.bloom is missing, expected a table `bloom` beside `ngrams`"
        );
        let none = Some(PassageNgrams {
            ngram: 13,
            share: 0.0,
        });
        assert!(refused(with(none, bloom)).contains("ngrams.share is 0"));
        let all = Bloom {
            false_positives: 1.0,
            ..Bloom::default()
        };
        assert!(refused(with(None, Some(all))).contains("false_positives is 1"));
    }
}
