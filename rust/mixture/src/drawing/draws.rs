//! Which sequence of which source each step of a run draws.

use crate::drawing::order::{Order, Phase};
use crate::drawing::permutation::Permutation;
use crate::error::MixtureError;

/// What a run draws from one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRow {
    /// Name of the source: its draws depend on it, not on its place among the others.
    pub name: String,
    /// Sequences that the source has.
    pub available: u64,
    /// Different sequences that the run may draw: the first of a seeded permutation, so that a
    /// smaller number is a subset of a larger one.
    pub unique: u64,
}

/// One sequence of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draw {
    /// The source, by place.
    pub source: u32,
    /// The sequence of that source.
    pub sequence: u64,
    /// How often every unique sequence of the source was drawn before.
    pub epoch: u32,
}

/// The sequences of a run, in order: a function of the seed and the index alone.
///
/// Memory is that of the sources. A step takes constant time; going to an index takes a step of
/// counting for each index passed over.
#[derive(Debug, Clone)]
pub struct Draws {
    seed: u64,
    order: Order,
    rows: Vec<Row>,
}

/// A source with the permutations it draws by.
#[derive(Debug, Clone)]
struct Row {
    name: String,
    unique: u64,
    subset: Permutation,
    /// The shuffle of the epoch that was drawn from last, unless the first.
    shuffle: Option<(u64, Permutation)>,
}

impl Draws {
    /// The draws of a run of these phases, whose weights are in the order of the sources.
    ///
    /// # Errors
    /// [`MixtureError::Unique`] for a source that has none or fewer sequences than it should,
    /// [`MixtureError::PhaseWeights`], [`MixtureError::Weight`] and [`MixtureError::NoWeight`].
    pub fn new(seed: u64, sources: &[SourceRow], phases: &[Phase]) -> Result<Self, MixtureError> {
        for (index, phase) in phases.iter().enumerate() {
            if phase.weights.len() != sources.len() {
                return Err(MixtureError::PhaseWeights {
                    index,
                    found: phase.weights.len(),
                    expected: sources.len(),
                });
            }
        }
        Ok(Self {
            seed,
            order: Order::new(phases)?,
            rows: sources
                .iter()
                .map(|row| Row::new(seed, row))
                .collect::<Result<_, _>>()?,
        })
    }

    /// Sequences of the run.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.order.total()
    }

    /// The index of the draw that comes next.
    #[must_use]
    pub fn index(&self) -> u64 {
        self.order.time()
    }

    /// Goes to an index, at most to the end.
    pub fn seek(&mut self, index: u64) {
        if index < self.index() {
            self.order.rewind();
        }
        self.order.skip_to(index);
    }

    /// How many sequences of each source were drawn before this index.
    #[must_use]
    pub fn drawn(&self) -> Vec<u64> {
        (0..self.rows.len())
            .map(|source| self.order.taken(source))
            .collect()
    }
}

impl Row {
    fn new(seed: u64, row: &SourceRow) -> Result<Self, MixtureError> {
        if row.unique == 0 || row.unique > row.available {
            return Err(MixtureError::Unique {
                name: row.name.clone(),
                unique: row.unique,
                available: row.available,
            });
        }
        Ok(Self {
            name: row.name.clone(),
            unique: row.unique,
            subset: subset(seed, &row.name, row.available),
            shuffle: None,
        })
    }

    /// The sequence at a position of the source's own row, and its epoch.
    fn at(&mut self, seed: u64, position: u64) -> (u64, u64) {
        let (epoch, place) = (position / self.unique, position % self.unique);
        if epoch == 0 {
            return (self.subset.at(place), 0);
        }
        let (_, shuffle) = match self.shuffle.take() {
            Some((of, shuffle)) if of == epoch => self.shuffle.insert((of, shuffle)),
            _ => self
                .shuffle
                .insert((epoch, shuffle(seed, &self.name, epoch, self.unique))),
        };
        (self.subset.at(shuffle.at(place)), epoch)
    }
}

/// The permutation of a source's sequences whose first ones a run draws.
pub(crate) fn subset(seed: u64, name: &str, available: u64) -> Permutation {
    Permutation::new(seed, &format!("subset/{name}"), 0, available)
}

/// The order in which an epoch other than the first draws a source's unique sequences.
pub(crate) fn shuffle(seed: u64, name: &str, epoch: u64, unique: u64) -> Permutation {
    Permutation::new(seed, &format!("epoch/{name}"), epoch, unique)
}

