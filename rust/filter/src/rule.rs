//! What a rule is: one criterion by which documents are kept, changed or dropped.

use crate::analysis::view::View;
use crate::thresholds::{Rejection, Thresholds};

/// One criterion of a recipe, with its settings: it may drop a document, or change its text.
///
/// Every number that it compares goes through [`Thresholds`], under a name, so that the numbers can
/// be listed without a decision.
pub(crate) trait Rule: Send + Sync {
    /// Examines the document: `Ok(None)` leaves the text as it is, `Ok(Some(text))` changes it.
    ///
    /// # Errors
    /// The reason of the first check that fails.
    fn examine(
        &self,
        view: &View<'_>,
        thresholds: &mut Thresholds,
    ) -> Result<Option<String>, Rejection>;
}
