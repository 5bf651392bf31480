//! Cutting a whole text, given how one pre-token ends.

use crate::fast::text::Text;

/// Calls `each` with the start and the end of every pre-token, where `end` finds the end of the one
/// that begins at a place.
#[inline(always)]
pub(super) fn drive(
    text: Text,
    end: impl Fn(Text, usize) -> usize,
    mut each: impl FnMut(usize, usize),
) {
    let mut start = 0;
    while start < text.bytes.len() {
        let end = end(text, start);
        each(start, end);
        start = end;
    }
}
