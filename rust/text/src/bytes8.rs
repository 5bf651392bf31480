//! Eight bytes at once, in one number: classes of ASCII characters without a branch.

/// The lowest bit of each byte.
const LOW: u64 = 0x0101_0101_0101_0101;
/// The highest bit of each byte.
const HIGH: u64 = 0x8080_8080_8080_8080;

/// All bits of the bytes that are ASCII letters.
#[must_use]
#[inline]
pub fn letters(bytes: u64) -> u64 {
    fill(letter_bits(bytes) & !bytes)
}

/// All bits of the bytes that are ASCII letters, ASCII digits or `_`.
#[must_use]
#[inline]
pub fn word_parts(bytes: u64) -> u64 {
    let digits = from(bytes, b'0') & !from(bytes, b'9' + 1);
    let underscores = !from(bytes ^ (LOW * 0x5f), 1);
    fill((letter_bits(bytes) | digits | underscores) & !bytes)
}

/// Whether all bytes are ASCII, and none is a control character below the space.
#[must_use]
#[inline]
pub fn is_printable(bytes: u64) -> bool {
    from(bytes, b' ') & !bytes & HIGH == HIGH
}

/// The highest bit of each byte that is a letter, if its own highest bit is not set.
#[inline]
fn letter_bits(bytes: u64) -> u64 {
    let lower = bytes | (LOW * 0x20);
    from(lower, b'a') & !from(lower, b'z' + 1)
}

/// The highest bit of each byte whose other bits make at least `least`, which is less than 128.
#[inline]
fn from(bytes: u64, least: u8) -> u64 {
    (bytes | HIGH) - LOW * u64::from(least)
}

/// From the highest bit of each byte to all of its bits.
#[inline]
fn fill(bits: u64) -> u64 {
    ((bits & HIGH) >> 7) * 0xff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_right_for_every_byte_in_every_place() {
        for byte in 0..=u8::MAX {
            for place in 0..8 {
                for other in [0, b'a', b'_', b'/', 0xff] {
                    let mut bytes = [other; 8];
                    bytes[place] = byte;
                    let bytes = u64::from_le_bytes(bytes);
                    let is = |class: u64| class.to_le_bytes()[place];
                    let expected = |holds: bool| if holds { 0xff } else { 0 };
                    let printable = |byte: u8| byte.is_ascii() && byte >= b' ';
                    assert_eq!(is_printable(bytes), printable(byte) && printable(other));
                    let part = byte.is_ascii_alphanumeric() || byte == b'_';
                    assert_eq!(is(letters(bytes)), expected(byte.is_ascii_alphabetic()));
                    assert_eq!(is(word_parts(bytes)), expected(part));
                }
            }
        }
    }
}
