//! The classes of 64 bytes at once: one bit for each byte, the lowest for the first.

use wide::u8x16;

/// How many bytes are read at once.
pub(super) const BLOCK: usize = 64;

/// The classes of a block of text; bytes beyond ASCII have none of them.
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
        for (place, sixteen) in (0..).step_by(16).zip(bytes.as_chunks().0) {
            block.add(u8x16::new(*sixteen), place);
        }
        block
    }

    #[inline(always)]
    fn add(&mut self, bytes: u8x16, place: u32) {
        let all = u8x16::splat;
        let is = |byte| bytes.simd_eq(all(byte));
        let within =
            |bytes: u8x16, first, last| bytes.max(all(first)).min(all(last)).simd_eq(bytes);
        let bits = |found: u8x16| u64::from(found.to_bitmask()) << place;

        let space = is(b' ');
        self.letters |= bits(within(bytes | all(0x20), b'a', b'z'));
        self.digits |= bits(within(bytes, b'0', b'9'));
        self.white |= bits(within(bytes, b'\t', b'\r') | space);
        self.space |= bits(space);
        self.apostrophe |= bits(is(b'\''));
        // The highest bits.
        self.beyond_ascii |= bits(bytes);
    }

    /// How many bytes from the first on are ASCII.
    #[inline(always)]
    pub(super) fn ascii(&self) -> u32 {
        self.beyond_ascii.trailing_zeros()
    }
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
            for (place, byte) in twice.iter().enumerate() {
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
