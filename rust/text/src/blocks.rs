//! 64 bytes of a text at once: what is asked of each byte is answered in one bit of a number.
//!
//! The lowest bit is about the first byte.

use wide::u8x16;

/// Bytes of a block.
pub(crate) const BLOCK: usize = 64;

/// The bytes from `place` on, filled up with zeros; none at the end.
#[inline]
pub(crate) fn block_at(bytes: &[u8], place: usize) -> Option<[u8; BLOCK]> {
    let rest = bytes.get(place..)?;
    if let Some(block) = rest.first_chunk() {
        return Some(*block);
    }
    let mut block = [0; BLOCK];
    block[..rest.len()].copy_from_slice(rest);
    (!rest.is_empty()).then_some(block)
}

/// The answers to some questions about each byte of a block.
///
/// `ask` is shown 16 bytes at a time. Of what it answers to a question the highest bit of each byte
/// counts, which comparisons set where they hold.
#[inline(always)]
pub(crate) fn bits<const QUESTIONS: usize>(
    block: &[u8; BLOCK],
    ask: impl Fn(u8x16) -> [u8x16; QUESTIONS],
) -> [u64; QUESTIONS] {
    let mut bits = [0; QUESTIONS];
    for (place, sixteen) in (0..).step_by(16).zip(block.as_chunks().0) {
        let answers = ask(u8x16::new(*sixteen));
        for (bits, answer) in bits.iter_mut().zip(answers) {
            *bits |= u64::from(answer.to_bitmask()) << place;
        }
    }
    bits
}

/// Which bytes are from `first` to `last`.
#[inline(always)]
pub(crate) fn within(bytes: u8x16, first: u8, last: u8) -> u8x16 {
    let nearest = bytes.max(u8x16::splat(first)).min(u8x16::splat(last));
    nearest.simd_eq(bytes)
}

/// The bits below `place`, which is less than 64.
pub(crate) fn below(place: usize) -> u64 {
    (1 << place) - 1
}

/// Where the run of bits begins that ends before `end`, or goes on there.
#[inline]
pub(crate) fn start_of_run(bits: u64, end: usize) -> usize {
    let before = bits.unbounded_shl((BLOCK - end) as u32);
    end - before.leading_ones() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_is_asked_in_its_place() {
        for place in 0..BLOCK {
            let mut block = [b'a'; BLOCK];
            block[place] = 0xe9;
            let answers = bits(&block, |bytes| [bytes, within(bytes, b'a', b'z')]);
            assert_eq!(answers, [1 << place, !(1 << place)]);
        }
    }

    #[test]
    fn the_last_block_is_filled_up() {
        let text = [b'a'; BLOCK + 2];
        assert_eq!(block_at(&text, 0), Some([b'a'; BLOCK]));
        let mut last = [0; BLOCK];
        last[..2].copy_from_slice(b"aa");
        assert_eq!(block_at(&text, BLOCK), Some(last));
        assert_eq!(block_at(&text, BLOCK + 2), None);
        assert_eq!(block_at(&text, BLOCK + 3), None);
    }

    #[test]
    fn runs_are_found_from_their_ends() {
        assert_eq!(below(3), 0b111);
        assert_eq!(start_of_run(0b1100_1110, 4), 1);
        assert_eq!(start_of_run(0b1100_1110, 5), 5);
        assert_eq!(start_of_run(u64::MAX, BLOCK), 0);
    }
}
