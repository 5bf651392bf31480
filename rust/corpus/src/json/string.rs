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

/// Bytes that are looked at together.
const STEP: usize = 16;

/// The place of the first backslash. Escapes stand close together, too close for `memchr`, which
/// takes its time to begin.
fn find_slash(bytes: &[u8]) -> Option<usize> {
    let (mut rest, mut start) = (bytes, 0);
    while let Some((step, after)) = rest.split_first_chunk::<STEP>() {
        if let Some(place) = slash_among(*step) {
            return Some(start + place);
        }
        (rest, start) = (after, start + STEP);
    }
    let place = rest.iter().position(|byte| *byte == b'\\')?;
    Some(start + place)
}

fn slash_among(step: [u8; STEP]) -> Option<usize> {
    const ONES: u128 = u128::MAX / 255;
    let others = u128::from_le_bytes(step) ^ (ONES * b'\\' as u128);
    // The lowest of these bits is that of the first zero byte; higher ones may be wrong.
    let zeros = others.wrapping_sub(ONES) & !others & (ONES << 7);
    (zeros != 0).then(|| zeros.trailing_zeros() as usize / 8)
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
