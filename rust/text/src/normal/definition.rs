//! The one normalisation under which texts are compared, as it is defined: character by character.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Slow twin of [`normalize`](crate::normalize): the same, character by character.
#[must_use]
pub fn slow_normalize(text: &str) -> String {
    let kept = collapse(text.nfc(), text.len());
    kept.to_lowercase().nfc().collect()
}

fn collapse(chars: impl Iterator<Item = char>, capacity: usize) -> String {
    let mut out = String::with_capacity(capacity);
    let mut gap = false;
    for c in chars {
        if c.is_alphanumeric() || is_combining_mark(c) {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            out.push(c);
        } else if !is_invisible(c) {
            gap = true;
        }
    }
    out
}

/// Characters that stand inside words without being seen.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}'
    )
}
