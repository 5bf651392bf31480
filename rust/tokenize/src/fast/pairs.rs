//! The merges of a vocabulary: which two tokens become which one, and in which order.

use super::table::Table;

/// No merge; larger than every rank.
pub(crate) const NEVER: u32 = u32::MAX;

const ID_BITS: u32 = 21;
const RANK_BITS: u32 = 64 - 2 * ID_BITS;
const RANK_MASK: u64 = (1 << RANK_BITS) - 1;
const EMPTY: u64 = u64::MAX;
/// How much finer [`Pairs::present`] is than the slots, in bits.
const FINER: u32 = 3;

/// The rank of each pair of tokens that is merged, in a table of eight bytes a pair.
pub(crate) struct Pairs {
    /// `left << 43 | right << 22 | rank`, found by linear probing; at most half of it is full.
    slots: Table<u64>,
    shift: u32,
    /// One bit for each eighth of a slot, set where a pair hashes to it: most pairs have no rank,
    /// and this small table says so.
    present: Vec<u64>,
    /// The token that each rank makes.
    merged: Vec<u32>,
    /// Where that is the rank and a constant: the constant.
    offset: Option<u32>,
}

impl Pairs {
    /// The table of merges `(left, right, merged)` in the order of their ranks; of equal pairs the
    /// last one counts. Nothing when an id or a rank does not fit.
    pub(crate) fn new(merges: &[(u32, u32, u32)]) -> Option<Self> {
        let bits = (usize::BITS - merges.len().leading_zeros() + 1).max(6);
        let mut slots = Table::zeroed(1 << bits);
        slots.fill(EMPTY);
        let mut pairs = Self {
            slots,
            shift: 64 - bits,
            present: vec![0; 1 << (bits + FINER - 6)],
            merged: merges.iter().map(|(_, _, merged)| *merged).collect(),
            offset: offset(merges),
        };
        let fits = |id: u32| id < 1 << ID_BITS;
        if merges.len() as u64 >= RANK_MASK {
            return None;
        }
        for (rank, (left, right, _)) in merges.iter().enumerate() {
            if !fits(*left) || !fits(*right) {
                return None;
            }
            let key = key(*left, *right);
            let slot = pairs.slot(key, hash(key));
            pairs.slots[slot] = key | rank as u64;
            let bit = hash(key) >> (pairs.shift - FINER);
            pairs.present[(bit >> 6) as usize] |= 1 << (bit & 63);
        }
        Some(pairs)
    }

    /// The rank of the merge of two tokens, or [`NEVER`].
    #[inline(always)]
    pub(crate) fn rank(&self, left: u32, right: u32) -> u32 {
        let key = key(left, right);
        let hash = hash(key);
        let bit = hash >> (self.shift - FINER);
        if self.present[(bit >> 6) as usize] >> (bit & 63) & 1 == 0 {
            return NEVER;
        }
        match self.slots[self.slot(key, hash)] {
            EMPTY => NEVER,
            slot => (slot & RANK_MASK) as u32,
        }
    }

    /// The token that the merge of this rank makes.
    #[inline(always)]
    pub(crate) fn merged(&self, rank: u32) -> u32 {
        match self.offset {
            Some(offset) => rank.wrapping_add(offset),
            None => self.merged[rank as usize],
        }
    }

    /// The slot that holds a key, or the empty one where it would be.
    #[inline(always)]
    fn slot(&self, key: u64, hash: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = (hash >> self.shift) as usize & mask;
        while self.slots[slot] != EMPTY && self.slots[slot] & !RANK_MASK != key {
            slot = (slot + 1) & mask;
        }
        slot
    }
}

#[inline(always)]
fn hash(key: u64) -> u64 {
    key.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// What to add to each rank for the token that it makes, if that is the same for all.
fn offset(merges: &[(u32, u32, u32)]) -> Option<u32> {
    let mut offsets = (0..)
        .zip(merges)
        .map(|(rank, merge)| merge.2.wrapping_sub(rank));
    let first = offsets.next()?;
    offsets.all(|offset| offset == first).then_some(first)
}

fn key(left: u32, right: u32) -> u64 {
    u64::from(left) << (ID_BITS + RANK_BITS) | u64::from(right) << RANK_BITS
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ranks_are_those_of_a_map(
            merges in prop::collection::vec((0_u32..40, 0_u32..40, 0_u32..40), 0..300)
        ) {
            let pairs = Pairs::new(&merges).unwrap();
            let mut map = HashMap::new();
            for (rank, (left, right, merged)) in merges.into_iter().enumerate() {
                map.insert((left, right), (rank as u32, merged));
            }
            for pair in (0..40).flat_map(|left| (0..40).map(move |right| (left, right))) {
                let rank = pairs.rank(pair.0, pair.1);
                let found = (rank != NEVER).then(|| (rank, pairs.merged(rank)));
                prop_assert_eq!(found, map.get(&pair).copied());
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(Pairs::new(&[(1 << ID_BITS, 0, 1)]).is_none());
        assert!(Pairs::new(&[((1 << ID_BITS) - 1, (1 << ID_BITS) - 1, 1)]).is_some());
    }
}
