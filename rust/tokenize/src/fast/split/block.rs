//! The classes of 64 bytes at once: a bit a byte, the lowest that of the first.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x80 * ONES;

/// How many bytes are read at once.
pub(super) const BLOCK: usize = 64;

/// The classes of a block of text; those of bytes beyond ASCII mean nothing.
#[derive(Default)]
pub(super) struct Block {
    pub(super) letters: u64,
    pub(super) digits: u64,
    /// White space, `space` too.
    pub(super) white: u64,
    pub(super) space: u64,
    pub(super) apostrophe: u64,
    beyond_ascii: u64,
}

impl Block {
    #[inline(always)]
    pub(super) fn new(bytes: &[u8; BLOCK]) -> Self {
        let mut block = Self::default();
        let (eights, _) = bytes.as_chunks::<8>();
        for (shift, eight) in (0..).step_by(8).zip(eights) {
            let bytes = u64::from_le_bytes(*eight);
            let low = bytes & !HIGH;
            let space = is(low, b' ');
            block.letters |= gather(in_range(low | (0x20 * ONES), b'a', b'z')) << shift;
            block.digits |= gather(in_range(low, b'0', b'9')) << shift;
            block.white |= gather(in_range(low, b'\t', b'\r') | space) << shift;
            block.space |= gather(space) << shift;
            block.apostrophe |= gather(is(low, b'\'')) << shift;
            block.beyond_ascii |= gather(bytes & HIGH) << shift;
        }
        block
    }

    /// How many bytes from the first on are ASCII.
    #[inline(always)]
    pub(super) fn ascii(&self) -> u32 {
        self.beyond_ascii.trailing_zeros()
    }
}

/// The high bit of each of eight bytes below 0x80 that is in a range.
#[inline(always)]
fn in_range(eight: u64, first: u8, last: u8) -> u64 {
    let from_first = eight + u64::from(0x80 - first) * ONES;
    let past_last = eight + u64::from(0x7F - last) * ONES;
    from_first & !past_last & HIGH
}

/// The high bit of each of eight bytes below 0x80 that is this one.
#[inline(always)]
fn is(eight: u64, byte: u8) -> u64 {
    (HIGH - (eight ^ (u64::from(byte) * ONES))) & HIGH
}

/// The high bits of eight bytes side by side.
#[inline(always)]
fn gather(high: u64) -> u64 {
    (high >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn classes_are_those_of_each_byte(bytes in prop::array::uniform32(0_u8..=255)) {
            let mut twice = [0; BLOCK];
            twice[..32].copy_from_slice(&bytes);
            twice[32..].copy_from_slice(&bytes.map(|byte| byte & 0x7F));
            let block = Block::new(&twice);
            for (place, byte) in twice.iter().enumerate().filter(|(_, byte)| byte.is_ascii()) {
                let is = |mask: u64| mask >> place & 1 == 1;
                prop_assert_eq!(is(block.letters), byte.is_ascii_alphabetic());
                prop_assert_eq!(is(block.digits), byte.is_ascii_digit());
                prop_assert_eq!(is(block.white), matches!(byte, b'\t'..=b'\r' | b' '));
                prop_assert_eq!(is(block.space), *byte == b' ');
                prop_assert_eq!(is(block.apostrophe), *byte == b'\'');
            }
            let ascii = twice.iter().take_while(|byte| byte.is_ascii()).count();
            prop_assert_eq!(block.ascii() as usize, ascii);
        }
    }
}
