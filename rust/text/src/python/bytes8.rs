//! Eight bytes at once, in one number: classes of ASCII characters without a branch.

/// The lowest bit of each byte.
const LOW: u64 = 0x0101_0101_0101_0101;
/// The highest bit of each byte.
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Whether all bytes are ASCII, and none is a control character below the space.
#[inline]
pub(crate) fn is_printable(bytes: u64) -> bool {
    from(bytes, b' ') & !bytes & HIGH == HIGH
}

/// The highest bit of each byte whose other bits make at least `least`, which is less than 128.
#[inline]
fn from(bytes: u64, least: u8) -> u64 {
    (bytes | HIGH) - LOW * u64::from(least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_in_every_place() {
        for byte in 0..=u8::MAX {
            for place in 0..8 {
                for other in [0, b'a', 0xff] {
                    let mut bytes = [other; 8];
                    bytes[place] = byte;
                    let printable = |byte: u8| byte.is_ascii() && byte >= b' ';
                    let expected = printable(byte) && printable(other);
                    assert_eq!(is_printable(u64::from_le_bytes(bytes)), expected);
                }
            }
        }
    }
}
