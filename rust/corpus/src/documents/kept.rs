//! A document that stays, and its text if that has changed.

/// A document that goes to the output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its place in the batch.
    pub index: usize,
    /// Its new text; `None` leaves the document as it was.
    pub text: Option<String>,
}
