//! A document as a caller hands it in: a text, and the other fields of its record.

use std::borrow::Cow;

/// One document.
#[derive(Clone, Copy)]
pub struct Document<'a> {
    /// The text.
    pub text: &'a str,
    /// The other fields of the record.
    pub fields: &'a dyn Fields,
}

impl<'a> Document<'a> {
    /// A text without other fields.
    #[must_use]
    pub fn of_text(text: &'a str) -> Self {
        Self {
            text,
            fields: &NoFields,
        }
    }
}

/// The fields of a record beside its text, such as its address or scores.
pub trait Fields {
    /// The string at `path`, whose parts are separated by dots.
    fn string(&self, path: &str) -> Option<Cow<'_, str>>;

    /// The number at `path`, whose parts are separated by dots.
    fn number(&self, path: &str) -> Option<f64>;
}

/// A record that is a text alone.
#[derive(Debug, Clone, Copy)]
pub struct NoFields;

impl Fields for NoFields {
    fn string(&self, _path: &str) -> Option<Cow<'_, str>> {
        None
    }

    fn number(&self, _path: &str) -> Option<f64> {
        None
    }
}
