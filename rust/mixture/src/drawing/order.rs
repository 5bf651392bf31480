//! Which source each sequence of a run comes from.

use assay_schema::MixturePhase;

use crate::drawing::weights::{divide, whole};
use crate::error::MixtureError;

/// What the weights of a phase sum to. With 2^52, numbers below fit for 2^63 sequences of 1,000
/// sources.
const ONE: u64 = 1 << 52;

/// A stretch of a run with the same weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Phase {
    /// Sequences drawn in it.
    pub sequences: u64,
    /// The weight of each source; relative to each other.
    pub weights: Vec<f64>,
}

/// The phases of a manifest, to draw by.
pub(crate) fn phases_of(phases: &[MixturePhase]) -> Vec<Phase> {
    // Parts of 2^52 are whole as doubles, too.
    let phase = |phase: &MixturePhase| Phase {
        sequences: phase.sequences,
        weights: phase.weights.iter().map(|part| *part as f64).collect(),
    };
    phases.iter().map(phase).collect()
}

/// The source of each sequence of a run, in order.
///
/// The plan of a source is the sum of its weights so far. After any number of sequences each
/// source has had its plan to within `1 - 1 / (2k - 2)` of a sequence, `k` being the number of
/// sources with a positive weight in some phase (Tijdeman 1980, "The chairman assignment
/// problem", Discrete Mathematics 32, which lets weights change at every step). Taking the source
/// that is furthest behind does not do: with nine sources it can be off by more than one.
///
/// Among the sources that may be taken without getting too far ahead, the one that would be too
/// far behind first is taken, ties going to the lowest index: each taking is a job of unit length
/// with a release time and a deadline, and earliest deadline first meets them all when anything
/// does. All numbers are whole. The order does not depend on the length of the last phase.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    /// The bound on how far a source may be ahead or behind is `(slack - 1) / slack`.
    slack: i128,
    stretches: Vec<Stretch>,
    total: u64,
    /// The stretch that `time` lies in.
    stretch: usize,
    time: u64,
    sources: Vec<Source>,
}

/// A phase as whole numbers.
#[derive(Debug, Clone)]
struct Stretch {
    start: u64,
    /// The weight of each source, in parts of [`ONE`].
    units: Vec<u64>,
    /// The plan of each source at the start, in parts of [`ONE`].
    plans: Vec<i128>,
}

/// Where a source stands.
#[derive(Debug, Clone, Copy, Default)]
struct Source {
    taken: u64,
    /// The first time at which it may be taken again.
    open: u64,
    /// The first time at which it is too late to take it.
    late: u64,
}

impl Order {
    /// The order of a run of these phases, of which there is at least one.
    pub(crate) fn new(phases: &[Phase]) -> Result<Self, MixtureError> {
        let count = phases.first().map_or(0, |phase| phase.weights.len());
        let mut stretches = Vec::with_capacity(phases.len());
        let (mut start, mut plans) = (0, vec![0; count]);
        for phase in phases {
            let units = parts(&phase.weights)?;
            let next = units.iter().zip(&plans).map(|(unit, plan): (&u64, &i128)| {
                plan + i128::from(*unit) * i128::from(phase.sequences)
            });
            let next = next.collect();
            stretches.push(Stretch {
                start,
                units,
                plans: std::mem::replace(&mut plans, next),
            });
            start += phase.sequences;
        }
        let weighted = |index: &usize| stretches.iter().any(|stretch| stretch.units[*index] > 0);
        let positive = (0..count).filter(weighted).count() as i128;
        let mut order = Self {
            slack: (2 * positive - 2).max(1),
            stretches,
            total: start,
            stretch: 0,
            time: 0,
            sources: vec![Source::default(); count],
        };
        order.rewind();
        Ok(order)
    }

    /// Sequences of the run.
    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    /// Sequences passed so far.
    pub(crate) fn time(&self) -> u64 {
        self.time
    }

