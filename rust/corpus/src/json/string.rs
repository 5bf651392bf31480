//! JSON strings without control characters, decoded; `None` where `serde_json` should be asked.
//!
//! Escapes stand close together, in prose one at the end of each line: too close for `memchr` and
//! for a copy of just what is between two of them, which take their time to begin. What is copied
//! is a whole block, of which only the bytes before the first escape are kept.

use std::borrow::Cow;
use std::cell::Cell;

use memchr::memchr;
use wide::u8x16;

/// Bytes that are looked at and copied together.
const BLOCK: usize = 64;

/// Bytes of a buffer that is kept for the next string.
const KEPT_BYTES: usize = 1 << 20;

thread_local! {
    /// Where strings are decoded before their length is known.
    static DECODED: Cell<Vec<u8>> = Cell::default();
}

/// The string that a raw value, quotes included, stands for. `None` when it is no string or its
/// escapes are wrong, lone surrogates included.
pub(super) fn decode(raw: &str) -> Option<Cow<'_, str>> {
    let inside = raw.strip_prefix('"')?.strip_suffix('"')?;
    if memchr(b'\\', inside.as_bytes()).is_none() {
        return Some(Cow::Borrowed(inside));
    }
    let mut buffer = DECODED.take();
    if buffer.len() < inside.len() + BLOCK {
        buffer.resize(inside.len() + BLOCK, 0);
    }
    let decoded = unescape(inside.as_bytes(), &mut buffer);
    // It is UTF-8, as `inside` was, but only a check makes text of bytes.
    let text = decoded.and_then(|len| simdutf8::basic::from_utf8(&buffer[..len]).ok());
    let text = text.map(|text| Cow::Owned(text.to_owned()));
    if buffer.len() <= KEPT_BYTES {
        DECODED.set(buffer);
    }
    text
}

/// Writes what the inside of a string stands for, and tells how many bytes that are. There must be
/// room for as many as before and a block that does not count.
#[inline(never)]
fn unescape(inside: &[u8], text: &mut [u8]) -> Option<usize> {
    let (mut place, mut len) = (0, 0);
    while let Some(block) = inside.get(place..)?.first_chunk() {
        let before = slashes(block).trailing_zeros() as usize;
        *text.get_mut(len..)?.first_chunk_mut()? = *block;
        (place, len) = (place + before, len + before);
        if before < BLOCK {
            (place, len) = unescape_one(inside, place, text, len)?;
        }
    }
    loop {
        let rest = &inside[place..];
        let before = memchr(b'\\', rest).unwrap_or(rest.len());
        text.get_mut(len..len + before)?
            .copy_from_slice(&rest[..before]);
        (place, len) = (place + before, len + before);
        if place == inside.len() {
            return Some(len);
        }
        (place, len) = unescape_one(inside, place, text, len)?;
    }
}

/// Writes the character of the escape at `place`; what is behind both.
#[inline(always)]
fn unescape_one(
    inside: &[u8],
    place: usize,
    text: &mut [u8],
    len: usize,
) -> Option<(usize, usize)> {
    let byte = SIMPLE[usize::from(*inside.get(place + 1)?)];
    if byte != 0 {
        *text.get_mut(len)? = byte;
        return Some((place + 2, len + 1));
    }
    let (character, length) = number(&inside[place..])?;
    let written = character.encode_utf8(text.get_mut(len..len + 4)?).len();
    Some((place + length, len + written))
}

/// Appends text as a string, quotes included, escaped where JSON wants it and as `serde_json`
/// does.
pub(super) fn encode(text: &str, output: &mut Vec<u8>) {
    output.push(b'"');
    let mut rest = text.as_bytes();
    while let Some(block) = rest.first_chunk::<BLOCK>() {
        let before = specials(block).trailing_zeros() as usize;
        output.extend_from_slice(block);
        output.truncate(output.len() - (BLOCK - before));
        rest = &rest[before..];
        if before < BLOCK {
            push_escape(rest[0], output);
            rest = &rest[1..];
        }
    }
    for &byte in rest {
        if LETTERS[usize::from(byte)] == 0 {
            output.push(byte);
        } else {
            push_escape(byte, output);
        }
    }
    output.push(b'"');
}

