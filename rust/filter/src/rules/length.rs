//! `length`: bounds on the number of words, characters and lines.
//!
//! # Checks, in this order
//! * `too-few-words`, `too-many-words`: UAX #29 words with a letter or a digit.
//! * `too-few-characters`, `too-many-characters`: all characters.
//! * `too-few-lines`, `too-many-lines`: lines that are not blank.

use assay_schema::{Length, WordRule};

use crate::analysis::view::View;
use crate::rule::Rule;
use crate::thresholds::{Rejection, Thresholds};

/// Drops documents that are too short or too long.
pub(crate) struct LengthRule {
    words: Option<(f64, f64)>,
    characters: Option<(f64, f64)>,
    lines: Option<(f64, f64)>,
}

impl LengthRule {
    pub(crate) fn new(settings: &Length) -> Self {
        Self {
            words: bounds(settings.min_words, settings.max_words),
            characters: bounds(settings.min_characters, settings.max_characters),
            lines: bounds(settings.min_lines, settings.max_lines),
        }
    }
}

/// Both bounds as numbers to compare with, where there is one.
fn bounds(least: Option<u64>, most: Option<u64>) -> Option<(f64, f64)> {
    let given = least.is_some() || most.is_some();
    let bounds = (
        least.unwrap_or(0) as f64,
        most.map_or(f64::INFINITY, |most| most as f64),
    );
    given.then_some(bounds)
}

impl Rule for LengthRule {
    fn examine(
        &self,
        view: &View<'_>,
        thresholds: &mut Thresholds,
    ) -> Result<Option<String>, Rejection> {
        if let Some(bounds) = self.words {
            let words = view.words(WordRule::Uax29).count() as f64;
            let reasons = ("too-few-words", "too-many-words");
            thresholds.within("length.words", words, bounds, reasons)?;
        }
        if let Some(bounds) = self.characters {
            let characters = view.characters() as f64;
            let reasons = ("too-few-characters", "too-many-characters");
            thresholds.within("length.characters", characters, bounds, reasons)?;
        }
        if let Some(bounds) = self.lines {
            let lines = view.lines().count() as f64;
            let reasons = ("too-few-lines", "too-many-lines");
            thresholds.within("length.lines", lines, bounds, reasons)?;
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use assay_schema::FilterSpec;

    use super::*;
    use crate::testing::check;

    #[test]
    fn bounds_are_inclusive() {
        let rule = FilterSpec::Length(Length {
            min_words: Some(2),
            max_words: Some(3),
            ..Length::default()
        });
        assert_eq!(check(rule.clone(), "one!"), Err("too-few-words"));
        assert_eq!(check(rule.clone(), "one two"), Ok(()));
        assert_eq!(check(rule.clone(), "one two three"), Ok(()));
        assert_eq!(check(rule, "one two three four"), Err("too-many-words"));
        let without = FilterSpec::Length(Length::default());
        assert_eq!(check(without, ""), Ok(()));
    }

    #[test]
    fn characters_and_lines_are_counted() {
        let rule = |least, most| {
            FilterSpec::Length(Length {
                min_characters: Some(least),
                max_lines: Some(most),
                ..Length::default()
            })
        };
        assert_eq!(check(rule(5, 2), "é\n\nb\n"), Ok(()));
        assert_eq!(check(rule(6, 2), "é\n\nb\n"), Err("too-few-characters"));
        assert_eq!(check(rule(5, 1), "é\n\nb\n"), Err("too-many-lines"));
    }
}