impl Iterator for Draws {
    type Item = Draw;

    fn next(&mut self) -> Option<Draw> {
        let source = self.order.next()?;
        let position = self.order.taken(source as usize) - 1;
        let (sequence, epoch) = self.rows[source as usize].at(self.seed, position);
        Some(Draw {
            source,
            sequence,
            epoch: u32::try_from(epoch).unwrap_or(u32::MAX),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::drawing::order::tests::order;

    fn row(name: &str, available: u64, unique: u64) -> SourceRow {
        let name = name.to_owned();
        SourceRow {
            name,
            available,
            unique,
        }
    }

    fn phase(sequences: u64, weights: &[f64]) -> Phase {
        let weights = weights.to_vec();
        Phase { sequences, weights }
    }

    /// Each source's row written out whole, and taken from in order.
    fn slow_draws(seed: u64, sources: &[SourceRow], weights: &[f64], n: u64) -> Vec<Draw> {
        let written_out = |row: &SourceRow| {
            let subset: Vec<u64> = subset(seed, &row.name, row.available).iter().collect();
            let mut all = Vec::new();
            for epoch in 0..=n / row.unique {
                let order: Vec<u64> = match epoch {
                    0 => (0..row.unique).collect(),
                    _ => shuffle(seed, &row.name, epoch, row.unique).iter().collect(),
                };
                all.extend(
                    order
                        .iter()
                        .map(|place| (subset[*place as usize], epoch as u32)),
                );
            }
            all.into_iter()
        };
        let mut rows: Vec<_> = sources.iter().map(written_out).collect();
        let take = |source: u32| {
            let (sequence, epoch) = rows[source as usize].next().unwrap();
            Draw {
                source,
                sequence,
                epoch,
            }
        };
        order(weights, n).into_iter().map(take).collect()
    }

    #[test]
    fn what_cannot_be_drawn_is_named() {
        let message = |unique, phases: &[Phase]| {
            let error = Draws::new(1, &[row("web", 9, unique)], phases).unwrap_err();
            error.to_string()
        };
        let one = [phase(1, &[1.0])];
        assert!(message(0, &one).starts_with("web: 0 unique sequences of 9 "));
        assert!(message(10, &one).starts_with("web: 10 unique sequences of 9 "));
        let two = [phase(1, &[1.0]), phase(1, &[1.0, 2.0])];
        assert!(message(9, &two).starts_with("phase 1 has 2 weights for 1 sources"));
    }

    #[test]
    fn without_phases_nothing_is_drawn() {
        assert_eq!(Draws::new(1, &[row("web", 9, 9)], &[]).unwrap().count(), 0);
    }

    #[test]
    fn subsets_nest_and_epochs_are_whole_passes() {
        let sequences = |unique, n| {
            let draws = Draws::new(3, &[row("web", 1_000, unique)], &[phase(n, &[1.0])]).unwrap();
            draws.map(|draw| draw.sequence).collect::<Vec<_>>()
        };
        let set = |all: &[u64]| all.iter().copied().collect::<BTreeSet<_>>();
        let drawn = sequences(100, 300);
        let passes: Vec<_> = drawn.chunks(100).collect();
        assert!(passes.iter().all(|pass| set(pass) == set(passes[0])));
        assert!(passes[0] != passes[1] && passes[1] != passes[2]);
        assert_eq!(set(&drawn).len(), 100);
        assert!(set(&drawn).is_subset(&set(&sequences(200, 200))));
    }

    proptest! {
        #[test]
        fn agrees_with_the_slow_twin(
            seed: u64, unique in (1_u64..20, 1_u64..20), more in 0_u64..20, weight in 0.01..1.0,
            n in 0_u64..120, start in 0_u64..130,
        ) {
            let sources = [row("a", unique.0 + more, unique.0), row("b", unique.1, unique.1)];
            let weights = [weight, 0.5];
            let expected = slow_draws(seed, &sources, &weights, n);
            let mut draws = Draws::new(seed, &sources, &[phase(n, &weights)]).unwrap();
            prop_assert_eq!(draws.by_ref().collect::<Vec<_>>(), &expected[..]);
            prop_assert_eq!(draws.drawn().iter().sum::<u64>(), n);
            draws.seek(start);
            let start = start.min(n);
            prop_assert_eq!(draws.index(), start);
            prop_assert_eq!(draws.collect::<Vec<_>>(), &expected[start as usize..]);
        }
    }
}
