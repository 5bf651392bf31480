//! Decides about a document that was scanned: it stays, goes, or loses what it shared.

use assay_schema::DecontaminateAction;
use assay_text::without_spans;

use crate::index::EvalIndex;
use crate::scan::Scan;

/// What becomes of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The document stays as it is: no item is above the threshold.
    Keep,
    /// The document goes: the action is to drop.
    Drop,
    /// The document stays with this text, without the words that it shared.
    Cut(String),
    /// The document goes: too few words would be left after the cut.
    TooShort,
}

impl EvalIndex {
    /// What becomes of `text`, by the settings, after `scan` of it.
    #[must_use]
    pub fn decide(&self, text: &str, scan: &Scan<'_>) -> Decision {
        if scan.overlaps.is_empty() {
            return Decision::Keep;
        }
        match self.settings.action {
            DecontaminateAction::Drop => Decision::Drop,
            DecontaminateAction::Cut if scan.words_left < self.settings.min_words_left as usize => {
                Decision::TooShort
            }
            DecontaminateAction::Cut => {
                // What stands around the words stays: white space, punctuation.
                Decision::Cut(without_spans(text, &scan.spans))
            }
        }
    }
}
