//! Which bytes of a block are parts of words by UAX #29: one bit each.

use wide::u8x16;

use crate::blocks::{BLOCK, bits, within};

/// Bit `i` is about byte `i` of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct WordMasks {
    /// ASCII letters, ASCII digits and `_`.
    pub(crate) parts: u64,
    /// `_` alone.
    pub(crate) underscores: u64,
    /// Marks that may join parts: `:`, `,`, `;`, `.` and `'`.
    pub(crate) joiners: u64,
    /// Parts of characters that are not ASCII.
    pub(crate) non_ascii: u64,
}

impl WordMasks {
    #[inline]
    pub(crate) fn of(block: &[u8; BLOCK]) -> Self {
        let [parts, underscores, joiners, non_ascii] = bits(block, |bytes| {
            let all = u8x16::splat;
            let is = |bytes: u8x16, byte| bytes.simd_eq(all(byte));
            let underscores = is(bytes, b'_');
            // One bit tells `,` from `.`, and `:` from `;`.
            let joiners = is(bytes | all(2), b'.') | is(bytes | all(1), b';') | is(bytes, b'\'');
            [
                letters_or_digits(bytes) | underscores,
                underscores,
                joiners,
                bytes,
            ]
        });
        Self {
            parts,
            underscores,
            joiners,
            non_ascii,
        }
    }
}

/// The ASCII letters and digits of a block, and its ASCII white space and control characters.
#[inline]
pub(crate) fn letters_and_gaps(block: &[u8; BLOCK]) -> (u64, u64) {
    let [letters, gaps] = bits(block, |bytes| {
        [letters_or_digits(bytes), within(bytes, 0, b' ')]
    });
    (letters, gaps)
}

#[inline(always)]
fn letters_or_digits(bytes: u8x16) -> u8x16 {
    within(bytes | u8x16::splat(0x20), b'a', b'z') | within(bytes, b'0', b'9')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slow(block: &[u8; BLOCK]) -> WordMasks {
        let bits = |is: fn(u8) -> bool| {
            let bytes = block.iter().rev();
            bytes.fold(0, |bits, byte| bits << 1 | u64::from(is(*byte)))
        };
        WordMasks {
            parts: bits(|byte| byte.is_ascii_alphanumeric() || byte == b'_'),
            underscores: bits(|byte| byte == b'_'),
            joiners: bits(|byte| matches!(byte, b':' | b',' | b';' | b'.' | b'\'')),
            non_ascii: bits(|byte| !byte.is_ascii()),
        }
    }

    #[test]
    fn agree_with_the_slow_twin_on_every_byte_in_every_place() {
        for byte in 0..=u8::MAX {
            for place in 0..BLOCK {
                for other in [0, b'a', b'_', b'.', 0xff] {
                    let mut block = [other; BLOCK];
                    block[place] = byte;
                    assert_eq!(WordMasks::of(&block), slow(&block));
                }
            }
        }
    }
}
