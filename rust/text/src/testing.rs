//! Texts for tests.

use proptest::prelude::*;

/// Texts of ASCII, of other characters and of characters that join others.
pub(crate) fn any_text() -> impl Strategy<Value = String> {
    "[ -~\\s]*|.*|([a-zA-Z0-9]{0,20}[ -~é’Σ字カあ\u{301}\u{338}\u{ad}\u{93f}İ]){0,40}"
}
