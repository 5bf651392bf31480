//! Byte-pair encoding of one pre-token.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::pairs::{NEVER, Pairs};

/// Words of more tokens than this are merged with a heap, others by searching all pairs.
const SHORT: usize = 200;

/// The tokens of a word while it is merged; kept to be used again.
#[derive(Default)]
pub(crate) struct Word {
    /// The tokens, at first one a byte.
    pub(crate) ids: Vec<u32>,
    ranks: Vec<u32>,
}

impl Word {
    /// Merges the pair of the lowest rank, the leftmost of equal ones, until no pair has a rank.
    /// `ranks` are those of the neighbours at first.
    pub(crate) fn merge(&mut self, ranks: impl Iterator<Item = u32>, pairs: &Pairs) {
        if self.ids.len() > SHORT && self.ids.len() < NONE as usize {
            return merge_long(&mut self.ids, ranks.collect(), pairs);
        }
        self.ranks.clear();
        self.ranks.extend(ranks);
        while let Some((place, rank)) = lowest(&self.ranks) {
            self.ids[place] = pairs.merged(rank);
            remove(&mut self.ids, place + 1);
            remove(&mut self.ranks, place);
            if let Some(right) = self.ids.get(place + 1) {
                self.ranks[place] = pairs.rank(self.ids[place], *right);
            }
            if place > 0 {
                self.ranks[place - 1] = pairs.rank(self.ids[place - 1], self.ids[place]);
            }
        }
    }
}

/// The place of the first lowest rank.
#[inline(always)]
fn lowest(ranks: &[u32]) -> Option<(usize, u32)> {
    let rank = ranks.iter().copied().min()?;
    if rank == NEVER {
        return None;
    }
    Some((ranks.iter().position(|other| *other == rank)?, rank))
}

/// `Vec::remove` for the few elements of a word, without a call.
#[inline(always)]
fn remove(values: &mut Vec<u32>, place: usize) {
    for to in place..values.len() - 1 {
        values[to] = values[to + 1];
    }
    values.pop();
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
            let mut word = Word { ids: ids.clone(), ..Word::default() };
            let ranks: Vec<u32> =
                ids.windows(2).map(|pair| pairs.rank(pair[0], pair[1])).collect();
            word.merge(ranks.iter().copied(), &pairs);
            prop_assert_eq!(&word.ids, &expected);
            let mut long = ids;
            merge_long(&mut long, ranks, &pairs);
            prop_assert_eq!(&long, &expected);
        }
    }
}