    /// How often a source was taken so far.
    pub(crate) fn taken(&self, source: usize) -> u64 {
        self.sources[source].taken
    }

    /// Goes forward to a time, at most to the end.
    pub(crate) fn skip_to(&mut self, time: u64) {
        while self.time < time && self.next().is_some() {}
    }

    /// Back to the start.
    pub(crate) fn rewind(&mut self) {
        (self.stretch, self.time) = (0, 0);
        for source in 0..self.sources.len() {
            self.sources[source] = self.standing(source, 0);
        }
    }

    fn standing(&self, source: usize, taken: u64) -> Source {
        let one = i128::from(ONE);
        let before = i128::from(taken) * self.slack * one;
        Source {
            taken,
            open: self.reaches(source, before + one),
            late: self.reaches(source, before + (self.slack - 1) * one + 1),
        }
    }

    /// The first time, if not before this stretch, at which the plan of a source times the slack
    /// is at least `target`; the largest number for never.
    fn reaches(&self, source: usize, target: i128) -> u64 {
        for index in self.stretch..self.stretches.len() {
            let stretch = &self.stretches[index];
            let lacking = target - stretch.plans[source] * self.slack;
            if lacking <= 0 {
                return stretch.start;
            }
            let unit = i128::from(stretch.units[source]) * self.slack;
            if unit == 0 {
                continue;
            }
            let time = i128::from(stretch.start) + (lacking - 1) / unit + 1;
            let end = self.stretches.get(index + 1).map_or(u64::MAX, |s| s.start);
            if time <= i128::from(end) {
                return time as u64;
            }
        }
        u64::MAX
    }
}

impl Iterator for Order {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        if self.time == self.total {
            return None;
        }
        let time = self.time + 1;
        let (mut next, mut earliest) = (None, u64::MAX);
        for (index, source) in self.sources.iter().enumerate() {
            if source.open <= time && (source.late < earliest || next.is_none()) {
                (next, earliest) = (Some(index), source.late);
            }
        }
        let next = next?;
        self.time = time;
        while self
            .stretches
            .get(self.stretch + 1)
            .is_some_and(|s| s.start <= time)
        {
            self.stretch += 1;
        }
        self.sources[next] = self.standing(next, self.sources[next].taken + 1);
        Some(next as u32)
    }
}

