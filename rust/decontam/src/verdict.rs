//! What becomes of a scanned document.

use assay_schema::DecontaminateAction;

use crate::{EvalIndex, Scan};

/// What becomes of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It stays as it is: no item is above the threshold.
    Keep,
    /// It goes: the action is to drop.
    Drop,
    /// It stays with this text, without the words that it shared.
    Cut(String),
    /// It goes: too few words would be left after the cut.
    TooShort,
}

impl EvalIndex {
    /// What becomes of `text`, by the settings, after `scan` of it.
    #[must_use]
    pub fn verdict(&self, text: &str, scan: &Scan<'_>) -> Verdict {
        if scan.overlaps.is_empty() {
            return Verdict::Keep;
        }
        match self.settings.action {
            DecontaminateAction::Drop => Verdict::Drop,
            DecontaminateAction::Cut if scan.words_left < self.settings.min_words_left as usize => {
                Verdict::TooShort
            }
            DecontaminateAction::Cut => Verdict::Cut(cut(text, scan)),
        }
    }
}

/// The text outside the spans. What stands around words stays: white space, punctuation.
fn cut(text: &str, scan: &Scan<'_>) -> String {
    let mut left = String::with_capacity(text.len());
    let mut end = 0;
    for span in &scan.spans {
        left.push_str(&text[end..span.start]);
        end = span.end;
    }
    left.push_str(&text[end..]);
    left
}
