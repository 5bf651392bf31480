//! Where a document's parts are in a JSON object or in the columns of a table.

use std::borrow::Cow;

/// Where the text and the identifier are, and how long a document may be.
///
/// `text` and `id` are paths: `text` is a key or column, `meta.text` the key or field `text`
/// inside `meta`. A key that is literally `meta.text` wins over the path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    /// Path of the text.
    pub text: String,
    /// Path of the optional identifier.
    pub id: String,
    /// Longest accepted line of JSON, or text of a row, in bytes.
    pub max_line_bytes: u64,
}

/// A field of a document beside its text, for rules that look at more than the text.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldValue<'a> {
    /// A boolean.
    Bool(bool),
    /// A whole number that fits 64 bits.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// A string.
    String(Cow<'a, str>),
}

impl FieldValue<'_> {
    /// The value as a number, when it is one.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a score above 2^53 is compared, not counted"
    )]
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match *self {
            Self::Integer(value) => Some(value as f64),
            Self::Float(value) => Some(value),
            Self::Bool(_) | Self::String(_) => None,
        }
    }

    /// The value as a string, when it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(value) => Some(value),
            _ => None,
        }
    }
}
