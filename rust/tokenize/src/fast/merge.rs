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
        if self.ids.len() > SHORT {
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
fn merge_long(ids: &mut Vec<u32>, mut ranks: Vec<u32>, pairs: &Pairs) {
    let end = ids.len();
    let mut next: Vec<usize> = (1..=end).collect();
    let mut previous: Vec<Option<usize>> = (0..end).map(|place| place.checked_sub(1)).collect();
    ranks.push(NEVER);
    let merges = ranks.iter().enumerate().filter(|(_, rank)| **rank != NEVER);
    let mut heap: BinaryHeap<_> = merges
        .map(|(place, rank)| Reverse((*rank, place)))
        .collect();
    while let Some(Reverse((rank, place))) = heap.pop() {
        if ranks[place] != rank {
            continue;
        }
        ids[place] = pairs.merged(rank);
        let right = next[place];
        ranks[right] = NEVER;
        next[place] = next[right];
        if next[place] < end {
            previous[next[place]] = Some(place);
        }
        for left in [previous[place], Some(place)].into_iter().flatten() {
            ranks[left] = match next[left] {
                after if after < end => pairs.rank(ids[left], ids[after]),
                _ => NEVER,
            };
            if ranks[left] != NEVER {
                heap.push(Reverse((ranks[left], left)));
            }
        }
    }
    let mut place = 0;
    let mut kept = 0;
    while place < end {
        ids[kept] = ids[place];
        (place, kept) = (next[place], kept + 1);
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
