//! What can be wrong with the text of an expression.

use super::syntax::MAX_BYTES;

/// What is wrong with the text of an expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExpressionError {
    /// Something stands where the language expects something else.
    #[error("at column {column}: found {found}, expected {expected}")]
    Syntax {
        /// One-based, in characters.
        column: usize,
        /// What stands there.
        found: String,
        /// What would be accepted.
        expected: &'static str,
    },
    /// There is no such feature.
    #[error(
        "at column {column}: no feature is named {name:?}, expected one of {known}, or a field of \
         the record written as fields.{name}"
    )]
    UnknownName {
        /// One-based, in characters.
        column: usize,
        /// The name.
        name: String,
        /// Every feature.
        known: String,
    },
    /// The expression is longer than anyone would read.
    #[error(
        "it has {bytes} bytes, expected at most {}: split it into several rules",
        MAX_BYTES
    )]
    TooLong {
        /// The length of the expression.
        bytes: usize,
    },
}
