//! What can be wrong with the arguments of a fit.

use thiserror::Error;

/// An input that the engine cannot work with.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum SolveError {
    /// There is no such law.
    #[error("the engine knows no law \"{0}\"")]
    UnknownLaw(String),
    /// A law has another number of constants.
    #[error("the law \"{law}\" has {expected} constants, found {found}")]
    Constants {
        /// The name of the law.
        law: String,
        /// How many it has.
        expected: usize,
        /// How many were given.
        found: usize,
    },
    /// An array has the wrong shape.
    #[error("{name}: expected {expected} numbers, found {found}")]
    Shape {
        /// Which array.
        name: &'static str,
        /// How many numbers belong there.
        expected: usize,
        /// How many there are.
        found: usize,
    },
}

/// Checks how many numbers `name` has.
pub(crate) fn expect(name: &'static str, found: usize, expected: usize) -> Result<(), SolveError> {
    if found == expected {
        return Ok(());
    }
    Err(SolveError::Shape {
        name,
        expected,
        found,
    })
}
