//! The fields of a record that was read, in the form in which filter rules ask for them.

use std::borrow::Cow;

use assay_corpus::{FieldValue, Record};
use assay_filter::Fields;

/// Lets rules read the fields of a record beside its text.
pub(crate) struct RecordFields<'a>(pub(crate) &'a Record<'a>);

impl Fields for RecordFields<'_> {
    fn string(&self, path: &str) -> Option<Cow<'_, str>> {
        match self.0.field(path)? {
            FieldValue::String(text) => Some(text),
            _ => None,
        }
    }

    fn number(&self, path: &str) -> Option<f64> {
        self.0.field(path)?.as_f64()
    }
}
