//! Which of 64 bytes are parts of words by UAX #29: one bit each.

use wide::u8x16;

/// Bytes of a block.
pub(crate) const BLOCK: usize = 64;

/// Bit `i` is about byte `i` of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Masks {
    /// ASCII letters, ASCII digits and `_`.
    pub(crate) parts: u64,
    /// `_` alone.
    pub(crate) underscores: u64,
    /// Marks that may join parts: `:`, `,`, `;`, `.` and `'`.
    pub(crate) joiners: u64,
    /// Parts of characters that are not ASCII.
    pub(crate) wide: u64,
}

impl Masks {
    #[inline]
    pub(crate) fn of(block: &[u8; BLOCK]) -> Self {
        let mut masks = Self::default();
        for (place, sixteen) in (0..).step_by(16).zip(block.as_chunks().0) {
            masks.add(u8x16::new(*sixteen), place);
        }
        masks
    }

    #[inline]
    fn add(&mut self, bytes: u8x16, place: u32) {
        let all = u8x16::splat;
        let is = |bytes: u8x16, byte| bytes.simd_eq(all(byte));
        let bits = |found: u8x16| u64::from(found.to_bitmask()) << place;

        let underscores = is(bytes, b'_');
        let letters = within(bytes | all(0x20), b'a', b'z');
        let digits = within(bytes, b'0', b'9');
        // One bit tells `,` from `.`, and `:` from `;`.
        let marks = is(bytes | all(2), b'.') | is(bytes | all(1), b';') | is(bytes, b'\'');
        self.parts |= bits(letters | digits | underscores);
        self.underscores |= bits(underscores);
        self.joiners |= bits(marks);
        // The highest bits.
        self.wide |= bits(bytes);
    }
}

/// The ASCII letters and digits of a block, and its ASCII white space and control characters.
#[inline]
pub(crate) fn letters_and_gaps(block: &[u8; BLOCK]) -> (u64, u64) {
    let (mut letters, mut gaps) = (0, 0);
    for (place, sixteen) in (0..).step_by(16).zip(block.as_chunks().0) {
        let bytes = u8x16::new(*sixteen);
        let letter = within(bytes | u8x16::splat(0x20), b'a', b'z') | within(bytes, b'0', b'9');
        letters |= u64::from(letter.to_bitmask()) << place;
        gaps |= u64::from(within(bytes, 0, b' ').to_bitmask()) << place;
    }
    (letters, gaps)
}

/// Which bytes are from `first` to `last`.
#[inline(always)]
pub(crate) fn within(bytes: u8x16, first: u8, last: u8) -> u8x16 {
    let nearest = bytes.max(u8x16::splat(first)).min(u8x16::splat(last));
    nearest.simd_eq(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slow(block: &[u8; BLOCK]) -> Masks {
        let bits = |is: fn(u8) -> bool| {
            let bytes = block.iter().rev();
            bytes.fold(0, |bits, byte| bits << 1 | u64::from(is(*byte)))
        };
        Masks {
            parts: bits(|byte| byte.is_ascii_alphanumeric() || byte == b'_'),
            underscores: bits(|byte| byte == b'_'),
            joiners: bits(|byte| matches!(byte, b':' | b',' | b';' | b'.' | b'\'')),
            wide: bits(|byte| !byte.is_ascii()),
        }
    }

    #[test]
    fn agree_with_the_slow_twin_on_every_byte_in_every_place() {
        for byte in 0..=u8::MAX {
            for place in 0..BLOCK {
                for other in [0, b'a', b'_', b'.', 0xff] {
                    let mut block = [other; BLOCK];
                    block[place] = byte;
                    assert_eq!(Masks::of(&block), slow(&block));
                }
            }
        }
    }
}
