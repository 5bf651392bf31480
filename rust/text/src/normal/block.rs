//! A block of a text on its way to the normal form: in lower case, with what its bytes are.

use wide::u8x16;

use crate::blocks::{BLOCK, block_at, within};

/// The block of a text that was read last.
pub(super) struct Blocks<'a> {
    pub(super) text: &'a str,
    pub(super) start: usize,
    pub(super) block: Block,
    is_loaded: bool,
}

impl<'a> Blocks<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            start: 0,
            block: Block::of(&[0; BLOCK]),
            is_loaded: false,
        }
    }

    /// Loads the block from `place` on, unless the last one holds it.
    #[inline(always)]
    pub(super) fn load(&mut self, place: usize) {
        if self.is_loaded && place < self.start + BLOCK {
            return;
        }
        if let Some(bytes) = block_at(self.text.as_bytes(), place) {
            (self.start, self.block, self.is_loaded) = (place, Block::of(&bytes), true);
        }
    }
}

/// Up to 64 bytes of a text.
pub(super) struct Block {
    /// Letters in lower case and spaces for gaps, with as many bytes again that do not count.
    pub(super) lower: [u8; 2 * BLOCK],
    /// Which bytes are ASCII letters or digits.
    pub(super) words: u64,
    /// Which bytes are part of other characters than ASCII.
    pub(super) non_ascii: u64,
}

impl Block {
    #[inline(always)]
    fn of(chunk: &[u8; BLOCK]) -> Self {
        let (mut words, mut non_ascii) = (0, 0);
        let mut lower = [0; 2 * BLOCK];
        let parts = lower.as_chunks_mut().0.iter_mut().zip(chunk.as_chunks().0);
        for (place, (lower, sixteen)) in (0..).step_by(16).zip(parts) {
            let bytes = u8x16::new(*sixteen);
            // Digits and spaces have the bit already.
            let low = bytes | u8x16::splat(b' ');
            let word = within(low, b'a', b'z') | within(bytes, b'0', b'9');
            *lower = (low & (word | u8x16::splat(b' '))).to_array();
            words |= u64::from(word.to_bitmask()) << place;
            non_ascii |= u64::from(bytes.to_bitmask()) << place;
        }
        Self {
            lower,
            words,
            non_ascii,
        }
    }
}
