//! Byte-pair encoding of one pre-token.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::pairs::{NEVER, Pairs};

/// Words of more tokens than this are merged with a heap, others by searching all pairs: each
/// token has a bit of a `u64`.
const SHORT: usize = 64;
/// How many pairs are searched at once.
const STEP: usize = 8;

/// Merges the pair of the lowest rank, the leftmost of equal ones, until no pair has a rank.
/// `ranks` are those of the neighbours at first; there are fewer than 2^32 tokens.
pub(crate) fn merge(ids: &mut Vec<u32>, ranks: impl Iterator<Item = u32>, pairs: &Pairs) {
    match ids.len() {
        0 => {}
        1..=SHORT => merge_short(ids, ranks, pairs),
        _ => merge_long(ids, ranks.collect(), pairs),
    }
}

/// Merges at most [`SHORT`] tokens. They stay where they are, those that are left have a bit; a
/// pair is where its first token is, and is written as its rank and its place in one number.
fn merge_short(ids: &mut Vec<u32>, ranks: impl Iterator<Item = u32>, pairs: &Pairs) {
    let mut entries = [NEVER; SHORT];
    for (place, (rank, entry)) in ranks.zip(&mut entries).enumerate() {
        *entry = short_entry(rank, place);
    }
    let searched = ids.len().next_multiple_of(STEP);
    let mut left = u64::MAX >> (SHORT - ids.len());
    loop {
        let lowest = entries[..searched].iter().copied().min();
        let Some(lowest) = lowest.filter(|lowest| *lowest != NEVER) else {
            break;
        };
        let place = lowest as usize % SHORT;
        ids[place] = pairs.merged(lowest / SHORT as u32);
        let (before, after) = (left & ((1 << place) - 1), left & (u64::MAX - 1) << place);
        let gone = after.trailing_zeros() as usize % SHORT;
        left &= !(1 << gone);
        entries[gone] = NEVER;
        let after = after & left;
        entries[place] = match after {
            0 => NEVER,
            _ => {
                let next = after.trailing_zeros() as usize;
                short_entry(pairs.rank(ids[place], ids[next]), place)
            }
        };
        if before != 0 {
            let previous = before.ilog2() as usize;
            entries[previous] = short_entry(pairs.rank(ids[previous], ids[place]), previous);
        }
    }
    let mut kept = 0;
    while left != 0 {
        ids[kept] = ids[left.trailing_zeros() as usize];
        left &= left - 1;
        kept += 1;
    }
    ids.truncate(kept);
}

/// A pair of a short word: the lowest rank first, of equal ones the leftmost.
#[inline(always)]
fn short_entry(rank: u32, place: usize) -> u32 {
    match rank {
        NEVER => NEVER,
        rank => rank * SHORT as u32 + place as u32,
    }
}

/// Merges in time n log n: a heap of pairs by rank and place, and tokens linked to their
/// neighbours. A pair in the heap that has changed since has another rank now, and is skipped.
/// All in 32 bits: a word may be a whole document.
fn merge_long(ids: &mut Vec<u32>, mut ranks: Vec<u32>, pairs: &Pairs) {
    let end = ids.len() as u32;
    ranks.push(NEVER);
    let mut next: Vec<u32> = (1..=end).collect();
    let mut previous: Vec<u32> = (0..end).map(|place| place.wrapping_sub(1)).collect();
    let merges = (0..).zip(&ranks).filter(|(_, rank)| **rank != NEVER);
    let mut heap: BinaryHeap<_> = merges.map(|(place, rank)| entry(*rank, place)).collect();
    while let Some(Reverse(lowest)) = heap.pop() {
        let (rank, place) = ((lowest >> 32) as u32, lowest as u32);
        let at = place as usize;
        if ranks[at] != rank {
            continue;
        }
        ids[at] = pairs.merged(rank);
        let right = next[at] as usize;
        ranks[right] = NEVER;
        next[at] = next[right];
        if next[at] < end {
            previous[next[at] as usize] = place;
        }
        for left in [previous[at], place] {
            if left == NONE {
                continue;
            }
            let after = next[left as usize];
            let rank = match after < end {
                true => pairs.rank(ids[left as usize], ids[after as usize]),
                false => NEVER,
            };
            ranks[left as usize] = rank;
            if rank != NEVER {
                heap.push(entry(rank, left));
            }
        }
    }
    keep_linked(ids, &next);
}

/// The place before the first.
const NONE: u32 = u32::MAX;

/// A pair for the heap: the lowest rank first, of equal ones the leftmost.
fn entry(rank: u32, place: u32) -> Reverse<u64> {
    Reverse(u64::from(rank) << 32 | u64::from(place))
}

/// Keeps the tokens that are linked from the first on.
fn keep_linked(ids: &mut Vec<u32>, next: &[u32]) {
    let (mut place, mut kept) = (0, 0);
    while place < ids.len() {
        ids[kept] = ids[place];
        (place, kept) = (next[place] as usize, kept + 1);
    }
    ids.truncate(kept);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The slow twin: search all pairs, merge one, begin again.
    fn merged_slowly(mut ids: Vec<u32>, merges: &[(u32, u32, u32)]) -> Vec<u32> {
        loop {
            let rank = |pair: &[u32]| merges.iter().position(|m| [m.0, m.1] == *pair);
            let ranked = ids.windows(2).enumerate();
            let ranked = ranked.filter_map(|(place, pair)| Some((rank(pair)?, place)));
            let Some((rank, place)) = ranked.min() else {
                return ids;
            };
            ids.splice(place..place + 2, [merges[rank].2]);
        }
    }

    /// Merges of distinct pairs, each of tokens that exist before it.
    fn merges() -> impl Strategy<Value = Vec<(u32, u32, u32)>> {
        prop::collection::vec((any::<u32>(), any::<u32>()), 1..40).prop_map(|pairs| {
            let mut merges = Vec::<(u32, u32, u32)>::new();
            for (left, right) in pairs {
                let new = 4 + merges.len() as u32;
                let (left, right) = (left % new, right % new);
                if merges
                    .iter()
                    .all(|merge| (merge.0, merge.1) != (left, right))
                {
                    merges.push((left, right, new));
                }
            }
            merges
        })
    }

    proptest! {
        #[test]
        fn both_ways_agree_with_the_slow_one(
            merges in merges(), ids in prop::collection::vec(0_u32..4, 1..120)
        ) {
            let pairs = Pairs::new(&merges).unwrap();
            let expected = merged_slowly(ids.clone(), &merges);
            let ranks: Vec<u32> =
                ids.windows(2).map(|pair| pairs.rank(pair[0], pair[1])).collect();
            let mut merged = ids.clone();
            merge(&mut merged, ranks.iter().copied(), &pairs);
            prop_assert_eq!(&merged, &expected);
            let mut long = ids;
            merge_long(&mut long, ranks, &pairs);
            prop_assert_eq!(&long, &expected);
        }
    }
}
