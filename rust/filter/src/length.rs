//! `length`: bounds on the number of words.
//!
//! # Checks
//! * `too-few-words`: fewer than `min_words`.
//! * `too-many-words`: more than `max_words`.

use assay_text::words;

use crate::{Filter, Reason, drop_if};

pub(crate) const RULE: &str = "length";

/// Drops documents with too few or too many words.
#[derive(Debug, Clone)]
pub struct Length {
    settings: assay_schema::Length,
}

impl Length {
    /// The rule with these bounds.
    #[must_use]
    pub fn new(settings: assay_schema::Length) -> Self {
        Self { settings }
    }
}

impl Filter for Length {
    fn rule(&self) -> &'static str {
        RULE
    }

    fn check(&self, text: &str) -> Result<(), Reason> {
        let count = words(text).count() as u64;
        drop_if(
            self.settings.min_words.is_some_and(|least| count < least),
            "too-few-words",
        )?;
        drop_if(
            self.settings.max_words.is_some_and(|most| count > most),
            "too-many-words",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_inclusive() {
        let rule = Length::new(assay_schema::Length {
            min_words: Some(2),
            max_words: Some(3),
        });
        assert_eq!(rule.check("one!"), Err("too-few-words"));
        assert_eq!(rule.check("one two"), Ok(()));
        assert_eq!(rule.check("one two three"), Ok(()));
        assert_eq!(rule.check("one two three four"), Err("too-many-words"));
        assert_eq!(
            Length::new(assay_schema::Length::default()).check(""),
            Ok(())
        );
    }
}