#[inline(always)]
fn push_escape(byte: u8, output: &mut Vec<u8>) {
    let letter = LETTERS[usize::from(byte)];
    output.extend_from_slice(&[b'\\', letter]);
    if letter == b'u' {
        let digit = |number: u8| b"0123456789abcdef"[usize::from(number)];
        output.extend_from_slice(&[b'0', b'0', digit(byte >> 4), digit(byte & 15)]);
    }
}

/// The letter after a backslash by which a byte is escaped; zero for a byte that stays.
const LETTERS: [u8; 256] = {
    let (mut table, mut place) = ([0; 256], 0);
    while place < b' ' as usize {
        table[place] = b'u';
        place += 1;
    }
    place = 0;
    while place < SHORT.len() {
        // Nothing has to escape this one.
        if SHORT[place].1 != b'/' {
            table[SHORT[place].1 as usize] = SHORT[place].0;
        }
        place += 1;
    }
    table
};

/// The backslashes of a block: bit `i` is about byte `i`.
#[inline(always)]
fn slashes(block: &[u8; BLOCK]) -> u64 {
    bits(block, |bytes| bytes.simd_eq(u8x16::splat(b'\\')))
}

/// The bytes of a block that have to be escaped.
#[inline(always)]
fn specials(block: &[u8; BLOCK]) -> u64 {
    bits(block, |bytes| {
        let marks = bytes.simd_eq(u8x16::splat(b'\\')) | bytes.simd_eq(u8x16::splat(b'"'));
        marks | bytes.min(u8x16::splat(b' ' - 1)).simd_eq(bytes)
    })
}

#[inline(always)]
fn bits(block: &[u8; BLOCK], found: impl Fn(u8x16) -> u8x16) -> u64 {
    let mut bits = 0;
    for (place, sixteen) in (0..).step_by(16).zip(block.as_chunks().0) {
        bits |= u64::from(found(u8x16::new(*sixteen)).to_bitmask()) << place;
    }
    bits
}

/// Whether every escape is one that JSON knows. A surrogate may be alone: in a string that is
/// passed on as it stands that does no harm.
pub(super) fn escapes_are_valid(inside: &[u8]) -> bool {
    let mut rest = inside;
    while let Some(slash) = memchr(b'\\', rest) {
        let length = match rest.get(slash + 1) {
            Some(&letter) if SIMPLE[usize::from(letter)] != 0 => 2,
            _ if unit(&rest[slash..]).is_some() => 6,
            _ => return false,
        };
        rest = &rest[slash + length..];
    }
    true
}

/// The character of the escape by number that `bytes` begins with, and the escape's length.
#[cold]
fn number(bytes: &[u8]) -> Option<(char, usize)> {
    let first = unit(bytes)?;
    if let Some(character) = char::from_u32(first) {
        return Some((character, 6));
    }
    let second = unit(bytes.get(6..)?)?;
    let units = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
    let character = char::decode_utf16(units).next()?.ok()?;
    Some((character, 12))
}

/// Letters after a backslash and the bytes that they stand for.
const SHORT: [(u8, u8); 8] = [
    (b'n', b'\n'),
    (b'"', b'"'),
    (b'\\', b'\\'),
    (b't', b'\t'),
    (b'/', b'/'),
    (b'r', b'\r'),
    (b'b', 0x8),
    (b'f', 0xc),
];

/// The byte that a letter after a backslash stands for; zero for others. A table, for which letter
/// comes next cannot be foretold.
const SIMPLE: [u8; 256] = {
    let (mut table, mut place) = ([0; 256], 0);
    while place < SHORT.len() {
        table[SHORT[place].0 as usize] = SHORT[place].1;
        place += 1;
    }
    table
};

/// The number in `\u` and four hexadecimal digits.
fn unit(bytes: &[u8]) -> Option<u32> {
    let digits = bytes.get(..6)?.strip_prefix(b"\\u")?;
    digits.iter().try_fold(0, |number, &digit| {
        Some(number << 4 | char::from(digit).to_digit(16)?)
    })
}
