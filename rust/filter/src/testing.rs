//! Decisions of a single rule on texts, for the tests of rules.

use assay_schema::FilterSpec;

use crate::chain::{Chain, Judgement};
use crate::document::Document;
use crate::thresholds::Reason;

/// What one rule decides: the text that stays, or the reason to drop it.
pub(crate) fn judge(spec: FilterSpec, text: &str) -> Result<String, Reason> {
    let chain = Chain::new(&[spec]).unwrap();
    match chain.judge(&Document::of_text(text)) {
        Judgement::Keep(text) => Ok(text.into_owned()),
        Judgement::Drop { reason, .. } => Err(reason),
    }
}

/// What one rule decides that never changes the text.
pub(crate) fn check(spec: FilterSpec, text: &str) -> Result<(), Reason> {
    judge(spec, text).map(|kept| assert_eq!(kept, text))
}