/// Weights in parts of 2^52, which they sum to.
pub(crate) fn parts(weights: &[f64]) -> Result<Vec<u64>, MixtureError> {
    Ok(divide(ONE, &whole(weights)?))
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::drawing::weights::tests::{any_weights, scaled, weights_of};

    /// The source of each of `n` sequences of a run whose weights do not change.
    pub(crate) fn order(weights: &[f64], n: u64) -> Vec<u32> {
        let phase = Phase {
            sequences: n,
            weights: weights.to_vec(),
        };
        Order::new(&[phase]).unwrap().collect()
    }

    /// One to four phases of one to nine sources.
    fn any_phases<S: Strategy<Value = Vec<f64>>>(
        weights: impl Fn(usize) -> S + Copy,
    ) -> impl Strategy<Value = Vec<Phase>> {
        let phases = move |count: usize| {
            let phase = (0_u64..40, weights(count));
            let phase = phase.prop_map(|(sequences, weights)| Phase { sequences, weights });
            prop::collection::vec(phase, 1..5)
        };
        (1_usize..10).prop_flat_map(phases)
    }

    /// Weights that are zero or large, so that deadlines are near enough to be looked for.
    fn large_weights(count: usize) -> impl Strategy<Value = Vec<f64>> {
        scaled(prop::collection::vec(
            prop_oneof![Just(0.0), 0.1..1.0_f64],
            count,
        ))
    }

    /// The weights of every single sequence, in parts of [`ONE`].
    fn step_by_step(phases: &[Phase]) -> Vec<Vec<u64>> {
        let units = |phase: &Phase| parts(&phase.weights).unwrap();
        let repeated = |phase| vec![units(phase); phase.sequences as usize];
        phases.iter().flat_map(repeated).collect()
    }

    /// Tijdeman's rule with the plans added up step by step and the deadlines looked for.
    fn slow_order(phases: &[Phase]) -> Vec<u32> {
        let mut steps = step_by_step(phases);
        let length = steps.len();
        // The last phase goes on beyond the run.
        let last = Phase {
            sequences: 1_000,
            ..phases.last().unwrap().clone()
        };
        steps.extend(step_by_step(&[last]));
        let weighted = |index: &usize| {
            let weighs = |phase: &Phase| parts(&phase.weights).unwrap()[*index] > 0;
            phases.iter().any(weighs)
        };
        let count = phases[0].weights.len();
        let slack = (2 * (0..count).filter(weighted).count() as i128 - 2).max(1);
        let (mut taken, mut order) = (vec![0_i128; count], Vec::new());
        let ahead = |plan: i128, taken: i128| (plan - taken * i128::from(ONE)) * slack;
        for time in 1..=length {
            let plan = |until: usize, source: usize| -> i128 {
                steps[..until]
                    .iter()
                    .map(|step| i128::from(step[source]))
                    .sum()
            };
            let may_be_taken =
                |source: &usize| ahead(plan(time, *source), taken[*source]) >= i128::from(ONE);
            let deadline = |source: &usize| {
                let mut sum = plan(time - 1, *source);
                (time..steps.len())
                    .find(|at| {
                        sum += i128::from(steps[at - 1][*source]);
                        ahead(sum, taken[*source]) > (slack - 1) * i128::from(ONE)
                    })
                    .unwrap_or(usize::MAX)
            };
            let next = (0..count)
                .filter(may_be_taken)
                .min_by_key(deadline)
                .unwrap();
            taken[next] += 1;
            order.push(next as u32);
        }
        order
    }

    #[test]
    fn values_never_change() {
        assert_eq!(order(&[0.5, 0.5], 5), [0, 1, 0, 1, 0]);
        assert_eq!(order(&[6.0, 3.0, 1.0], 10), [0, 1, 0, 0, 1, 0, 2, 0, 0, 1]);
        assert_eq!(order(&[0.0, 1.0], 2), [1, 1]);
        assert_eq!(order(&[1.0], 0), [0; 0]);
    }

    #[test]
    fn a_source_whose_weight_falls_to_zero_gets_what_it_is_owed() {
        let phase = |sequences, weights: &[f64]| Phase {
            sequences,
            weights: weights.to_vec(),
        };
        let phases = [
            phase(3, &[1.0, 1.0]),
            phase(2, &[0.0, 1.0]),
            phase(2, &[1.0, 0.0]),
        ];
        let order: Vec<u32> = Order::new(&phases).unwrap().collect();
        assert_eq!(order, slow_order(&phases));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn every_prefix_is_within_the_bound(phases in any_phases(weights_of)) {
            let steps = step_by_step(&phases);
            let order = Order::new(&phases).unwrap();
            let slack = order.slack;
            let mut lead = vec![0_i128; phases[0].weights.len()];
            let mut length = 0;
            for (source, step) in order.zip(&steps) {
                length += 1;
                lead[source as usize] += i128::from(ONE);
                for (lead, unit) in lead.iter_mut().zip(step) {
                    *lead -= i128::from(*unit);
                    prop_assert!(lead.abs() * slack <= (slack - 1) * i128::from(ONE));
                }
            }
            prop_assert_eq!(length, steps.len());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn agrees_with_the_slow_twin(phases in any_phases(large_weights)) {
            let fast: Vec<u32> = Order::new(&phases).unwrap().collect();
            prop_assert_eq!(fast, slow_order(&phases));
        }

        #[test]
        fn a_longer_run_begins_as_a_shorter_one(weights in any_weights(), n in 0_u64..100) {
            let longer = order(&weights, n + 50);
            prop_assert_eq!(&order(&weights, n)[..], &longer[..n as usize]);
        }
    }
}
