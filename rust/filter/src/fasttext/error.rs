//! What can be wrong with a model file.

use std::io;

/// Why a model file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The system refused to read, or the file ends too early.
    #[error("cannot be read: {0}")]
    Read(#[from] io::Error),
    /// The file is no supervised fastText model, or is damaged.
    #[error("{what} is {found}, expected {expected}: not a supervised fastText model, or damaged")]
    Invalid {
        /// The part of the model.
        what: &'static str,
        /// What the file has.
        found: String,
        /// What would be accepted.
        expected: String,
    },
}

impl ModelError {
    pub(super) fn invalid(
        what: &'static str,
        found: impl ToString,
        expected: impl ToString,
    ) -> Self {
        Self::Invalid {
            what,
            found: found.to_string(),
            expected: expected.to_string(),
        }
    }
}
