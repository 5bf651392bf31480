//! Infixes: where a word is split inside.

use crate::char_classes::lookup::{is, some_is};
use crate::char_classes::table::{ALPHA, ICON, LOWER, QUOTE, UPPER};

/// Appends the parts of `text` between infixes, and the infixes, to `tokens`.
pub(super) fn split<'t>(text: &'t str, tokens: &mut Vec<&'t str>) {
    let mut start = 0;
    let mut before = None;
    let mut place = 0;
    while let Some(c) = text[place..].chars().next() {
        let length = infix_length(before, c, &text[place..]);
        // What matches at the very beginning splits nothing off.
        if length > 0 && place > 0 {
            if start < place {
                tokens.push(&text[start..place]);
            }
            tokens.push(&text[place..place + length]);
            start = place + length;
        }
        let step = length.max(c.len_utf8());
        before = text[place..place + step].chars().next_back();
        place += step;
    }
    if start < text.len() {
        tokens.push(&text[start..]);
    }
}

/// Whether an infix stands anywhere in `text`.
pub(super) fn has_infix(text: &str) -> bool {
    let mut before = None;
    text.char_indices().any(|(place, c)| {
        let before = before.replace(c);
        infix_length(before, c, &text[place..]) > 0
    })
}

/// The length of the infix that `text` begins with, or zero; `c` is its first character.
fn infix_length(before: Option<char>, c: char, text: &str) -> usize {
    if c.is_ascii_alphanumeric() {
        return 0;
    }
    let next = text[c.len_utf8()..].chars().next();
    let after_digit = before.is_some_and(|b| b.is_ascii_digit());
    let after_word = after_digit || some_is(before, ALPHA);
    match c {
        '.' if next == Some('.') => text.len() - text.trim_start_matches('.').len(),
        '.' if some_is(before, LOWER | QUOTE) && some_is(next, UPPER | QUOTE) => 1,
        '+' | '-' | '*' | '^'
            if after_digit && next.is_some_and(|n| n.is_ascii_digit() || n == '-') =>
        {
            1
        }
        ',' if some_is(before, ALPHA) && some_is(next, ALPHA) => 1,
        '-' | '–' | '—' | '~' if after_word => hyphens_length(c, text),
        ':' | '<' | '>' | '=' | '/' if after_word && some_is(next, ALPHA) => 1,
        _ if c == '…' || is(c, ICON) => c.len_utf8(),
        _ => 0,
    }
}

/// The length of the hyphens at the start of `text` when a letter follows, or zero.
fn hyphens_length(c: char, text: &str) -> usize {
    let most = match c {
        '-' => 3,
        '—' => 2,
        _ => 1,
    };
    let rest = text.trim_start_matches(c);
    let length = text.len() - rest.len();
    let few = length <= most * c.len_utf8();
    if few && some_is(rest.chars().next(), ALPHA) {
        length
    } else {
        0
    }
}
