//! Where a key stands in a table of slots.

use assay_text::GOLDEN;

/// The slot of `key` among `slots`, which is a power of two: the top bits of a product, which
/// depend on all bits of the key.
#[inline(always)]
pub(super) fn slot_of(key: u64, slots: usize) -> usize {
    let bits = slots.trailing_zeros();
    let slot = (key.wrapping_mul(GOLDEN) >> (u64::BITS - bits)) as usize;
    slot & (slots - 1)
}
