//! GPT-2's pre-tokens.

use super::super::classes::{LETTER, NUMBER, OTHER};
use super::super::text::Text;
use super::drive;

/// The slow twin (openai/gpt-2, src/encoder.py).
pub(super) const EXPRESSION: &str =
    r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

/// The end of the pre-token that begins at `at`.
#[inline(always)]
pub(super) fn end(text: Text, at: usize) -> usize {
    let first = at + usize::from(text.byte_is(at, b' '));
    let (class, bytes) = text.class(first);
    if class & LETTER != 0 {
        return text.letters(first + bytes);
    }
    if let Some(end) = contraction(text, at) {
        return end;
    }
    match class & (NUMBER | OTHER) {
        0 => text.spaces(at, false),
        class => text.run(first + bytes, class),
    }
}

/// The end of `'s|'t|'re|'ve|'m|'ll|'d` at `at`.
#[inline(always)]
fn contraction(text: Text, at: usize) -> Option<usize> {
    if !text.byte_is(at, b'\'') {
        return None;
    }
    match (text.bytes.get(at + 1)?, text.bytes.get(at + 2)) {
        (b's' | b't' | b'm' | b'd', _) => Some(at + 2),
        (b'r' | b'v', Some(b'e')) | (b'l', Some(b'l')) => Some(at + 3),
        _ => None,
    }
}

/// The pre-tokens of a text in which each numeric character is a part of its own.
#[inline(always)]
pub(super) fn each_with_digits(text: &str, mut each: impl FnMut(usize, usize)) {
    let mut start = 0;
    while start < text.len() {
        let rest = &text[start..];
        let digit = rest.char_indices().find(|(_, letter)| letter.is_numeric());
        let (before, after) = match digit {
            Some((place, digit)) => (place, place + digit.len_utf8()),
            None => (rest.len(), rest.len()),
        };
        let part = Text::new(&rest[..before]);
        drive(
            part,
            |text: Text, at| end(text, at),
            |from, to| each(start + from, start + to),
        );
        if before < after {
            each(start + before, start + after);
        }
        start += after;
    }
}
