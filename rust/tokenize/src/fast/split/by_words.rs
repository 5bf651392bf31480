//! Pre-tokens that take a mark or a space in front of a word, and few digits at a time.

use crate::fast::classes::{LETTER, NEWLINE, NUMBER, OTHER};
use crate::fast::text::Text;

/// The slow twin (openai/tiktoken, tiktoken_ext/openai_public.py, as tokenizer.json files have it).
pub(super) fn expression(digits: usize) -> String {
    let digits = digits_expression(digits);
    [
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|",
        &digits,
        r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    ]
    .concat()
}

/// The end of the pre-token that begins at `at`.
#[inline(always)]
pub(super) fn end(text: Text, at: usize, digits: usize) -> usize {
    let (class, bytes) = text.class(at);
    if class & LETTER != 0 {
        return text.letters(at + bytes);
    }
    if let Some(end) = text.contraction(at) {
        return end;
    }
    if class & NUMBER != 0 {
        return numbers(text, at + bytes, digits - 1);
    }
    let next = at + bytes;
    let (after, after_bytes) = text.class(next);
    if class & NEWLINE == 0 && after & LETTER != 0 {
        return text.letters(next + after_bytes);
    }
    let follows_space = text.byte_is(at, b' ') && after & OTHER != 0;
    if class & OTHER != 0 || follows_space {
        return text.run(text.run(next, OTHER), NEWLINE);
    }
    text.spaces(at, true)
}

/// The end of at most `most` numeric characters at `at`.
#[inline(always)]
pub(super) fn numbers(text: Text, mut at: usize, most: usize) -> usize {
    for _ in 0..most {
        let (class, bytes) = text.class(at);
        if class & NUMBER == 0 {
            break;
        }
        at += bytes;
    }
    at
}

/// `\p{N}{1,most}` in a regular expression.
pub(super) fn digits_expression(most: usize) -> String {
    match most {
        1 => r"\p{N}".to_owned(),
        _ => format!(r"\p{{N}}{{1,{most}}}"),
    }
}
