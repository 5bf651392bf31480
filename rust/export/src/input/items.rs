//! The items of an export, whatever they come from.

use assay_schema::ExportSource;

use crate::error::ExportError;

/// Documents or sequences, one by one.
pub trait Items {
    /// Where they come from.
    fn source(&self) -> &ExportSource;

    /// Bytes on disk of all their tokens.
    fn bytes(&self) -> u64;

    /// Goes to the next item; none after the last one.
    ///
    /// # Errors
    /// [`ExportError::Store`] naming the file that is damaged or cannot be read.
    fn advance(&mut self) -> Result<Option<&[u32]>, ExportError>;
}
