//! JSON strings without control characters, decoded; `None` where `serde_json` should be asked.

use std::borrow::Cow;

use memchr::memchr;

/// The string that a raw value, quotes included, stands for. `None` when it is no string or its
/// escapes are wrong, lone surrogates included.
pub(super) fn decode(raw: &str) -> Option<Cow<'_, str>> {
    let inside = raw.strip_prefix('"')?.strip_suffix('"')?;
    if memchr(b'\\', inside.as_bytes()).is_none() {
        return Some(Cow::Borrowed(inside));
    }
    let mut text = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some(slash) = find_slash(rest.as_bytes()) {
        text.push_str(&rest[..slash]);
        let (character, length) = escape(&rest.as_bytes()[slash..])?;
        text.push(character);
        rest = &rest[slash + length..];
    }
    text.push_str(rest);
    Some(Cow::Owned(text))
}

/// Appends text as a string, quotes included, escaped where JSON wants it and as `serde_json`
/// does.
pub(super) fn encode(text: &str, output: &mut Vec<u8>) {
    output.push(b'"');
    let mut rest = text.as_bytes();
    while let Some(place) = find_special(rest) {
        output.extend_from_slice(&rest[..place]);
        push_escape(rest[place], output);
        rest = &rest[place + 1..];
    }
    output.extend_from_slice(rest);
    output.push(b'"');
}

fn push_escape(byte: u8, output: &mut Vec<u8>) {
    let letter = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\t' => b't',
        b'\r' => b'r',
        0x8 => b'b',
        0xc => b'f',
        _ => {
            let digit = |number: u8| b"0123456789abcdef"[usize::from(number)];
            output.extend_from_slice(b"\\u00");
            output.extend_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
            return;
        }
    };
    output.extend_from_slice(&[b'\\', letter]);
}

/// The place of the first backslash.
fn find_slash(bytes: &[u8]) -> Option<usize> {
    find(bytes, |step| equal(step, b'\\'), |byte| byte == b'\\')
}

/// The place of the first byte that has to be escaped.
fn find_special(bytes: &[u8]) -> Option<usize> {
    let control = |step: u128| step.wrapping_sub(ONES * 0x20) & !step & HIGHEST;
    find(
        bytes,
        |step| equal(step, b'\\') | equal(step, b'"') | control(step),
        |byte| byte == b'\\' || byte == b'"' || byte < 0x20,
    )
}

/// Bytes that are looked at together.
const STEP: usize = 16;
const ONES: u128 = u128::MAX / 255;
const HIGHEST: u128 = ONES << 7;

/// The place of the first byte that `is` is true of; `among` has the highest bit of that byte as
/// its lowest bit. Escapes stand close together, too close for `memchr`, which takes its time to
/// begin.
fn find(bytes: &[u8], among: impl Fn(u128) -> u128, is: impl Fn(u8) -> bool) -> Option<usize> {
    let (mut rest, mut start) = (bytes, 0);
    while let Some((step, after)) = rest.split_first_chunk::<STEP>() {
        let found = among(u128::from_le_bytes(*step));
        if found != 0 {
            return Some(start + found.trailing_zeros() as usize / 8);
        }
        (rest, start) = (after, start + STEP);
    }
    let place = rest.iter().position(|byte| is(*byte))?;
    Some(start + place)
}

/// The highest bits of the bytes that are this one; those above the first may be wrong.
fn equal(step: u128, byte: u8) -> u128 {
    let others = step ^ (ONES * u128::from(byte));
    others.wrapping_sub(ONES) & !others & HIGHEST
}

/// Whether every escape is one that JSON knows. A surrogate may be alone: in a string that is
/// passed on as it stands that does no harm.
pub(super) fn escapes_are_valid(inside: &[u8]) -> bool {
    let mut rest = inside;
    while let Some(slash) = find_slash(rest) {
        let length = match simple(rest.get(slash + 1)) {
            Some(_) => 2,
            None if unit(&rest[slash..]).is_some() => 6,
            None => return false,
        };
        rest = &rest[slash + length..];
    }
    true
}

/// The character of the escape that `bytes` begins with, and the escape's length.
fn escape(bytes: &[u8]) -> Option<(char, usize)> {
    if let Some(character) = simple(bytes.get(1)) {
        return Some((character, 2));
    }
    let first = unit(bytes)?;
    if let Some(character) = char::from_u32(first) {
        return Some((character, 6));
    }
    let second = unit(bytes.get(6..)?)?;
    let units = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
    let character = char::decode_utf16(units).next()?.ok()?;
    Some((character, 12))
}

/// The character that a letter after a backslash stands for.
fn simple(letter: Option<&u8>) -> Option<char> {
    Some(match letter? {
        b'n' => '\n',
        b'"' => '"',
        b'\\' => '\\',
        b't' => '\t',
        b'/' => '/',
        b'r' => '\r',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        _ => return None,
    })
}

/// The number in `\u` and four hexadecimal digits.
fn unit(bytes: &[u8]) -> Option<u32> {
    let digits = bytes.get(..6)?.strip_prefix(b"\\u")?;
    digits.iter().try_fold(0, |number, &digit| {
        Some(number << 4 | char::from(digit).to_digit(16)?)
    })
}
