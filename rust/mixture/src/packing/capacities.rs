//! A set of whole numbers in which the next one is found fast: the room left in open bins.

/// Which numbers from zero up to a largest are in the set, with the next from any number on.
///
/// A bit for each number, and above it a bit for each word of 64 that is not zero, and so on:
/// looking for the next number visits at most two words a level.
#[derive(Debug)]
pub(crate) struct Capacities {
    levels: Vec<Vec<u64>>,
}

impl Capacities {
    /// An empty set of numbers up to `largest`.
    pub(crate) fn new(largest: u32) -> Self {
        let mut levels = Vec::new();
        let mut count = largest as usize + 1;
        loop {
            count = count.div_ceil(64);
            levels.push(vec![0; count]);
            if count == 1 {
                return Self { levels };
            }
        }
    }

    pub(crate) fn insert(&mut self, number: u32) {
        let mut place = number as usize;
        for level in &mut self.levels {
            level[place / 64] |= 1 << (place % 64);
            place /= 64;
        }
    }

    pub(crate) fn remove(&mut self, number: u32) {
        let mut place = number as usize;
        for level in &mut self.levels {
            let word = &mut level[place / 64];
            *word &= !(1 << (place % 64));
            if *word != 0 {
                return;
            }
            place /= 64;
        }
    }

    /// The smallest number of the set that is at least `number`.
    #[inline]
    pub(crate) fn at_least(&self, number: u32) -> Option<u32> {
        let mut place = number as usize;
        for (height, level) in self.levels.iter().enumerate() {
            let word = level.get(place / 64)? >> (place % 64);
            if word != 0 {
                let found = place + word.trailing_zeros() as usize;
                return Some(self.lowest_below(height, found));
            }
            place = place / 64 + 1;
        }
        None
    }

    /// The smallest number under a bit of a level.
    fn lowest_below(&self, height: usize, mut place: usize) -> u32 {
        for level in self.levels[..height].iter().rev() {
            place = place * 64 + level[place].trailing_zeros() as usize;
        }
        place as u32
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn agrees_with_a_tree(
            largest in prop_oneof![0_u32..70, 4_000_u32..300_000],
            steps in prop::collection::vec((any::<bool>(), any::<u32>(), any::<u32>()), 0..60),
        ) {
            let (mut fast, mut slow) = (Capacities::new(largest), BTreeSet::new());
            for (insert, number, from) in steps {
                let (number, from) = (number % (largest + 1), from % (largest + 1));
                if insert {
                    fast.insert(number);
                    slow.insert(number);
                } else if let Some(there) = fast.at_least(number) {
                    fast.remove(there);
                    slow.remove(&there);
                }
                prop_assert_eq!(fast.at_least(from), slow.range(from..).next().copied());
            }
        }
    }
}
