//! `paragraphs`: drops documents with few long paragraphs. A paragraph is a line, as in mC4.
//!
//! # Source
//! Xue et al. 2021, arXiv:2010.11934, section 3.1: at least three lines of 200 or more characters.
//! Decisions are those of datatrove 0.10.1's `C4ParagraphFilter`.
//!
//! # Checks
//! * `few-long-paragraphs`: fewer than `min_paragraphs` lines of `min_characters`.

use assay_schema::Paragraphs;

use crate::analysis::view::View;
use crate::rule::Rule;
use crate::thresholds::{Rejection, Thresholds};

/// Drops documents with few long paragraphs.
pub(crate) struct ParagraphsRule {
    settings: Paragraphs,
}

impl ParagraphsRule {
    pub(crate) fn new(settings: &Paragraphs) -> Self {
        Self {
            settings: settings.clone(),
        }
    }
}

impl Rule for ParagraphsRule {
    fn examine(
        &self,
        view: &View<'_>,
        thresholds: &mut Thresholds,
    ) -> Result<Option<String>, Rejection> {
        let is_long = |line: &&str| line.chars().count() as u64 >= self.settings.min_characters;
        let long = view.text().split('\n').filter(is_long).count();
        let least = self.settings.min_paragraphs as f64;
        thresholds.at_least("paragraphs.long", long as f64, least, "few-long-paragraphs")?;
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use assay_schema::FilterSpec;

    use super::*;
    use crate::testing::check;

    #[test]
    fn long_lines_are_counted_in_characters() {
        let rule = FilterSpec::Paragraphs(Paragraphs::default());
        let line = "é".repeat(200);
        assert_eq!(check(rule.clone(), &[&*line; 3].join("\n")), Ok(()));
        assert_eq!(
            check(rule.clone(), &[&*line; 2].join("\nshort\n")),
            Err("few-long-paragraphs")
        );
        assert_eq!(
            check(rule.clone(), &[&line[2..]; 3].join("\n")),
            Err("few-long-paragraphs")
        );
        assert_eq!(check(rule, ""), Err("few-long-paragraphs"));
    }
}
