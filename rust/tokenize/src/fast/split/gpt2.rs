//! GPT-2's pre-tokens.

use super::block::{BLOCK, Block};
use super::drive::drive;
use crate::fast::classes::{LETTER, NUMBER, OTHER};
use crate::fast::text::Text;

/// The slow twin (openai/gpt-2, src/encoder.py).
pub(super) const EXPRESSION: &str =
    r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

/// Calls `each` with the start and the end of every pre-token: of all that begin in a block of
/// ASCII at once, and of others one by one.
#[inline(always)]
pub(super) fn each(text: Text, mut each: impl FnMut(usize, usize)) {
    let mut start = 0;
    while start < text.bytes.len() {
        let block = text.bytes[start..].first_chunk();
        let mut next = block.map_or(0, next_starts);
        if next == 0 {
            let end = end(text, start);
            each(start, end);
            start = end;
            continue;
        }
        let first = start;
        while next != 0 {
            let end = first + next.trailing_zeros() as usize;
            each(start, end);
            start = end;
            next &= next - 1;
        }
    }
}

/// Where pre-tokens begin in a block whose first byte begins one: bits of those after the first,
/// as far as the block decides it.
#[inline(always)]
fn next_starts(bytes: &[u8; BLOCK]) -> u64 {
    let block = Block::new(bytes);
    // A start is decided by the byte after it, and the last contraction must be in the block.
    let decided = match block.ascii() {
        0..3 => return 0,
        ascii => u64::MAX >> (u64::BITS + 1 - ascii.min(63)),
    };
    let Block {
        letters,
        digits,
        white,
        space,
        apostrophe,
        ..
    } = block;
    let other = !(letters | digits | white);
    let continues = (letters & letters << 1)
        | (digits & digits << 1)
        | (other & other << 1)
        | white
        | space << 1;
    // White space begins with its first character and, before something else, with its last.
    let white_starts = white & (!(white << 1) | !(white >> 1));
    let mut starts = !continues | white_starts;
    let mut candidates = apostrophe & (starts | 1) & decided >> 1;
    while candidates != 0 {
        let place = candidates.trailing_zeros() as usize;
        if let Some(length) = contraction(&bytes[place..]) {
            starts = starts & !(2 << place) | 1 << (place + length);
        }
        candidates &= candidates - 1;
    }
    starts & decided & !1
}

/// The end of the pre-token that begins at `at`.
#[inline(always)]
fn end(text: Text, at: usize) -> usize {
    let first = at + usize::from(text.byte_is(at, b' '));
    let (class, bytes) = text.class(first);
    if class & LETTER != 0 {
        return text.letters(first + bytes);
    }
    if let Some(length) = contraction(&text.bytes[at..]) {
        return at + length;
    }
    match class & (NUMBER | OTHER) {
        0 => text.spaces(at, false),
        class => text.run(first + bytes, class),
    }
}

/// The bytes of `'s|'t|'re|'ve|'m|'ll|'d`, if the text begins with it.
#[inline(always)]
fn contraction(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [b'\'', b's' | b't' | b'm' | b'd', ..] => Some(2),
        [b'\'', b'r' | b'v', b'e', ..] | [b'\'', b'l', b'l', ..] => Some(3),
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
