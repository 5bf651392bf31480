//! Pre-tokens that also end where a small letter is followed by a capital.

use super::by_words::{digits_expression, numbers};
use crate::fast::classes::{LETTER, LOWER, NEWLINE, NUMBER, OTHER, UPPER};
use crate::fast::text::Text;

/// The slow twin (openai/tiktoken, tiktoken_ext/openai_public.py; mistral-common's Tekken).
pub(super) fn expression(digits: usize, contractions: bool) -> String {
    let digits = digits_expression(digits);
    let contraction = match contractions {
        true => "(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        false => "",
    };
    [
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+",
        contraction,
        r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*",
        contraction,
        "|",
        &digits,
        r"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    ]
    .concat()
}

/// The end of the pre-token that begins at `at`.
#[inline(always)]
pub(super) fn end(text: Text, at: usize, digits: usize, contractions: bool) -> usize {
    let (class, bytes) = text.class(at);
    if class & NUMBER != 0 {
        return numbers(text, at + bytes, digits - 1);
    }
    let next = at + bytes;
    let before = class & (LETTER | NEWLINE) == 0;
    if let Some(end) = word(text, at, before.then_some(next)) {
        return match text.contraction(end) {
            Some(contraction) if contractions => contraction,
            _ => end,
        };
    }
    let follows_space = text.byte_is(at, b' ') && text.is(next, OTHER);
    if class & OTHER != 0 || follows_space {
        return newlines_and_slashes(text, text.run(next, OTHER));
    }
    text.spaces(at, true)
}

/// The end of the word that begins at `at`, or first at `after`, the end of a character that may
/// stand before a word. The alternatives are tried in the expression's order.
#[inline(always)]
fn word(text: Text, at: usize, after: Option<usize>) -> Option<usize> {
    let start = after.unwrap_or(at);
    if text.is(start, UPPER | LOWER) {
        let (uppers, end) = cased(text, start);
        if end.is_some() {
            return end;
        }
        // A mark may stand before a word and is a word by itself: that one comes first.
        return match after.and_then(|_| cased(text, at).1) {
            Some(end) => Some(end),
            None => Some(uppers),
        };
    }
    after.and_then(|_| cased(text, at).1)
}

/// The end of `UPPER*` at `at`, and that of `UPPER*LOWER+`, if there is one.
///
/// When no lower character follows the run of upper ones, the engine goes back to the last
/// character of the run that is both.
#[inline(always)]
fn cased(text: Text, at: usize) -> (usize, Option<usize>) {
    let (mut upper, mut both) = (text.ascii_upper(at), None);
    loop {
        let (class, bytes) = text.class(upper);
        if class & UPPER == 0 {
            break;
        }
        upper += bytes;
        if class & LOWER != 0 {
            both = Some(upper);
        }
    }
    let lower = text.run(text.ascii_lower(upper), LOWER);
    (upper, if lower > upper { Some(lower) } else { both })
}

/// The end of `[\r\n/]*` at `at`.
#[inline(always)]
fn newlines_and_slashes(text: Text, mut at: usize) -> usize {
    while matches!(text.bytes.get(at), Some(b'\r' | b'\n' | b'/')) {
        at += 1;
    }
    at
}
