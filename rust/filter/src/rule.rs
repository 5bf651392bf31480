//! What a rule is.

use crate::probe::{Probe, Rejection};
use crate::view::View;

/// Looks at a document, compares numbers through the probe, and may change the text.
pub(crate) trait Rule: Send + Sync {
    /// Examines the document: `Ok(None)` leaves the text as it is, `Ok(Some(text))` changes it.
    ///
    /// # Errors
    /// The reason of the first check that fails.
    fn examine(&self, view: &View<'_>, probe: &mut Probe) -> Result<Option<String>, Rejection>;
}
